"""What is to be remarked on a document besides its decision, a sentence each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from mtqa.core.calibration import Calibration
from mtqa.core.details import MachineLogit, OtherLanguage, RepairOdds, SecondOpinion
from mtqa.core.documents import NO_LANGUAGE, Document
from mtqa.core.findings import Verdict
from mtqa.core.folding import hidden_in_words
from mtqa.core.signals import unread
from mtqa.core.tags import language_name

__all__ = [
    "of_declarations",
    "of_editors",
    "of_empty",
    "of_hidden",
    "of_languages",
    "of_second_opinion",
    "of_surprisal",
]

_FIRST_EMPTY = 3
_FEWEST_HIDDEN, _HIDDEN_SHARE = 5, 0.02  # invisible characters, by word, from which they are remarked on


def of_surprisal(surprisal: float | None, calibration: Calibration) -> Iterator[str]:
    """That a text is of another kind than those that decisions were measured on, if it is."""
    low, high = calibration.usual_surprisal
    if surprisal is not None and not low <= surprisal <= high:
        yield (
            f"an unusual kind of text: its words are {'harder' if surprisal > high else 'easier'} to predict "
            f"({surprisal:.1f} bits each) than in nearly all the articles that verdicts were tested on ({low:.1f} to "
            f"{high:.1f} bits), so the stated false-alarm rate may not hold"
        )


def of_hidden(text: str, words: int) -> Iterator[str]:
    """That many invisible characters stand in the words, if they do."""
    count, name = hidden_in_words(text)
    if count >= max(_FEWEST_HIDDEN, _HIDDEN_SHARE * words):
        yield (
            f"there are {count} invisible characters inside words (most often: {name}); "
            "the text was judged without them"
        )


def of_declarations(document: Document, verdicts: Sequence[Verdict]) -> Iterator[str]:
    """That the file declares what is no language, or sentences in it as not to be judged, where it does."""
    if document.misdeclared:
        yield (
            f"the file declares its language as '{document.misdeclared}', but no language has that tag; "
            "the language was detected instead"
        )
    apart = [verdict.segment.language for verdict in verdicts if verdict.segment.apart]
    kept = apart.count(NO_LANGUAGE)
    names = ", ".join(sorted(map(language_name, {*apart} - {NO_LANGUAGE})))
    elsewhere = (len(apart) - kept, f"as being in a different language ({names})")
    for count, marked in (elsewhere, (kept, "as not to be translated")):
        if count:
            many, judged = ("s are", "were") if count > 1 else (" is", "was")
            yield f"{count:,} sentence{many} marked in the file {marked}, and {judged} not judged"


def of_empty(document: Document) -> Iterator[str]:
    """That units have no translation, if some have none, and where the first of them are."""
    if count := len(document.empty):
        places = [document.place(unit.place).label for unit in document.empty[:_FIRST_EMPTY]]
        where = f"line{'s'[: len(places) > 1]} {', '.join(places)}{' and others' if count > len(places) else ''}"
        yield f"{count:,} unit{'s have' if count > 1 else ' has'} no translation ({where})"


def of_languages(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """That sentences are in a different language from the document, if some are."""
    others = [found.language for verdict in verdicts for found in verdict.details(OtherLanguage)]
    if others:
        plural = "s are" if len(others) > 1 else " is"
        first, *more = sorted({language_name(tag) for tag in others})
        names = f"{', '.join([first, *more[:-1]])} or {more[-1]}" if more else first
        yield f"{len(others):,} sentence{plural} in {names}, unlike the rest of the document"


def of_editors(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """That another editor judged sentences than the one that was asked for, if it did, and why; and that none did, as
    none reads their language."""
    for why, count in Counter(odds.instead for v in verdicts for odds in v.details(RepairOdds) if odds.instead).items():
        yield f"{why}, so the fast editor judged {count:,} sentence{'s'[: count > 1]}"
    for language, count in Counter(v.segment.language for v in verdicts if _is_unedited(v)).items():
        sentences = "1 sentence was" if count == 1 else f"{count:,} sentences were"
        yield f"no editor reads {language_name(language)}, so {sentences} checked for faults by the rules alone"


def _is_unedited(verdict: Verdict) -> bool:
    """Whether the detector read a segment, and no editor that was asked reads its language."""
    silent = any(evidence.abstained == unread(verdict.segment.language) for evidence in verdict.evidence)
    return silent and bool(verdict.details(MachineLogit)) and not verdict.details(RepairOdds)


def of_second_opinion(verdicts: Sequence[Verdict]) -> Iterator[str]:
    """What a language model of the user's own read, who runs it, and what it left unanswered, where one was asked."""
    said = [(e, e.details) for v in verdicts for e in v.evidence if isinstance(e.details, SecondOpinion)]
    if not said:
        return
    model, marked = f"the language model {said[0][1].model}", sum(bool(e.score) for e, _ in said)
    read, dropped = sum(each.answered for _, each in said), sum(each.dropped for _, each in said)
    uncalibrated = ""
    if read and not any(each.calibrated for _, each in said):
        uncalibrated = "; it is uncalibrated, so its marks say nothing about how likely a repair is"
    sentences = f"{len(said):,} sentence{'s'[: len(said) > 1]}"
    yield f"{model} read {read:,} of {sentences} and marked something in {marked:,}{uncalibrated}"
    for why, count in Counter(e.abstained for e, each in said if not each.answered).most_common():
        yield f"{model} did not judge {count:,} sentence{'s'[: count > 1]}: {why}"
    if dropped:
        marks = "1 mark was" if dropped == 1 else f"{dropped:,} marks were"
        yield f"{marks} dropped, because it is unclear which words {model} meant"
