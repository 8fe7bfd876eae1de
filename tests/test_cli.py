"""The program: what it prints where, and the code it exits with."""

from __future__ import annotations

import errno
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import typer.main
from fakes import fake_checker
from program import Run

from mtqa.checker import Checker
from mtqa.cli.commands import app
from mtqa.core.errors import ModelError
from mtqa.core.settings import CheckerSettings, Editor, Strictness
from mtqa.neural import store
from mtqa.renderers.wording import inert

LOAD = Checker.load

TEXT = "The ferry zzwas late, and nobody minded. We sat on the wall with our feet over the water and talked.\n"


@pytest.fixture
def article(tmp_path: Path) -> str:
    (tmp_path / "article.txt").write_text(TEXT, encoding="utf-8")
    return "article.txt"


def test_help_loads_nothing_heavy() -> None:
    heavy = {"torch", "transformers", "lingua", "wordfreq", "trafilatura", "lxml", "numpy", "jinja2", "sentencex"}
    script = (
        "import sys\nfrom mtqa.cli.app import main\n"
        "try: main(['score', '--help'])\n"
        f"finally: print(sorted({heavy} & set(sys.modules)), file=sys.stderr)"
    )
    environment = {"PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path))}
    ran = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "[]\n")


def _commands(command: Any, *names: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    yield names, command
    for name, below in getattr(command, "commands", {}).items():
        yield from _commands(below, *names, name)


@pytest.mark.parametrize("names", [(), ("gate",), ("baseline", "write")], ids=" ".join)
def test_a_switch_does_not_seem_to_take_a_value(mtqa: Run, names: tuple[str, ...]) -> None:
    ran = mtqa(*names, "--help")
    assert (ran.code, ran.err) == (0, "")
    assert "--help" in ran.out
    assert "<bool>" not in ran.out


def test_nothing_is_explained_by_a_fragment() -> None:
    for names, command in _commands(typer.main.get_command(app)):
        assert "\n" not in command.help.partition("\n\n")[0], names
        for said in (command.help, *(param.help for param in command.params)):
            assert not re.match(r"(?:Of|As|By|Also by|That|What is)\b", said), (names, said)
        defaults = [param.show_default for param in command.params if param.param_type_name == "option"]
        assert not any(isinstance(each, str) for each in defaults), f"{names}: typer puts brackets around it"


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["score"], "no articles; name files"),
        (["score", "missing.txt"], "missing.txt: no such file"),
        (["score", "*.docx"], "*.docx: no file matches"),
        (["score", "folder"], "folder: no article in this folder"),
        (["score", "binary.txt"], "binary.txt: looks like a binary file"),
        (["score", "bad.jsonl"], "bad.jsonl:2: not a JSON object"),
        (["score", "article.txt", "--format", "jsn"], "did you mean 'json'?"),
        (["score", "article.txt", "--input-format", "rtf"], "unknown format 'rtf'"),
        (["score", "article.txt", "--language", "english!"], "not a language tag"),
        (["score", "article.txt", "--format", "json", "--top", "3"], "--top does nothing"),
        (["score", "article.txt", "--stdin-filename", "a.md"], "needs - among the paths"),
        (["score", "article.txt", "--output", "article.txt"], "overwrite an input"),
        (["score", "article.txt", "--output", "missing/a.html"], "make it first"),
        (["score", "article.txt", "--output", "folder"], ": a folder"),
        (["score", "article.txt", "--output", "a.html"], "a.html: a name for html, but the report is --format text"),
        (["score", "article.txt", "--output", "x" * 300], "x: cannot be written (File name too long); name another"),
        (["batch", "missing.jsonl", "--output", "out.jsonl"], "missing.jsonl: no such file"),
        (["batch", "folder", "--output", "out.jsonl"], "folder: no article in this folder; known suffixes: "),
        (
            ["batch", "bad.jsonl", "--output", "out.csv"],
            "out.csv: judged rows are JSON Lines or Parquet, not .csv; name it",
        ),
        (["batch", "bad.jsonl", "--output", "out.jsonl", "--keep", "p_mt"], "--keep p_mt: the output has a field"),
        (["summarise", "missing.jsonl"], "missing.jsonl: cannot be read (No such file or directory); check the path"),
        (["summarise", "missing.parquet"], "missing.parquet: cannot be read"),
        (["summarise", "folder"], "folder: a folder"),
        (["summarise", "article.txt"], "article.txt: row 1 is not a judged row"),
        (["summarise", "article.txt", "--format", "htm"], "unknown format 'htm'; did you mean 'html'?"),
        (["batch", "bad.jsonl", "--output", "article.txt"], "article.txt: judged rows are JSON Lines or Parquet, not"),
        (["batch", "bad.jsonl", "--output", "out.parquet.gz"], "out.parquet.gz: Parquet is packed inside; name it"),
        (["batch", "bad.jsonl", "--output", "/proc/out.jsonl"], "/proc/out.jsonl: cannot be written ("),
        (["batch", "bad.jsonl", "--output", "out.jsonl", "--delimiter", ";;"], "--delimiter ;;: must be one character"),
        (["batch", "x" * 5000, "--output", "out.jsonl"], "x: no such file; check"),
        (["batch", "bad.jsonl", "--output", "x" * 5000], "x: cannot be written (File name too long); put that right"),
        (["batch", "bad.jsonl", "--output", "x" * 250], "x: cannot be written (File name too long); put that right"),
        (["explain", "space-before-hypen"], "did you mean 'space-before-hyphen'?"),
        (["models", "path", "mtqa-xx"], "unknown model 'mtqa-xx'"),
    ],
)
def test_what_cannot_be_done_is_one_line(mtqa: Run, article: str, arguments: list[str], error: str) -> None:
    Path("folder").mkdir()
    Path("binary.txt").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    Path("bad.jsonl").write_text("\n{", encoding="utf-8")
    ran = mtqa(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("mtqa: error: ")
    assert ran.err.count("\n") == 1
    assert error in ran.err
    assert Path(article).read_text(encoding="utf-8") == TEXT


@pytest.mark.parametrize("arguments", [["scor"], ["score", "--nope"], ["batch", "x"], ["score", "--top", "x"]])
def test_wrong_usage(mtqa: Run, arguments: list[str]) -> None:
    ran = mtqa(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert "Usage:" in ran.err


@pytest.mark.parametrize("format_", ["text", "json", "jsonl", "html"])
def test_a_report_is_all_there_is_on_standard_output(mtqa: Run, article: str, format_: str) -> None:
    ran = mtqa("score", article, "--format", format_, "--language", "en")
    assert (ran.code, ran.err) == (0, "")
    assert "zzwas" in ran.out
    assert "\x1b" not in ran.out
    if format_.startswith("json"):
        json.loads(ran.out)
    written = mtqa("score", article, "--format", format_, "--language", "en", "--output", "report")
    assert (written.code, written.out, written.err) == (0, "", "")
    assert Path("report").read_text(encoding="utf-8") == ran.out
    assert sorted(path.name for path in Path().iterdir()) == ["article.txt", "report"]


def test_a_report_goes_through_a_link_and_to_a_device(mtqa: Run, article: str) -> None:
    Path("link.txt").symlink_to("report.txt")
    assert mtqa("score", article, "--output", "link.txt").code == 0
    assert Path("link.txt").is_symlink()
    assert Path("report.txt").read_text(encoding="utf-8")
    assert mtqa("score", article, "--output", "/dev/null") == (0, "", "")
    assert mtqa("score", article, "--output", "x" * 255) == (0, "", "")


def test_one_unreadable_file_loses_no_other(mtqa: Run, article: str) -> None:
    ran = mtqa("score", article, "missing.txt", "*.docx", "--format", "json")
    report = json.loads(ran.out)
    assert ran.code == 2
    assert [each["uri"] for each in report["documents"]] == [article]
    assert {each["uri"]: each["message"] for each in report["failures"]} == {
        "*.docx": "no file matches; check the pattern",
        "missing.txt": "no such file; check the path",
    }
    assert ran.err == "mtqa: error: 2 inputs could not be read or judged; the report says why\n"


def test_one_bad_row_loses_no_other(mtqa: Run) -> None:
    good = json.dumps({"id": 1, "text": TEXT})
    Path("in.jsonl").write_text(f"{good}\n{{\n{good}\n[]\n", encoding="utf-8")
    for ran in (
        mtqa("score", "in.jsonl", "--format", "json"),
        mtqa("score", "-", "--stdin-filename", "in.jsonl", "--format", "json", stdin=Path("in.jsonl").read_bytes()),
    ):
        report = json.loads(ran.out)
        assert ran.code == 2
        assert [each["uri"] for each in report["documents"]] == ["in.jsonl#1", "in.jsonl#1"]
        assert [each["uri"] for each in report["failures"]] == ["in.jsonl:2", "in.jsonl:4"]
        assert ran.err == "mtqa: error: 2 inputs could not be read or judged; the report says why\n"


def test_folders_and_patterns(mtqa: Run) -> None:
    for name in ("news/a.txt", "news/deep/b.md", "news/deep/c.png", "other.txt"):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(TEXT, encoding="utf-8")
    ran = mtqa("score", "news", "*.txt", "news/a.txt", "--format", "jsonl")
    assert ran.code == 0
    uris = [json.loads(line)["document"]["uri"] for line in ran.out.splitlines()]
    assert uris == ["news/a.txt", "news/deep/b.md", "other.txt"]


@pytest.mark.parametrize(("name", "format_"), [(None, "text"), ("a.md", "markdown"), ("a.html", "html")])
def test_standard_input(mtqa: Run, name: str | None, format_: str) -> None:
    more = ["--stdin-filename", name] if name else []
    stdin = f"<p>{TEXT}</p>" if format_ == "html" else TEXT
    ran = mtqa("score", "-", "--format", "json", *more, stdin=stdin.encode())
    (document,) = json.loads(ran.out)["documents"]
    assert ran.code == 0
    assert (document["uri"], document["format"]) == (name or "<stdin>", format_)


COMMANDS = ("::set-output name=a::b", "  ::set-output name=a::b", "x ##[error]y", "##vso[task.complete]")


@pytest.mark.parametrize("command", COMMANDS)
def test_nothing_printed_is_a_command_to_the_log_of_a_build(mtqa: Run, command: str) -> None:
    Path("a.txt").write_text(f"{command} zzword the the\n\n{command} " * 3, encoding="utf-8")
    missing = f"{command}.txt"
    runs = [
        mtqa("score", "a.txt", missing, "--color", "always", "--top", "0"),
        mtqa("score", "a.txt", "--format", "json"),
        mtqa("gate", "a.txt", missing),
        mtqa("gate", "a.txt", "--baseline", missing),
        mtqa("explain", command),
        mtqa("score", f"--nope\n{command}"),
        mtqa("models", "path", f"x\n{command}"),
    ]
    for line in [line for ran in runs for line in (ran.out + ran.err).splitlines()]:
        bare = re.sub(r"\x1b\[[\d;]*m", "", line)
        assert not bare.lstrip().startswith("::"), line
        assert not re.search(r"##(\[|vso\[)", bare), line
    (document,) = json.loads(runs[1].out)["documents"]
    assert command in document["text"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("::error::x\n", "∶:error::x\n"),
        ("a\n \t::x", "a\n \t∶:x"),
        ("\x1b[1m::x", "\x1b[1m∶:x"),
        ("a ::x std::y", "a ::x std::y"),
        ("a##[x ##VSO[y ###[z", "a#♯[x #♯VSO[y ##♯[z"),
        (": :x #[ ##x", ": :x #[ ##x"),
    ],
)
def test_inert(text: str, shown: str) -> None:
    assert inert(text) == shown
    assert inert(shown) == shown


def test_nothing_steers_the_terminal(mtqa: Run) -> None:
    odd = "x\u202ey\x9b31m"
    Path("mtqa.toml").write_text('exclude = ["x\u202ey\\u009b31m"]\n', encoding="utf-8")
    ran = mtqa("config", "show")
    assert (ran.code, '"x\\u202ey\\u009b31m"' in ran.out) == (0, True)
    for command in ((f"--{odd}",), ("translators", f"{odd}\u2066")):
        ran = mtqa(*command)
        assert (ran.code, re.search("[\x7f-\x9f\u202a-\u202e\u2066-\u2069]", ran.err)) == (2, None)


def test_a_manifest_cannot_steer_the_terminal(mtqa: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    manifest = Path("models/odd/model.toml")
    manifest.parent.mkdir(parents=True)
    manifest.write_text(
        'name = "odd"\nversion = "1"\ndescription = "\\u001B[31mred\\n::error::x"\nlicence = "\\u001B]0;z\\u0007"\n'
        'base = "x"\nlanguages = ["en"]\n[files."a"]\nsha256 = "' + "0" * 64 + '"\nsize = 1\n',
        encoding="utf-8",
    )
    monkeypatch.setenv("MTQA_MODELS", str(Path("models").absolute()))
    ran = mtqa("models", "list")
    assert (ran.code, "␛[31mred ::error::x" in ran.out) == (0, True)
    assert not re.search("[\x00-\x09\x0b-\x1f]", ran.out)


def test_empty_standard_input(mtqa: Run) -> None:
    ran = mtqa("score", "-")
    assert (ran.code, ran.err, "It is blank, so there is nothing to judge." in ran.out) == (0, "", True)
    assert ("check the file" in ran.out, "flagged" in ran.out) == (True, False)


def test_colour_is_a_choice(mtqa: Run, article: str, monkeypatch: pytest.MonkeyPatch) -> None:
    always = mtqa("score", article, "--color", "always", "--language", "en").out
    assert "\x1b[" in always
    assert "\x1b[" not in mtqa("score", article, "--color", "never", "--language", "en").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert mtqa("score", article, "--color", "always", "--language", "en").out == always


def test_levels_and_tops_are_passed_on(mtqa: Run, article: str) -> None:
    assert (
        json.loads(mtqa("score", article, "--format", "json", "--min-level", "critical").out)["min_level"] == "critical"
    )
    assert mtqa("score", article, "--top", "0", "--min-level", "neutral").code == 0


def test_the_language_model_is_asked_for(mtqa: Run) -> None:
    text = "Nobody minded that the hippopotamuses were late. We sat on the wall by the sea and we talked."
    command = ("score", "-", "--language", "en", "--format", "json")
    assert "surprising" not in mtqa(*command, stdin=text.encode()).out
    assert "surprising" in mtqa(*command, "--fluency", "lm", stdin=text.encode()).out


def test_an_interruption_is_quiet(mtqa: Run, article: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Checker, "load", interrupted)
    assert mtqa("score", article) == (130, "", "mtqa: interrupted\n")


def test_the_unexpected_is_one_line_unless_debugging(mtqa: Run, article: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("no\nsuch luck")

    monkeypatch.setattr(Checker, "load", broken)
    quiet = mtqa("score", article)
    assert (quiet.code, quiet.out, quiet.err.count("\n")) == (2, "", 1)
    assert "RuntimeError" in quiet.err
    assert "report it" in quiet.err
    assert "Traceback" in mtqa("--debug", "score", article).err
    monkeypatch.setenv("MTQA_DEBUG", "1")
    assert "Traceback" in mtqa("score", article).err


def test_a_model_error_is_one_line(mtqa: Run, article: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object, **__: object) -> None:
        raise ModelError("model 'smollm2-135m' lacks a file; run: mtqa models pull smollm2-135m")

    monkeypatch.setattr(Checker, "load", missing)
    ran = mtqa("score", article, "--fluency", "lm", "--output", "report.txt")
    assert ran == (2, "", "mtqa: error: model 'smollm2-135m' lacks a file; run: mtqa models pull smollm2-135m\n")
    assert not Path("report.txt").exists()


@pytest.mark.parametrize("target", ["out.jsonl", "-"])
def test_batch(mtqa: Run, target: str) -> None:
    rows = [{"id": n, "text": TEXT, "language": "en"} for n in range(3)]
    ran = mtqa("batch", "-", "--output", target, stdin="\n".join(map(json.dumps, rows)).encode())
    out = ran.out if target == "-" else Path(target).read_text(encoding="utf-8")
    assert (ran.code, ran.err) == (0, "mtqa: judging standard input\n")
    assert [json.loads(line)["id"] for line in out.splitlines()] == [0, 1, 2]


def test_batch_with_a_bad_row(mtqa: Run) -> None:
    Path("in.jsonl").write_text(f"nope\n{json.dumps({'id': 1, 'text': TEXT})}\n", encoding="utf-8")
    ran = mtqa("batch", "in.jsonl", "--output", "out.jsonl")
    assert (ran.code, ran.out) == (1, "")
    judging, said = ran.err.splitlines()
    assert judging == "mtqa: judging in.jsonl, 1 KB"
    assert said == 'mtqa: 1 of 2 rows could not be judged; their "error" says why'
    assert len(Path("out.jsonl").read_text(encoding="utf-8").splitlines()) == 2
    again = mtqa("batch", "in.jsonl", "--output", "out.jsonl")
    assert again.code == 2
    assert "--restart" in again.err
    assert mtqa("batch", "in.jsonl", "--output", "out.jsonl", "--restart").code == 1


def test_rows_in_which_there_is_nothing_to_judge_are_no_judged_rows(mtqa: Run) -> None:
    texts = ["", " \n", "*** 12", "Die Fähre kam spät in den Hafen, und niemand war da. " * 9, TEXT]
    rows = [{"id": n, "text": text} for n, text in enumerate(texts)]
    Path("in.jsonl").write_text("".join(json.dumps(each) + "\n" for each in rows), encoding="utf-8")
    ran = mtqa("batch", "in.jsonl", "--output", "out.jsonl")
    assert ran.code == 0
    assert ran.err.splitlines()[1:] == ['mtqa: 4 of 5 rows were not judged; their "reason" says why']
    judged = [json.loads(line) for line in Path("out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [each["p_mt"] is None for each in judged] == [True, True, True, True, False]
    whole = json.loads(mtqa("summarise", "out.jsonl", "--format", "json").out)["whole"]
    assert (whole["rows"], whole["errors"], whole["not_judged"], whole["undecided"]) == (5, 0, 4, 1)
    Path("one.jsonl").write_text('{"id": 1, "text": ""}\n', encoding="utf-8")
    ran = mtqa("batch", "one.jsonl", "--output", "one-out.jsonl")
    assert (ran.code, ran.err.splitlines()[-1]) == (0, 'mtqa: 1 of 1 row was not judged; its "reason" says why')
    assert "no row was judged" in mtqa("summarise", "one-out.jsonl").out


def test_batch_without_rows(mtqa: Run) -> None:
    Path("in.jsonl").touch()
    assert mtqa("batch", "in.jsonl", "--output", "out.jsonl") == (
        0,
        "",
        "mtqa: judging in.jsonl, 1 KB\nmtqa: in.jsonl: no rows in it\n",
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("command", [("explain",), ("batch", "in.jsonl", "--output", "-")])
def test_a_full_disk_is_no_bug_of_mtqa(tmp_path: Path, command: tuple[str, ...]) -> None:
    (tmp_path / "in.jsonl").write_text("{}\n", encoding="utf-8")
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "mtqa", *command], cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, text=True
        )
    assert ran.returncode == 2
    assert ran.stderr.splitlines()[-1].startswith("mtqa: error: cannot write (No space left on device)")
    assert "Traceback" not in ran.stderr


def test_models(mtqa: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MTQA_MODELS", str(tmp_path / "models"))
    folder = tmp_path / "models" / "tiny"
    folder.mkdir(parents=True)
    digest = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"  # of "hello"
    (folder / "model.toml").write_text(
        f'name = "tiny"\nlicence = "CC0-1.0"\ndescription = "A greeting"\n[files]\n"a.txt" = "{digest}"\n', "utf-8"
    )
    assert mtqa("models", "path", "tiny").code == 2
    assert any(line.split()[:3] == ["tiny", "not", "pulled"] for line in mtqa("models", "list").out.splitlines())
    (folder / "a.txt").write_text("hello", encoding="utf-8")
    assert mtqa("models", "path", "tiny") == (0, f"{folder}\n", "")
    assert any(line.split()[:3] == ["tiny", "here", "CC0-1.0"] for line in mtqa("models", "list").out.splitlines())
    assert mtqa("models", "verify", "tiny").code == 0
    assert "comes with mtqa" not in mtqa("models", "pull", "tiny").err
    (folder / "a.txt").write_text("jello", encoding="utf-8")
    changed = mtqa("models", "verify", "tiny")
    assert (changed.code, changed.out) == (2, "")
    assert "a.txt was changed" in changed.err


def test_version(mtqa: Run) -> None:
    ran = mtqa("--version")
    assert (ran.code, ran.err) == (0, "")
    first, second = ran.out.splitlines()
    assert first.split()[0] == "mtqa"
    assert second.startswith("mtqa:")
    assert "|model:mtqa-en@" in second


def test_a_reader_who_went_away_is_no_error() -> None:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path))}
    reader, writer = os.pipe()
    os.close(reader)
    ran = subprocess.run(
        [sys.executable, "-m", "mtqa", "explain"], env=environment, stdout=writer, stderr=subprocess.PIPE, check=False
    )
    os.close(writer)
    assert (ran.returncode, ran.stderr) == (1, b"")


def test_a_folder_that_cannot_be_looked_into_is_no_empty_one(mtqa: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("news/closed").mkdir(parents=True)
    Path("news/a.txt").write_text("A ferry came in at noon.", encoding="utf-8")
    walk = os.walk

    def closed(top: object, **options: Any) -> Iterator[Any]:
        yield from walk(str(top), **options)
        options["onerror"](PermissionError(errno.EACCES, "Permission denied", str(Path(str(top), "closed"))))

    monkeypatch.setattr("os.walk", closed)
    for command in ("score", "gate"):
        ran = mtqa(command, "news")
        said = " ".join((ran.out + ran.err).split())
        assert (ran.code, "news/closed" in said, "cannot be opened (Permission denied)" in said) == (2, True, True)


@pytest.mark.parametrize(
    ("command", "editor", "strictness"),
    [
        (("score", "a.txt"), None, Strictness.USUAL),
        (("suggest", "a.txt"), None, Strictness.USUAL),
        (("annotate", "a.po", "-o", "b.po"), None, Strictness.USUAL),
        (("gate", "a.txt"), None, Strictness.STRICT),
        (("baseline", "write", "a.txt"), None, Strictness.STRICT),
        (("score", "a.txt", "--editor", "careful"), Editor.CAREFUL, Strictness.USUAL),
        (("suggest", "a.txt", "--editor", "careful"), Editor.CAREFUL, Strictness.USUAL),
        (("annotate", "a.po", "-o", "b.po", "--editor", "careful"), Editor.CAREFUL, Strictness.USUAL),
        (("gate", "a.txt", "--editor", "careful"), Editor.CAREFUL, Strictness.STRICT),
        (("baseline", "write", "a.txt", "--editor", "careful"), Editor.CAREFUL, Strictness.STRICT),
        (("batch", "a.jsonl", "-o", "out.jsonl"), Editor.FAST, Strictness.USUAL),
        (("score", "a.txt", "--editor", "fast"), Editor.FAST, Strictness.USUAL),
        (("batch", "a.jsonl", "-o", "out.jsonl", "--editor", "careful"), Editor.CAREFUL, Strictness.USUAL),
    ],
)
def test_who_flags_sentences(
    mtqa: Run,
    monkeypatch: pytest.MonkeyPatch,
    command: tuple[str, ...],
    editor: Editor | None,
    strictness: Strictness,
) -> None:
    asked: list[CheckerSettings] = []

    def load(settings: CheckerSettings) -> Checker:
        asked.append(settings)
        return fake_checker()

    monkeypatch.setattr(Checker, "load", load)
    Path("a.txt").write_text("The ferry came in at noon.\n")
    Path("a.po").write_text('msgid "a"\nmsgstr "The ferry came in at noon."\n')
    Path("a.jsonl").write_text('{"id": "1", "text": "The ferry came in at noon."}\n')
    mtqa(*command)
    assert [(each.editor, each.strictness) for each in asked] == [(editor, strictness)]


@pytest.mark.parametrize(
    "command",
    [
        ("score", "a.txt"),
        ("gate", "a.txt"),
        ("batch", "a.jsonl", "-o", "out.jsonl"),
        ("suggest", "a.txt"),
        ("annotate", "a.po", "-o", "b.po"),
        ("review", "a.txt"),
    ],
)
def test_an_editor_that_is_asked_for_by_name_has_to_be_there(
    mtqa: Run, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    known = store.known
    monkeypatch.setattr(store, "known", lambda name: replace(known(name), path=known(name).path / name))
    monkeypatch.setattr(store, "locate", known)
    monkeypatch.setattr(Checker, "load", LOAD)
    Path("a.txt").write_text("The ferry came in at noon.\n")
    Path("a.po").write_text('msgid "a"\nmsgstr "The ferry came in at noon."\n')
    Path("a.jsonl").write_text('{"id": "1", "text": "The ferry came in at noon."}\n')
    ran = mtqa(*command, "--editor", "careful")
    assert (ran.code, ran.out) == (2, "")
    said = [line for line in ran.err.splitlines() if "judging" not in line]
    lacks = "its folder lacks config.json, model.onnx, tokenizer.json"
    assert said == [
        f"mtqa: error: the careful editor is not on this machine: {lacks}; reinstall mtqa, or choose the fast editor"
    ]
    assert not {"out.jsonl", "b.po"} & {path.name for path in Path().iterdir()}
