"""What the page shows of suggestions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mtqa.core.differences import Part, compared
from mtqa.core.suggestions import Rejected, Suggestion
from mtqa.renderers.wording import CAUTIONS, alike, counted, gained, provenance, visible
from mtqa.review.desk import Desk

__all__ = ["Proposed", "Suggested", "differing", "suggested"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """A text that is proposed, or was not; ``parts`` are told from what the sentence reads now.

    Attributes:
        key: of what is proposed; empty where the text is not.
        gain: what it does to the probability of repair; empty where the text is not proposed.
        caution: whether to check it first; empty where the text is not proposed.
        origin: where the text comes from.
        alike: how much of the wording stays.
        reasons: for a person who decides, or why the text is not proposed.
    """

    parts: tuple[Part, ...]
    origin: str
    key: str = ""
    gain: str = ""
    caution: str = ""
    alike: str = ""
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """What has become of the search for suggestions."""

    looking: bool
    failure: str
    kept: tuple[Proposed, ...]
    dropped: tuple[Proposed, ...]
    said: str


def suggested(desk: Desk, number: int, *, shown: Sequence[str] = ()) -> Suggested | None:
    """What has become of the search for suggestions; None where there is nothing to look for. Those with the keys
    ``shown``, which a person may be reading, stay first and in that order, whatever is better."""
    search = desk.search(number)
    if search is None:
        return None
    text = desk.text(number)
    found = search.found.kept if search.found else ()
    offered = {each.key: each for each in desk.offered(number)}
    kept = {key: offered[key] for key in shown if key in offered} | {each.key: each for each in found}
    texts = {each.text for each in kept.values()}
    dropped = [each for each in (search.found.dropped if search.found else ()) if each.text not in texts]
    return Suggested(
        looking=not search.over,
        failure=visible(search.failure),
        kept=tuple(_kept(each, text) for each in kept.values()),
        dropped=tuple(_dropped(each, text) for each in dropped),
        said=_said(len(kept), looking=not search.over),
    )


def _said(count: int, *, looking: bool) -> str:
    if not count:
        return "Looking for suggestions …" if looking else "No good suggestion"
    return f"{counted(count, 'suggestion')}{'; looking for more …' if looking else ''}"


def _kept(each: Suggestion, text: str) -> Proposed:
    return Proposed(
        parts=differing(text, each.text),
        origin=provenance(each),
        key=each.key,
        gain=gained(each.gain),
        caution=CAUTIONS[each.caution],
        alike=alike(each.similarity),
        reasons=tuple(visible(reason) for reason in each.reasons),
    )


def _dropped(each: Rejected, text: str) -> Proposed:
    return Proposed(
        parts=differing(text, each.text) if each.text else (),
        origin=provenance(each),
        reasons=(visible(each.reason),),
    )


def differing(before: str, after: str) -> tuple[Part, ...]:
    """Both texts in parts, safe to show."""
    return tuple(Part(visible(p.kept), visible(p.removed), visible(p.added)) for p in compared(before, after))
