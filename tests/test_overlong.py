"""What networks do not read of runs of characters that are longer than any word."""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from tokenizers import Encoding, Tokenizer

from mtqa.neural.editor import Editor
from mtqa.neural.encoder import TextTokenizer
from mtqa.neural.overlong import LONGEST, READ, original, shortened

ROOT = Path(__file__).parent.parent
LONG = 4 * LONGEST


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("a" * LONGEST, LONGEST),
        ("a" * LONG, READ),
        ("It is " + "ab-" * LONGEST + " he said.", 6 + READ + 9),
        (f"{'a' * LONG}\u00a0{'+/b' * LONG} c", READ + 1 + READ + 2),
        ("word " * LONG, 5 * LONG),
        ("天地玄黄，" * LONG, 5 * LONG),
        ("สวัสดีครับ" * LONG, 10 * LONG),
        ("가나 다라 " * LONG, 6 * LONG),
        ("", 0),
    ],
)
def test_of_what_is_longer_than_any_word_the_beginning_is_read(text: str, read: int) -> None:
    part, places = shortened(text)
    assert len(part) == len(places) == read
    assert part == "".join(text[at] for at in places)
    assert original([(0, read)] if read else [], places) == ([(0, places[-1] + 1)] if read else [])


class Seen:
    """A tokeniser, and what it was given."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self.texts: list[str] = []

    def encode_batch(self, texts: list[str], **how: bool) -> list[Encoding]:
        self.texts += texts
        return self._tokenizer.encode_batch(texts, **how)


def test_no_tokeniser_is_given_what_is_not_read() -> None:
    text = f"He  read {'ab' * LONGEST} aloud."
    reader = TextTokenizer(ROOT / "models/mtqa-en/tokenizer.json", limit=510)
    encoder = Seen(reader._tokenizer)
    reader._tokenizer = cast(Any, encoder)
    (tokens,) = reader([text])
    editor = Seen(Tokenizer.from_file(str(ROOT / "models/mtqa-editor/tokenizer.json")))
    careful = Editor(ROOT, cast(Any, None), "", threads=1)
    careful._loading = Future()
    careful._loading.set_result(cast(Any, SimpleNamespace(tokenizer=editor, newline=(0,), window=510)))
    (line,) = careful._lines([text])
    assert [len(one) for one in (*encoder.texts, *editor.texts)] == [len("He  read  aloud.") + READ, READ + 15]
    for offsets in (tokens.offsets, [offset for _, offset in line.pieces]):
        behind = [text[start:end] for start, end in offsets if start >= text.index(" aloud")]
        assert "".join(behind).strip() == "aloud."


def test_the_encoder_spends_no_window_on_one_word() -> None:
    tokenizer = TextTokenizer(ROOT / "models/mtqa-en/tokenizer.json", limit=510)
    word = "".join(chr(ord("a") + 7 * k * k % 26) for k in range(900))
    (tokens,) = tokenizer([f"He read {word} aloud."])
    assert len(tokens.ids) < READ + 10
    assert tokens.offsets[-1] == (len(f"He read {word} aloud"), len(f"He read {word} aloud."))
