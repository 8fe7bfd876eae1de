"""Probabilities and thresholds of an editor, and what they are worth, from lines that two copy editors marked.

Thresholds are set on lines that both leave alone, so that what one overlooked counts as no false alarm.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
from documents import documents_of
from scipy.optimize import minimize
from sklearn.metrics import average_precision_score, f1_score, matthews_corrcoef, roc_auc_score

import mtqa
from mtqa.bench.editor.marks import CATEGORIES
from mtqa.core.findings import Category
from mtqa.core.proofreading import Proofread
from mtqa.core.settings import Strictness
from mtqa.segmentation import segment

Proofreading = Callable[[list[str]], list[Proofread]]
"""What an editor says of the sentences of a document."""
SOUND = {Strictness.STRICT: 0.01, Strictness.USUAL: 0.05, Strictness.GENEROUS: 0.15}
"""Share of sound sentences that are flagged."""


@dataclass(frozen=True)
class Line:
    """A line that editors marked: its level, the second editor's, what the network says of its words and of the worst
    of its sentences."""

    kind: str
    level: int
    second: int
    must: float
    words: list[tuple[float, float, dict[Category, float], int, Category | None, int]]
    """Log-odds that it is marked and that it must be changed, categories; what the editor said, and why; the ordinal
    of its sentence among all."""


def lines(proofread: Proofreading, path: Path) -> list[Line]:
    """Those of marked documents, read as the product reads them."""
    found, ordinals = [], count()
    for document in documents_of(path):
        text, starts = "", []
        for each in document["lines"]:
            starts.append(len(text))
            text += each["text"] + "\n\n"
        article = mtqa.from_text(text, language="en")
        segments = segment(article)
        judged = list(zip(segments, proofread([one.text for one in segments]), strict=True))
        for start, each in zip(starts, document["lines"], strict=True):
            own = [(s, p) for s, p in judged if start <= s.span.start < start + max(1, len(each["text"]))]
            if each["level"] is None or not own:
                continue
            words = []
            for (one, said), ordinal in zip(own, ordinals, strict=False):
                for mark in said.words:
                    span = mark.span.shift(one.span.start - start)
                    over = [s for s in each["spans"] if s[0] < span.end and span.start < s[1]]
                    top = max(over, key=lambda s: s[2], default=None)
                    why = CATEGORIES.get(top[3]) if top and top[3] else None
                    words.append((mark.marked, mark.must, dict(mark.categories), top[2] if top else 0, why, ordinal))
            second = max((mark[2] for mark in each.get("again", ())), default=0)
            found.append(Line(document["kind"], each["level"], second, max(p.must for _, p in own), words))
    return found


def platt(scores: np.ndarray, wanted: np.ndarray) -> tuple[float, float]:
    """Slope and intercept of least log loss (Platt 1999)."""

    def cost(at: np.ndarray) -> float:
        odds = at[0] * scores + at[1]
        return float((np.logaddexp(0, odds) - wanted * odds).mean())

    slope, intercept = minimize(cost, np.array([1.0, 0.0]), method="Nelder-Mead").x
    return float(slope), float(intercept)


def probability(curve: tuple[float, float], scores: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-(curve[0] * scores + curve[1])))


def columns(found: list[Line]) -> dict[str, np.ndarray]:
    words = [word for line in found for word in line.words]
    return {
        "level": np.array([line.level for line in found]),
        "second": np.array([line.second for line in found]),
        "must": np.array([line.must for line in found]),
        "marked": np.array([word[0] for word in words]),
        "marked must": np.array([word[1] for word in words]),
        "word level": np.array([word[3] for word in words]),
        "line": np.repeat(np.arange(len(found)), [len(line.words) for line in found]),
        "sentence": np.array([word[5] for word in words]),
    }


def pointed(p: np.ndarray, sentence: np.ndarray, start: float, beside: float) -> np.ndarray:
    """``ProofCalibration.pointed`` of the words of all sentences: their probabilities, and the ordinals of theirs."""
    together = p >= beside
    breaks = ~together
    breaks[1:] |= sentence[1:] != sentence[:-1]
    runs = np.cumsum(breaks)
    at = together & (np.bincount(runs, p >= start)[runs] > 0)
    at[1:-1] |= at[:-2] & at[2:] & (sentence[:-2] == sentence[2:])
    return at


def calibrated(found: list[Line]) -> dict[str, Any]:
    """What ``ProofCalibration`` needs but the recall."""
    of = columns(found)
    sound = (of["level"] == 0) & (of["second"] == 0)
    sentence = platt(of["must"], ((of["level"] == 2) * 0.5 + (of["second"] == 2) * 0.5))
    word = platt(of["marked"], of["word level"] >= 1)
    must = platt(of["marked must"], of["word level"] == 2)
    p = probability(sentence, of["must"])
    flagged = {one: float(np.quantile(p[sound], 1 - share)) for one, share in SOUND.items()}
    likely = p[of["line"]] >= flagged[Strictness.USUAL]
    p_word = probability(word, of["marked"])
    grid = np.linspace(0.1, 0.6, 26)
    pairs = [(start, beside) for start in grid for beside in grid if start / 2 <= beside <= start]
    start, beside = max(
        pairs, key=lambda at: f1_score(of["word level"] >= 1, pointed(p_word, of["sentence"], *at) & likely)
    )
    return {
        "sentence": sentence,
        "word": word,
        "word_must": must,
        "word_from": float(start),
        "word_beside": float(beside),
        "flagged": {one.value: at for one, at in flagged.items()},
    }


def judged(found: list[Line], calibration: dict[str, Any]) -> dict[str, Any]:
    """The table of the card."""
    of = columns(found)
    p = probability(calibration["sentence"], of["must"])
    sound, must = of["level"] == 0, of["level"] == 2
    agreed = of["level"] == of["second"]
    clear = sound | must
    p_word = probability(calibration["word"], of["marked"])
    words = [word for line in found for word in line.words]
    marked = of["word level"] >= 1
    table: dict[str, Any] = {
        "lines": len(found),
        "p(repair) AUROC": roc_auc_score(must[clear], p[clear]),
        "recall at 5 %": (p[must] > np.quantile(p[sound], 0.95)).mean(),
        "words AUROC": roc_auc_score(marked, p_word),
        "words AP": average_precision_score(marked, p_word),
    }
    both_clear = clear & agreed
    table["agreed"] = {
        "lines": int(agreed.sum()),
        "must": int((must & agreed).sum()),
        "sound": int((sound & agreed).sum()),
        "p(repair) AUROC": roc_auc_score(must[both_clear], p[both_clear]),
        "recall at 5 %": (p[must & agreed] > np.quantile(p[sound & agreed], 0.95)).mean(),
    }
    for one in Strictness:
        flagged = p >= calibration["flagged"][one]
        table["agreed"][one.value] = {
            "must_repair": flagged[must & agreed].mean(),
            "sound": flagged[sound & agreed].mean(),
        }
        at = flagged[of["line"]] & pointed(p_word, of["sentence"], calibration["word_from"], calibration["word_beside"])
        both = [w for w, is_pointed in zip(words, at, strict=True) if is_pointed and w[4] is not None]
        table[one.value] = {
            "must_repair": flagged[must].mean(),
            "should_repair": flagged[of["level"] == 1].mean(),
            "sound": flagged[sound].mean(),
            "words F1": f1_score(marked, at),
            "words MCC": matthews_corrcoef(marked, at),
            "category": float(np.mean([max(w[2], key=w[2].__getitem__) is w[4] for w in both])) if both else None,
        }
    bins = np.clip((p * 10).astype(int), 0, 9)
    table["reliability"] = [
        [int((bins == b).sum()), float(p[bins == b].mean()), float(must[bins == b].mean())]
        for b in range(10)
        if (bins == b).any()
    ]
    flagged = p >= calibration["flagged"][Strictness.USUAL]
    table["kinds"] = {}
    for kind in sorted({line.kind for line in found}):
        own = np.array([line.kind == kind for line in found])
        table["kinds"][kind] = {
            "must": int((own & must).sum()),
            "sound": int((own & sound).sum()),
            "must flagged": float(flagged[own & must].mean()) if (own & must).any() else None,
            "sound flagged": float(flagged[own & sound].mean()) if (own & sound).any() else None,
            "p(repair)": float(p[own].mean()),
            "must repair": float(must[own].mean()),
        }
    return rounded(table)


def rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: rounded(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(each) for each in value]
    return round(float(value), 4) if isinstance(value, float | np.floating) else value
