"""Scores the evaluation sets once with the shipped engine; everything after it works on these numbers.

The result is one JSON file: for each set, documents of ten consecutive segments with their machine-translation and
repair logits, which thresholds are set on; documents of each length, read as they are, which decisions are judged on;
and the judged sentences with repair logits, word logits and tags.
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import accumulate
from pathlib import Path

from corpora import bad_characters, needs_repair, rows

import mtqa
from mtqa.core.documents import WORD
from mtqa.core.protocols import Passage, SegmentScore
from mtqa.neural.encoder import Encoder
from mtqa.segmentation import segment
from mtqa.signals.surface import SurfaceSignal
from mtqa.verdict.decision import SLIP

SIZE = 10
SIZES = (5, 10, 20, 40)
HALVED = ("genre/abc", "genre/state_union")  # every other ten sets thresholds, the rest is judged
MOST = 24  # tens of each machine system and pair that documents of other lengths are made of
SOURCED = ", with the source"


def tens(segments: Mapping[int, str] | list[str], most: int | None = None) -> list[list[str]]:
    """Documents of ten consecutive segments."""
    texts = [segments[k] for k in sorted(segments)] if isinstance(segments, Mapping) else segments
    texts = texts[: most * SIZE] if most else texts
    return [texts[i : i + SIZE] for i in range(0, len(texts) - SIZE + 1, SIZE)]


def detection_sets(data: Path, most: int) -> dict[str, list[list[str]]]:
    """Name to documents. Names: ``mt/PAIR/SYSTEM``, ``ht/PAIR/REF`` and ``orig/PAIR`` of WMT22; ``orig19`` and
    ``ht19/PAIR``; ``mixed/YEAR`` (2008-2013); ``genre/CORPUS GENRE``; ``learner``; ``trip22/ENGINE``."""
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
    older = defaultdict(list)
    for row in rows(data / "human.en.jsonl.gz"):
        if row["year"] == 2019:
            older["orig19" if row["origin"] == "original" else f"ht19/{row['pair']}"].append(row["text"])
        elif row["origin"] == "mixed" and row["year"] <= 2013:
            older[f"mixed/{row['year']}"].append(row["text"])
    sets |= {name: tens(texts, 60 if name != "orig19" else None) for name, texts in older.items()}
    genres = defaultdict(list)
    for row in rows(data / "genres.en.jsonl.gz"):
        genres[f"genre/{row['corpus']} {row['genre']}"] += [row["sentences"][:40]]
    for name, found in genres.items():
        sets[name] = [ten for sentences in found[:200] for ten in tens(sentences)]
    sets["learner"] = tens([row["text"] for row in rows(data / "learner.en.jsonl.gz")])
    trips = defaultdict(dict)
    for row in rows(data / "roundtrip.en.jsonl.gz"):
        if row["year"] == 2022 and row["pair"] == "en-cs":
            trips[f"trip22/{row['engine']}"][row["seg"]] = row["text"]
    return sets | {name: tens(found, most) for name, found in trips.items()}


def lengthened(name: str, tens: list[list[str]], size: int) -> list[list[str]]:
    """Documents of ``size`` segments of a set, other than ten."""
    if name.startswith(HALVED):
        tens = tens[1::2]
        if size > SIZE:
            return []
    if name.startswith("mt/"):
        tens = tens[:MOST]
    if size < SIZE:
        return [ten[i : i + size] for ten in tens for i in range(0, SIZE, size)]
    k = size // SIZE
    return [[text for ten in tens[i : i + k] for text in ten] for i in range(0, len(tens) - k + 1, k)]


def summed(logits: list[float], found: Mapping[str, list[int]]) -> dict[str, float]:
    """What decides on a document: its mean logit, its misspelled words and its words."""
    return {"mt": round(sum(logits) / len(logits), 4), "slips": sum(found["slips"]), "words": sum(found["words"])}


def judged_rows(data: Path) -> Iterable[tuple[str, dict]]:
    """Judged sentences: MQM 2021 sets thresholds, MQM 2022, MLQE-PE dev and WMT22 DA report."""
    taken: dict[str, int] = defaultdict(int)
    for row in rows(data / "quality.en.jsonl.gz"):
        if row["dataset"] == "mqm" and row["split"] in ("newstest2021", "ted2021", "qe22-dev"):
            name = f"mqm {row['split']}"
        elif row["dataset"] == "mlqe-pe" and row["split"] == "dev":
            name = f"mlqe {row['pair']}"
        elif row["dataset"] == "wmt22-da" and row["pair"] != "liv-en" and row["seg"] % 8 == 0:
            name = f"da {row['pair']}"
        else:
            continue
        taken[name] += 1
        if taken[name] <= 3000:
            yield name, row


def slips(texts: list[str]) -> dict[str, list[int]]:
    """Misspelled words and words of each text, in the context of the document."""
    document = mtqa.from_text("\n\n".join(texts), language="en")
    starts = list(accumulate((len(text) + 2 for text in texts), initial=0))
    found = [0] * len(texts)
    for evidence in SurfaceSignal([SLIP]).score(segment(document)):
        for span in evidence.spans:
            found[bisect_right(starts, span.span.start) - 1] += 1
    return {"slips": found, "words": [len(WORD.findall(text)) for text in texts]}


def mean_origins(scores: list[SegmentScore]) -> dict[str, float]:
    return {tag: round(sum(s.origins[tag] for s in scores) / len(scores), 3) for tag in scores[0].origins}


def half_spoiled(data: Path, most: int) -> dict[str, list[list[tuple[str, bool]]]]:
    """English originals of 2019 in tens, every other sentence replaced by its round trip: engine to documents of texts,
    each with whether it was replaced by another."""
    sets = defaultdict(dict)
    for row in rows(data / "roundtrip.en.jsonl.gz"):
        if row["year"] == 2019 and row["origin"] == "original":
            sets[row["engine"]][row["seg"]] = (row["original"], row["text"])
    found = {}
    for engine, segments in sorted(sets.items()):
        pairs = [segments[k] for k in sorted(segments)][: most * SIZE]
        texts = [(pair[i % 2], i % 2 == 1 and pair[0] != pair[1]) for i, pair in enumerate(pairs)]
        found[engine] = [texts[i : i + SIZE] for i in range(0, len(texts) - SIZE + 1, SIZE)]
    return found


def digest(model: Path) -> str:
    """Of the files that the scores depend on."""
    found = hashlib.sha256()
    for name in ("config.json", "model.onnx", "ngrams.safetensors", "tokenizer.json"):
        found.update((model / name).read_bytes())
    return found.hexdigest()


def judged(encoder: Encoder, documents: list[list[dict]], *, sourced: bool) -> list[dict]:
    """What the encoder says of judged sentences, and what people said."""
    kept = []
    passages = [[Passage(row["text"], row["source"] if sourced else None) for row in rows_] for rows_ in documents]
    for batch, scores in zip(documents, encoder.encode(passages), strict=True):
        mean = sum(s.mt for s in scores) / len(scores)
        for row, scored in zip(batch, scores, strict=True):
            bad = bad_characters(row)
            kept.append(
                {
                    "system": row["system"],
                    "score": row["score"],
                    "repair": needs_repair(row) if row["dataset"] != "wmt22-da" else None,
                    "edit": round(scored.edit, 4),
                    "mt": round(mean, 4),
                    "word": [round(w.score, 3) for w in scored.tokens],
                    "bad": None
                    if bad is None
                    else [int(any(s < w.span.end and w.span.start < e for s, e in bad)) for w in scored.tokens],
                }
            )
    return kept


def score(model: Path, data: Path, out: Path, *, threads: int, most: int = 60) -> None:
    encoder = Encoder(model, threads=threads)
    result: dict = {"digest": digest(model), "documents": {}, "judged": {}}
    sets = detection_sets(data, most)
    for i, (name, documents) in enumerate(sets.items()):
        found = []
        for at in range(0, len(documents), 64):
            found += encoder.encode([[Passage(t) for t in texts] for texts in documents[at : at + 64]])
        result["documents"][name] = [
            {
                "mt": [round(s.mt, 4) for s in scores],
                "edit": [round(s.edit, 4) for s in scores],
                "word": [round(max((w.score for w in s.tokens), default=-9.0), 3) for s in scores],
                "surprisal": [round(s.surprisal, 3) for s in scores],
            }
            | slips(texts)
            | ({"origins": mean_origins(scores)} if name.startswith("mt/") else {})
            | ({"each": [[round(w.score, 3) for w in s.tokens] for s in scores]} if name == "orig19" else {})
            for texts, scores in zip(documents, found, strict=True)
        ]
        if i % 20 == 0:
            print(f"{i} of {len(sets)} sets", flush=True)
    result["read"] = {size: {} for size in SIZES}
    for size in SIZES:
        for name, of_set in sets.items():
            if size == SIZE:  # which were read above
                tens = result["documents"][name][1::2] if name.startswith(HALVED) else result["documents"][name]
                result["read"][size][name] = [summed(ten["mt"], ten) for ten in tens]
                continue
            documents = lengthened(name, of_set, size)
            found = []
            for at in range(0, len(documents), 64):
                found += encoder.encode([[Passage(t) for t in texts] for texts in documents[at : at + 64]])
            result["read"][size][name] = [
                summed([s.mt for s in scores], slips(texts)) for texts, scores in zip(documents, found, strict=True)
            ]
        print(f"read at {size} segments", flush=True)
    result["half"] = {
        engine: [
            {
                "spoiled": [int(spoiled) for _, spoiled in document],
                "edit": [round(s.edit, 4) for s in scores],
                "word": [round(max((w.score for w in s.tokens), default=-9.0), 3) for s in scores],
            }
            for document, scores in zip(
                documents, encoder.encode([[Passage(text) for text, _ in d] for d in documents]), strict=True
            )
        ]
        for engine, documents in half_spoiled(data, most).items()
    }
    by_name: dict[str, dict[object, list[dict]]] = defaultdict(lambda: defaultdict(list))
    for name, row in judged_rows(data):
        key = (row["system"], row["doc"]) if name.startswith("mqm") and row["doc"] else len(by_name[name])
        by_name[name][key].append(row)
    for name, runs in by_name.items():
        documents = [run[i : i + SIZE] for run in runs.values() for i in range(0, len(run), SIZE)]
        result["judged"][name] = judged(encoder, documents, sourced=False)
        if all(row.get("source") for run in runs.values() for row in run):
            result["judged"][f"{name}{SOURCED}"] = judged(encoder, documents, sourced=True)
    out.write_text(json.dumps(result))
