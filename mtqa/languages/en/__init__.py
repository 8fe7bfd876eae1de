"""English."""

from __future__ import annotations

from mtqa.languages.en.boundaries import UNABBREVIATED, goes_on
from mtqa.languages.en.dialect import FUNCTION_WORDS, spelled
from mtqa.languages.en.essentials import ESSENTIALS
from mtqa.languages.en.lexicon import adverb_of_place, is_foreign, known
from mtqa.languages.en.lines import is_boilerplate, is_caption
from mtqa.languages.en.trials import BROKEN, speaks_to_a_judge
from mtqa.languages.pack import Pack, rules_in

__all__ = ["PACK"]

PACK = Pack(
    tag="en",
    name="English",
    script="Latn",
    rules=rules_in(
        "mtqa.languages.en.rules",
        (
            "space-before-punctuation",
            "space-before-hyphen",
            "missing-space",
            "double-punctuation",
            "unbalanced-quotation-mark",
            "unbalanced-bracket",
            "foreign-quotation-mark",
            "foreign-number-format",
            "foreign-date-format",
            "currency-order",
            "unrendered-compound",
            "misspelling",
            "unknown-word",
            "untranslated-word",
            "untranslated-sentence",
            "inconsistent-name",
            "mixed-spelling",
            "repeated-word",
            "repeated-phrase",
            "double-determiner",
            "double-negation",
            "article-mismatch",
            "truncated-sentence",
        ),
    ),
    spelling=frozenset(("misspelling", "unknown-word", "unrendered-compound", "untranslated-word")),
    common=FUNCTION_WORDS,
    ambiguous=frozenset(("a", "i")),
    spelled=spelled,
    knows=known,
    foreign=is_foreign,
    formal=adverb_of_place,
    is_boilerplate=is_boilerplate,
    is_caption=is_caption,
    goes_on=goes_on,
    unabbreviated=UNABBREVIATED,
    essentials=ESSENTIALS,
    broken=BROKEN,
    speaks_to_a_judge=speaks_to_a_judge,
)
