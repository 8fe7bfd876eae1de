"""Words of another language left in English: common there, rare here. A single one may be borrowed and is a remark;
two in a row outside quotation marks are a minor error, three or more a major one. Names stay silent."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.core.spans import Span
from mtqa.signals.surface.lexicon import foreign
from mtqa.signals.surface.passage import Passage, Word
from mtqa.signals.surface.rule import Example, Finding, Rule
from mtqa.signals.surface.untranslated_sentence import is_foreign
from mtqa.signals.surface.vocabulary import foreign_words

_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|‘[^’]*’|\([^)]*\)|(?<!\w)'[^']*'(?!\w)")


def _runs(passage: Passage) -> Iterator[list[Word]]:
    run: list[Word] = []
    for word in foreign_words(passage):
        if run and passage.text[run[-1].end : word.start] not in (" ", "-", "’", "'"):
            yield run
            run = []
        run.append(word)
    if run:
        yield run


def _find(passage: Passage) -> Iterator[Finding]:
    if is_foreign(passage):
        return
    quoted = [Span(found.start(), found.end()) for found in _QUOTED.finditer(passage.text)]
    for run in _runs(passage):
        span = Span(run[0].start, run[-1].end)
        neighbours = passage.text[max(0, span.start - 1) : span.start] + passage.text[span.end : span.end + 1]
        if any(other.contains(span) for other in quoted) or any(sign in neighbours for sign in "-@#/&_'’"):
            continue
        languages = {language for word in run if (home := foreign(word.text)) for language in home[:1]}
        if len(run) == 1 or len(languages) > 1:
            severity = Severity.NEUTRAL
        else:
            severity = Severity.MINOR if len(run) == 2 else Severity.MAJOR
        if len(run) > 1 or len(run[0].text) >= 4:
            yield Finding(span, "not English; translate, or set it off if it is meant", severity=severity)


RULE = Rule(
    name="untranslated-word",
    description=__doc__,
    category=Category.UNTRANSLATED,
    severity=Severity.MINOR,
    find=_find,
    fires=(
        Example("The minister said that es wurde beschlossen on Friday.", ("es wurde beschlossen",)),
        Example("She spoke about wurden the new law.", ("wurden",)),
    ),
    silent=(
        "The cafe served a croissant with its cappuccino.",
        "The magazine Der Spiegel reported it first.",
        "He said “es wurde beschlossen” and left.",
    ),
)
