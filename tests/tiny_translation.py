"""Tiny translation models with random weights, saved as transformers saves them."""

from __future__ import annotations

import io
import json
import random
import re
import warnings
from pathlib import Path

import sentencepiece
import torch
from transformers import M2M100Config, M2M100ForConditionalGeneration, M2M100Tokenizer, MarianConfig, MarianMTModel
from transformers import MarianTokenizer as Tokenizer

WORDS = re.findall(
    r"\w+", "the cat sat on a mat and ferry came in at noon with red cars old men went home over green hills"
)
SIZES = {
    "d_model": 32,
    "encoder_layers": 1,
    "decoder_layers": 1,
    "encoder_attention_heads": 4,
    "decoder_attention_heads": 4,
    "encoder_ffn_dim": 64,
    "decoder_ffn_dim": 64,
    "init_std": 0.5,
}


def pieces(folder: Path, *names: str) -> list[str]:
    """Trains a sentencepiece model on the words above, writes it under ``names`` and gives its pieces."""
    folder.mkdir(parents=True)
    lines = (" ".join(random.Random(i).choices(WORDS, k=8)) for i in range(400))
    made = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=lines, model_writer=made, vocab_size=60, hard_vocab_limit=False, minloglevel=9
    )
    for name in names:
        (folder / name).write_bytes(made.getvalue())
    model = sentencepiece.SentencePieceProcessor(model_proto=made.getvalue())
    return [model.id_to_piece(i) for i in range(model.get_piece_size())]


def marian(folder: Path) -> Path:
    """A Marian model from English into Portuguese."""
    own = [p for p in pieces(folder, "source.spm", "target.spm") if p not in ("<s>", "</s>", "<unk>")]
    vocabulary = {piece: i for i, piece in enumerate(["</s>", "<unk>", *own, "<pad>"])}
    (folder / "vocab.json").write_text(json.dumps(vocabulary))
    with warnings.catch_warnings(action="ignore"):
        files = [str(folder / name) for name in ("source.spm", "target.spm", "vocab.json")]
        Tokenizer(*files, source_lang="eng", target_lang="por").save_pretrained(folder)
    torch.manual_seed(3)
    pad = vocabulary["<pad>"]
    ends = {"pad_token_id": pad, "decoder_start_token_id": pad, "eos_token_id": 0, "forced_eos_token_id": 0}
    MarianMTModel(MarianConfig(vocab_size=len(vocabulary), **SIZES, **ends)).save_pretrained(folder)
    return folder


def m2m100(folder: Path) -> Path:
    """An M2M100 model with its hundred languages, whose tokens come after the vocabulary, with eight unused ones."""
    own = [p for p in pieces(folder, "sentencepiece.bpe.model") if p not in ("<s>", "</s>", "<unk>", "<pad>")]
    vocabulary = {piece: i for i, piece in enumerate(["<s>", "<pad>", "</s>", "<unk>", *own])}
    (folder / "vocab.json").write_text(json.dumps(vocabulary))
    tokenizer = M2M100Tokenizer(str(folder / "vocab.json"), str(folder / "sentencepiece.bpe.model"))
    tokenizer.save_pretrained(folder)
    torch.manual_seed(3)
    model = M2M100ForConditionalGeneration(M2M100Config(vocab_size=len(vocabulary) + 100 + 8, **SIZES))
    model.save_pretrained(folder)
    return folder
