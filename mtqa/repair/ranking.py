"""Which candidates are worth a person's time, and in which order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mtqa.core.suggestions import Origin, Rejected, Suggestion
from mtqa.repair.similarity import wording

__all__ = ["MOST", "Limits", "choose"]

MOST = 3
"""A person chooses between so many texts at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a suggestion must reach; set with the model that judges it, in its ``model.toml``.

    Attributes:
        min_gain: in the probability of repair.
        reachable: share of the probability of repair that is enough of a gain where that is less than ``min_gain``.
        min_similarity: of the wording.
        similarity_weight: what a lost point of similarity costs in points of gain when suggestions are ranked.
        distinct: similarity to a better suggestion from which another says nothing new.
    """

    min_gain: float
    reachable: float
    min_similarity: float
    similarity_weight: float
    distinct: float


@dataclass(frozen=True, slots=True)
class Scored:
    """A suggestion before it is chosen or refused.

    Attributes:
        before: the probability of repair of the text as it stands.
        fluency: by how many bits a word surprises the language model less; None where none is loaded.
    """

    suggestion: Suggestion
    before: float
    fluency: float | None = None


def choose(scored: Sequence[Scored], limits: Limits) -> tuple[tuple[Suggestion, ...], tuple[Rejected, ...]]:
    """The best at most three suggestions, and why the others are not among them. What rules would put comes first and
    needs to gain nothing, as reports show it in any case."""
    kept: list[Suggestion] = []
    dropped: list[Rejected] = []
    for candidate in sorted(scored, key=lambda c: _rank(c.suggestion, limits)):
        suggestion = candidate.suggestion
        reason = _refused(candidate, limits) or _repeats(suggestion, kept, limits)
        if reason is None and len(kept) == MOST:
            reason = f"{MOST} others rank higher"
        if reason is None:
            kept.append(suggestion)
        else:
            dropped.append(Rejected(text=suggestion.text, origin=suggestion.origin, by=suggestion.by, reason=reason))
    return tuple(kept), tuple(dropped)


def _rank(suggestion: Suggestion, limits: Limits) -> tuple[bool, float, str]:
    cost = limits.similarity_weight * (1 - suggestion.similarity) - suggestion.gain
    return suggestion.origin is not Origin.RULE, cost, suggestion.text


def _refused(candidate: Scored, limits: Limits) -> str | None:
    suggestion = candidate.suggestion
    if suggestion.origin is Origin.RULE:
        return None
    # A language model has judged for itself that something is wrong: it is enough that mtqa sees no harm in it.
    own = suggestion.origin is Origin.LANGUAGE_MODEL
    asked = 0.0 if own else min(limits.min_gain, limits.reachable * candidate.before)
    if suggestion.gain < asked:
        by = f"{abs(suggestion.gain):.2f}"
        what = "stays the same" if by == "0.00" else f"{'falls' if suggestion.gain > 0 else 'rises'} by {by}"
        return f"p(repair) {what}; it must {'not rise' if own else f'fall by at least {asked:.2f}'}"
    if suggestion.similarity < limits.min_similarity:
        return (
            f"too unlike the text ({suggestion.similarity:.0%} alike; it must be at least {limits.min_similarity:.0%})"
        )
    if candidate.fluency is not None and candidate.fluency < 0:
        return f"reads less smoothly (each word is {-candidate.fluency:.1f} bits harder to predict)"
    return None


def _repeats(suggestion: Suggestion, kept: Sequence[Suggestion], limits: Limits) -> str | None:
    if any(wording(better.text, suggestion.text) >= limits.distinct for better in kept):
        return "hardly differs from a better suggestion"
    return None
