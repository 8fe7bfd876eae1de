"""Verdicts on segments to the decision on their document."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from mtqa.core.calibration import Calibration
from mtqa.core.documents import LETTER, WORD, Document, Segment
from mtqa.core.findings import ORIGIN, Verdict
from mtqa.core.folding import hidden_in_words
from mtqa.core.report import Decision
from mtqa.core.spans import Span
from mtqa.core.tags import language_name

__all__ = ["SLIP", "TOO_SHORT", "DocumentVerdict", "decide"]

SLIP = "misspelling"
"""The rule whose findings are slips of a person: machines seldom misspell."""

_MIXED = "wrong-script"
_FEWEST_MIXED, _MIXED_SHARE = 3, 0.01  # words of two scripts from which letters were swapped on purpose, or by accident
_DISGUISED = re.compile(
    r"[a-zA-Z\u0251\u0261]*(?:[\uff21-\uff3a\uff41-\uff5a]{3}|[\U0001d400-\U0001d7cb]{3}|[a-z][\u0251\u0261]|[\u0251\u0261][a-z])\w*"
)
"""Full-width and mathematical letters, and those of phonetics among Latin ones."""
_FEWEST_HIDDEN, _HIDDEN_SHARE = 5, 0.02  # invisible characters, by word, from which they are remarked on

TOO_SHORT = "too few to tell"
"""What the reason says where a document has too few words or sentences for a decision."""


@dataclass(frozen=True, slots=True)
class DocumentVerdict:
    """``p_mt``, the decision and why, in a sentence; the language it was probably translated from; the mean surprisal
    of its words in bits, and what is to be remarked on that."""

    p_mt: float | None
    decision: Decision
    reason: str
    translated_from: str | None = None
    surprisal: float | None = None
    remarks: tuple[str, ...] = ()


def decide(document: Document, verdicts: Sequence[Verdict], calibration: Calibration) -> DocumentVerdict:
    """Whether a document was machine-translated, at the calibration's false-alarm rate.

    The score is the mean of the detector's logits over running text; headings, captions and boilerplate do not count,
    unless there is nothing else. A document that is too short, in another language, or between the two thresholds is
    undecided, and so is one that reads like machine output but is misspelled as only people misspell, or that has
    nothing to judge in it.
    """
    if not any(LETTER.search(v.segment.text) for v in verdicts):
        return DocumentVerdict(None, Decision.UNDECIDED, f"nothing to judge in it: {_emptiness(document)}")
    if document.language != "und" and not calibration.speaks(document.language):
        known = ", ".join(language_name(tag) for tag in sorted(calibration.languages))
        reason = f"the text is in {language_name(document.language)}, and this model judges only {known}"
        return DocumentVerdict(None, Decision.UNDECIDED, reason)
    judged = [v for v in verdicts if v.segment.kind.judged]
    prose = [v for v in (judged or verdicts) if WORD.search(v.segment.text)]
    surprisal = _surprisal(prose)
    decided = _decide(document, prose, bool(judged), calibration)
    remarks = _unusual(surprisal, calibration) + _hidden(document.text, prose)
    return replace(decided, surprisal=surprisal, remarks=remarks)


def _decide(document: Document, prose: Sequence[Verdict], running: bool, calibration: Calibration) -> DocumentVerdict:
    logits = [e.score for v in prose for e in v.evidence if e.signal == "detector" and e.score is not None]
    if not logits:
        return DocumentVerdict(None, Decision.UNDECIDED, "it has no sentence in a language that this model judges")
    count, score = len(logits), sum(logits) / len(logits)
    p_mt = calibration.document_p_mt(score, count)
    words = sum(len(WORD.findall(v.segment.text)) for v in prose)
    undecided = _obstacle(document, count, words, prose, running, calibration)
    if undecided:
        return DocumentVerdict(p_mt, Decision.UNDECIDED, undecided)
    slips = [_words(v.segment, f.span) for v in prose for f in v.flags if f.rule == SLIP]
    if score >= calibration.likely_mt(count) and len(slips) >= calibration.human_slips * words and slips:
        reason = (
            f"it reads like machine translation, but machines seldom misspell (“{slips[0]}”); "
            "a learner of English may write like this"
        )
        return DocumentVerdict(p_mt, Decision.UNDECIDED, reason)
    if score >= calibration.likely_mt(count):
        reason = f"its {count} sentences read more like machine translation than articles written in English do"
        return DocumentVerdict(p_mt, Decision.LIKELY_MT, reason, _origin(prose, calibration))
    if score <= calibration.likely_human(count):
        reason = (
            f"its {count} sentences read less like machine translation than {1 - calibration.miss:.0%} "
            f"of machine-translated articles of this length do; the other {calibration.miss:.0%} get this verdict, too"
        )
        return DocumentVerdict(p_mt, Decision.LIKELY_HUMAN, reason)
    low, high = (calibration.document_p_mt(t(count), count) for t in (calibration.likely_human, calibration.likely_mt))
    reason = (
        "too close to call: at this length, articles by people and by machines both read like this "
        f"(a verdict needs a p(machine) of at most {low:.2f} or at least {high:.2f})"
    )
    return DocumentVerdict(p_mt, Decision.UNDECIDED, reason)


def _words(segment: Segment, span: Span) -> str:
    return span.shift(-segment.span.start).of(segment.text)


def _emptiness(document: Document) -> str:
    if not document.content.strip():
        return "it is blank"
    if not document.text.strip():
        return "it has no text but markup, code or comments"
    return "it has no words outside boilerplate" if LETTER.search(document.text) else "it has no words"


def _surprisal(prose: Sequence[Verdict]) -> float | None:
    """Mean surprisal of the words, as the encoder estimates it."""
    found = [
        e.measurements for v in prose for e in v.evidence if e.signal == "fluency" and "estimate" in e.measurements
    ]
    words = sum(measured["words"] for measured in found)
    return sum(measured["estimate"] * measured["words"] for measured in found) / words if words else None


def _unusual(surprisal: float | None, calibration: Calibration) -> tuple[str, ...]:
    """That a text is of another kind than those that decisions were measured on, if it is."""
    low, high = calibration.usual_surprisal
    if surprisal is None or low <= surprisal <= high:
        return ()
    return (
        f"an unusual kind of text: its words are {'harder' if surprisal > high else 'easier'} to predict "
        f"({surprisal:.1f} bits each) than in nearly all the articles that verdicts were tested on ({low:.1f} to "
        f"{high:.1f} bits), so the stated false-alarm rate may not hold",
    )


def _hidden(text: str, prose: Sequence[Verdict]) -> tuple[str, ...]:
    """That many invisible characters stand in the words, if they do."""
    count, name = hidden_in_words(text)
    words = sum(len(WORD.findall(v.segment.text)) for v in prose)
    if count < max(_FEWEST_HIDDEN, _HIDDEN_SHARE * words):
        return ()
    return (f"{count} invisible characters (most often: {name}) stand inside words; the text was judged without them",)


def _mixed(prose: Sequence[Verdict]) -> list[str]:
    """Words in which letters of another script stand among Latin ones, or that are spelled with signs for such."""
    spans = [(v.segment, span) for v in prose for e in v.evidence for span in e.spans if span.rule == _MIXED]
    words = [_words(segment, span.span) for segment, span in spans]
    mixed = [word for word in words if any(letter.isascii() and letter.isalpha() for letter in word)]
    return mixed + [found[0] for verdict in prose for found in _DISGUISED.finditer(verdict.segment.text)]


def _origin(prose: Sequence[Verdict], calibration: Calibration) -> str | None:
    """The language that the text probably came from: that of the highest mean logit, where it is probable enough."""
    found = [e.measurements for v in prose for e in v.evidence if e.signal == "detector" and e.score is not None]
    means = {
        tag: sum(measured.get(f"{ORIGIN}{tag}", 0.0) for measured in found) / len(found) for tag in calibration.origins
    }
    if len(set(means.values())) < 2:
        return None
    best = max(means, key=lambda tag: means[tag])
    probability = 1 / sum(math.exp(logit - means[best]) for logit in means.values())
    return best if probability >= calibration.origin_certain else None


def _obstacle(
    document: Document, count: int, words: int, prose: Sequence[Verdict], running: bool, calibration: Calibration
) -> str | None:
    if not running:
        return "there is no running text, only headings, captions or boilerplate"
    if count < (1 - calibration.most_foreign) * len(prose):
        return f"{len(prose) - count} of its {len(prose)} sentences are in a language that this model does not judge"
    if words < calibration.min_words or count < calibration.min_sentences:
        return (
            f"{words} word{'s' if words != 1 else ''} in {count} sentence{'s' if count != 1 else ''} are {TOO_SHORT}; "
            f"a verdict needs {calibration.min_words} words and {calibration.min_sentences} sentences"
        )
    mixed = _mixed(prose)
    if len(mixed) >= max(_FEWEST_MIXED, _MIXED_SHARE * words):
        return (
            f"{len(mixed)} words are spelled with letters that only look like the usual ones, such as “{mixed[0]}”; "
            "the model does not see the words that a reader sees"
        )
    if document.language == "und":
        return "its language could not be identified; name it with --language if it is one that this model judges"
    return None
