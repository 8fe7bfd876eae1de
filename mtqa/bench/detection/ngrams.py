"""A detector to compare with: TF-IDF of character n-grams and a logistic regression, tried on what it was not trained
on: another year, or other systems."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from mtqa.bench.documents import Origin, Text
from mtqa.bench.measures import Flags, Numbers

__all__ = ["NgramDetector"]

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
