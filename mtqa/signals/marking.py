"""What is said of a sentence from an editor network's marks, whichever network made them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from itertools import accumulate, compress, groupby, pairwise
from operator import mul

from mtqa.core.details import RepairOdds
from mtqa.core.documents import LETTER, Segment
from mtqa.core.findings import GARBLED, Category, ErrorSpan, Evidence, Severity
from mtqa.core.placeholders import placeholders
from mtqa.core.proofreading import ProofCalibration, Proofread, WordMark
from mtqa.core.scaling import sigmoid
from mtqa.core.settings import Strictness
from mtqa.core.spans import Span
from mtqa.languages import pack_of
from mtqa.signals.names import is_name
from mtqa.signals.pointing import is_listed, is_own, whole

__all__ = ["MESSAGES", "Marker", "recurring", "said_of"]

MESSAGES: Mapping[Category, str] = {
    Category.MISTRANSLATION: "not what is meant, or an idiom taken literally; use another word",
    Category.GRAMMAR: "check agreement, tense, articles, prepositions and pronouns",
    Category.WORD_ORDER: "the words are in the wrong order",
    Category.MISSING_OR_EXTRA: "a word is missing here, or there is one too many",
    Category.UNTRANSLATED: "not an English word; left untranslated, run together or garbled",
    Category.UNINTELLIGIBLE: "the meaning cannot be made out; rewrite this",
    Category.REGISTER: "can be understood, but no careful writer would put it like this",
    Category.SPELLING: "check the spelling, spacing, capitals or punctuation",
    Category.INCONSISTENT: "the text around it calls the same person or thing something else",
}
"""What is said of a few words, by why they need repair."""

_OF_PASSAGES: Mapping[Category, str] = {
    **MESSAGES,
    Category.MISTRANSLATION: "not what is meant, or an idiom taken literally; reword this",
    Category.WORD_ORDER: "some words are in the wrong order; reword this",
    Category.MISSING_OR_EXTRA: "words are missing, or there are too many",
    Category.UNTRANSLATED: "not English; left untranslated, run together or garbled",
}

_ODD = "an editor would put this another way"
_NAME = "check this name or term; it may be garbled or left untranslated"
_UNCLEAR = "an editor would probably have to change something in this sentence, though no single word stands out"
_NONSENSE = "this sentence cannot be understood; rewrite it"
_FROM_SOURCE = " from the source"
_MUCH = "an editor would probably change much of this sentence"
_ANEW = "so much of this sentence would have to change that it is better rewritten"
_FEW = 4  # words that are no passage
_MOST = 0.7  # of the words pointed at, from which it is the sentence that is
_SPELT = {Category.UNTRANSLATED: is_own, Category.SPELLING: is_listed}  # what else a word is
_GARBLED = (Category.MISTRANSLATION, Category.UNTRANSLATED, Category.UNINTELLIGIBLE, Category.WORD_ORDER)
_CAPITALISED = re.compile(r"\b[^\W\d_a-z]\w+")
_PAUSE = re.compile(r"[,:](?!\d)|[;!?…()\[\]“”„«»\"—–]|--|\s-\s")
_DIGIT = re.compile(r"\d")
_FIGURE = re.compile(r"\d+(?:[.,:/]\d+)+")


class Marker:
    """Turns what a network says of sentences and words into evidence.

    A sentence is flagged where it is likely enough to need repair for the strictness that is asked for. Of its words
    those are pointed at that an editor would probably change; neighbours make one span, unless there is a pause between
    them, as probable as its worst word, for the reason that is likeliest for all of them; no figure ("12,500") is cut,
    or pointed at alone, and no placeholder ("%(name)s") is pointed at. Where most words would change, it is the
    sentence that is pointed at. Words are major errors where it is likelier than not that whoever changes them must. A
    word that the lexicon has, and a name that recurs as it is spelled, is no misspelling, and a sentence in which only
    such names stand out is sound; words that it has are not untranslated, unless they are at home in another language;
    one English word alone is not unintelligible; and an adverb of contracts ("hereunto") is no error.

    Args:
        signal: in whose name.
        calibration: of the network's numbers.
        strictness: how sure it must be.
    """

    def __init__(self, signal: str, calibration: ProofCalibration, strictness: Strictness) -> None:
        self._signal = signal
        self.calibration = calibration
        self._strictness = strictness

    def evidence(
        self, segment: Segment, proofread: Proofread, names: Container[str], *, why: bool = True, instead: str = ""
    ) -> Evidence:
        """What ``proofread`` says of the segment; the score is the log-odds that it must be repaired.

        Args:
            names: words that recur as they are spelled.
            why: whether the share of what is garbled is to be told.
            instead: why this network is asked and not another.
        """
        words = _doubtful(segment, proofread)
        log_odds = self.calibration.sentence.odds(proofread.must)
        p_edit = sigmoid(log_odds)
        garbled = (0.0 if segment.masked else p_edit * self._garbled(proofread)) if why else None
        details = RepairOdds(
            log_odds=log_odds, words=len(words), garbled=garbled, machine=proofread.machine, instead=instead
        )
        spans: tuple[ErrorSpan, ...] = ()
        if words and p_edit >= self.calibration.flagged[self._strictness]:
            spans = self._anew(segment, words, p_edit) if details.readable else ()
            spans = spans or tuple(self._spans(segment, words, names))
            if (
                not spans
                and not self._are_names(segment, words, names)
                and segment.kind.judged
                and details.readable
                and not segment.masked
            ):
                spans = (whole(segment, _UNCLEAR, p_edit, severity=_severity(p_edit, 1.0)),)
        return Evidence(signal=self._signal, segment_id=segment.id, score=log_odds, spans=spans, details=details)

    def _garbled(self, proofread: Proofread) -> float:
        """The share of what an editor would change in it that is garbled."""
        marked = [(self.calibration.word(word.marked), word.categories) for word in proofread.words]
        garbled = sum(p * sum(categories[why] for why in _GARBLED) for p, categories in marked)
        return garbled / sum(p for p, _ in marked) if marked else 0.0

    def _sure(self, words: Sequence[WordMark]) -> list[WordMark]:
        """Those that are pointed at whatever stands beside them."""
        return [word for word in words if self.calibration.word(word.marked) >= self.calibration.word_from]

    def _are_names(self, segment: Segment, words: Sequence[WordMark], names: Container[str]) -> bool:
        """Whether what stands out are names that recur."""
        doubtful = [word for word in words if self.calibration.word(word.marked) >= self.calibration.word_beside]
        return bool(doubtful) and all(word.span.of(segment.text) in names for word in doubtful)

    def _anew(self, segment: Segment, words: Sequence[WordMark], p_edit: float) -> tuple[ErrorSpan, ...]:
        """The sentence as a whole, where most of its words are pointed at for themselves: to be rewritten where that is
        as good as sure."""
        sure = self._sure(words)
        if segment.masked or len(sure) < _MOST * len(words):
            return ()
        category, severity, worst = self._said(segment, sure)
        sourced = bool(segment.source)
        message = _sourced(_NONSENSE, sourced) if category is Category.UNINTELLIGIBLE else _ANEW
        if p_edit < self.calibration.flagged[Strictness.STRICT]:
            message = _MUCH
        if len(words) <= _FEW or _is_foreign_name(segment.text, _around(sure), category):
            message, severity = said_of(segment.text, _around(sure), category, severity, sourced=sourced)
        return (whole(segment, message, worst, category=category, severity=severity),)

    def _said(self, segment: Segment, words: Sequence[WordMark]) -> tuple[Category, Severity, float]:
        """Why words are pointed at, how bad that is, and how likely an editor changes the worst of them."""
        probabilities = [self.calibration.word(word.marked) for word in words]
        worst = max(probabilities)
        must = max(self.calibration.word_must(word.must) for word in words)
        english = all(is_own(word.span.of(segment.text), segment.language) for word in words)
        unlikely = Category.UNTRANSLATED if len(words) > 1 else Category.UNINTELLIGIBLE
        among = [why for why in MESSAGES if not (english and why is unlikely)]
        return _reason(probabilities, words, among), _severity(must, worst), worst

    def _spans(self, segment: Segment, words: Sequence[WordMark], names: Container[str]) -> Iterator[ErrorSpan]:
        masked = [mask.shift(-segment.span.start) for mask in segment.masked] + [*placeholders(segment.text)]
        figures = [Span(*match.span()) for match in _FIGURE.finditer(segment.text)]
        masked += [figure for figure in figures if any(map(figure.overlaps, masked))]
        prose = {word.span for word in words if not any(map(word.span.overlaps, masked))}
        at = {word.span for word in compress(words, self.calibration.pointed(words))}
        cut = [figure for figure in figures if any(map(figure.overlaps, at))]
        at = (at | {word.span for word in words if any(map(word.span.overlaps, cut))}) & prose
        breaks = accumulate(bool(_PAUSE.search(text)) for text in _before(segment, words))
        parts = dict(zip((word.span for word in words), breaks, strict=True))
        for (pointed, _), group in groupby(words, key=lambda word: (word.span in at, parts[word.span])):
            if not pointed:
                continue
            run = list(group)
            category, severity, worst = self._said(segment, run)
            if category is Category.UNTRANSLATED and len(run) > 1:
                run = _trimmed(segment, run)
                category, severity, worst = self._said(segment, run)
            span = _around(run)
            if not LETTER.search(span.of(segment.text)) or any(map(span.overlaps, masked)):
                continue
            sure = [word.span.of(segment.text) for word in self._sure(run)]
            if not sure or (len(sure) == 1 and _is_spelt(sure[0], category, segment.language, names)):
                continue
            message, severity = said_of(segment.text, span, category, severity, sourced=bool(segment.source))
            yield ErrorSpan(
                span=span.shift(segment.span.start),
                rule=GARBLED,
                category=category,
                severity=severity,
                message=message,
                probability=worst,
            )


def said_of(
    text: str, span: Span, category: Category, severity: Severity, *, sourced: bool = False
) -> tuple[str, Severity]:
    """What is said of words at ``span`` of a sentence, and how bad it is: that a name is untranslated can only be
    asked, and what cannot be understood is rewritten from its source where it is ``sourced``."""
    if _is_foreign_name(text, span, category):
        return _NAME, min(severity, Severity.MINOR, key=lambda one: one.rank)
    few = len(span.of(text).split()) <= _FEW
    message = (MESSAGES if few else _OF_PASSAGES).get(category, _ODD)
    return _sourced(message, sourced and category is Category.UNINTELLIGIBLE), severity


def _sourced(message: str, sourced: bool) -> str:
    return f"{message}{_FROM_SOURCE}" if sourced else message


def _is_foreign_name(text: str, span: Span, category: Category) -> bool:
    return category is Category.UNTRANSLATED and is_name(text, span)


def _around(words: Sequence[WordMark]) -> Span:
    return Span(words[0].span.start, words[-1].span.end)


def _before(segment: Segment, words: Sequence[WordMark]) -> Iterator[str]:
    """What stands before each word, behind the one before, and how the word begins."""
    yield ""
    for left, right in pairwise(word.span for word in words):
        yield segment.text[left.end : right.start + 1]


def _is_spelt(word: str, category: Category, language: str, names: Container[str]) -> bool:
    """Whether a word that is taken for misspelled or no English is neither."""
    return category in _SPELT and (word in names or _SPELT[category](word, language))


def _trimmed(segment: Segment, words: Sequence[WordMark]) -> list[WordMark]:
    """Untranslated words without the English ones around them; figures stay, or they might be cut."""
    texts = [word.span.of(segment.text) for word in words]
    kept = [n for n, text in enumerate(texts) if _DIGIT.search(text) or not is_own(text, segment.language)]
    return list(words[kept[0] : kept[-1] + 1])


def _severity(must: float, changed: float) -> Severity:
    """Major where whoever changes it is likelier than not to have to."""
    return Severity.MAJOR if must >= changed / 2 else Severity.MINOR


def recurring(segments: Sequence[Segment]) -> frozenset[str]:
    """The capitalised words that stand more than once: names, as they are spelled."""
    counts = Counter(word for segment in segments for word in _CAPITALISED.findall(segment.text))
    return frozenset(word for word, count in counts.items() if count > 1)


def _reason(probabilities: Sequence[float], words: Sequence[WordMark], among: Sequence[Category]) -> Category:
    """The likeliest for all of the words."""
    return max(among, key=lambda why: sum(map(mul, probabilities, [word.categories.get(why, 0.0) for word in words])))


def _doubtful(segment: Segment, proofread: Proofread) -> list[WordMark]:
    """The words that may be pointed at."""
    if not segment.has_wording:
        return []
    pack = pack_of(segment.language)
    return [word for word in proofread.words if not pack.formal(word.span.of(segment.text))]
