"""Other detectors beside mtqa, on the same documents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from mtqa.bench.detection.columns import MTQA, PEOPLE, Documents
from mtqa.bench.measures import Numbers
from mtqa.bench.resampling import Indices, Statistic
from mtqa.bench.results import Measure, Table

__all__ = ["detector_tables"]


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


def _everywhere(documents: Documents, names: Sequence[str]) -> Table:
    columns = {
        f"{length} segments, {people}": documents.against(length, origin)
        for length in documents.lengths
        for people, origin in PEOPLE.items()
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


def _scored(documents: Documents, score: Numbers) -> dict[str, Indices]:
    """By whom people's are, the documents of the breakdown's length that a detector judged."""
    found = {people: documents.against(documents.breakdown, origin) for people, origin in PEOPLE.items()}
    return {people: chosen[~np.isnan(score[chosen])] for people, chosen in found.items()}


def _on_few(documents: Documents, names: Sequence[str]) -> Table:
    mtqa = documents.auroc()
    return Table(
        name="slow-detectors",
        title="Slow detectors on a few documents, and mtqa on the same ones",
        note=f"Documents of {documents.breakdown} segments, drawn by chance: as many of each kind, or all that there "
        "are. The lead is the difference of the two, tested on the same samples.",
        rows={
            f"{name}, against {people}": {
                "machine documents": Measure(int(documents.machine[chosen].sum())),
                "people's documents": Measure(int((~documents.machine[chosen]).sum())),
                "AUROC": documents.measure(chosen, auroc),
                "AUROC of mtqa": documents.measure(chosen, mtqa),
                "mtqa's lead": documents.measure(chosen, _lead(mtqa, auroc)),
            }
            for name, auroc in ((name, documents.auroc(name)) for name in names)
            for people, chosen in _scored(documents, documents.score(name)).items()
        },
    )


def _lead(one: Statistic, other: Statistic) -> Statistic:
    return lambda n: one(n) - other(n)


def _without_system(documents: Documents, without_system: Mapping[str, Numbers]) -> Table:
    rows: dict[str, dict[str, Measure]] = {}
    for system, p in without_system.items():
        row: dict[str, Measure] = {}
        for people, chosen in _scored(documents, p).items():
            machine = documents.machine[chosen]
            row.setdefault("documents", Measure(int(machine.sum())))
            if people == "human translations":
                pairs = documents.distinct("pair", chosen[machine])
                chosen = np.intersect1d(chosen, documents.where(pair=pairs))
            row |= {
                f"system left out, {people}": documents.measure(chosen, documents.auroc_of(p)),
                f"year left out, {people}": documents.measure(chosen, documents.auroc("character n-grams")),
                f"mtqa, {people}": documents.measure(chosen, documents.auroc()),
            }
        rows[system] = row
    columns = [column for column in next(iter(rows.values())) if column != "documents"]
    known = {column: [v for row in rows.values() if (v := row[column].value) is not None] for column in columns}
    rows["mean"] = {
        column: Measure(round(sum(values) / len(values), 6) if values else None) for column, values in known.items()
    }
    return Table(
        name="left-out",
        title="Character n-grams on systems and years that they never saw",
        note="AUROC. System left out: trained on what the other systems and people wrote in the year that is judged, "
        "of other sources. Year left out: trained on another year, in which the system may have taken part. mtqa "
        f"never saw this year. Documents of {documents.breakdown} segments.",
        rows=rows,
    )
