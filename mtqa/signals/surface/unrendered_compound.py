"""Two words run together, as a translator leaves a compound that it could not take apart ("fentanyllabors"). The word
is in no list, and each part is a word of its own. Names, inflections, derivations and short closed compounds of the
kind English coins ("mudbath") are left alone, as is a word that the document keeps using."""

from __future__ import annotations

from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.signals.surface.lexicon import compound, correction
from mtqa.signals.surface.passage import Passage
from mtqa.signals.surface.rule import Example, Finding, Rule
from mtqa.signals.surface.vocabulary import unknown_words


def _find(passage: Passage) -> Iterator[Finding]:
    for word in unknown_words(passage):
        parts = compound(word.text)
        if parts is None or len(word.text) < 11 or len(parts[0]) < 5 or correction(word.text, 3.0):
            continue
        yield Finding(word.span, "two words are run together; part them or say it in English", " ".join(parts))


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
