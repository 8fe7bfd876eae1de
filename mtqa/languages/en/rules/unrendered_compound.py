"""Two or three words run together, as a translator leaves a compound that it could not take apart ("fentanyllabors").
The word is in no list, but its parts are: two words of which the first is long, or fairly long where both are everyday
words ("publicservice"); two, not both short, of which one is never joined to another in English ("womanwhich"); or
three common ones of which one is long ("swimmingpoolrules"). Names, inflections, derivations, short closed compounds of
the kind English coins ("mudbath") and words that the document keeps using are left alone."""

from __future__ import annotations

from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.languages.en.vocabulary import run_together, unknown_words
from mtqa.languages.rule import Example, Hit, Rule
from mtqa.languages.sentence import Sentence

_NUMBERS = {2: "two", 3: "three"}
_MESSAGE = "{} words run together; separate them, or use the English term"


def _find(sentence: Sentence) -> Iterator[Hit]:
    for word in unknown_words(sentence):
        parts = run_together(word.text)
        if parts:
            yield Hit(word.span, _MESSAGE.format(_NUMBERS[len(parts)]), " ".join(parts))


RULE = Rule(
    name="unrendered-compound",
    description=__doc__,
    category=Category.MISTRANSLATION,
    severity=Severity.MAJOR,
    find=_find,
    fires=(
        Example("Drones found the fentanyllabors near the coast.", ("fentanyllabors",)),
        Example("The climatepolicy of the government failed.", ("climatepolicy",)),
        Example("The swimmingpoolrules hang beside the door.", ("swimmingpoolrules",)),
        Example("She joined the publicservice at once.", ("publicservice",)),
        Example("It was the womanwhich came first.", ("womanwhich",)),
    ),
    silent=(
        "She took a mudbath and went doomscrolling.",
        "The unforgivingness of the de-industrialised landscape.",
        "Their SuperMarketWatch app and the #fentanyllabors tag.",
        "A cryptocurrency startup with microservices.",
        "The statesmanship of two stateswomen and a journeyperson.",
        "She wrote of their coldheartedness withinside the house.",
        "The south-west and southwesternmost villages have saleyards.",
    ),
)
