"""What no suggestion may change: numbers, names, quotations, negation, addresses and placeholders.

A translator that goes astray loses exactly these, and a reader of a fluent sentence overlooks it. They are compared as
written, but for a number's separators and the kind of quotation marks; in doubt they count as changed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from mtqa.core.documents import WORD
from mtqa.core.placeholders import PLACEHOLDER
from mtqa.languages import pack_of
from mtqa.languages.pack import Essentials

__all__ = ["breaches", "names"]

_QUOTATION = re.compile(r'"([^"]+)"|[“„”]([^“”„"]+)[”“]|«([^»]+)»|»([^«]+)«|(?<!\w)[‘\']([^‘’\']+)[’\'](?!\w)')
_ADDRESS = re.compile(
    r"""
    (?: https?:// | www\. ) [^\s<>"”»]* [^\s<>"”».,;:!?)]              # URL
    | (?<! [\w.+-] ) [\w.+-]++ @ [\w-]+ (?: \. [\w-]+ )+               # e-mail
    | (?<! \w ) [@\#] \w+ \#?                                          # handle, tag
    | (?<! [\w.-] ) [\w-]++ (?: \. [\w-]+ )* \. [a-z]{2,4} \b (?: / [^\s<>"”»)]* )?   # domain, file
    """,
    re.VERBOSE,
)
_PLACEHOLDER = re.compile(
    PLACEHOLDER
    + r"""
    | \{\{[^{}]*\}\} | [$\#%]?\{[^{}]*\} | %\w+% | \$[A-Z_]{2,} | __\w+?__ | \[\[[^\[\]]*\]\] | ⟦[^⟦⟧]*⟧ | \#[A-Z_]+\#
    """,
    re.VERBOSE,
)

_SIGN = "[€$£¥₹₽₩₴%‰°]"
_NUMBER = re.compile(
    rf"(?P<before>{_SIGN})?\s?(?P<digits>\d+(?:[.,'’\u00a0\u202f]\d+)*)(?:[\s-]?(?P<after>{_SIGN}[CF]?))?"
)
_SENTENCE_START = re.compile(r"(?:^|[.!?:…])[\s\"'“”‘’«»„(\[–—-]*$")
_NEAR = 40  # characters behind a figure that can say what it measures


def breaches(
    before: str, after: str, *, language: str, known_names: Collection[str] = (), verbatim: Sequence[str] = ()
) -> tuple[str, ...]:
    """What ``after`` changes of ``before`` that it must not, a clause each; empty where it changes nothing of the kind.

    Args:
        before: the text as it stands.
        after: the text proposed instead.
        language: of both, a BCP 47 tag; numerals and negations are those that its pack has.
        known_names: words that are names at the start of a sentence too, where capitals tell nothing.
        verbatim: pieces of ``before`` that must stand in ``after`` as often, such as code.
    """
    found = []
    essentials = pack_of(language).essentials
    for what, parts in _KINDS.items():
        old, new = parts(before, essentials), parts(after, essentials)
        lost, added = old - new, new - old
        if lost or added:
            found.append(f"changes {what} ({_shown(lost)} → {_shown(added)})")
    lost, added = _changed_names(before, after, essentials, known_names)
    if lost or added:
        found.append(f"changes a name ({_shown(lost)} → {_shown(added)})")
    broken = Counter({piece: 1 for piece in verbatim if before.count(piece) != after.count(piece)})
    if broken:
        found.append(f"changes what is not prose ({_shown(broken)})")
    return tuple(found)


def names(text: str, language: str) -> Counter[str]:
    """Words of ``text`` with a capital that start no sentence, without a possessive ending."""
    words = _words(text, pack_of(language).essentials)
    return Counter(word for word, start in words if not start and word != word.lower())


def _changed_names(
    before: str, after: str, essentials: Essentials, known: Collection[str]
) -> tuple[Counter[str], Counter[str]]:
    """Names lost and added; one may move to the start of a sentence or away from it."""

    def sure(text: str) -> Counter[str]:
        return Counter(w for w, start in _words(text, essentials) if w != w.lower() and (not start or w in known))

    def possible(text: str) -> Counter[str]:
        return Counter(w for w, _ in _words(text, essentials))

    return sure(before) - possible(after), sure(after) - possible(before)


def _words(text: str, essentials: Essentials) -> Iterator[tuple[str, bool]]:
    """Words without possessive endings, and whether they start a sentence; no pronoun."""
    for match in WORD.finditer(text):
        word = re.sub(r"['’]s$", "", match.group())
        if not essentials.pronoun.fullmatch(word):
            yield word, _SENTENCE_START.search(text, 0, match.start()) is not None


def _numbers(text: str, essentials: Essentials) -> Counter[str]:
    found: Counter[str] = Counter()
    for match in _NUMBER.finditer(text):
        behind = text[match.end("digits") : match.end("digits") + _NEAR]
        measure = f" {match['before']}" if match["before"] else essentials.measure(behind) or f" {match['after'] or ''}"
        found[f"{_value(match['digits'])}{measure}".rstrip()] += 1
    for match in essentials.numeral.finditer(text):
        found[match["number"].lower()] += 1
    return found


def _value(digits: str) -> str:
    """The number without separators of thousands, and with a point: of several kinds of separators the last is the
    decimal one, and one that three digits follow separates thousands."""
    digits = re.sub(r"['’\u00a0\u202f]", "", digits)
    parts = re.split(r"[.,]", digits)
    marks = re.findall(r"[.,]", digits)
    decimal = len(set(marks)) > 1 or (len(marks) == 1 and len(parts[-1]) != 3)
    return f"{''.join(parts[:-1])}.{parts[-1]}" if decimal else "".join(parts)


def _quotations(text: str, _: Essentials) -> Counter[str]:
    return Counter(match[match.lastindex or 0].strip(" .,") for match in _QUOTATION.finditer(text))


def _negations(text: str, essentials: Essentials) -> Counter[str]:
    return Counter("not" for _ in essentials.negation.finditer(text))


def _each(pattern: re.Pattern[str]) -> Callable[[str, Essentials], Counter[str]]:
    return lambda text, _: Counter(match.group() for match in pattern.finditer(text))


_KINDS: Mapping[str, Callable[[str, Essentials], Counter[str]]] = {
    "a number": _numbers,
    "a quotation": _quotations,
    "a negation": _negations,
    "an address": _each(_ADDRESS),
    "a placeholder": _each(_PLACEHOLDER),
}


def _shown(parts: Counter[str]) -> str:
    return ", ".join(parts.elements()) or "nothing"
