"""Manifests of any content are read, or refused in one line that says which file is wrong."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mtqa.checker import signature_of
from mtqa.core.calibration import Calibration
from mtqa.core.errors import ModelError, MtqaError
from mtqa.core.settings import CheckerSettings
from mtqa.core.tables import built
from mtqa.neural import store
from mtqa.neural.translators import checkpoint
from mtqa.repair.ranking import Limits

MODELS = Path(__file__).parent.parent / "models"
TEXTS = [(MODELS / name / "model.toml").read_text(encoding="utf-8") for name in ("mtqa-en", "smollm2-135m")]
TEXTS.append('name = "mt"\n[translation]\nsource = "en"\nbeams = 2\n[files]\n"config.json" = "' + "0" * 64 + '"\n')
BOUNDED = settings(
    max_examples=150,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
HOSTILE = ["-r x", "../../x", "/x", "\u202e", "a" * 300, "nul", "~x", "", "0", "é", "\\", "$HOME", "a\nb", "[", "1e999"]

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(HOSTILE),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


def toml(value: Any) -> str:
    """A value as it stands behind a key."""
    match value:
        case None:
            return "1979-05-27"
        case bool():
            return str(value).lower()
        case float():
            return repr(value)
        case dict():
            return "{" + ", ".join(f"{json.dumps(key)} = {toml(one)}" for key, one in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(toml, value)) + "]"
        case _:
            return json.dumps(value)


def places(table: Mapping[str, Any], above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for key, value in table.items():
        yield (*above, key)
        if isinstance(value, dict):
            yield from places(value, (*above, key))


def use(folder: Path) -> None:
    """All that reads a manifest."""
    manifest = store.read(folder)
    data = manifest.data
    for step in (
        lambda: store.verify(manifest),
        lambda: signature_of(CheckerSettings(model=str(folder))),
        lambda: Calibration.from_table(data["calibration"]) if "calibration" in data else None,
        lambda: built(Limits, data.get("suggestions", {}), "model.toml", error=ModelError),
        lambda: checkpoint.find(str(folder), {}),
        lambda: store.available(),
    ):
        refused(step)


def refused(step: Any) -> None:
    said = ""
    try:
        step()
    except MtqaError as error:
        said = str(error)
    assert "\n" not in said, said
    assert len(said) < 1000


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MTQA_MODELS", str(tmp_path))
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "config.json").write_text('{"model_type": "marian"}')
    return tmp_path / "x"


@given(data=st.data())
@BOUNDED
def test_a_value_of_any_kind(folder: Path, data: st.DataObject) -> None:
    table = tomllib.loads(data.draw(st.sampled_from(TEXTS)))
    for place in data.draw(st.lists(st.sampled_from(list(places(table))), min_size=1, max_size=2)):
        inner: Any = table
        for key in place[:-1]:
            inner = inner[key] if isinstance(inner, dict) and key in inner else {}
        if isinstance(inner, dict):
            inner[place[-1]] = data.draw(values)
    text = "".join(f"{json.dumps(key)} = {toml(value)}\n" for key, value in table.items())
    (folder / "model.toml").write_bytes(text.encode("utf-8", "surrogatepass"))
    refused(lambda: use(folder))


@given(data=st.data())
@BOUNDED
def test_a_damaged_file(folder: Path, data: st.DataObject) -> None:
    raw = data.draw(st.sampled_from(TEXTS)).encode()
    start = data.draw(st.integers(0, len(raw)))
    end = data.draw(st.integers(start, min(len(raw), start + 200)))
    junk = (
        st.binary(max_size=20) | st.sampled_from(HOSTILE).map(str.encode) | st.sampled_from([b"[" * 3000, b"a." * 2000])
    )
    (folder / "model.toml").write_bytes(raw[:start] + data.draw(junk) + raw[end:])
    refused(lambda: use(folder))


def test_a_key_of_many_parts_is_refused_before_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "model.toml").write_text("a." * 200 + "a = 1\n")
    with pytest.raises(MtqaError, match="nested too deeply"):
        store.read(tmp_path)
