"""What a judged corpus says as a whole: counts that add up, and shares that allow for the detector's errors."""

from __future__ import annotations

import datetime
import json
import math
import random
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from program import Run
from pyarrow import parquet

from mtqa.batch.overview import summarise
from mtqa.batch.prevalence import Rates, corrected, measured, observed
from mtqa.batch.showing import overview_html, overview_json, overview_markdown
from mtqa.checker import signature_of
from mtqa.core.errors import ConfigError, InputError
from mtqa.core.settings import ARTICLES, CORPORA
from mtqa.gate.reports import is_report

SIGNATURE = str(signature_of())
RATES = Rates(
    sentences=(5, 20),
    machine=((0.4, 4000), (0.8, 1000)),
    original=((0.02, 4000), (0.01, 1000)),
    translated=((0.1, 4000), (0.1, 1000)),
)


def row(number: int, decision: str, *, sentences: int = 20, **more: Any) -> dict[str, Any]:
    p_mt = {"likely-mt": 0.99, "likely-human": 0.04, "undecided": 0.5}[decision]
    return {
        "id": f"n{number}",
        "site": f"site {number % 2}",
        "p_mt": p_mt,
        "decision": decision,
        "reason": "it has 60 words in 20 sentences, too few to tell" if sentences < 5 else "as measured",
        "segments": [{"p_mt": p_mt}] * sentences,
        "signature": SIGNATURE,
    } | more


def write(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(each) + "\n" for each in rows), encoding="utf-8")
    return path


@pytest.fixture
def judged(tmp_path: Path) -> Path:
    """A hundred rows: 40 likely-mt, 50 likely-human, 6 undecided (three short), 2 without a probability, 2 bad."""
    rows = [row(n, "likely-mt" if n < 40 else "likely-human") for n in range(90)]
    rows += [row(n, "undecided", sentences=3 if n < 93 else 20) for n in range(90, 96)]
    rows += [row(n, "undecided", p_mt=None, sentences=1) for n in (96, 97)]
    rows += [{"id": f"n{n}", "site": None, "file": "x", "line": n, "error": "no text"} for n in (98, 99)]
    rows[7]["p_mt"] = 1.0
    return write(tmp_path / "out.jsonl", rows)


def test_what_has_too_few_words_for_a_decision_is_not_counted_as_missed(tmp_path: Path) -> None:
    rows = [row(1, "likely-mt"), row(2, "undecided", reason="it has 60 words in 20 sentences, too few to tell")]
    assert summarise(write(tmp_path / "out.jsonl", rows), []).whole.long == 1


@pytest.mark.parametrize(
    ("numbers", "said"),
    [
        ([1], ["Only 1 document is long enough for a decision: shares of fewer than 30 say little"]),
        ([29], ["Only 29 documents are long enough for a decision: shares of fewer than 30 say little"]),
        ([30], []),
        ([30, 2], ["By site, 1 group has fewer than 30 documents that are long enough for a decision"]),
        ([30, 29, 3], ["By site, 2 groups have fewer than 30 documents that are long enough for a decision"]),
        ([], []),
    ],
)
@pytest.mark.parametrize("signature", [SIGNATURE, "other"])
def test_shares_of_few_documents_are_said_to_say_little(
    tmp_path: Path, numbers: list[int], said: list[str], signature: str
) -> None:
    rows = [row(0, "undecided", sentences=3, site="short", signature=signature)]
    rows += [
        row(n, "likely-mt", site=f"site {site}", signature=signature)
        for site, number in enumerate(numbers)
        for n in range(number)
    ]
    found = summarise(write(tmp_path / "out.jsonl", rows), ["site"])
    told = [each for each in found.assumptions if "say little" in each]
    assert [each.startswith(start) for each, start in zip(told, said, strict=True)] == [True] * len(said)
    for show in (overview_markdown, overview_html, overview_json):
        assert ("fewer than 30" in show(found)) is bool(said)


@pytest.mark.parametrize(("editor", "told"), [("fast", True), ("missing", True), ("mtqa-editor@37f1ba11", False)])
def test_that_the_fast_editor_read_the_rows_is_said(tmp_path: Path, editor: str, told: bool) -> None:
    rows = [row(1, "undecided", signature=f"mtqa:0.1.0|editor:{editor}|flags:usual")]
    found = summarise(write(tmp_path / "out.jsonl", rows))
    for show in (overview_markdown, overview_html, overview_json):
        assert ("The fast editor read these rows" in show(found)) is told


def test_counts_add_up(judged: Path) -> None:
    found = summarise(judged, ["site"])
    whole = found.whole
    assert (whole.likely_mt, whole.likely_human, whole.undecided) == (40, 50, 6)
    assert (whole.rows, whole.errors, whole.not_judged) == (100, 2, 2)
    assert (whole.long, whole.called, whole.too_short) == (93, 40, 3)
    assert sum(found.histogram) == 96
    assert (found.histogram[0], found.histogram[5], found.histogram[9]) == (50, 6, 40)
    assert (found.worst[0].id, found.worst[0].p_mt, len(found.worst)) == ("n7", 1.0, 10)
    assert [(group.name, group.rows) for group in found.groups["site"]] == [
        ("site 0", 49),
        ("site 1", 49),
        ("(none)", 2),
    ]


def test_groups_come_in_an_order_that_is_said(tmp_path: Path) -> None:
    rows = [row(n, "likely-human", site=site) for n, site in enumerate(("y", None, "x", "z", "z"))]
    found = summarise(write(tmp_path / "judged.jsonl", rows), ["site"])
    assert [group.name for group in found.groups["site"]] == ["z", "x", "y", "(none)"]
    for shown in (overview_markdown(found), overview_html(found)):
        assert re.search("By (<bdi>)?site(</bdi>)?, most rows first", shown)


def test_the_shares_allow_for_the_detectors_errors(judged: Path) -> None:
    rates = measured(SIGNATURE)
    assert isinstance(rates, Rates)
    whole = summarise(judged).whole
    at = rates.sentences.index(20)
    recall, alarms = rates.machine[at][0], rates.original[at][0]
    assert whole.corrected
    assert whole.corrected.share == pytest.approx(min(1, (40 / 93 - alarms) / (recall - alarms)))
    assert whole.corrected.low <= whole.corrected.share <= whole.corrected.high
    assert whole.corrected_translated
    assert whole.corrected_translated.share <= whole.corrected.share
    assert f"{recall:.1%}" in summarise(judged).assumptions[1]


def test_the_rates_are_those_of_the_detector_with_the_editor_that_read_the_rows() -> None:
    fast, careful = measured(str(signature_of(CORPORA))), measured(SIGNATURE)
    assert isinstance(fast, Rates)
    assert isinstance(careful, Rates)
    assert careful.machine != fast.machine
    assert measured(str(signature_of(replace(ARTICLES, signals_off=("editor",))))) == fast


@pytest.mark.parametrize(
    ("signature", "why"),
    [
        (SIGNATURE.replace("model:mtqa-en", "model:nobody"), "not installed here"),
        (SIGNATURE.replace("model:mtqa-en@", "model:mtqa-en@0"), "are not known"),
        (SIGNATURE.replace("editor:mtqa-editor@", "editor:mtqa-editor@0"), "are not known"),
        (SIGNATURE.replace("rate:0.01", "rate:0.3"), "does not say what was measured"),
        (SIGNATURE.replace("cal:", "cal:other-"), "does not say what was measured"),
    ],
)
def test_unknown_error_rates_correct_nothing(tmp_path: Path, signature: str, why: str) -> None:
    found = summarise(write(tmp_path / "out.jsonl", [row(1, "likely-mt", signature=signature)]))
    assert found.whole.observed
    assert found.whole.corrected is None
    assert why in found.assumptions[0]


def test_rows_judged_in_different_ways_correct_nothing(tmp_path: Path) -> None:
    rows = [row(1, "likely-mt"), row(2, "likely-mt", signature="other")]
    found = summarise(write(tmp_path / "out.jsonl", rows))
    assert (found.whole.corrected, "different ways" in found.assumptions[0]) == (None, True)


def test_a_length_between_two_counts_for_both() -> None:
    assert RATES.weights(10) == pytest.approx({0: 0.5, 1: 0.5})
    assert (RATES.weights(2), RATES.weights(500)) == ({0: 1.0}, {1: 1.0})


@pytest.mark.parametrize("true", [0.0, 0.3, 0.9])
def test_intervals_hold_the_truth_nineteen_times_in_twenty(true: float) -> None:
    random.seed(1)
    held, runs, documents = 0, 200, 400
    for _ in range(runs):
        called = sum(random.random() < (0.8 if random.random() < true else 0.01) for _ in range(documents))
        found = corrected(called, documents, [0.0, documents], RATES.machine, RATES.original)
        held += found is not None and found.low <= true <= found.high
    assert held >= 0.9 * runs


def test_where_nothing_can_be_told() -> None:
    assert observed(0, 0) is None
    assert corrected(0, 0, [0, 0], RATES.machine, RATES.original) is None
    assert corrected(1, 2, [2, 0], RATES.original, RATES.machine) is None
    assert corrected(95, 100, [0, 100], RATES.machine, RATES.original) is None  # only 80 % of the machine's are called
    assert corrected(82, 100, [0, 100], RATES.machine, RATES.original)
    assert corrected(0, 50, [50, 0], RATES.machine, RATES.translated) is None  # 10 % would be by false alarms alone
    for called in range(51):  # an interval of no width would be certain of what no document told
        found = corrected(called, 50, [50, 0], RATES.machine, RATES.translated)
        assert (found is None) == (not 1 < called < 27)
        assert found is None or found.low < found.high


@pytest.mark.parametrize(
    ("content", "by", "error"),
    [
        (b"nope\n", [], "row 1 is not a judged row"),
        (b'{"id": 1}\n', [], "row 1 is not a judged row"),
        (json.dumps(row(1, "undecided")).encode(), ["colour"], "--keep colour"),
    ],
)
def test_what_is_no_output(tmp_path: Path, content: bytes, by: list[str], error: str) -> None:
    (tmp_path / "out.jsonl").write_bytes(content)
    with pytest.raises(InputError, match=error):
        summarise(tmp_path / "out.jsonl", by)


@pytest.mark.parametrize(
    "wrong",
    [
        *({"p_mt": value} for value in ("0.5", math.nan, math.inf, -0.1, 2, True, [0.5])),
        *({"decision": value} for value in (None, "maybe", ["likely-mt"])),
        *({name: value} for name in ("reason", "signature") for value in (None, 3, ["x"])),
        *({"segments": value} for value in (None, 3, "xx", {"start": 0})),
        {"p_mt": None, "decision": "likely-mt"},
    ],
)
def test_a_row_of_other_types_is_no_judged_row(mtqa: Run, tmp_path: Path, wrong: dict[str, Any]) -> None:
    write(tmp_path / "out.jsonl", [row(1, "likely-human"), row(2, "undecided") | wrong])
    error = "mtqa: error: out.jsonl: row 2 is not a judged row; give an output of mtqa batch\n"
    assert mtqa("summarise", "out.jsonl") == (2, "", error)


@pytest.mark.parametrize("name", ["id", "p_mt", "decision", "reason", "segments", "signature"])
def test_a_row_without_a_field_is_no_judged_row(tmp_path: Path, name: str) -> None:
    found = row(1, "undecided")
    del found[name]
    with pytest.raises(InputError, match="row 1 is not a judged row"):
        summarise(write(tmp_path / "out.jsonl", [found]))


def test_dates_are_groups(tmp_path: Path) -> None:
    rows = [row(n, "undecided", day=datetime.date(2021, 2, 3 + n)) for n in (0, 1, 1)]
    parquet.write_table(pa.Table.from_pylist(rows), tmp_path / "out.parquet")
    days = summarise(tmp_path / "out.parquet", ["day"]).groups["day"]
    assert [(group.name, group.rows) for group in days] == [('"2021-02-04"', 2), ('"2021-02-03"', 1)]


def test_a_column_of_too_many_values(judged: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mtqa.batch.overview._GROUPS", 50)
    with pytest.raises(ConfigError, match="--by id"):
        summarise(judged, ["id"])


class Cells(HTMLParser):
    """What stands in the cells of tables."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        if self.get_starttag_text() and data.strip():
            self.found.append(data)


def test_every_format_shows_the_same(mtqa: Run, judged: Path) -> None:
    markdown, page, data = (
        mtqa("summarise", judged.name, "--by", "site", "--format", name).out for name in ("markdown", "html", "json")
    )
    shares = json.loads(data)["whole"]["corrected"]
    shown = f"{shares['share']:.1%} ({shares['low']:.1%}–{shares['high']:.1%})"
    cells = Cells()
    cells.feed(page)
    assert "| 100 | 2 | 2 | 6 | 3 | 50 | 40 | 93 | " in markdown
    at = cells.found.index("100")
    assert cells.found[at : at + 8] == ["100", "2", "2", "6", "3", "50", "40", "93"]
    assert shown in markdown
    assert shown in cells.found
    for text in ("site 1", "(none)", "n7", "1.000", SIGNATURE):
        assert text in markdown
        assert any(text in cell for cell in cells.found), text
    assert mtqa("summarise", judged.name, "--output", "o.md").code == 0
    assert Path("o.md").read_text(encoding="utf-8") == mtqa("summarise", judged.name).out
    assert mtqa("summarise", judged.name, "--format", "html", "--output", "o.html").code == 0
    assert is_report(Path("o.md"))
    assert is_report(Path("o.html"))


def test_a_hostile_name_stays_in_its_cell(mtqa: Run, tmp_path: Path) -> None:
    write(tmp_path / "out.jsonl", [row(1, "likely-mt", id="<script>|\n\u202e")])
    assert "| &lt;script>\\| \\\\u202e | 0.990 |" in mtqa("summarise", "out.jsonl").out
    assert "<script>" not in mtqa("summarise", "out.jsonl", "--format", "html").out
