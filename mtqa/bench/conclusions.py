"""What a result comes to, in a sentence or two before its tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mtqa.bench.results import Measure, Table

__all__ = ["of_detection", "of_errors", "of_speed", "of_translation"]

_LEVEL = 0.05  # below which probability two systems count as different


def of_detection(summary: Table, length: int) -> str:
    """How well machine translations are told, and whom the decisions accuse."""
    cells = _values(summary)
    at = f"{length} segments"
    against = [
        f"{cells[name].value:.3f}{_interval(cells[name])} against {people}"
        for people in ("originals", "human translations")
        if (name := f"AUROC, {at}, against {people}") in cells
    ]
    called = [
        f"{cells[name].value:.1%}{_interval(cells[name], '.1%')} of {kind}"
        for kind in ("machine translations", "originals")
        if (name := f"{kind} called likely-mt, {at}") in cells
    ]
    found = [f"In documents of {at}, AUROC is {' and '.join(against)}."] if against else []
    found += [f"As shipped, {' and '.join(called)} are called likely-mt."] if called else []
    return " ".join(found)


def of_errors(summary: Table) -> str:
    """What a person finds who reads the worst, and how far mtqa agrees with people."""
    cells = {name.partition(",")[0]: cell for name, cell in _values(summary).items()}
    sentences = (
        ("precision of the worst 10 %", "Of the 10 % of sentences that mtqa ranks worst, {:.1%} need repair."),
        ("Spearman", "Its probability of repair agrees with people's scores by a Spearman correlation of {:.2f}."),
        ("word MCC", "The words that it flags agree with those that people tagged by an MCC of {:.2f}."),
    )
    return " ".join(text.format(cells[name].value) for name, text in sentences if name in cells)


def of_translation(
    scores: Mapping[str, float], ps: Mapping[str, float | None], *, metric: str, direction: str, segments: int
) -> str:
    """Which system is best, and which cannot be told from it.

    Args:
        scores: of each system by ``metric``, the best first.
        ps: of each system, the probability of a difference from the best that large by chance; None for itself.
        direction: the language pair, ``""`` where it is not known.
    """
    where = ", ".join([*([direction] if direction else []), f"{segments:,} segment{'s' if segments != 1 else ''}"])
    best, *others = scores
    found = [f"{where}: {best} has the highest {metric}, {scores[best]:.1f}."]
    near = [name for name in others if (p := ps[name]) is not None and (p >= _LEVEL or scores[name] == scores[best])]
    behind = [name for name in others if name not in near]
    if near:
        found.append(f"Not told apart from it at {_LEVEL:.0%} by the paired bootstrap: {_listed(near, scores)}.")
    if behind:
        found.append(f"Behind it: {_listed(behind, scores)}.")
    return " ".join(found)


def of_speed(summary: Table) -> str:
    """How many times as fast as others, and how many words a second."""
    cells = _values(summary)
    times = [
        f"{cell.value:.1f} times as fast as {name.removeprefix('times as fast as ')}"
        for name, cell in cells.items()
        if name.startswith("times as fast as")
    ]
    rates = [cell.value for name, cell in cells.items() if name.startswith("words a second") and cell.value]
    found = [f"mtqa reads {max(rates):,.0f} words a second."] if rates else []
    found += [f"It is {', '.join(times)}, on the same text in the same run."] if times else []
    return " ".join(found)


def _values(summary: Table) -> dict[str, Measure]:
    """The numbers of a summary that are known."""
    return {name: row["value"] for name, row in summary.rows.items() if row["value"].value is not None}


def _interval(measure: Measure, form: str = ".3f") -> str:
    return "" if measure.low is None else f" ({measure.low:{form}} to {measure.high:{form}})"


def _listed(names: Sequence[str], scores: Mapping[str, float]) -> str:
    return ", ".join(f"{name} ({scores[name]:.1f})" for name in names)
