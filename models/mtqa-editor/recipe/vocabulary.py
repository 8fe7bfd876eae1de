"""The pieces that English needs: ``python vocabulary.py BASE DATA OUT`` writes OUT/kept.json and OUT/tokenizer.json.

Kept are the most frequent pieces of the English of DATA, those that they are merged from, and every byte. A word that
would use one that is left out is spelt with the pieces that it is made of. Special tokens are no text: none is read
out of a document.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tokenizers import Tokenizer, pre_tokenizers

from mtqa.neural.encoder import normalise

FILES = ("human", "genres", "literary", "segments", "postedits", "editor", "spans")
KEPT = 36_000
BEGIN = 0


def texts(data: Path) -> Iterator[str]:
    for name in FILES:
        with gzip.open(data / f"{name}.en.jsonl.gz", "rt", encoding="utf-8") as lines:
            for each in lines:
                for key in ("text", "post_edit", "reference"):
                    if isinstance(text := json.loads(each).get(key), str):
                        yield normalise(text)


def kept(tokenizer: Tokenizer, model: dict, data: Path) -> list[int]:
    """Ids in ascending order."""
    counts: Counter[int] = Counter()
    some: list[str] = []
    for text in texts(data):
        some.append(text)
        if len(some) == 4096:
            counts.update(i for e in tokenizer.encode_batch(some, add_special_tokens=False) for i in e.ids)
            some = []
    counts.update(i for e in tokenizer.encode_batch(some, add_special_tokens=False) for i in e.ids)
    vocabulary = model["vocab"]
    parts = {vocabulary["".join(pair)]: [vocabulary[part] for part in pair] for pair in model["merges"]}
    letters = [vocabulary[letter] for letter in pre_tokenizers.ByteLevel.alphabet() if letter in vocabulary]
    wanted: set[int] = set()
    for each in (BEGIN, *letters, *(i for i, _ in counts.most_common())):
        if len(wanted) >= KEPT:
            break
        waiting = [each]
        while waiting:
            if (one := waiting.pop()) not in wanted:
                wanted.add(one)
                waiting += parts.get(one, ())
    return sorted(wanted)


def main(base: Path, data: Path, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    table = json.loads((base / "tokenizer.json").read_text(encoding="utf-8"))
    table["added_tokens"] = []
    tokenizer = Tokenizer.from_str(json.dumps(table))
    model = table["model"]
    ids = kept(tokenizer, model, data)
    new = {old: number for number, old in enumerate(ids)}
    vocabulary = {piece: new[i] for piece, i in model["vocab"].items() if i in new}
    model["merges"] = [pair for pair in model["merges"] if {*pair, "".join(pair)} <= vocabulary.keys()]
    model["vocab"] = vocabulary
    (out / "kept.json").write_text(json.dumps(ids), encoding="utf-8")
    (out / "tokenizer.json").write_text(json.dumps(table, ensure_ascii=False), encoding="utf-8")
    smaller = Tokenizer.from_file(str(out / "tokenizer.json"))
    whole = sum(len(tokenizer.encode(text).ids) for text, _ in zip(texts(data), range(2000), strict=False))
    less = sum(len(smaller.encode(text).ids) for text, _ in zip(texts(data), range(2000), strict=False))
    print(json.dumps({"pieces": len(ids), "of": 49152, "longer": round(less / whole - 1, 4)}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
