"""A lower-case word that is in no list and one slip away from a common one ("governmnet"), or one of some 450 common
misspellings ("goverment"). Names, inflections, derivations and words with a hyphen are left alone, and so are unlisted
words that the document uses again, and misspellings that are meant: in a quotation of a few words, in one with several,
or before "[sic]"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.languages.en.lexicon import correction
from mtqa.languages.en.rules.untranslated_sentence import is_foreign
from mtqa.languages.en.slips import COMMON_SLIPS
from mtqa.languages.en.vocabulary import plain_words, quotation_around, quotations, unknown_words
from mtqa.languages.rule import Example, Hit, Rule
from mtqa.languages.sentence import Sentence

_SIC = re.compile(r"[”\"’']?,? ?[\[(]sic\b")
_FEW = 4  # words of a quotation that are as they stand for a reason


def _find(sentence: Sentence) -> Iterator[Hit]:
    if is_foreign(sentence):
        return
    found = [hit for hit in _misspelled(sentence) if not _SIC.match(sentence.text, hit.span.end)]
    quoted = quotations(sentence) if found else []
    around = [quotation_around(hit.span, quoted) for hit in found]
    inside = Counter(around)
    for hit, quotation in zip(found, around, strict=True):
        meant = quotation and (inside[quotation] > 1 or len(quotation.of(sentence.text).split()) <= _FEW)
        if not meant:
            yield hit


def _misspelled(sentence: Sentence) -> Iterator[Hit]:
    counts, unknown = sentence.document.word_counts, unknown_words(sentence)
    for word in plain_words(sentence):
        if better := COMMON_SLIPS.get(word.text):
            yield Hit(word.span, f"a common misspelling of “{better}”", better)
        elif word in unknown and len(word.text) >= 6 and counts[word.text] == 1 and (better := correction(word.text)):
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
        Example("We will recieve alot of goods.", ("recieve", "alot")),
    ),
    silent=(
        "The president spoke of Presidennt Street.",
        "The organisation favours colourful jewellery.",
        "Some people write “recieve”, and Goverment Street is no better.",
        "He had “recieved a freind” and was truely [sic] happy.",
        "He wrote “breakast” on the board, and “we recieved the parcel that my freind had sent” in a letter.",
        "A yeeted skibidi blorp at example.com/presidennt.",
    ),
)
