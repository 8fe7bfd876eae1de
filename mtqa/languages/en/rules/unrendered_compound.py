"""Two words run together, as a translator leaves a compound that it could not take apart ("fentanyllabors"). The word
is in no list, the parts are, and the first is long. Names, inflections, derivations, short closed compounds of the
kind English coins ("mudbath") and words that the document keeps using are left alone."""

from __future__ import annotations

from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.languages.en.vocabulary import run_together, unknown_words
from mtqa.languages.rule import Example, Hit, Rule
from mtqa.languages.sentence import Sentence


def _find(sentence: Sentence) -> Iterator[Hit]:
    for word in unknown_words(sentence):
        parts = run_together(word.text)
        if parts:
            yield Hit(word.span, "two words run together; separate them, or use the English term", " ".join(parts))


RULE = Rule(
    name="unrendered-compound",
    description=__doc__,
    category=Category.MISTRANSLATION,
    severity=Severity.MAJOR,
    find=_find,
    fires=(
        Example("Drones found the fentanyllabors near the coast.", ("fentanyllabors",)),
        Example("The climatepolicy of the government failed.", ("climatepolicy",)),
    ),
    silent=(
        "She took a mudbath and went doomscrolling.",
        "The unforgivingness of the de-industrialised landscape.",
        "Their SuperMarketWatch app and the #fentanyllabors tag.",
        "A cryptocurrency startup with microservices.",
    ),
)
