"""A word that is in no list and one slip away from a common one ("governmnet"). Names, inflections,
derivations, words with a hyphen and words that the document uses again are left alone, and so are the commonest
misspellings, which word lists made from the web have ("goverment")."""

from __future__ import annotations

from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.languages.en.lexicon import correction
from mtqa.languages.en.vocabulary import unknown_words
from mtqa.languages.rule import Example, Hit, Rule
from mtqa.languages.sentence import Sentence


def _find(sentence: Sentence) -> Iterator[Hit]:
    counts = sentence.document.word_counts
    for word in unknown_words(sentence):
        better = correction(word.text) if len(word.text) >= 6 and counts[word.text] == 1 else None
        if better:
            yield Hit(word.span, f"not an English word; “{better}” is close", better)


RULE = Rule(
    name="misspelling",
    description=__doc__,
    category=Category.SPELLING,
    severity=Severity.MINOR,
    find=_find,
    fires=(
        Example("The presidennt spoke first.", ("presidennt",)),
        Example("They agreed on the developpment of the port.", ("developpment",)),
    ),
    silent=(
        "The president spoke of Presidennt Street.",
        "The organisation favours colourful jewellery.",
        "A yeeted skibidi blorp at example.com/presidennt.",
    ),
)
