"""What outputs of systems come to by references, and mtqa's scores without one beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from mtqa.bench import measures
from mtqa.bench.columns import Cells, Columns, Headline
from mtqa.bench.measures import Numbers
from mtqa.bench.resampling import Indices, Statistic
from mtqa.bench.results import Figure, Line, Measure, Table
from mtqa.bench.translation.outputs import TranslationSuite

__all__ = ["JudgedOutput", "Outcomes", "Tested"]

_FEWEST = 4  # systems, for a correlation to mean anything
_HIGHER_IS_WORSE = frozenset(("TER",))
_LEVEL = 0.05  # below which probability two systems count as different


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedOutput:
    """What mtqa says of one output of a system, and its chrF++ against the references."""

    id: str
    system: str
    place: str
    p_edit: float
    p_mt: float
    chrf: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """sacrebleu's results by metric and system, the best system first: with the paired bootstrap, whose intervals they
    have, and with approximate randomisation."""

    bootstrap: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    randomisation: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def metric(self) -> str:
        """The first, by which systems are ranked."""
        return next(iter(self.bootstrap))

    @property
    def systems(self) -> Sequence[str]:
        """From the best."""
        return list(self.bootstrap[self.metric])

    def score(self, metric: str, system: str) -> float:
        """Of a system."""
        return float(self.bootstrap[metric][system].score)


class Outcomes(Columns[JudgedOutput]):
    """Judged outputs.

    Args:
        tested: the systems by references.
        segments: how many there are.
    """

    def __init__(
        self, items: Sequence[JudgedOutput], suite: TranslationSuite, tested: Tested | None = None, segments: int = 0
    ) -> None:
        super().__init__(items, suite)
        self._tested, self._segments, self._direction = tested or Tested(), segments, suite.pair
        self._systems: list[str] = self.distinct("system")
        self._p_edit = self.numbers(lambda i: i.p_edit)
        self._p_mt = self.numbers(lambda i: i.p_mt)
        self._chrf = self.numbers(lambda i: i.chrf)
        self._number = np.array([self._systems.index(item.system) for item in items], dtype=int)

    def _within_systems(self, measure: Callable[[Numbers, Numbers], float]) -> Statistic:
        """The mean over systems of a correlation of the probability of repair with how far outputs are from the
        references."""

        def statistic(n: Indices) -> float:
            found = []
            for number in range(len(self._systems)):
                mine = n[self._number[n] == number]
                found.append(measure(self._p_edit[mine], -self._chrf[mine]))
            return float(np.mean(found))

        return statistic

    def headlines(self) -> Iterator[Headline]:
        """How well mtqa agrees with references, without them."""
        if len(self.items):
            for name, measure in (("Spearman", measures.spearman), ("Pearson", measures.pearson)):
                yield Headline(f"{name} with chrF++ by segment", self.where(), self._within_systems(measure))

    def conclusion(self, summary: Table) -> str:
        """Which system is best, and which cannot be told from it."""
        metric = self._tested.metric
        scores = {name: self._tested.score(metric, name) for name in self._tested.systems}
        ps = {name: said.p_value for name, said in self._tested.bootstrap[metric].items()}
        best, *others = scores
        near = [
            name for name in others if (p := ps[name]) is not None and (p >= _LEVEL or scores[name] == scores[best])
        ]
        behind = [name for name in others if name not in near]
        segments = f"{self._segments:,} segment{'s' if self._segments != 1 else ''}"
        where = f"{self._direction}, {segments}" if self._direction else segments
        found = [f"{where}: {best} has the highest {metric}, {scores[best]:.1f}."]
        for names, said in (
            (near, f"Not told apart from it at {_LEVEL:.0%} by the paired bootstrap"),
            (behind, "Behind it"),
        ):
            if names:
                found.append(f"{said}: {', '.join(f'{name} ({scores[name]:.1f})' for name in names)}.")
        return " ".join(found)

    def details(self) -> Iterator[Table]:
        """Systems by each metric, tests between them, and whether mtqa ranks them alike."""
        yield Table(
            name="systems",
            title="Systems",
            note="Ranked by BLEU, with sacrebleu's intervals: of TER, lower is better. The last columns are mtqa's "
            "mean probabilities, which know no reference.",
            rows={name: self._system(rank, name) for rank, name in enumerate(self._tested.systems, 1)},
        )
        first, *others = self._tested.systems
        tests = (("bootstrap", self._tested.bootstrap), ("randomisation", self._tested.randomisation))
        yield Table(
            name="tests",
            title=f"Differences from {first}",
            note="p: the probability of a difference that large by chance, by sacrebleu's paired bootstrap and "
            "approximate randomisation, not adjusted for their number.",
            rows={
                name: {
                    f"{metric}, {test}": Measure(of[metric][name].p_value)
                    for metric in self._tested.bootstrap
                    for test, of in tests
                }
                for name in others
            },
        )
        yield self._agreement()

    def _system(self, rank: int, name: str) -> dict[str, Measure]:
        row = {"rank": Measure(rank)}
        for metric, scores in self._tested.bootstrap.items():
            mean, ci = float(scores[name].mean), float(scores[name].ci)
            row[metric] = Measure(float(scores[name].score), mean - ci, mean + ci)
        means: Cells = {
            "p(repair)": lambda n: measures.mean(self._p_edit[n]),
            "p(machine)": lambda n: measures.mean(self._p_mt[n]),
        }
        chosen = self.where(system=name)
        return row | (self.row(chosen, means) if len(chosen) else {})

    def _means(self) -> dict[str, float]:
        return {name: measures.mean(self._p_edit[self.where(system=name)]) for name in self._systems}

    def _agreement(self) -> Table:
        """Correlation over systems of the mean probability of repair with each metric."""
        means = self._means()
        rows: dict[str, dict[str, Measure]] = {}
        if len(means) >= _FEWEST:
            repair = np.array(list(means.values()))
            for metric in self._tested.bootstrap:
                sign = 1 if metric in _HIGHER_IS_WORSE else -1
                worse = np.array([sign * self._tested.score(metric, name) for name in means])
                rows[metric] = {
                    "systems": Measure(len(means)),
                    **{
                        label: Measure(None if np.isnan(value := of(repair, worse)) else round(value, 6))
                        for label, of in (("Pearson", measures.pearson), ("Kendall", measures.kendall))
                    },
                }
        return Table(
            name="agreement",
            title="Do mtqa and the references rank systems alike?",
            note="Correlation over systems of mtqa's mean probability of repair with how bad each metric finds them; 1 "
            "is perfect. So few systems make it a rough guide.",
            rows=rows,
        )

    def figures(self) -> Iterator[Figure]:
        """Systems, a point each, by a metric and mtqa's probability of repair."""
        means, metric = self._means(), self._tested.metric
        names = [name for name in self._tested.systems if name in means]
        if len(names) >= _FEWEST:
            yield Figure(
                name="systems",
                title="Systems",
                note="Each point is a system. Where they fall from left to right, mtqa and the references agree.",
                x=metric,
                y="mean p(repair)",
                lines=tuple(
                    Line(name=name, x=(round(self._tested.score(metric, name), 4),), y=(round(means[name], 4),))
                    for name in names
                ),
            )
