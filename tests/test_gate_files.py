"""Which files the gate judges and how it writes its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from unittest.mock import MagicMock

import pytest
from articles import BAD, CLEAN, WORSE
from program import Run
from test_gate_cli import STRICT, git, uris, write

from mtqa.core.files import open_file, replace_file
from mtqa.core.findings import Category, Flag, Severity
from mtqa.core.spans import Span
from mtqa.formats import read_bytes
from mtqa.gate.ignores import Ignores
from mtqa.gate.reports import is_own, is_report


def notes(out: str) -> list[str]:
    return list(json.loads(out)["gate"]["notes"])


# Files that are left out


def test_reports_of_mtqa_are_left_out_with_a_note_and_judged_where_they_are_named(
    mtqa: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("a.md", BAD, CLEAN)
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(Path.cwd() / "summary.md"))
    written = [("html", "g.html"), ("text", "g.txt"), ("jsonl", "g.jsonl"), ("github", "annotations.txt")]
    pairs = [part for name, file in written for part in ("--format", name, "--output", file)]
    assert mtqa("gate", "a.md", *STRICT, *pairs).code == 1
    for name, file in (("html", "s.html"), ("text", "s.txt"), ("jsonl", "s.jsonl")):
        assert mtqa("score", "a.md", "--format", name, "--output", file).code == 0
    Path("in.jsonl").write_text(json.dumps({"id": "1", "text": CLEAN}) + "\n", encoding="utf-8")
    assert mtqa("batch", "in.jsonl", "--output", "out.jsonl").code == 0

    reports = ["annotations.txt", "g.html", "g.jsonl", "g.txt", "out.jsonl", "s.html", "s.jsonl", "s.txt", "summary.md"]
    ran = mtqa("gate", ".", "--format", "json")
    assert sorted({uri.partition("#")[0].partition(":")[0] for uri in uris(ran.out)}) == ["a.md", "in.jsonl"]
    assert notes(ran.out) == [
        f"9 files left out because mtqa wrote them as reports: {', '.join(reports[:5])} and 4 more; "
        "name one to have it judged"
    ]
    ran = mtqa("score", ".", "--format", "json")
    assert sorted(uri.partition("#")[0] for uri in uris(ran.out)) == ["a.md", "in.jsonl"]
    assert ran.err == f"mtqa: {notes(mtqa('gate', '.', '--format', 'json').out)[0]}\n"
    note = notes(mtqa("gate", ".", "--format", "json").out)[0]
    ran = mtqa("batch", ".", "--output", "again.jsonl")
    assert (ran.code, ran.err.splitlines()[0]) == (0, f"mtqa: {note}")
    ids = [json.loads(line)["id"] for line in Path("again.jsonl").read_text(encoding="utf-8").splitlines()]
    assert sorted(ids) == ["1", "a.md"]
    ran = mtqa("gate", "g.html", "--format", "json")
    assert (uris(ran.out), notes(ran.out)) == (["g.html"], [])


def test_term_lists_of_the_settings_are_no_articles(mtqa: Run) -> None:
    write("a.md", CLEAN)
    Path("terms").mkdir()
    for name in ("brands.txt", "names.txt", "notes.md"):
        Path("terms", name).write_text("Zzferry\nZzharbour\n", encoding="utf-8")
    Path("mtqa.toml").write_text('terms = ["terms/brands.txt"]\n', encoding="utf-8")
    ran = mtqa("gate", ".", "--format", "json")
    assert sorted(uris(ran.out)) == ["a.md", "terms/names.txt", "terms/notes.md"]
    assert notes(ran.out) == ["1 file left out because the settings name it as a term list"]
    Path("mtqa.toml").write_text('terms = ["terms/*.txt"]\nexclude = ["*.md"]\n', encoding="utf-8")
    assert notes(mtqa("gate", ".", "--format", "json").out)[:2] == [
        "2 files left out because the settings name them as term lists",
        "2 files left out by exclude or .mtqaignore",
    ]
    assert uris(mtqa("gate", "terms/names.txt", "--format", "json").out) == ["terms/names.txt"]
    assert uris(mtqa("gate", "terms/names.txt", "--force-exclude", "--format", "json").out) == []


def test_an_article_about_mtqa_is_no_report(tmp_path: Path) -> None:
    page = f'<!DOCTYPE html>\n<meta name="generator" content="Hugo"><p>{CLEAN}</p>'
    shown = f"It prints:\n\n```\n{CLEAN}\nmtqa:0.1.0|model:mtqa-en@3f2c1a90|dtype:int8\nFAILED\n```\n"
    row = f'{CLEAN}\n\n```\n{{"id": "a", "signature": "mtqa:0.1.0|model:mtqa-en@3f2c1a90"}}\n```\n'
    gate = f"{CLEAN}\n\n## mtqa gate: failed\n"
    for name, text in (("a.html", page), ("a.md", shown), ("b.md", gate), ("c.md", row)):
        (tmp_path / name).write_text(text, encoding="utf-8")
        assert not is_report(tmp_path / name), name


def test_what_git_ignores_is_left_out_where_it_is_not_named(mtqa: Run) -> None:
    for name in ("a.md", "build/b.md", "build/tracked.md", "other/c.md"):
        write(name, CLEAN)
    assert len(uris(mtqa("gate", ".", "--format", "json").out)) == 4
    git("init", "-q")
    Path(".gitignore").write_text("build/\nc.md\n", encoding="utf-8")
    git("add", "-f", "a.md", "build/tracked.md")
    ran = mtqa("gate", ".", "--format", "json")
    assert sorted(uris(ran.out)) == ["a.md", "build/tracked.md"]
    assert notes(ran.out) == ["2 files left out because git ignores them"]
    ran = mtqa("gate", "build/b.md", "other", "--format", "json")
    assert uris(ran.out) == ["build/b.md"]
    assert notes(ran.out) == ["1 file left out because git ignores it"]


def test_what_no_format_reads_is_told_by_suffix(mtqa: Run) -> None:
    write("a.md", CLEAN)
    for name in ("a.PNG", "b/c.png", "b/Makefile", "b/old.bak", "build/d.js", "names.csv"):
        Path(name).parent.mkdir(exist_ok=True)
        Path(name).write_bytes(b"\x89PNG\0")
    Path("names.csv").write_text("Zzferry\n", encoding="utf-8")
    git("init", "-q")
    Path(".gitignore").write_text("build/\n", encoding="utf-8")
    Path("mtqa.toml").write_text('exclude = ["*.bak"]\nterms = ["names.csv"]\n', encoding="utf-8")
    told = "3 files left out because no format reads them: 2 .png, 1 without a suffix"
    assert notes(mtqa("gate", ".", "--format", "json").out) == [told]
    assert notes(mtqa("gate", "a.md", "--format", "json").out) == []
    everything = "6 files left out because no format reads them: 2 .png, 1 .csv, 1 without a suffix, 1 .bak, 1 .js"
    assert mtqa("score", ".").err == f"mtqa: {everything}\n"
    ran = mtqa("score", "b/old.bak")
    assert (ran.code, ran.out) == (2, "")
    assert "b/old.bak: no format has the suffix .bak; rename it, or name its format" in ran.err


def test_what_mtqa_keeps_beside_articles_is_no_file_that_was_not_read(mtqa: Run) -> None:
    write("a.md", f"{CLEAN}\n\nHe shut the the door.")
    write("data.json", '{"version": 1, "signature": "of another program"}')
    Path("ours").mkdir()
    mtqa("baseline", "write", "a.md", "--baseline", "ours/known.json")
    for form in ("json", "sarif", "junit"):
        mtqa("gate", "a.md", "--format", form, "-o", f"ours/report.{form}")
    Path("ours/mtqa.schema.json").write_text(mtqa("config", "schema").out, encoding="utf-8")
    calibration = "# What marks of a-model are worth, made by mtqa llm calibrate.\nmodel = 'a-model'\n"
    Path("ours/model.toml").write_text(calibration, encoding="utf-8")
    Path("mtqa-baseline.json").write_bytes(Path("ours/known.json").read_bytes())
    one = "mtqa-baseline.json is in this folder but not in use; give --baseline mtqa-baseline.json, or name it in the"
    told = notes(mtqa("gate", ".", "--format", "json").out)
    assert told == ["1 file left out because no format reads it: 1 .json", f"{one} settings"]


def test_a_file_is_opened_once_to_tell_whose_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data.json").write_text('{"version": 1, "signature": "of another program"}', encoding="utf-8")
    opened = MagicMock(side_effect=open_file)
    monkeypatch.setattr("mtqa.gate.reports.open_file", opened)
    assert not is_own(tmp_path / "data.json")
    assert opened.call_count == 1


def test_pipes_and_sockets_in_a_folder_are_told_as_well(mtqa: Run) -> None:
    write("here/a.md", CLEAN)
    os.mkfifo("here/pipe.md")
    with socket.socket(socket.AF_UNIX) as one:
        one.bind("here/socket")
    told = "2 files left out because no format reads them: 2 special (pipe, socket or device)"
    for folder in ("here", "here/*"):
        ran = mtqa("gate", folder, "--format", "json")
        assert (uris(ran.out), notes(ran.out)) == (["here/a.md"], [told])
    assert mtqa("score", "here").err == f"mtqa: {told}\n"
    assert f"mtqa: {told}\n" in mtqa("batch", "here", "--output", "out.jsonl").err


def test_a_corpus_of_an_unknown_suffix_is_told_to_be_json_lines(mtqa: Run) -> None:
    row = json.dumps({"id": "1", "text": CLEAN}) + "\n"
    for name in ("rows.dat", "rows.jsonl", "rows"):
        Path(name).write_text(row, encoding="utf-8")
    ran = mtqa("batch", "rows.dat", "rows.jsonl", "rows", "--output", "out.jsonl")
    assert ran.code == 0
    assert ran.err.startswith(
        "mtqa: rows.dat: read as JSON Lines, as its suffix names no other format\nmtqa: judging 3 files"
    )
    Path("images").mkdir()
    Path("images", "a.png").write_bytes(b"\x89PNG\0")
    ran = mtqa("batch", "images", "rows", "--output", "out2.jsonl")
    assert (ran.code, "no article in this folder" in ran.err) == (2, True)


def test_a_run_that_judges_nothing_says_so(mtqa: Run) -> None:
    write("drafts/a.md", BAD)
    Path("mtqa.toml").write_text('exclude = ["drafts/"]\n', encoding="utf-8")
    for name in ("text", "json", "jsonl", "sarif", "junit", "github", "html"):
        ran = mtqa("gate", "drafts/a.md", "--force-exclude", "--format", name)
        assert (ran.code, "nothing was judged" in ran.out) == (0, True), name
        assert "1 file left out by exclude or .mtqaignore" in ran.out
    assert "nothing was judged" not in mtqa("gate", "drafts/a.md").out


@pytest.mark.parametrize("profile", ["default", "docs", "strict"])
def test_what_has_nothing_to_judge_in_it_passes_with_a_note(mtqa: Run, profile: str) -> None:
    write("a.md", CLEAN)
    Path("articles").mkdir()
    for name, content in (
        ("front.md", "---\ntitle: Section\nlang: de\n---\n"),
        ("code.md", "```sh\nls\n```\n"),
        ("blank.txt", " \n"),
        ("dashes.txt", "-----\n"),
        ("figures.md", "| 12 | 345 |\n|---|---|\n| 6 | 7 |\n"),
        ("page.html", '<meta http-equiv="refresh" content="0; url=/new">'),
        ("rows.jsonl", ""),
    ):
        Path("articles", name).write_text(content, encoding="utf-8")
    Path("mtqa.toml").write_text('languages = ["en"]\n', encoding="utf-8")
    ran = mtqa("gate", "articles", "--profile", profile)
    assert (ran.code, ran.err) == (0, "")
    assert "0 documents judged, 7 with nothing to judge\n" in ran.out
    assert "note: nothing to judge in articles/blank.txt, articles/code.md, articles/dashes.txt, " in ran.out
    assert "note: nothing was judged\n" in ran.out
    scored = mtqa("score", "articles", "--format", "json")
    assert scored.code == 0
    documents = json.loads(scored.out)["documents"]
    assert {each["decision"] for each in documents} == {"undecided"}
    reasons = {each["uri"]: each["reason"] for each in documents}
    assert reasons["articles/front.md"].startswith("it has nothing but front matter, markup, code or comments, so ")
    assert reasons["articles/page.html"].startswith("it has nothing but markup, code or comments, so ")


def test_what_is_in_another_language_is_counted(mtqa: Run) -> None:
    write("a.md", CLEAN)
    Path("b.md").write_text("---\nlang: de\n---\n\nDer Hund lief über die Straße.\n", encoding="utf-8")
    ran = mtqa("gate", ".")
    assert (ran.code, "1 document judged, 1 in another language, checked by the rules alone\n" in ran.out) == (0, True)
    assert "note: in a language that the model does not know, so not judged: b.md (German)\n" in ran.out
    assert "note: the model judged nothing\n" in (alone := mtqa("gate", "b.md").out)
    assert "nothing was judged" not in alone


@pytest.mark.parametrize("name", ["mtqa.toml", "pyproject.toml"])
def test_settings_that_are_a_folder_are_refused(mtqa: Run, name: str) -> None:
    write("a.md", CLEAN)
    Path(name).mkdir()
    ran = mtqa("gate", "a.md")
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert f"{name}: not a file; put the settings into a file of this name" in ran.err


# What is written


@pytest.mark.parametrize("exists", [True, False])
def test_what_is_written_to_a_link_goes_to_its_target(mtqa: Run, exists: bool) -> None:
    write("a.md", BAD)
    Path("real").mkdir()
    empty = '{"version": 1, "signature": "", "entries": [], "judgements": []}'
    for link, before, command in (
        ("report", "before", ("gate", "a.md", "--output", "report")),
        ("known.json", empty, ("baseline", "write", "a.md", "--baseline", "known.json", "--force")),
    ):
        target = Path("real", link)
        if exists:
            target.write_text(before, encoding="utf-8")
        Path(link).symlink_to(target)
        assert mtqa(*command).code == 0
        assert Path(link).is_symlink()
        assert target.read_text(encoding="utf-8") not in ("", before)
        assert [each.name for each in Path("real").iterdir() if each.name.endswith(".new")] == []


def test_a_link_to_itself_is_an_error(mtqa: Run) -> None:
    write("a.md", BAD)
    Path("report").symlink_to("report")
    ran = mtqa("gate", "a.md", "--output", "report")
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert Path("report").is_symlink()


def test_a_file_that_is_replaced_keeps_its_permissions(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("before")
    file.chmod(0o640)
    replace_file(file, "after")
    assert (file.read_text(), file.stat().st_mode & 0o777) == ("after", 0o640)


_WRITER = "import sys; from pathlib import Path; from mtqa.core.files import replace_file\n"


def test_a_full_disk_leaves_the_old_file(tmp_path: Path) -> None:
    file = tmp_path / "report"
    replace_file(file, "before")
    code = f"{_WRITER}import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
    code += "resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100)); replace_file(Path(sys.argv[1]), 'x' * 1000)"
    ran = subprocess.run([sys.executable, "-c", code, str(file)], capture_output=True, text=True, check=False)
    assert "OSError" in ran.stderr
    assert file.read_text(encoding="utf-8") == "before"
    assert list(tmp_path.iterdir()) == [file]


def test_a_kill_leaves_a_whole_file(tmp_path: Path) -> None:
    file = tmp_path / "report"
    replace_file(file, "a" * 1_000_000)
    code = (
        f"{_WRITER}print(flush=True)\nfor n in range(10**9): replace_file(Path(sys.argv[1]), 'ab'[n % 2] * 1_000_000)"
    )
    for number in range(5):
        with subprocess.Popen([sys.executable, "-c", code, str(file)], stdout=subprocess.PIPE) as run:
            assert run.stdout is not None
            run.stdout.readline()
            time.sleep(0.013 * number)
            run.send_signal(signal.SIGKILL)
        text = file.read_text(encoding="utf-8")
        assert (len(text), len(set(text))) == (1_000_000, 1)


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_folder_that_cannot_be_written(mtqa: Run) -> None:
    write("a.md", BAD)
    Path("closed").mkdir(mode=0o500)
    ran = mtqa("gate", "a.md", "--output", "closed/report")
    assert (ran.code, "cannot be written (Permission denied)" in ran.err) == (2, True)


# The baseline


def test_entries_of_deleted_files_are_stale_and_dropped(mtqa: Run) -> None:
    for name in ("news/a.md", "news/b.md", "blog/c.md"):
        write(name, BAD)
    command = ("gate", "news", "--baseline", "mtqa-baseline.json", "--format", "json")
    assert mtqa("baseline", "write", ".").code == 0
    assert json.loads(mtqa(*command).out)["gate"]["stale"] == []
    Path("news/b.md").unlink()
    Path("blog/c.md").unlink()
    stale = json.loads(mtqa(*command).out)["gate"]["stale"]
    assert sorted(line.partition(":")[0] for line in stale) == ["blog/c.md", "news/b.md"]
    assert all(line.endswith(" is gone") for line in stale)
    assert "3 findings tolerated before, 1 now" in mtqa("baseline", "update", "news").out
    assert json.loads(mtqa(*command).out)["gate"]["stale"] == []


def test_the_baseline_takes_what_changes_the_gates_findings(mtqa: Run) -> None:
    Path("a.txt").write_text(f"{BAD}\n\n{WORSE}\n", encoding="utf-8")
    options = ("--language", "en", "--min-level", "major")
    assert "1 finding tolerated" in mtqa("baseline", "write", "a.txt", *options, "--no-cache", "--threads", "1").out
    assert mtqa("gate", "a.txt", *options, "--fail-on", "minor", "--baseline", "mtqa-baseline.json").code == 0
    assert "1 now" in mtqa("baseline", "update", "a.txt", *options).out
    assert mtqa("baseline", "write", "a.txt", "--force", "--language", "english!").code == 2


# Flags that several rules point at


@pytest.mark.parametrize(
    ("rules", "named", "excused"),
    [
        (("misspelling", "garbled"), ["misspelling"], True),
        (("misspelling", "garbled"), ["garbled"], False),
        (("garbled",), ["garbled"], True),
        (("garbled", "surprising"), ["garbled"], False),
        (("garbled", "surprising"), ["garbled", "surprising"], True),
        (("misspelling", "mojibake"), ["misspelling"], False),
        (("misspelling", "mojibake"), ["mojibake", "misspelling"], True),
        (("misspelling", "mojibake"), ["all"], True),
        (("mojibake",), ["misspelling"], False),
    ],
)
def test_a_merged_flag_is_excused_by_its_rules(rules: tuple[str, ...], named: list[str], excused: bool) -> None:
    comments = "\n".join(f"<!-- mtqa ignore-next: {rule} so -->" for rule in named)
    (document,), _ = read_bytes(f"{comments}\n\nW1\n".encode(), "a.md", language="en")
    flag = Flag(
        rule=rules[0],
        span=Span(0, 2),
        category=Category.SPELLING,
        severity=Severity.MINOR,
        probability=0.9,
        message="",
        reasons=(),
        fingerprint="",
        rules=rules if len(rules) > 1 else (),
    )
    ignores = Ignores()
    assert (ignores.excuse(document, flag) is not None) == excused
    assert bool(ignores.stale()) is not excused
