"""A name that the document spells in another way, too ("Scholz" and "Sholz"), or one letter off a familiar name that
stands there ("Peugot" beside "Peugeot"). The spelling that occurs oftener, or that lists have, is taken to be right, or
the first, if both have the same given name, or only one has any. Else it is a remark, as it is for capitals and accents
("Github", "Québec") and for names of plain syllables, which are often alike. Left alone are names of fewer than five
letters, that differ in the first letter or as inflections do ("Petrov", "Petrova"), that have different given names or
stand side by side ("Shang and Sheng"), spellings that each occur three times or more, and documents with more than 500
names."""

from __future__ import annotations

from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.core.spans import Span
from mtqa.languages.en.names import name_of, variants
from mtqa.languages.en.rules.untranslated_sentence import is_foreign
from mtqa.languages.rule import Example, Hit, Rule
from mtqa.languages.sentence import Sentence


def _find(sentence: Sentence) -> Iterator[Hit]:
    known = sentence.document.once(variants)
    if not known or is_foreign(sentence):
        return
    for word in sentence.words:
        name = name_of(sentence, word)
        if variant := known.get(name):
            yield Hit(
                Span(word.start, word.start + len(name)),
                f"“{variant.other}” elsewhere in this text; use one spelling",
                variant.other,
                severity=None if variant.sure else Severity.NEUTRAL,
            )


RULE = Rule(
    name="inconsistent-name",
    description=__doc__,
    category=Category.INCONSISTENT,
    severity=Severity.MINOR,
    otherwise="neutral where nothing says which of two spellings is right",
    find=_find,
    fires=(
        Example("Scholz spoke first.\nSholz’s speech was short.\nThen Scholz left.", ("Sholz",)),
        Example("The plant builds Peugots.\nNo Peugeot was late, but one Peugot was.", ("Peugot",)),
        Example("They saw Vysehrad.\nVyšehrad is in Prague.", ("Vyšehrad",)),
        Example("Dana Whitcombe was first.\nWhitcomb’s car was slow.", ("Whitcomb",)),
    ),
    silent=(
        "Petrov met Petrova.\nPetrova had known Petrov’s father.",
        "Iraq and Iran met.\nIran spoke first.",
        "Shang met Sheng.\nSheng was late.",
        "Tonozaki wrote to Tonosaki.\nTonosaki and Tonozaki met.\nTonozaki left, and Tonosaki stayed.",
        "Ingrid Halvarsen came first.\nMarit Halvorsen was second.",
        "Two came, Tomassini and Thomassini.\nHolmenkollen is also spelled Holmenkolen.",
        "SCHOLZ SPEAKS\nScholz spoke first.",
    ),
)
