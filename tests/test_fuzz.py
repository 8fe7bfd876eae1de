"""Every reader reads any file or says why not, and writes it back to the byte."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mutations import SEEDS, check, mutated

from mtqa import formats


def test_every_format_is_fuzzed() -> None:
    names = {name.rpartition(".")[2] for name, _ in SEEDS}
    assert all(names & {suffix[1:] for suffix in format_.suffixes} for format_ in formats.FORMATS.values())


@pytest.mark.parametrize(("name", "raw"), SEEDS, ids=[name for name, _ in SEEDS])
@given(data=st.data())
@settings(max_examples=30, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
def test_damaged_files_are_read_or_refused(name: str, raw: bytes, data: st.DataObject) -> None:
    _, other = SEEDS[data.draw(st.integers(0, len(SEEDS) - 1))]
    check(name, mutated(raw, other, lambda end: data.draw(st.integers(0, end - 1))))
