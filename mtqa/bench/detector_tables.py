"""Other detectors beside mtqa, on the same documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from mtqa.bench import measures
from mtqa.bench.detection_tables import AGAINST, MTQA, Documents
from mtqa.bench.measures import Numbers
from mtqa.bench.resampling import Statistic
from mtqa.bench.results import Measure, Table

__all__ = ["detector_tables"]

_PEOPLE = ("originals", "human translations")


def detector_tables(documents: Documents, without_system: Mapping[str, Numbers]) -> Iterator[Table]:
    """Of those that judged everything, of those that judged a few documents, and of n-grams by system.

    Args:
        without_system: of each machine system, what character n-grams that never saw it say of each document; NaN
            where they say nothing.
    """
    others = [name for name in documents.detectors if name != MTQA]
    slow = [name for name in others if np.isnan(documents.score(name)).any()]
    if len(slow) < len(others):
        yield _everywhere(documents, [MTQA, *(name for name in others if name not in slow)])
    if slow:
        yield _on_few(documents, slow)
    if without_system:
        yield _without_system(documents, without_system)


def _everywhere(documents: Documents, names: list[str]) -> Table:
    columns = {
        f"{length} segments, {people}": documents.against(length, AGAINST[people])
        for length in documents.lengths
        for people in _PEOPLE
    }
    return Table(
        name="detectors",
        title="Other detectors on the same documents",
        note="AUROC. “estimated surprisal” is the encoder's own guess of what a language model would say; character "
        "n-grams were trained on another year.",
        rows={
            name: {column: documents.measure(chosen, documents.auroc(name)) for column, chosen in columns.items()}
            for name in names
        },
    )


def _on_few(documents: Documents, names: list[str]) -> Table:
    rows = {}
    for name in names:
        scored = ~np.isnan(documents.score(name))
        for people in _PEOPLE:
            chosen = documents.against(documents.breakdown, AGAINST[people])
            chosen = chosen[scored[chosen]]
            auroc, mtqa = documents.auroc(name), documents.auroc()
            rows[f"{name}, against {people}"] = {
                "machine documents": Measure(int(documents.machine[chosen].sum())),
                "people's documents": Measure(int((~documents.machine[chosen]).sum())),
                "AUROC": documents.measure(chosen, auroc),
                "AUROC of mtqa": documents.measure(chosen, mtqa),
                "mtqa's lead": documents.measure(chosen, _lead(mtqa, auroc)),
            }
    return Table(
        name="slow-detectors",
        title="Slow detectors on a few documents, and mtqa on the same ones",
        note=f"Documents of {documents.breakdown} segments, drawn by chance: as many of each kind, or all that there "
        "are. The lead is the difference of the two, tested on the same samples.",
        rows=rows,
    )


def _lead(one: Statistic, other: Statistic) -> Statistic:
    return lambda n: one(n) - other(n)


def _without_system(documents: Documents, without_system: Mapping[str, Numbers]) -> Table:
    year = "character n-grams"
    rows = {}
    for system, p in without_system.items():
        scored = ~np.isnan(p)
        row: dict[str, Measure] = {}
        for people in _PEOPLE:
            chosen = documents.against(documents.breakdown, AGAINST[people])
            chosen = chosen[scored[chosen]]
            if people == "human translations":
                pairs = {documents.items[n].pair for n in chosen if documents.machine[n]}
                chosen = np.array([n for n in chosen if documents.items[n].pair in pairs], dtype=np.intp)
            row.setdefault("documents", Measure(int(documents.machine[chosen].sum())))
            row[f"system left out, {people}"] = documents.measure(chosen, _auroc_of(documents, p))
            row[f"year left out, {people}"] = documents.measure(chosen, documents.auroc(year))
            row[f"mtqa, {people}"] = documents.measure(chosen, documents.auroc())
        rows[system] = row
    columns = list(dict.fromkeys(column for row in rows.values() for column in row if column != "documents"))
    rows["mean"] = {column: Measure(_mean([row[column].value for row in rows.values()])) for column in columns}
    return Table(
        name="left-out",
        title="Character n-grams on systems and years that they never saw",
        note="AUROC. System left out: trained on what the other systems and people wrote in the year that is judged, "
        "of other sources. Year left out: trained on another year, in which the system may have taken part. mtqa "
        f"never saw this year. Documents of {documents.breakdown} segments.",
        rows=rows,
    )


def _auroc_of(documents: Documents, p: Numbers) -> Statistic:
    return lambda n: measures.auroc(documents.machine[n], p[n])


def _mean(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return round(sum(known) / len(known), 6) if known else None
