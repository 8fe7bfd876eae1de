"""Other detectors beside mtqa, on the same documents.

Character n-grams with a logistic regression are tried on what they were not trained on: another year, or other systems.
Detectors that are too slow for all documents judge a few of each kind, drawn by chance.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from statistics import fmean
from typing import Any

import numpy as np

from mtqa.bench.data import chosen
from mtqa.bench.detection.columns import MTQA, PEOPLE, DetectionSuite, Documents, JudgedDocument
from mtqa.bench.documents import Origin, Text, reports
from mtqa.bench.kinds import Run
from mtqa.bench.measures import Flags, Numbers
from mtqa.bench.resampling import Indices, Statistic
from mtqa.bench.results import Measure, Table
from mtqa.checker import Checker
from mtqa.core.errors import ConfigError, ModelError

__all__ = ["NgramDetector", "detector_tables", "judge_slowly"]

_LONGEST_NGRAM = 4
_MOST_NGRAMS = 200_000
_DOCUMENTS = 60  # of each writer


class NgramDetector:
    """Trained to tell machine-translated documents from people's, each class weighing one half."""

    documents = _DOCUMENTS

    def __init__(self, training: Sequence[Text], *, seed: int) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        self._seed = seed
        self._ngrams: Any = TfidfVectorizer(
            analyzer="char",
            ngram_range=(1, _LONGEST_NGRAM),
            min_df=2,
            max_features=_MOST_NGRAMS,
            sublinear_tf=True,
            lowercase=False,
        )
        self._model = self._fitted(self._ngrams.fit_transform(map(_joined, training)), _machines(training))

    def __call__(self, texts: Sequence[Text]) -> list[float]:
        """The probability that each was machine-translated."""
        return [float(p) for p in self._model.predict_proba(self._ngrams.transform(map(_joined, texts)))[:, 1]]

    def by_system_left_out(self, texts: Sequence[Text]) -> Iterator[tuple[str, Numbers]]:
        """For each machine system, the probability that each text was machine-translated, by a regression trained on
        ``texts`` without those of the system; NaN for texts of other systems. No text is judged by a regression that
        saw a text of its own source: the sources are halved, and each half is judged by what was trained on the other.
        A system is passed over where a half lacks the machine's or people's texts to train on."""
        features = self._ngrams.transform(map(_joined, texts))
        machine = _machines(texts)
        half = np.array([hashlib.sha256(text.place.encode()).digest()[0] % 2 for text in texts], dtype=int)
        writers = np.array([text.writer for text in texts], dtype=str)
        for system in sorted(set(writers[machine])):
            own = machine & (writers == system)
            found: Numbers = np.full(len(texts), np.nan)
            for each in (0, 1):
                training = (half != each) & ~own
                judged = (half == each) & (own | ~machine)
                if len(set(machine[training])) < 2:
                    break
                if judged.any():
                    model = self._fitted(features[training], machine[training])
                    found[judged] = model.predict_proba(features[judged])[:, 1]
            else:
                yield system, found

    def _fitted(self, features: Any, machine: Flags) -> Any:
        from sklearn.linear_model import LogisticRegression

        model = LogisticRegression(
            C=10.0, class_weight="balanced", solver="liblinear", dual=True, max_iter=1000, random_state=self._seed
        )
        return model.fit(features, machine)


def _machines(texts: Sequence[Text]) -> Flags:
    return np.array([text.origin is Origin.MACHINE for text in texts], dtype=bool)


def _joined(text: Text) -> str:
    return "\n".join(text.segments)


def judge_slowly(items: Sequence[JudgedDocument], texts: Mapping[str, Text], suite: DetectionSuite, run: Run) -> None:
    """Adds the scores of slow detectors to some of the items of the breakdown's length; one that is not installed is
    left out, with a note.

    Args:
        texts: of the items, by id.
    """
    for name, signal, most in (
        ("perplexity", "fluency", suite.baselines.perplexity),
        ("round trip", "round-trip", suite.baselines.round_trip),
    ):
        if not most:
            continue
        drawn = _drawn(items, suite, most)
        scored: set[str] = set()
        why: set[str] = set()
        failed: list[str] = []
        try:
            checker = _checker(signal, run)
            by_id = {item.id: item for item in drawn}
            for text, report in reports(checker, [texts[item.id] for item in drawn], suite.language, failed):
                evidence = [e for v in report.judged for e in v.evidence if e.signal == signal]
                if scores := [e.score for e in evidence if e.score is not None]:
                    # What a machine wrote surprises less, and survives a round trip better.
                    by_id[text.id].scores[name] = fmean(scores) * (-1 if signal == "fluency" else 1)
                    scored.add(text.id)
                why |= {e.abstained for e in evidence if e.abstained}
        except (ConfigError, ModelError) as error:
            run.notes.append(f"{name}: left out: {error}")
            continue
        if failed and len(failed) == len(drawn):  # what it needs is not there
            run.notes.append(f"{name}: left out: {failed[0].partition(': ')[2]}")
            continue
        run.failures += failed
        if scored:
            run.signatures[name] = str(checker.signature)
        if len(scored) < len(drawn):
            reasons = "; ".join(sorted(why)) or "they failed"
            run.notes.append(
                f"{name}: left out for {len(drawn) - len(scored):,} of {len(drawn):,} documents: {reasons}"
            )


def _checker(signal: str, run: Run) -> Checker:
    return run.load(fluency=True) if signal == "fluency" else run.load(round_trip=("auto",))


def _drawn(items: Sequence[JudgedDocument], suite: DetectionSuite, most: int) -> list[JudgedDocument]:
    """As many of each kind; the larger draw holds the smaller."""
    drawn = []
    for origin in Origin:
        those = [item for item in items if (item.length, item.origin) == (suite.breakdown, origin)]
        drawn += [those[n] for n in chosen(len(those), most, f"{suite.seed}/{origin}")]
    return drawn


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
        "are. The lead is the difference between the two, tested on the same samples.",
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
        for people, those in _scored(documents, p).items():
            machine = documents.machine[those]
            row.setdefault("documents", Measure(int(machine.sum())))
            if people == "human translations":
                pairs = documents.distinct("pair", those[machine])
                those = np.intersect1d(those, documents.where(pair=pairs))
            row |= {
                f"system left out, {people}": documents.measure(those, documents.auroc_of(p)),
                f"year left out, {people}": documents.measure(those, documents.auroc("character n-grams")),
                f"mtqa, {people}": documents.measure(those, documents.auroc()),
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
