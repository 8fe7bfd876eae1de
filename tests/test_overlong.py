"""What networks do not read of runs of characters that are longer than any word."""

from __future__ import annotations

from pathlib import Path

import pytest

from mtqa.neural.encoder import TextTokenizer
from mtqa.neural.overlong import LONGEST, READ, shortened, without_tails

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
    ids, offsets = without_tails(text, range(len(text)), [(k, k + 1) for k in range(len(text))])
    assert len(ids) == len(offsets) == read
    assert [start for start, _ in offsets] == list(ids), "each piece keeps its place"
    assert shortened(text) == "".join(text[k] for k in ids), "n-grams see the same"


def test_the_encoder_spends_no_window_on_one_word() -> None:
    tokenizer = TextTokenizer(ROOT / "models/mtqa-en/tokenizer.json", limit=510)
    word = "".join(chr(ord("a") + 7 * k * k % 26) for k in range(900))
    (tokens,) = tokenizer([f"He read {word} aloud."])
    assert len(tokens.ids) < READ + 10
    assert tokens.offsets[-1] == (len(f"He read {word} aloud"), len(f"He read {word} aloud."))
