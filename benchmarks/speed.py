"""Words a second of `mtqa batch`, against the perplexity of a language model of GPT-2's size on the same text.

Detectors by perplexity read a text with a causal language model; GPT-2 small (12 layers of 768) is the smallest in
common use. Its weights are random here, since they do not change what it costs. Both sides read the same words in
turns, in one process, with the same number of threads; each repetition takes new text, so that nothing is remembered.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import groupby, islice
from pathlib import Path
from typing import Any

SENTENCES = 20  # a document, where the data holds sentences
BATCH = 8  # documents read at once by the language model
FLOOR = 10.0  # of mtqa's speed over that of the language model in float32
VOCABULARY, CONTEXT = 50257, 1024  # GPT-2's

Score = Callable[[list[str]], object]


def documents(path: Path) -> Iterator[str]:
    """Texts of a JSON Lines file. Rows that name an ``origin`` are sentences: those written in English in 2019 or later
    are joined into documents."""
    path = path / "human.en.jsonl.gz" if path.is_dir() else path
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    if not rows or "origin" not in rows[0]:
        yield from (row["text"] for row in rows)
        return
    originals = (row for row in rows if row["origin"] == "original" and row["year"] >= 2019)
    for _, sentences in groupby(originals, key=lambda row: (row["year"], row["pair"])):
        while part := [row["text"] for row in islice(sentences, SENTENCES)]:
            yield " ".join(part)


def count(texts: list[str]) -> int:
    return sum(len(text.split()) for text in texts)


def portions(texts: Iterator[str], words: int, repeat: int) -> list[list[str]]:
    """``repeat`` lists of different documents, each of at least ``words`` words."""
    found = []
    for _ in range(repeat):
        part: list[str] = []
        while count(part) < words:
            try:
                part.append(next(texts))
            except StopIteration:
                raise SystemExit("the data is too small; lower --words or --repeat") from None
        found.append(part)
    return found


def batch(checker: Any, folder: Path) -> Score:
    """`mtqa batch` from file to file."""
    from mtqa.batch import run

    def score(texts: list[str]) -> object:
        source, output = folder / "in.jsonl", folder / "out.jsonl"
        rows = (json.dumps({"id": str(i), "text": text}) for i, text in enumerate(texts))
        source.write_text("".join(row + "\n" for row in rows), encoding="utf-8")
        summary = run(checker, source, output, restart=True)
        if summary.errors or summary.rows != len(texts):
            raise SystemExit(f"mtqa batch failed on {summary.errors} of {summary.rows} rows")
        return summary

    return score


def perplexity(tokenizer: Any, dtype: str) -> Score:
    """Mean surprisal of each document, in batches of documents of similar length."""
    import torch
    from transformers import GPT2Config, GPT2LMHeadModel

    torch.manual_seed(0)
    model = GPT2LMHeadModel(GPT2Config()).to(getattr(torch, dtype)).eval()

    def score(texts: list[str]) -> object:
        encoded = (tokenizer.encode(text, add_special_tokens=False).ids for text in texts)
        windows = [
            [i % VOCABULARY for i in ids[at : at + CONTEXT]] for ids in encoded for at in range(0, len(ids), CONTEXT)
        ]
        windows.sort(key=len)
        losses = []
        with torch.inference_mode():
            for at in range(0, len(windows), BATCH):
                rows = windows[at : at + BATCH]
                longest = len(rows[-1])
                ids = torch.tensor([row + [0] * (longest - len(row)) for row in rows])
                mask = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in rows])
                logits = model(input_ids=ids, attention_mask=mask, use_cache=False).logits[:, :-1].float()
                loss = torch.nn.functional.cross_entropy(logits.transpose(1, 2), ids[:, 1:], reduction="none")
                losses += ((loss * mask[:, 1:]).sum(1) / mask[:, 1:].sum(1).clamp(min=1)).tolist()
        return losses

    return score


def cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def measure(parts: list[list[str]], threads: int, model: str) -> dict[str, Any]:
    import torch
    import transformers
    from tokenizers import Tokenizer

    from mtqa import Checker
    from mtqa.neural import store
    from mtqa.neural.runtime import Runtime

    checker = Checker.load(model, threads=threads)
    tokenizer = Tokenizer.from_file(str(store.locate(model).file("tokenizer.json")))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    warm_up, *timed = parts
    with tempfile.TemporaryDirectory() as folder:
        systems: list[tuple[str, str, Score]] = [
            ("mtqa batch", checker.signature.dtype, batch(checker, Path(folder))),
            ("GPT-2 small", "float32", perplexity(tokenizer, "float32")),
        ]
        if Runtime.resolve(device="cpu").dtype == "bfloat16":  # else emulated, and tens of times slower
            systems.append(("GPT-2 small", "bfloat16", perplexity(tokenizer, "bfloat16")))
        torch.set_num_threads(threads)
        seconds: list[list[float]] = [[] for _ in systems]
        for _, _, score in systems:
            score(warm_up)
        for part in timed:
            for took, (_, _, score) in zip(seconds, systems, strict=True):
                start = time.perf_counter()
                score(part)
                took.append(time.perf_counter() - start)
    words = sum(map(count, timed))
    tokens = sum(len(tokenizer.encode(text, add_special_tokens=False).ids) for part in timed for text in part)
    rates = [words / sum(took) for took in seconds]
    return {
        "cpu": cpu(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "threads": threads,
        "torch": torch.__version__,
        "transformers": transformers.__version__,
        "signature": str(checker.signature),
        "documents": sum(map(len, timed)),
        "words": words,
        "tokens_per_word": round(tokens / words, 2),
        "systems": [
            {
                "system": system,
                "dtype": dtype,
                "words_per_second": round(rate, 1),
                "seconds": [round(one, 3) for one in took],
                "mtqa_is_faster_by": round(rates[0] / rate, 2),
            }
            for (system, dtype, _), rate, took in zip(systems, rates, seconds, strict=True)
        ],
        "ratio": round(rates[0] / rates[1], 2),
        "floor": FLOOR,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--data", type=Path, required=True, help="JSON Lines with a text a row, or a folder of WMT data"
    )
    parser.add_argument("--words", type=int, default=10_000, help="of each repetition")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--model", default="mtqa-en")
    parser.add_argument("--output", type=Path, default=Path(__file__).parent / "results" / "speed.json")
    arguments = parser.parse_args()
    os.environ["RAYON_NUM_THREADS"] = str(arguments.threads)  # of the tokenizer

    texts = documents(arguments.data)
    warm_up = portions(texts, min(300, arguments.words), 1)
    found = measure(warm_up + portions(texts, arguments.words, arguments.repeat), arguments.threads, arguments.model)
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    arguments.output.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    for row in found["systems"]:
        print(f"{row['system']:12} {row['dtype']:9} {row['words_per_second']:9.1f} words/s")
    print(f"ratio {found['ratio']} (floor {FLOOR})")
    return 0 if found["ratio"] >= FLOOR else 1


if __name__ == "__main__":
    sys.exit(main())
