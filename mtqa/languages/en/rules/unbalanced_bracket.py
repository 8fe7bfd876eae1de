"""A bracket without its partner. List markers ("1)", "a)"), emoticons, half-open intervals ("[a, b)", "]a, b["),
brackets that are talked about, and brackets that a later sentence of the same block closes are left alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.languages.en.signs import names_sign
from mtqa.languages.rule import Example, Hit, Rule
from mtqa.languages.sentence import Sentence, runs

_WIDE = str.maketrans("（）［］", "()[]")
_PAIRS = {")": "(", "]": "["}
_EMOTICON = re.compile(
    r"[:;=8xX][-'^]?[()\[\]]+|[()\[\]][-']?[:;=](?!\w)|(?:^|[\s(])(?:\d{1,3}\.|\d{1,3}|[A-Za-z]|[ivx]+)\)|\){2,}$"
)
_BOUND = r"(?:[^()\[\]]|\([^()\[\]]{0,20}\)|\[[^()\[\]]{0,20}\])"
_TO = r"(?:[,;…]|\.\.\.?)"
_INTERVAL = re.compile(
    rf"\[{_BOUND}{{1,40}}?{_TO}{_BOUND}{{0,40}}\)|\({_BOUND}{{0,40}}?{_TO}{_BOUND}{{1,40}}\]"
    r"|\[[\w.+-]{1,20}:[\w.+-]{1,20}\)|\([\w.+-]{1,20}:[\w.+-]{1,20}\]"
    r"|\][^()\[\],;\s]{1,20}[,;] ?[^()\[\],;\s]{1,20}[\[\])]|[\[(][^()\[\],;\s]{1,20}[,;] ?[^()\[\],;\s]{1,20}\["
)
_QUOTED = re.compile(r"(?<=[“\"'‘`])[()\[\]](?=[”\"'’`])")


def _find(sentence: Sentence) -> Iterator[Hit]:
    text = sentence.text.translate(_WIDE)
    if not any(sign in text for sign in "()[]"):
        return
    harmless = {at for found in _EMOTICON.finditer(text) for at in range(found.start(), found.end())}
    apart = {found.start() for found in _QUOTED.finditer(text)}
    for found in _INTERVAL.finditer(text):
        apart |= {found.start(), found.end() - 1}
    stack: list[tuple[str, int]] = []
    lonely: list[int] = []
    for at, sign in enumerate(text):
        if at in apart or (sign in "()[]" and names_sign(sentence, at)):
            continue
        if sign in "([":
            stack.append((sign, at))
        elif sign in ")]":
            if stack and stack[-1][0] == _PAIRS[sign]:
                stack.pop()
            elif at not in harmless:
                lonely.append(at)
    opened = [at for _, at in stack if at not in harmless]
    if opened and sentence.ends_block:
        yield from (Hit(span, "this bracket is never closed") for span in runs(opened))
    if lonely and sentence.starts_block:
        yield from (Hit(span, "this bracket is never opened") for span in runs(lonely))


RULE = Rule(
    name="unbalanced-bracket",
    description=__doc__,
    category=Category.PUNCTUATION,
    severity=Severity.MINOR,
    find=_find,
    fires=(
        Example("The minister (who was late spoke first.", ("(",)),
        Example("The minister who was late) spoke first.", (")",)),
    ),
    silent=(
        "The minister (who was late) spoke first.",
        "a) bread, b) milk, 3) tea, (c) cake",
        "We won :) and then lost :-(",
        "It holds [start, end) and ]a, b[, a French (0, 1].",
        "Maven writes [1.5,) and (,1.0]; [0..5), [f(x), g(x)), a[1:n) and (lo ... hi] are half-open.",
        "Press ( to begin and ) to end a group.",
    ),
)
