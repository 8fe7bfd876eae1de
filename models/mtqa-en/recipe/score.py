"""Scores the sets that calibration needs once with the shipped engine.

The result is one JSON file: for each set, documents of ten consecutive segments with their machine-translation
logits, which thresholds are set on; originals of WMT22 of each length, read as they are, for the false-alarm
rates that are stated.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping
from itertools import accumulate
from pathlib import Path

from corpora import rows

import mtqa
from mtqa.core.documents import WORD
from mtqa.core.protocols import Passage, SegmentScore
from mtqa.neural.encoder import Encoder
from mtqa.segmentation import segment
from mtqa.signals.surface import SurfaceSignal
from mtqa.verdict.decision import SLIP

SIZE = 10
SIZES = (5, 10, 20, 40)
GENRES = ("abc", "state_union")
READ = "orig/"  # sets that are also read at each length, for the false-alarm rates that are stated


def tens(segments: Mapping[int, str] | list[str], most: int | None = None) -> list[list[str]]:
    """Documents of ten consecutive segments."""
    texts = [segments[k] for k in sorted(segments)] if isinstance(segments, Mapping) else segments
    texts = texts[: most * SIZE] if most else texts
    return [texts[i : i + SIZE] for i in range(0, len(texts) - SIZE + 1, SIZE)]


def detection_sets(data: Path, most: int) -> dict[str, list[list[str]]]:
    """Name to documents. Names: ``mt/PAIR/SYSTEM``, ``ht/PAIR/REF`` and ``orig/PAIR`` of WMT22; ``orig19``;
    ``genre/CORPUS GENRE`` of radio news and speeches."""
    mt, ht, orig = defaultdict(dict), defaultdict(dict), defaultdict(dict)
    for row in rows(data / "segments.en.jsonl.gz"):
        if row["year"] != 2022 or row["pair"] == "liv-en":
            continue
        if row["origin"] == "mt":
            for system in [row["system"], *row.get("same", ())]:
                mt[f"mt/{row['pair']}/{system}"][row["seg"]] = row["text"]
        elif row["origin"] == "human":
            ht[f"ht/{row['pair']}/{row['system']}"][row["seg"]] = row["text"]
        else:
            orig[f"orig/{row['pair']}"][row["seg"]] = row["text"]
    ht.pop("ht/cs-en/refB", None)  # post-edited from Online-W, says the data's README
    sets = {name: tens(found, most) for name, found in mt.items()}
    sets |= {name: tens(found, 2 * most) for name, found in ht.items()}
    sets |= {name: tens(found) for name, found in orig.items()}
    older = (row for row in rows(data / "human.en.jsonl.gz") if row["year"] == 2019 and row["origin"] == "original")
    sets["orig19"] = tens([row["text"] for row in older])
    genres = defaultdict(list)
    for row in rows(data / "genres.en.jsonl.gz"):
        if row["corpus"] in GENRES:
            genres[f"genre/{row['corpus']} {row['genre']}"].append(row["sentences"][:40])
    for name, found in genres.items():
        sets[name] = [ten for sentences in found[:200] for ten in tens(sentences)]
    return sets


def lengthened(tens: list[list[str]], size: int) -> list[list[str]]:
    """Documents of ``size`` segments of a set, other than ten."""
    if size < SIZE:
        return [ten[i : i + size] for ten in tens for i in range(0, SIZE, size)]
    k = size // SIZE
    return [[text for ten in tens[i : i + k] for text in ten] for i in range(0, len(tens) - k + 1, k)]


def summed(logits: list[float], found: Mapping[str, list[int]]) -> dict[str, float]:
    """What decides on a document: its mean logit, its misspelled words and its words."""
    return {"mt": round(sum(logits) / len(logits), 4), "slips": sum(found["slips"]), "words": sum(found["words"])}


def slips(texts: list[str]) -> dict[str, list[int]]:
    """Misspelled words and words of each text, in the context of the document."""
    document = mtqa.from_text("\n\n".join(texts), language="en")
    starts = list(accumulate((len(text) + 2 for text in texts), initial=0))
    found = [0] * len(texts)
    for evidence in SurfaceSignal([SLIP]).evidence(segment(document)):
        for span in evidence.spans:
            found[bisect_right(starts, span.span.start) - 1] += 1
    return {"slips": found, "words": [len(WORD.findall(text)) for text in texts]}


def mean_origins(scores: list[SegmentScore]) -> dict[str, float]:
    return {tag: round(sum(s.origins[tag] for s in scores) / len(scores), 3) for tag in scores[0].origins}


def score(model: Path, data: Path, out: Path, *, threads: int, most: int = 60) -> None:
    encoder = Encoder(model, threads=threads)
    result: dict = {"documents": {}}
    sets = detection_sets(data, most)
    for i, (name, documents) in enumerate(sets.items()):
        found = []
        for at in range(0, len(documents), 64):
            found += encoder.encode([[Passage(t) for t in texts] for texts in documents[at : at + 64]])
        result["documents"][name] = [
            {
                "mt": [round(s.mt, 4) for s in scores],
                "surprisal": [round(s.surprisal, 3) for s in scores],
            }
            | slips(texts)
            | ({"origins": mean_origins(scores)} if name.startswith("mt/") else {})
            for texts, scores in zip(documents, found, strict=True)
        ]
        if i % 20 == 0:
            print(f"{i} of {len(sets)} sets", flush=True)
    tens_of = {name: found for name, found in result["documents"].items() if name.startswith(READ)}
    result["read"] = {SIZE: {name: [summed(ten["mt"], ten) for ten in found] for name, found in tens_of.items()}}
    for size in set(SIZES) - {SIZE}:
        result["read"][size] = {}
        for name in tens_of:
            documents = lengthened(sets[name], size)
            found = encoder.encode([[Passage(t) for t in texts] for texts in documents])
            result["read"][size][name] = [
                summed([s.mt for s in scores], slips(texts)) for texts, scores in zip(documents, found, strict=True)
            ]
    out.write_text(json.dumps(result))
