"""A lower-case word that is in no list, is no inflection or derivation of a listed word and resembles none. It may be
a term, a coinage or an invention of the translator, so it is a remark."""

from __future__ import annotations

from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.languages.en.lexicon import correction
from mtqa.languages.en.vocabulary import run_together, unknown_words
from mtqa.languages.rule import Example, Hit, Rule
from mtqa.languages.sentence import Sentence


def _find(sentence: Sentence) -> Iterator[Hit]:
    for word in unknown_words(sentence):
        if not run_together(word.text) and not correction(word.text):
            yield Hit(word.span, "this word is in no word list; check that readers will know it")


RULE = Rule(
    name="unknown-word",
    description=__doc__,
    category=Category.SPELLING,
    severity=Severity.NEUTRAL,
    find=_find,
    fires=(
        Example("They ate the grobnitz in silence.", ("grobnitz",)),
        Example("A new vlarpation of the rules.", ("vlarpation",)),
    ),
    silent=("They ate the bread in silence.", "The town of Grobnitz is quiet.", "An @grobnitz fan wrote to us."),
)
