"""The editors' labels: well formed, each line marked once, a fifth of them twice."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

LABELS = Path(__file__).parent.parent / "models" / "mtqa-editor" / "labels"
BATCHES = {"first": 8640, "second": 7120, "third": 4536, "fourth": 14696, "fifth": 30352, "again": 8008}


def lines(batch: str) -> Iterator[dict[str, Any]]:
    for row in (LABELS / f"{batch}.jsonl").read_text(encoding="utf-8").splitlines():
        yield from json.loads(row)["lines"]


@pytest.mark.parametrize(("batch", "count"), BATCHES.items())
def test_marks_are_well_formed(batch: str, count: int) -> None:
    found = list(lines(batch))
    assert len(found) == count
    for line in found:
        assert len(line["key"]) == 5
        assert len(line["sha256"]) == 16
        for start, end, level, category, repair, whole in line["spans"]:
            assert 0 <= start < end
            assert level in (1, 2)
            assert category in tuple("wgoumnrsi")
            assert repair is None or isinstance(repair, str)
            assert isinstance(whole, bool)


def test_the_second_pass_is_of_lines_that_were_marked_once() -> None:
    once = Counter(line["sha256"] for batch in BATCHES if batch != "again" for line in lines(batch))
    assert all(line["sha256"] in once for line in lines("again"))


def test_no_label_holds_a_text() -> None:
    for batch in BATCHES:
        assert all(set(line) == {"key", "sha256", "spans"} for line in lines(batch))
