"""What is flagged, against the marks of copy editors: statistics, rivals, a second editor."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from bench_data import write_rows
from fakes import fake_checker
from program import Run
from sklearn import metrics

from mtqa import bench
from mtqa.bench import measures
from mtqa.bench.comparing import Outcome, compare
from mtqa.bench.editor import rivals
from mtqa.bench.editor.columns import SECOND
from mtqa.bench.editor.marks import CATEGORIES, letter_of
from mtqa.bench.floors import missed, pinned, read_floors
from mtqa.bench.reports import RENDERERS
from mtqa.bench.results import Result, as_text, read_result
from mtqa.bench.suites import read_suite
from mtqa.checker import Checker
from mtqa.core.errors import ConfigError
from mtqa.core.findings import Category
from mtqa.core.settings import CheckerSettings, Editor, Strictness
from mtqa.signals.marking import MESSAGES

SUITE = """
kind = "editor"
title = "Made-up marks"
data = "test.jsonl"
systems = "systems.jsonl"
rivals = ["harper", "languagetool"]
draws = 20
"""
SOUND = "We sat on the wall and talked of nothing for an hour."
LATE = "The ferry zzcame late to the harbour again."  # the fake editor flags the second word, for its place
ODD = "The ferry qqcame late to the harbour again."  # and would flag it here, were it less strict
MISSED = "Nobody had expected so much of them people."


def line(text: str, *spans: tuple[str, int, str | None]) -> dict[str, Any]:
    places = [[text.index(words), text.index(words) + len(words), level, letter] for words, level, letter in spans]
    return {"text": text, "spans": places, "level": max((level for _, level, _ in spans), default=0)}


def marked() -> list[dict[str, Any]]:
    """Ten documents: of four must-repair lines three are flagged, all the words of two; of three sound ones, none."""
    lines = [
        line(LATE, ("zzcame late", 2, "o")),
        line(LATE.replace("late", "soon"), ("zzcame", 2, "g")),
        line(LATE.replace("late", "early"), ("zzcame", 2, None)),
        line(MISSED, ("them people", 2, "g")),
        line(ODD, ("qqcame", 1, "r")),
        *[line(SOUND)] * 3,
    ]
    return [
        {"kind": "news" if n % 2 else "talks", "source": f"s{n // 2}", "lines": [line(f"😀 {n}."), *map(dict, lines)]}
        for n in range(10)
    ]


def marked_twice() -> list[dict[str, Any]]:
    """The second editor marks what must be repaired, but fewer words, once for another reason and once as less bad; and
    a sound line."""
    o, w, g, them, we = (
        [[10, 16, 2, "o"]],
        [[10, 16, 2, "w"]],
        [[10, 16, 1, "g"]],
        [[31, 35, 2, "g"]],
        [[0, 2, 1, "r"]],
    )
    again = (o, w, g, them, [], we, [], [])
    documents = marked()
    for document in documents:
        for each, spans in zip(document["lines"][1:], again, strict=True):
            each["again"] = spans
    return documents


class Load:
    model = "mtqa-en"

    def __init__(self, editor: Editor = Editor.CAREFUL) -> None:
        self._editor = editor

    def __call__(self, **_: object) -> Checker:
        return fake_checker(editor=self._editor, signals_off=("surface",))


@pytest.fixture(autouse=True, scope="module")
def _no_rivals() -> Iterator[None]:
    def version(package: str) -> str:
        raise PackageNotFoundError(package)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(rivals, "version", version)
        yield


def filled(folder: Path) -> Path:
    write_rows(folder / "test.jsonl", marked_twice())
    write_rows(folder / "systems.jsonl", [{"kind": "news", "lines": [line(LATE, ("zzcame", 2, "o")), line(SOUND)]}] * 3)
    (folder / "made-up.toml").write_text(SUITE)
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return filled(tmp_path)


@pytest.fixture(scope="module")
def careful(tmp_path_factory: pytest.TempPathFactory) -> Result:
    return ran(filled(tmp_path_factory.mktemp("marked")))


def ran(folder: Path, load: Load = Load(), **changes: object) -> Result:  # noqa: B008
    return bench.run(read_suite(str(folder / "made-up.toml"), changes), load, data=folder)


def values(result: Result, table: str) -> Mapping[str, Mapping[str, float | None]]:
    (found,) = (each for each in result.tables if each.name == table)
    return {row: {column: m.value for column, m in cells.items()} for row, cells in found.rows.items()}


def test_lines_flagged_are_by_the_level_that_an_editor_gave(careful: Result) -> None:
    own = values(careful, "judges")["mtqa"]
    assert (own["lines"], own["must repair"], own["sound"]) == (90, 40, 40)
    assert own["must-repair flagged"] == 0.75
    assert own["should-repair flagged"] == own["sound flagged"] == 0.0
    assert own["AUROC"] == own["must-repair flagged"] + 0.25 / 2  # what is missed is as sound as sound lines are
    assert own["found at 5 %"] == 0.75


def test_words_are_those_of_scikit_learn(careful: Result) -> None:
    """Of a document's words, seven are marked and three flagged; each is one of them."""
    own = values(careful, "words")["mtqa"]
    items = [item for item in careful.items if "mtqa" in item["said"] and item["held"] == "source"]
    marks = [mark != "." for item in items for mark in item["marks"]]
    said = [mark != "." for item in items for mark in item["said"]["mtqa"]["words"]]
    assert (own["words"], sum(marks), sum(said)) == (len(marks), 70, 30)
    assert own["precision"] == 1.0
    assert own["recall"] == pytest.approx(3 / 7, abs=1e-6)
    assert own["F1"] == pytest.approx(metrics.f1_score(marks, said), abs=1e-6)
    assert own["MCC"] == pytest.approx(metrics.matthews_corrcoef(marks, said), abs=1e-6)


def test_a_category_counts_where_both_give_one(careful: Result) -> None:
    """Word order is right once and taken for grammar once; the third mark has no category."""
    assert values(careful, "words")["mtqa"]["category"] == 0.5
    found = values(careful, "categories")
    assert list(found) == ["grammar", "word order", "register"]
    assert found["word order"] == {"words": 20, "mtqa": 0.5, SECOND: 0.5, "same category": 1.0}
    assert found["grammar"]["mtqa"] == pytest.approx(1 / 3, abs=1e-6)
    assert found["grammar"]["same category"] == 0.0


def test_kinds_of_text_are_told_apart(careful: Result) -> None:
    found = values(careful, "kinds")
    assert {kind: row["lines"] for kind, row in found.items()} == {"news": 45, "talks": 45}
    assert set(values(careful, "kinds-words")) == {"news", "talks"}


def test_probabilities_are_held_against_what_must_be_repaired(careful: Result) -> None:
    """The fake editor is all but sure of three lines in nine, all of which must be repaired."""
    found = values(careful, "reliability")
    assert found["0.9 to 1.0"] == {"lines": 30, "p(repair)": pytest.approx(0.95, abs=0.01), "must repair": 1.0}
    assert sum(row["lines"] or 0 for row in found.values()) == 90
    assert {figure.name for figure in careful.figures} == {"roc", "reliability"}


def test_a_second_editor_is_the_ceiling(careful: Result) -> None:
    second = values(careful, "judges")[SECOND]
    assert (second["lines"], second["must-repair flagged"]) == (80, 1.0)
    assert second["sound flagged"] == pytest.approx(1 / 3, abs=1e-6)
    words = values(careful, "words")[SECOND]
    assert (words["precision"], words["recall"]) == (0.8, pytest.approx(4 / 7, abs=1e-6))
    assert words["category"] == pytest.approx(2 / 3, abs=1e-6)
    assert "Those of a second editor agree by one of 0.67." in careful.conclusion


def test_lines_that_editors_agree_on_are_told_apart(careful: Result) -> None:
    own = values(careful, "agreed")["mtqa"]
    assert (own["lines"], own["must repair"], own["sound"]) == (60, 30, 30)
    assert own["must-repair flagged"] == pytest.approx(2 / 3, abs=1e-6)


def test_without_a_second_editor_there_is_none(folder: Path) -> None:
    write_rows(folder / "test.jsonl", marked())
    result = ran(folder)
    assert "agreed" not in {table.name for table in result.tables}
    assert set(values(result, "judges")) == {"mtqa"}
    assert set(result.data) == {"test.jsonl", "systems.jsonl"}


def test_unseen_systems_have_numbers_of_their_own(careful: Result, folder: Path) -> None:
    assert values(careful, "systems")["mtqa"]["lines"] == 6
    own = values(careful, "systems-words")["mtqa"]
    assert (own["F1"], own["category"]) == (1.0, 1.0)
    assert careful.summary["must-repair lines flagged, unseen systems"].value == 1.0
    without = ran(folder, systems="")
    assert not any("unseen" in name for name in without.summary)
    assert "systems" not in {table.name for table in without.tables}


def test_rivals_that_are_not_installed_are_left_out_with_a_note(careful: Result) -> None:
    assert set(values(careful, "judges")) == {"mtqa", SECOND}
    assert careful.notes == (
        "Harper did not judge: run pip install harper-py for it.",
        "LanguageTool's rules did not judge: run pip install lingotweaker lingotweaker-data-en for it.",
    )


def test_rivals_judge_the_same_documents(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Harper counts code points, LingoTweaker bytes; both flag "wall", and so a sound line."""

    class Linter:
        def lint(self, text: str, *, language: str) -> list[Any]:
            assert language == "plaintext"
            at = text.index("wall")
            return [SimpleNamespace(span=SimpleNamespace(start=at, end=at + 4))]

    class Engine:
        def __init__(self, language: str) -> None:
            assert language == "en-US"

        def check(self, text: str) -> list[dict[str, int]]:
            return [{"offset": text.encode().index(b"wall"), "length": 4}]

    monkeypatch.setitem(sys.modules, "harper", SimpleNamespace(Linter=Linter))
    monkeypatch.setitem(sys.modules, "lt_py", SimpleNamespace(Engine=Engine))
    monkeypatch.setattr(rivals, "version", lambda package: "1.2")
    result = ran(folder)
    for name in ("Harper", "LanguageTool's rules"):
        own = values(result, "judges")[name]
        assert (own["must-repair flagged"], own["sound flagged"]) == (0.0, 0.25)
        words = values(result, "words")[name]
        assert (words["precision"], words["recall"], words["category"]) == (0.0, 0.0, None)
        flagged = [item for item in result.items if item["said"].get(name, {}).get("flagged")]
        assert {item["said"][name]["words"] for item in flagged} == {"....?......."}
    assert result.signatures["LanguageTool's rules"] == "lingotweaker 1.2, lingotweaker-data-en 1.2"
    assert result.notes == ()


def test_it_is_reported_compared_and_pinned_as_others_are(careful: Result, folder: Path, tmp_path: Path) -> None:
    fast = ran(folder, Load(Editor.FAST))
    (tmp_path / "r.json").write_text(as_text(careful))
    assert as_text(read_result(tmp_path / "r.json")) == as_text(careful)
    assert {change.outcome for change in compare(careful, careful).changes} == {Outcome.UNTOLD}
    assert compare(careful, fast).shared == 96
    for render in RENDERERS.values():
        assert "must-repair" in render(careful)
    floors = tmp_path / "floors.toml"
    floors.write_text(pinned(careful, "r.json"))
    assert 'row = "sound lines flagged"' in floors.read_text()
    assert missed(careful, read_floors(floors), "floors.toml") == []


def test_examples_are_what_went_wrong(careful: Result) -> None:
    found = {(example.kind, example.text): example.said for example in careful.examples}
    assert set(found) == {("miss", MISSED)}
    assert found["miss", MISSED].endswith("the editor marked “them people”")


@pytest.mark.parametrize(
    ("spans", "why"),
    [
        ([[0, 99, 2, "g"]], "a mark is on none of the text"),
        ([[0, 3, 3, "g"]], "3 is not a level of a mark"),
        ([[0, 3, 2, "q"]], "'q' is not a category of a mark"),
    ],
)
def test_a_malformed_document_is_a_failure(folder: Path, spans: list[Any], why: str) -> None:
    bad = {"kind": "news", "lines": [{"text": SOUND, "level": 2, "spans": spans}]}
    write_rows(folder / "test.jsonl", [*marked(), bad, {"lines": [{"text": SOUND}]}, {"kind": "news"}])
    result = ran(folder)
    assert result.failures == (
        f"test.jsonl:11: malformed: {why}",
        "test.jsonl:12: malformed: 'kind'",
        "test.jsonl:13: no text",
    )


def test_a_line_of_no_level_is_read_and_not_judged(folder: Path) -> None:
    rows = marked()
    rows[0]["lines"][1]["level"] = None
    write_rows(folder / "test.jsonl", rows)
    assert values(ran(folder), "judges")["mtqa"]["lines"] == 89


def test_a_file_without_marked_documents_is_refused(folder: Path) -> None:
    (folder / "test.jsonl").write_text("")
    with pytest.raises(ConfigError, match="no marked documents"):
        ran(folder)


def test_rivals_must_be_known(folder: Path) -> None:
    with pytest.raises(ConfigError, match="rivals must be of harper, languagetool, not 'grammarly'"):
        ran(folder, rivals=["grammarly"])


def test_letters_are_the_categories_that_the_editor_tells() -> None:
    assert set(CATEGORIES.values()) == set(MESSAGES)
    assert {letter: letter_of(category) for letter, category in CATEGORIES.items()} == {
        each: each for each in CATEGORIES
    }
    assert letter_of(Category.PUNCTUATION) == "s"
    assert letter_of(Category.NUMBER_FORMAT) == "x"


def test_measures_of_counts_are_those_of_flags() -> None:
    rng = np.random.default_rng(5)
    actual, called = rng.random(200) < 0.3, rng.random(200) < 0.4
    counts = (int(actual.sum()), int(called.sum()), int((actual & called).sum()))
    assert measures.f1_of(*counts) == pytest.approx(metrics.f1_score(actual, called))
    assert measures.matthews_of(200, *counts) == pytest.approx(metrics.matthews_corrcoef(actual, called))


def test_calibration_error_can_weigh_every_item_alike() -> None:
    positive = np.array([True, True, False, False, False, False])
    p = np.array([0.85, 0.85, 0.05, 0.05, 0.05, 0.05])
    assert measures.calibration_error(positive, p, balanced=False) == pytest.approx((2 * 0.15 + 4 * 0.05) / 6)


def test_the_editor_and_its_strictness_are_chosen_as_in_score(
    folder: Path, mtqa: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[CheckerSettings] = []

    def load(settings: CheckerSettings) -> Checker:
        asked.append(settings)
        return fake_checker(
            editor=settings.editor or Editor.CAREFUL, strictness=settings.strictness, signals_off=("surface",)
        )

    monkeypatch.setattr(Checker, "load", load)
    options = ("bench", "run", "made-up.toml", "--data", str(folder), "-o", "r.json")
    assert mtqa(*options, "--editor", "careful", "--strictness", "generous").code == 0
    assert [(each.editor, each.strictness) for each in asked] == [(Editor.CAREFUL, Strictness.GENEROUS)]
    assert read_result(Path("r.json")).command.endswith("-o RESULT.json --editor careful --strictness generous")
    assert values(read_result(Path("r.json")), "judges")["mtqa"]["should-repair flagged"] == 1.0
    assert mtqa(*options).code == 0
    assert asked[-1].editor is Editor.CAREFUL
    assert "--editor" not in read_result(Path("r.json")).command
    assert mtqa(*options, "--editor", "fast").code == 0
    assert asked[-1].editor is Editor.FAST
    assert read_result(Path("r.json")).settings["editor"] == "fast"
