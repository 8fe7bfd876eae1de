"""Other texts for a segment: by rules, by machine translation, and by both the author's words and a machine's."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from mtqa.core.details import SecondOpinion
from mtqa.core.differences import Change, apply, rewordings
from mtqa.core.findings import Applicability, Verdict
from mtqa.core.folding import Folding
from mtqa.core.spans import Span
from mtqa.core.suggestions import Origin, Rejected
from mtqa.repair.engines import Engine, Failed

__all__ = ["Candidate", "candidates", "combined"]

_MOST_ALONE = 12  # differences of one translation that are tried alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A text that may be proposed for a segment.

    Attributes:
        caution: whether it may be applied without a person reading it.
        alone: the only difference from the segment, in a recombination that has just one.
    """

    text: str
    origin: Origin
    by: str
    caution: Applicability = Applicability.UNSAFE
    alone: Change | None = None


def candidates(
    verdict: Verdict,
    engines: Sequence[Engine],
    *,
    source_language: str | None,
    breaks: Callable[[str], tuple[str, ...]],
    written: Sequence[Candidate] = (),
) -> tuple[list[Candidate], list[Rejected]]:
    """Candidates for a segment, each text once; and those that cannot be made or change what they must not. What a rule
    would put is shown wherever its flag is, so it is always among them.

    Args:
        verdict: on the segment.
        engines: that translate.
        source_language: of the segment's source, where that is known.
        breaks: what a text changes of the segment's that it must not.
        written: by a language model, for this segment.
    """
    translated, dropped = _translated(verdict, engines, source_language)
    made = [*_by_rules(verdict), *_by_opinions(verdict), *written, *translated]
    made += [mixed for candidate in translated for mixed in _recombined(verdict, candidate, breaks)]
    kept: dict[str, Candidate] = {}
    for candidate in made:
        if not candidate.text.strip() or candidate.text in (verdict.segment.text, *kept):
            continue
        if candidate.origin is not Origin.RULE and (broken := breaks(candidate.text)):
            dropped.append(
                Rejected(text=candidate.text, origin=candidate.origin, by=candidate.by, reason="; ".join(broken))
            )
        else:
            kept[candidate.text] = candidate
    return list(kept.values()), list(dict.fromkeys(dropped))


def combined(text: str, alone: Sequence[Candidate]) -> Iterator[Candidate]:
    """The first two of some recombinations of ``text`` together, the first three and so on, but for those whose
    differences overlap an earlier one's."""
    apart: list[Change] = []
    makers: set[str] = set()
    for candidate in alone:
        change = candidate.alone
        if change is None or any(_touches(change.span, other.span) for other in apart):
            continue
        apart.append(change)
        makers.add(candidate.by)
        if len(apart) > 1:
            yield Candidate(text=apply(text, apart), origin=Origin.RECOMBINATION, by=" + ".join(sorted(makers)))


def _by_rules(verdict: Verdict) -> Iterator[Candidate]:
    """Each flag's repairs, the safe ones of all flags together, and the first ones of all."""
    segment = verdict.segment
    repairs = [
        (flag.rule, group)
        for flag in verdict.flags
        for group in flag.alternatives()
        if all(segment.span.contains(edit.span) for edit in group)
    ]
    safe = [(rule, group) for rule, group in repairs if Applicability.of(group) is Applicability.SAFE]
    first = [(flag.rule, flag.alternatives()[0]) for flag in verdict.flags if flag.edits]
    together = [(rule, group) for rule, group in first if (rule, group) in repairs]
    for chosen in (together, safe, *([one] for one in repairs)):
        edits = [edit for _, group in chosen for edit in group]
        changes = [Change(edit.span.shift(-segment.span.start), edit.text) for edit in edits]
        if edits and not any(_touches(a.span, b.span) for a, b in combinations(changes, 2)):
            yield Candidate(
                text=apply(segment.text, changes),
                origin=Origin.RULE,
                by=", ".join(dict.fromkeys(rule for rule, _ in chosen)),
                caution=Applicability.of(edits),
            )


def _by_opinions(verdict: Verdict) -> Iterator[Candidate]:
    """What a second opinion would put, each of its repairs alone and all that do not touch each other together."""
    text = verdict.segment.text
    folding = Folding.of(text)
    for opinion in verdict.details(SecondOpinion):
        changes = [Change(folding.original(Span(each.start, each.end)), each.text) for each in opinion.proposals]
        together: list[Change] = []
        for change in changes:
            if not any(_touches(change.span, other.span) for other in together):
                together.append(change)
        for group in (together, *([change] for change in changes)):
            if group:
                yield Candidate(text=_tidied(text, group), origin=Origin.LANGUAGE_MODEL, by=opinion.model)


def _tidied(text: str, group: Sequence[Change]) -> str:
    """The text with changes; a blank goes with words that are left out."""
    wider = [
        Change(Span(each.span.start, each.span.end + 1), "")
        if not each.text and text[each.span.end : each.span.end + 1] == " "
        else each
        for each in group
    ]
    return apply(text, wider).strip()


def _translated(
    verdict: Verdict, engines: Sequence[Engine], source_language: str | None
) -> tuple[list[Candidate], list[Rejected]]:
    """The segment there and back through each pivot, and its source translated."""
    segment = verdict.segment
    made: list[Candidate] = []
    failed: list[Rejected] = []
    for engine in engines:
        tasks: list[tuple[Origin, str, tuple[str, ...]]] = []
        if segment.source and source_language and (pair := engine.pair(source_language, segment.language)):
            tasks.append((Origin.SOURCE, segment.source, pair))
        tasks += [
            (Origin.ROUND_TRIP, Folding.of(segment.text).text, path) for path in engine.round_trips(segment.language)
        ]
        for origin, text, path in tasks:
            by = f"{engine.signature} {'-'.join(path)}"
            try:
                made.append(Candidate(text=engine.translate(text, path), origin=origin, by=by))
            except Failed as reason:
                failed.append(Rejected(text="", origin=origin, by=by, reason=f"the engine {reason}"))
    return made, failed


def _recombined(verdict: Verdict, other: Candidate, breaks: Callable[[str], tuple[str, ...]]) -> Iterator[Candidate]:
    """The segment with some words as ``other`` has them, what must stay left as it is: each difference at flagged words
    alone, all of them together, and all there are."""
    text = verdict.segment.text
    flagged = [flag.span.shift(-verdict.segment.span.start) for flag in verdict.flags]
    harmless = [change for change in rewordings(text, other.text) if not breaks(apply(text, [change]))]
    touched = [change for change in harmless if any(_touches(change.span, span) for span in flagged)]
    for change in touched[:_MOST_ALONE]:
        yield Candidate(text=apply(text, [change]), origin=Origin.RECOMBINATION, by=other.by, alone=change)
    for group in (touched, harmless):
        yield Candidate(text=apply(text, group), origin=Origin.RECOMBINATION, by=other.by)


def _touches(span: Span, other: Span) -> bool:
    return span.start <= other.end and other.start <= span.end
