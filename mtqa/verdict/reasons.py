"""Why a document is decided as it is, in a sentence."""

from __future__ import annotations

from math import ceil, floor

from mtqa.core.calibration import Calibration
from mtqa.core.documents import LETTER, Document
from mtqa.core.tags import language_name
from mtqa.verdict.decision import Counts, Ground

__all__ = ["TOO_SHORT", "reason"]

_NEARLY_ALL, _HALF = 0.9, 0.5  # of its sentences
_SKIPPED = " (single words, figures and repeated sentences do not count)"

TOO_SHORT = "too few to tell"
"""What the reason says where a document has too few words or sentences for a decision."""


def reason(ground: Ground, counts: Counts, calibration: Calibration, document: Document, example: str) -> str:
    """The reason for a decision.

    Args:
        example: a word that is misspelled, or disguised, where the ground is that such are.
    """
    count, words = counts.sentences, counts.words
    match ground:
        case Ground.LIKE_MACHINE:
            return (
                f"its {count} sentences read more like machine translation than articles written in English usually do"
            )
        case Ground.SAME_ENGINE:
            engine = counts.same_engine.engine if counts.same_engine else "an engine"
            return (
                f"it comes back almost unchanged when {engine} translates it into another language and back, as that "
                "engine's own output does; what people write comes back in other words"
            )
        case Ground.GARBLED:
            return (
                f"{_part(counts.garbled or 0)} of its sentences look garbled: their words are wrong, out of order or "
                "make no sense; machines write like this, and few people do"
            )
        case Ground.UNLIKE_MACHINE:
            return (
                f"about {1 - calibration.miss:.0%} of machine-translated articles of this length ({count} sentences) "
                f"read more like machine translation; the other {calibration.miss:.0%} get this verdict, too"
            )
        case Ground.TOO_CLOSE:
            thresholds = (calibration.likely_human(count), calibration.likely_mt(count))
            low, high = (calibration.document_p_mt(threshold, count) for threshold in thresholds)
            return (
                "too close to call: at this length, articles by people and by machines both read like this "
                f"(a verdict needs a p(machine) of at most {floor(100 * low) / 100:.2f} or at least "
                f"{ceil(100 * high) / 100:.2f})"
            )
        case Ground.CONTRADICTORY:
            return (
                f"{_part(counts.garbled or 0)} of its sentences look garbled, as in bad machine translation; but "
                "p(machine) does not count that, and in other respects it reads unlike the machine translations that "
                "this model learned from"
            )
        case Ground.SLIPS:
            return (
                f"it reads like machine translation, but “{example}” is misspelled, and machines seldom misspell "
                "words; a learner of English may write like this"
            )
        case Ground.UNIDENTIFIED:
            return "its language could not be identified; name it with --language if it is one that this model judges"
        case Ground.DISGUISED:
            return (
                f"{counts.disguised} words are spelled with letters that only look like the usual ones, such as "
                f"“{example}”; the model does not see the words that a reader sees"
            )
        case Ground.UNUSUAL_CASE:
            some = "most" if counts.capitalised > _HALF else "hardly any"
            return f"{some} of its words begin with a capital letter; the model was not measured on such text"
        case Ground.TOO_SHORT:
            return (
                f"it has {words} word{'s' if words != 1 else ''} in {count} sentence{'s' if count != 1 else ''}"
                f"{_SKIPPED if counts.skipped else ''}, {TOO_SHORT}; "
                f"a verdict needs {calibration.min_words} words and {calibration.min_sentences} sentences"
            )
        case Ground.FOREIGN:
            return (
                f"{counts.foreign} of its {count + counts.foreign} sentences are in a language that this model does "
                "not judge"
            )
        case Ground.NO_RUNNING_TEXT:
            if document.catalogue:
                return "there are no whole sentences, only short strings"
            return "there is no running text, only headings, captions, boilerplate, figures or single words"
        case Ground.UNREAD:
            return "it has no sentence in a language that this model judges"
        case Ground.OTHER_LANGUAGE:
            known = ", ".join(language_name(tag) for tag in sorted(calibration.languages))
            return f"the text is in {language_name(document.language)}, and this model judges only {known}"
        case Ground.NOTHING:
            return f"{_emptiness(document)}, so there is nothing to judge"


def _part(share: float) -> str:
    """An expected share of sentences in words: a number would be taken for a count of those that are listed."""
    return "nearly all" if share >= _NEARLY_ALL else "most" if share > _HALF else "many"


def _emptiness(document: Document) -> str:
    if not document.content.strip():
        return "it is blank"
    if not document.text.strip():
        front = "front matter, " if document.format == "markdown" else ""
        return f"it has nothing but {front}markup, code or comments"
    return "it has no words outside boilerplate" if LETTER.search(document.text) else "it has no words"
