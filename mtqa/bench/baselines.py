"""A detector to compare with: TF-IDF of character n-grams and a logistic regression, trained on another year."""

from __future__ import annotations

from collections.abc import Sequence

from mtqa.bench.documents import Origin, Text

__all__ = ["NgramDetector"]

_LONGEST_NGRAM = 4
_MOST_NGRAMS = 200_000
_DOCUMENTS = 60  # of each writer


class NgramDetector:
    """Trained to tell machine-translated documents from people's, each class weighing one half."""

    documents = _DOCUMENTS

    def __init__(self, training: Sequence[Text], *, seed: int) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.linear_model import LogisticRegression
        from sklearn.pipeline import make_pipeline

        self._model = make_pipeline(
            TfidfVectorizer(
                analyzer="char",
                ngram_range=(1, _LONGEST_NGRAM),
                min_df=2,
                max_features=_MOST_NGRAMS,
                sublinear_tf=True,
                lowercase=False,
            ),
            LogisticRegression(C=10.0, class_weight="balanced", max_iter=1000, random_state=seed),
        )
        self._model.fit([_joined(text) for text in training], [text.origin is Origin.MACHINE for text in training])

    def __call__(self, texts: Sequence[Text]) -> list[float]:
        """The probability that each was machine-translated."""
        return [float(p) for p in self._model.predict_proba([_joined(text) for text in texts])[:, 1]]


def _joined(text: Text) -> str:
    return "\n".join(text.segments)
