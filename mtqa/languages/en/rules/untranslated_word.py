"""Words of another language left in English: common there, rare here. One or two may be borrowed and are a remark, if
English hardly has one of them ("déjà vu" is at home in it); three in a row are an error. Names and what stands in
quotation marks or brackets are left alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.core.spans import Span
from mtqa.languages.en.lexicon import foreign, zipf
from mtqa.languages.en.rules.untranslated_sentence import is_foreign
from mtqa.languages.en.vocabulary import QUOTATION, foreign_words
from mtqa.languages.rule import Example, Hit, Rule
from mtqa.languages.sentence import Sentence, Word

_ASIDE = re.compile(rf"{QUOTATION}|\([^()]*\)")
_BORROWED = "common in another language but rare in English; translate it, or mark it as foreign if it is intended"


def _striking(word: str) -> bool:
    home = foreign(word)
    return len(word) >= 4 and zipf(word) < 2.5 and home is not None and home[1] >= 4.5


def _runs(sentence: Sentence) -> Iterator[list[Word]]:
    run: list[Word] = []
    for word in foreign_words(sentence):
        if run and sentence.text[run[-1].end : word.start] not in (" ", "-", "’", "'"):
            yield run
            run = []
        run.append(word)
    if run:
        yield run


def _find(sentence: Sentence) -> Iterator[Hit]:
    if is_foreign(sentence):
        return
    asides = [Span(*found.span()) for found in _ASIDE.finditer(sentence.text)]
    for run in _runs(sentence):
        span = Span(run[0].start, run[-1].end)
        neighbours = sentence.text[max(0, span.start - 1) : span.start] + sentence.text[span.end : span.end + 1]
        if any(other.contains(span) for other in asides) or any(sign in neighbours for sign in "-@#/&_'’"):
            continue
        if len(run) > 2 or any(_striking(word.text) for word in run):
            borrowed = len(span.of(sentence.text).split()) < 3
            yield Hit(
                span,
                _BORROWED if borrowed else "not English; translate it, or mark it as foreign if it is intended",
                severity=Severity.NEUTRAL if borrowed else None,
            )


RULE = Rule(
    name="untranslated-word",
    description=__doc__,
    category=Category.UNTRANSLATED,
    severity=Severity.MAJOR,
    otherwise="neutral for one or two words",
    find=_find,
    fires=(
        Example("The minister said that es wurde beschlossen on Friday.", ("es wurde beschlossen",)),
        Example("She spoke about wurden the new law.", ("wurden",)),
        Example("The law was said to wurde beschlossen in May.", ("wurde beschlossen",)),
    ),
    silent=(
        "The cafe served a croissant with its cappuccino.",
        "It was déjà vu for all of us.",
        "She eats her strawberries with a spoon of crème fraîche.",
        "The magazine Der Spiegel reported it first.",
        "He said “es wurde beschlossen” and left.",
    ),
)
