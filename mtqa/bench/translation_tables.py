"""mtqa's reference-free scores beside those of references: agreement by segment and by system."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from mtqa.bench import measures
from mtqa.bench.headlines import Columns, Headline, summary
from mtqa.bench.measures import Numbers
from mtqa.bench.resampling import Indices, Statistic
from mtqa.bench.results import Figure, Line, Measure, Table
from mtqa.bench.suites import TranslationSuite

__all__ = ["Item", "Outcomes", "agreement", "figures", "headlines", "summary_of"]

_FEWEST = 4  # systems, for a correlation to mean anything
_HIGHER_IS_WORSE = frozenset(("TER",))


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One output of a system: mtqa's probabilities and its chrF++ against the references."""

    id: str
    system: str
    place: str
    p_edit: float
    p_mt: float
    chrf: float


class Outcomes(Columns[Item]):
    """Items as columns."""

    def __init__(self, items: Sequence[Item], suite: TranslationSuite) -> None:
        super().__init__(items, suite)
        self.systems = list(dict.fromkeys(item.system for item in items))
        self.p_edit: Numbers = np.array([item.p_edit for item in items], dtype=float)
        self.p_mt: Numbers = np.array([item.p_mt for item in items], dtype=float)
        self.chrf: Numbers = np.array([item.chrf for item in items], dtype=float)
        self._number = np.array([self.systems.index(item.system) for item in items], dtype=int)

    def of_system(self, name: str) -> dict[str, Measure]:
        """mtqa's mean probabilities; nothing where it abstained throughout."""
        chosen = np.array([n for n, item in enumerate(self.items) if item.system == name], dtype=np.intp)
        if not len(chosen):
            return {}
        return {
            "p(repair)": self.measure(chosen, lambda n: measures.mean(self.p_edit[n])),
            "p(machine)": self.measure(chosen, lambda n: measures.mean(self.p_mt[n])),
        }

    def within_systems(self, measure: Callable[[Numbers, Numbers], float]) -> Statistic:
        """The mean over systems of a correlation of the probability of repair with how far outputs are from the
        references."""

        def statistic(n: Indices) -> float:
            found = []
            for number in range(len(self.systems)):
                mine = n[self._number[n] == number]
                found.append(measure(self.p_edit[mine], -self.chrf[mine]))
            return float(np.mean(found))

        return statistic


def headlines(outcomes: Outcomes) -> Iterator[Headline]:
    """The numbers that count."""
    everything = np.arange(len(outcomes.items))
    if len(everything):
        for name, measure in (("Spearman", measures.spearman), ("Pearson", measures.pearson)):
            yield Headline(f"{name} with chrF++ by segment", everything, outcomes.within_systems(measure))


def summary_of(outcomes: Outcomes) -> Table:
    """How well mtqa agrees with references, without them."""
    return summary(headlines(outcomes), outcomes)


def _means(outcomes: Outcomes) -> dict[str, float]:
    return {
        name: float(np.mean([item.p_edit for item in outcomes.items if item.system == name]))
        for name in outcomes.systems
    }


def agreement(outcomes: Outcomes, corpus: Mapping[str, Mapping[str, float]]) -> Table:
    """Correlation over systems of the mean probability of repair with each metric.

    Args:
        corpus: system to metric to score.
    """
    means = _means(outcomes)
    rows: dict[str, dict[str, Measure]] = {}
    if len(means) >= _FEWEST:
        repair = np.array(list(means.values()))
        for metric in next(iter(corpus.values())):
            sign = 1 if metric in _HIGHER_IS_WORSE else -1
            worse = np.array([sign * corpus[name][metric] for name in means])
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
        note="Correlation over systems of mtqa's mean probability of repair with how bad each metric finds them; 1 is "
        "perfect. So few systems make it a rough guide.",
        rows=rows,
    )


def figures(outcomes: Outcomes, corpus: Mapping[str, Mapping[str, float]]) -> Iterator[Figure]:
    """Systems, a point each, by a metric and mtqa's probability of repair."""
    means = _means(outcomes)
    metric = next(iter(next(iter(corpus.values()))))
    names = sorted(means, key=lambda name: -corpus[name][metric])
    if len(names) >= _FEWEST:
        yield Figure(
            name="systems",
            title="Systems",
            note="Each point is a system. Where they fall from left to right, mtqa and the references agree.",
            x=metric,
            y="mean p(repair)",
            lines=tuple(
                Line(name=name, x=(round(corpus[name][metric], 4),), y=(round(means[name], 4),)) for name in names
            ),
        )
