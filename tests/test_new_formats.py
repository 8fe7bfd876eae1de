"""A format that is a module and a line: everything that mtqa does with articles, it does with one of it."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import test_formats
from articles import BAD, CLEAN, WORSE, paragraphs, report_of
from jsonschema import Draft202012Validator
from test_gate_formats import SCHEMA
from test_repair import action, span_of
from toy_formats import packed

from mtqa.batch.columns import Columns
from mtqa.batch.output import check_name
from mtqa.batch.records import Corpus, expanded
from mtqa.batch.rows import Row, parse
from mtqa.cli.terminal import check_suffix
from mtqa.config import Policy
from mtqa.core.documents import Document
from mtqa.core.errors import ConfigError, InputError
from mtqa.core.findings import Severity
from mtqa.formats import FORMATS, expand, read_bytes
from mtqa.gate.cache import Cache
from mtqa.gate.decide import decide
from mtqa.gate.ignores import Ignores, PathIgnores
from mtqa.renderers import RENDERERS, render
from mtqa.renderers.findings import failing
from mtqa.renderers.gate import GATE_RENDERERS, render_gate
from mtqa.repair.apply import repaired
from mtqa.repair.export import changes_csv, changes_html
from mtqa.serve.schema import ScoreRequest

BOOK = packed([("one.txt", paragraphs(CLEAN, BAD)), ("two.txt", paragraphs(WORSE, CLEAN))])
FILM = f"1\n0:01 --> 0:04\n{CLEAN}\n\n7\n0:05 --> 0:09\n{BAD}\n\n8\n0:10 --> 0:12\n{WORSE}\n\n".encode()
FILES = {"film/a.cues": FILM, "books/b.archive": BOOK}
PLACES = {"film/a.cues": ["cue 7", "cue 8"], "books/b.archive": ["one.txt, paragraph 2", "two.txt, paragraph 1"]}


@pytest.fixture(autouse=True)
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FORMATS, "_entries", dict(FORMATS._entries))
    FORMATS.register("archive", "toy_formats:ARCHIVE")
    FORMATS.register("cues", "toy_formats:CUES")


@pytest.fixture(params=FILES)
def seed(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / str(request.param)
    path.parent.mkdir()
    path.write_bytes(FILES[request.param])
    return path


def document(name: str) -> Document:
    ((found,), failures) = read_bytes(FILES[name], name, language="en")
    assert not failures
    return found


def places(found: object) -> Iterator[str]:
    """Every place that a JSON report names."""
    for value in found.values() if isinstance(found, dict) else found if isinstance(found, list) else ():
        yield from [value["place"]] if isinstance(value, dict) and "place" in value else places(value)


def test_a_name_is_registered_once() -> None:
    with pytest.raises(ValueError, match="there is a format 'cues' already"):
        FORMATS.register("cues", "toy_formats:ARCHIVE")


@pytest.mark.parametrize(
    "holds", [test_formats.test_writing_no_edits_gives_the_file_back, test_formats.test_text_blocks_and_map_agree]
)
def test_it_keeps_the_contract_of_formats(seed: Path, holds: Callable[[Path], None]) -> None:
    assert expand([seed.parent.parent]) == ([seed], [], [])
    holds(seed)


def test_an_edit_of_a_member_leaves_the_others_alone() -> None:
    book = document("books/b.archive")
    raw = repaired([book], {(0, span_of(book, WORSE)): CLEAN})
    assert raw == packed([("one.txt", paragraphs(CLEAN, BAD)), ("two.txt", paragraphs(CLEAN, CLEAN))])
    between = span_of(book, f"{BAD}\n\n{WORSE}")
    with pytest.raises(InputError, match=r"b.archive: the text at one.txt, paragraph 2 has markup inside"):
        FORMATS["archive"].write(book, [test_formats.edit(between, "x")])


@pytest.mark.parametrize("name", FILES)
def test_reports_name_its_places_in_place_of_lines(name: str) -> None:
    report = report_of({name: FILES[name]})
    written = json.loads(render(report, "json"))
    Draft202012Validator(SCHEMA).validate(written)
    assert set(PLACES[name]) <= set(places(written))
    for format_ in set(RENDERERS) - {"json"}:
        said = render(report, format_)
        assert all(place in said or place[0].upper() + place[1:] in said for place in PLACES[name]), format_


@pytest.mark.parametrize("name", FILES)
def test_the_gate_names_its_places_and_takes_the_policy_of_its_file(name: str) -> None:
    asked: list[str] = []

    def policy_for(file: str) -> Policy:
        asked.append(file)
        return Policy(likely_mt=False, fail_on=Severity.MINOR)

    report = report_of({name: FILES[name]})
    result = decide(report, policy_for)
    assert set(asked) == {name}
    said = [each for each in failing(result) if "machine-translation" not in each]
    assert said
    assert all(each.startswith(f"{name}, ") for each in said)
    for format_ in set(GATE_RENDERERS) - {"github", "gitlab"}:
        said = render_gate(report, result, format_)
        assert all(place in said or place[0].upper() + place[1:] in said for place in PLACES[name]), format_
    (log,) = json.loads(render_gate(report, result, "sarif"))["runs"]
    named = [one["locations"][0].get("logicalLocations", [{"name": ""}])[0]["name"] for one in log["results"]]
    assert set(named) - {""} == set(PLACES[name])


def test_its_file_is_ignored_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".mtqaignore").write_text("books/\n", encoding="utf-8")
    ignores = Ignores(paths=PathIgnores.load(tmp_path))
    for name in FILES:
        (report,) = report_of({name: FILES[name]}).documents
        excused = [ignores.excuse(report.document, flag) for flag in report.flags]
        assert all(excused) == (name == "books/b.archive")


@pytest.mark.parametrize("name", FILES)
def test_the_cache_keeps_it(name: str, tmp_path: Path) -> None:
    reports, cache = report_of({name: FILES[name]}).documents, Cache(tmp_path, ())
    cache.put(FILES[name], name, reports, [])
    assert cache.get(FILES[name], name) == (list(reports), [])


@pytest.mark.parametrize("name", FILES)
def test_lists_of_changes_name_its_places(name: str) -> None:
    read = document(name)
    actions = [action(read, BAD, CLEAN)]
    (_, row) = csv.reader(changes_csv([read], actions).splitlines())
    assert row[0] == PLACES[name][0]
    assert f"<h2>{PLACES[name][0][:1].upper()}" in changes_html([read], actions)


def test_it_is_an_article_of_a_corpus(seed: Path) -> None:
    (record,) = Corpus(expanded([str(seed.parent)])[0], Columns())
    row = parse(record, Columns())
    assert isinstance(row, Row)
    assert (row.document.file, row.document.raw) == (str(seed), seed.read_bytes())


def test_no_report_is_written_under_its_name() -> None:
    for suffix in (".archive", ".cues"):
        with pytest.raises(ConfigError, match="no report is written in the format of that name"):
            check_suffix(Path(f"a{suffix}"), "text")
        with pytest.raises(ConfigError, match="judged rows are JSON Lines or Parquet"):
            check_name(Path(f"a{suffix}"))


def test_the_service_takes_it_where_it_is_text() -> None:
    assert ScoreRequest.model_validate({"text": "a", "format": "cues"}).format == "cues"
    listed = ScoreRequest.model_json_schema()["properties"]["format"]["enum"]
    assert "cues" in listed
    assert not {"archive", "jsonl"} & set(listed)
