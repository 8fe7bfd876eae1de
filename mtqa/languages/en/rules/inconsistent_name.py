"""A name that the document spells in another way, too ("Scholz" and "Sholz"), or that is one slip away from a familiar
one that stands there ("Peugot" beside "Peugeot"). The spelling that occurs oftener, or is familiar, is taken to be
right; where neither is, it is a remark. Names of fewer than five letters, names that differ in the first letter or in
the last two, spellings that each occur three times or more, and documents with more than 500 names are left alone."""

from __future__ import annotations

from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.core.spans import Span
from mtqa.languages.en.names import base, variants
from mtqa.languages.rule import Example, Hit, Rule
from mtqa.languages.sentence import Sentence


def _find(sentence: Sentence) -> Iterator[Hit]:
    known = sentence.document.once(variants)
    for word in sentence.words if known else ():
        name = base(word.text)
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
    otherwise="neutral where both spellings occur equally often and neither is familiar",
    find=_find,
    fires=(
        Example("Scholz spoke first.\nSholz’s speech was short.\nThen Scholz left.", ("Sholz",)),
        Example("The plant builds Peugots.\nNo Peugeot was late, but one Peugot was.", ("Peugot",)),
        Example("They saw Vysehrad.\nVyšehrad is in Prague.", ("Vyšehrad",)),
    ),
    silent=(
        "Petrov met Petrova.\nPetrova had known Petrov’s father.",
        "Iraq and Iran met.\nIran spoke first.",
        "Shang met Sheng.\nSheng was late.",
        "Tonozaki wrote to Tonosaki.\nTonosaki and Tonozaki met.\nTonozaki left, and Tonosaki stayed.",
        "SCHOLZ SPEAKS\nScholz spoke first.",
    ),
)
