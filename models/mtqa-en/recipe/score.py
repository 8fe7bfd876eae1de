"""Scores once, with the shipped engine, what calibration needs: one JSON file with the sets of ``textsets.py``, each
with its documents of ten and of five sentences: what the encoder says of each sentence, the document's misspelled words
and its words.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from textsets import sets

import mtqa
from mtqa.core.documents import WORD
from mtqa.core.protocols import Passage, SegmentScore
from mtqa.neural.encoder import Encoder
from mtqa.segmentation import segment
from mtqa.signals.surface import SurfaceSignal
from mtqa.verdict.decision import SLIP

TOGETHER = 64  # documents


def slips(texts: list[str]) -> dict[str, int]:
    """Misspelled words and words of a document."""
    document = mtqa.from_text("\n\n".join(texts), language="en")
    found = sum(len(evidence.spans) for evidence in SurfaceSignal([SLIP]).evidence(segment(document)))
    return {"slips": found, "words": sum(len(WORD.findall(text)) for text in texts)}


def said(score: SegmentScore) -> list[float]:
    """What the detector's evidence has."""
    return [round(x, 4) for x in (score.mt, score.habits, score.proofread.must, score.surprisal)]


def encoded(encoder: Encoder, documents: list[list[str]]) -> list[list[SegmentScore]]:
    found: list[list[SegmentScore]] = []
    for at in range(0, len(documents), TOGETHER):
        found += encoder.encode([[Passage(text) for text in texts] for texts in documents[at : at + TOGETHER]])
    return found


def mean_origins(scores: list[SegmentScore]) -> dict[str, float]:
    return {tag: round(sum(s.origins[tag] for s in scores) / len(scores), 3) for tag in scores[0].origins}


def scored(encoder: Encoder, documents: list[list[str]]) -> list[dict[str, Any]]:
    return [
        {"said": list(map(said, scores)), "origins": mean_origins(scores), **slips(texts)}
        for texts, scores in zip(documents, encoded(encoder, documents), strict=True)
    ]


def score(model: Path, data: Path, out: Path, *, threads: int) -> None:
    encoder = Encoder(model, threads=threads)
    found = []
    for one in sets(data):
        row = {"name": one.name, "origin": one.origin, "kind": one.kind, "part": one.part}
        found.append(row | {"tens": scored(encoder, one.tens), "fives": scored(encoder, one.fives)})
    out.write_text(json.dumps({"sets": found}))
