"""Calibration of what the editor's layers say.

Without sources: on the documents that two copy editors marked, ``dev``, and judged on ``test``, as the careful editor's
recipe has it. With sources: on MQM 2021, so that as many of its sentences and words are flagged as without, and as many
of the words as major.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from careful import calibrated, judged, lines, platt, pointed, probability, rounded
from corpora import bad_characters, needs_repair, rows

from mtqa.core.protocols import Passage, SegmentScore
from mtqa.core.settings import Strictness
from mtqa.neural.encoder import Encoder

NAME, SOURCED = "labels-dev", "mqm21"
ROWS, TOGETHER = 3000, 10
Rows = list[tuple[dict[str, Any], SegmentScore]]


def calibration(encoder: Encoder, marked: Path, data: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """The tables ``editor`` and ``sourced_editor``, and what ``test`` says of the first."""

    def proofread(sentences: list[str]) -> list:
        return [score.proofread for score in encoder.encode([[Passage(text) for text in sentences]])[0]]

    blind = calibrated(lines(proofread, marked / "dev.jsonl"))
    table = judged(lines(proofread, marked / "test.jsonl"), blind)
    agreed = table["agreed"]
    recall = {one.value: {"lines": agreed["lines"]} | agreed[one.value] for one in Strictness}
    told = sourced(scored(encoder, data, sources=False), scored(encoder, data, sources=True), blind)
    tables = {
        "editor": {"name": NAME, "languages": ["en"], "recall": recall} | rounded(blind),
        "sourced_editor": {"name": SOURCED} | rounded(told),
    }
    return tables, table


def scored(encoder: Encoder, data: Path, *, sources: bool) -> Rows:
    """Judged sentences of MQM 2021, and what the encoder says of them."""
    found = (r for r in rows(data / "quality.en.jsonl.gz") if (r["dataset"], r["split"]) == ("mqm", "newstest2021"))
    runs: dict[tuple, list[dict]] = defaultdict(list)
    for number, row in enumerate(islice(found, ROWS)):
        runs[(row["system"], row["doc"]) if row["doc"] else (number,)].append(row)
    documents = [run[i : i + TOGETHER] for run in runs.values() for i in range(0, len(run), TOGETHER)]
    passages = [[Passage(row["text"], row["source"] if sources else None) for row in run] for run in documents]
    return [
        pair
        for run, scores in zip(documents, encoder.encode(passages), strict=True)
        for pair in zip(run, scores, strict=True)
    ]


def sourced(blind: Rows, told: Rows, calibration: dict[str, Any]) -> dict[str, Any]:
    """Like ``calibration``, of the heads that know the source."""
    must = np.array([score.proofread.must for _, score in told])
    sentence = platt(must, np.array([needs_repair(row) for row, _ in told]))
    tagged = [
        (word.marked, any(s < word.span.end and word.span.start < e for s, e in bad))
        for row, score in told
        if (bad := bad_characters(row)) is not None
        for word in score.proofread.words
    ]
    word = platt(*(np.array(column) for column in zip(*tagged, strict=True)))
    p_blind = probability(calibration["sentence"], np.array([score.proofread.must for _, score in blind]))
    p_told = probability(sentence, must)
    flagged = {
        one: float(np.quantile(p_told, 1 - (p_blind >= at).mean())) for one, at in calibration["flagged"].items()
    }
    usual = Strictness.USUAL.value

    def words(found: Rows, likely: np.ndarray) -> dict[str, np.ndarray]:
        """Log-odds of the words of flagged sentences: marked, and must be; and which sentence each is of."""
        kept = [score.proofread for (_, score), is_likely in zip(found, likely, strict=True) if is_likely]
        of = np.repeat(np.arange(len(kept)), [len(each.words) for each in kept])
        odds = np.array([(word.marked, word.must) for each in kept for word in each.words])
        return {"marked": odds[:, 0], "must": odds[:, 1], "sentence": of}

    was, now = words(blind, p_blind >= calibration["flagged"][usual]), words(told, p_told >= flagged[usual])
    marked = probability(calibration["word"], was["marked"])
    at = pointed(marked, was["sentence"], calibration["word_from"], calibration["word_beside"])
    major = (probability(calibration["word_must"], was["must"][at]) >= marked[at] / 2).mean()
    p_word = probability(word, now["marked"])
    word_from, word_beside = (
        float(np.quantile(p_word, 1 - (marked >= calibration[key]).mean())) for key in ("word_from", "word_beside")
    )
    at = pointed(p_word, now["sentence"], word_from, word_beside)
    return {
        "sentence": sentence,
        "word": word,
        "word_must": shifted(word, now["marked"][at], major),
        "word_from": word_from,
        "word_beside": word_beside,
        "flagged": flagged,
    }


def shifted(word: tuple[float, float], odds: np.ndarray, major: float) -> tuple[float, float]:
    """The curve, lowered so that it is above half of what it was for a share ``major`` of ``odds``. (No one said of
    these words which of them must be changed.)"""
    slope, intercept = word
    shifts = np.linspace(-6, 0, 601)
    shares = [(probability((slope, intercept + s), odds) >= probability(word, odds) / 2).mean() for s in shifts]
    return slope, intercept + float(shifts[int(np.argmin(np.abs(np.array(shares) - major)))])
