"""Words a second of `mtqa batch`, against the networks that others read the same text with.

Detectors by perplexity read a text with a causal language model; GPT-2 small (12 layers of 768) is the smallest in
common use. Quality estimators such as CometKiwi read it with an encoder of XLM-R large's size (24 layers of 1024), and
its source besides, which is left out here. Weights are random, since they do not change what a network costs. All sides
read the same words in turns, in one process, with the same number of threads; each repetition takes new text, so that
nothing is remembered.
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
BATCH = 8  # documents read at once by the other networks
FLOORS = {"GPT-2 small": 10.0, "XLM-R large": 20.0}  # of mtqa's speed over theirs in float32

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
    from mtqa.batch import Alone, Columns, run

    def score(texts: list[str]) -> object:
        source, output = folder / "in.jsonl", folder / "out.jsonl"
        rows = (json.dumps({"id": str(i), "text": text}) for i, text in enumerate(texts))
        source.write_text("".join(row + "\n" for row in rows), encoding="utf-8")
        summary = run(Alone(checker), [source], output, columns=Columns(), restart=True)
        if summary.errors or summary.rows != len(texts):
            raise SystemExit(f"mtqa batch failed on {summary.errors} of {summary.rows} rows")
        return summary

    return score


def batches(tokenizer: Any, texts: list[str], vocabulary: int, context: int) -> Iterator[tuple[Any, Any]]:
    """Token ids and masks of windows of similar length."""
    import torch

    encoded = (tokenizer.encode(text, add_special_tokens=False).ids for text in texts)
    windows = [
        [i % vocabulary for i in ids[at : at + context]] for ids in encoded for at in range(0, len(ids), context)
    ]
    windows.sort(key=len)
    for at in range(0, len(windows), BATCH):
        rows = windows[at : at + BATCH]
        longest = len(rows[-1])
        ids = torch.tensor([row + [0] * (longest - len(row)) for row in rows])
        yield ids, torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in rows])


def perplexity(tokenizer: Any, dtype: str) -> Score:
    """Mean surprisal of each window by a language model of GPT-2 small's size."""
    import torch
    from transformers import GPT2Config, GPT2LMHeadModel

    torch.manual_seed(0)
    config = GPT2Config()
    model = GPT2LMHeadModel(config).to(getattr(torch, dtype)).eval()

    def score(texts: list[str]) -> object:
        losses = []
        with torch.inference_mode():
            for ids, mask in batches(tokenizer, texts, config.vocab_size, config.n_positions):
                logits = model(input_ids=ids, attention_mask=mask, use_cache=False).logits[:, :-1].float()
                loss = torch.nn.functional.cross_entropy(logits.transpose(1, 2), ids[:, 1:], reduction="none")
                losses += ((loss * mask[:, 1:]).sum(1) / mask[:, 1:].sum(1).clamp(min=1)).tolist()
        return losses

    return score


def estimator(tokenizer: Any, dtype: str) -> Score:
    """The states of an encoder of XLM-R large's size. Its vocabulary, which costs memory and no time, is left small."""
    import torch
    from transformers import XLMRobertaConfig, XLMRobertaModel

    torch.manual_seed(0)
    config = XLMRobertaConfig(
        vocab_size=32_000,
        hidden_size=1024,
        num_hidden_layers=24,
        num_attention_heads=16,
        intermediate_size=4096,
        max_position_embeddings=514,
    )
    model = XLMRobertaModel(config, add_pooling_layer=False).to(getattr(torch, dtype)).eval()

    def score(texts: list[str]) -> object:
        found = []
        with torch.inference_mode():
            for ids, mask in batches(tokenizer, texts, config.vocab_size, 512):
                found += model(input_ids=ids, attention_mask=mask).last_hidden_state[:, 0].tolist()
        return found

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
            ("XLM-R large", "float32", estimator(tokenizer, "float32")),
        ]
        if Runtime.resolve(device="cpu").dtype == "bfloat16":  # else emulated, and tens of times slower
            systems.append(("GPT-2 small", "bfloat16", perplexity(tokenizer, "bfloat16")))
            systems.append(("XLM-R large", "bfloat16", estimator(tokenizer, "bfloat16")))
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
        "floors": FLOORS,
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
    plain = {row["system"]: row["mtqa_is_faster_by"] for row in found["systems"] if row["dtype"] == "float32"}
    for system, floor in FLOORS.items():
        print(f"{plain[system]} times as fast as {system} in float32 (floor {floor})")
    return int(any(plain[system] < floor for system, floor in FLOORS.items()))


if __name__ == "__main__":
    sys.exit(main())
