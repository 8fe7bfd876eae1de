"""The gate as a program: exit codes, reports, ignores, hostile articles, and a magazine from its first run on."""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
from pathlib import Path

import pytest
from articles import BAD, CLEAN, WORSE, paragraphs
from program import Run
from test_gate_formats import COUNTS

from mtqa.checker import Checker
from mtqa.core.errors import ModelError
from mtqa.core.settings import CheckerSettings

HEAD = "---\nlang: en\n---\n\n"
STRICT = ("--fail-on", "minor")


def write(name: str, *parts: str) -> str:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(HEAD + paragraphs(*parts), encoding="utf-8")
    return name


def found(out: str) -> list[tuple[str, str, str | None]]:
    """Words, state and excuse of each finding of a JSON report."""
    return [(each["words"], each["state"], each["excuse"]) for each in json.loads(out)["gate"]["findings"]]


def uris(out: str) -> list[str]:
    return [each["uri"] for each in json.loads(out)["documents"]]


# Exit codes


def test_passed_and_violated(mtqa: Run) -> None:
    write("a.md", CLEAN, BAD)
    ran = mtqa("gate", "a.md")
    assert (ran.code, ran.err, ran.out.splitlines()[-1]) == (0, "", "PASSED")
    assert "settings: " not in ran.out
    ran = mtqa("gate", "a.md", *STRICT)
    assert (ran.code, ran.err, ran.out.splitlines()[-1]) == (1, "", "FAILED")
    assert "a.md:7:11: minor repeated-word: “the the”: grammar: the word is repeated [fails]\n" in ran.out
    assert ran.out.count("the the") == 1
    assert mtqa("gate", "a.md", *STRICT, "--exit-zero") == (0, ran.out, "")


def test_a_baseline_that_lies_there_unused_is_named_with_its_option(mtqa: Run) -> None:
    write("a.md", CLEAN, BAD)
    note = "note: mtqa-baseline.json is in this folder but not in use; give --baseline mtqa-baseline.json, or name it"
    assert "mtqa-baseline.json" not in mtqa("gate", "a.md").out
    assert mtqa("baseline", "write", "a.md").code == 0
    unused = mtqa("gate", "a.md").out
    assert note in unused
    assert "1 new finding, no baseline in use, 0 ignored" in unused
    used = mtqa("gate", "a.md", "--baseline", "mtqa-baseline.json").out
    assert "0 new findings, 1 known from the baseline, 0 ignored" in used
    assert note not in used


def test_the_false_alarm_rate_is_a_setting_and_a_flag(mtqa: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    write("a.md", CLEAN)
    loaded = Checker.load
    asked: list[float] = []

    def load(settings: CheckerSettings) -> Checker:
        asked.append(settings.rate)
        return loaded(settings)

    monkeypatch.setattr(Checker, "load", load)
    Path("mtqa.toml").write_text("false-alarm-rate = 0.05\n", encoding="utf-8")
    assert "|rate:0.05|" in mtqa("gate", "a.md").out
    assert "|rate:0.001|" in mtqa("gate", "a.md", "--false-alarm-rate", "0.001").out
    assert asked == [0.05, 0.001]  # what was said at another rate is not taken from the cache
    ran = mtqa("gate", "a.md", "--false-alarm-rate", "0.02")
    assert (ran.code, ran.out) == (2, "")
    assert "no threshold for a false-alarm rate of 0.02; choose 0.05, 0.01 or 0.001" in ran.err


@pytest.mark.parametrize("more", [[], ["--exit-zero"]])
def test_what_cannot_be_read_is_2_and_loses_nothing(mtqa: Run, more: list[str]) -> None:
    write("a.md", BAD)
    Path("binary.md").write_bytes(b"\x89PNG\0")
    Path("bad.jsonl").write_text("{\n", encoding="utf-8")
    ran = mtqa("gate", "a.md", "binary.md", "missing.md", "*.docx", "bad.jsonl", "--format", "json", *more)
    report = json.loads(ran.out)
    assert ran.code == 2
    assert uris(ran.out) == ["a.md"]
    assert {each["uri"] for each in report["failures"]} == {"binary.md", "missing.md", "*.docx", "bad.jsonl:1"}
    assert (report["gate"]["violations"], report["gate"]["passed"]) == ([], False)
    assert len(found(ran.out)) == 1


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ([], "no articles; name files, folders or patterns, or - for standard input"),
        (["a.md", "--stdin-filename", "b.md"], "--stdin-filename needs - among the paths; add it"),
        (["a.md", "-f", "sarfi"], "unknown gate format 'sarfi'; did you mean 'sarif'?"),
        (["a.md", "-f", "json", "-f", "text"], "2 formats and 0 outputs; give an --output FILE to all but the last"),
        (
            ["a.md", "-f", "text", "-f", "sarif", "-o", "x.sarif"],
            "--output x.sarif: a name for sarif, but the report is --format text",
        ),
        (["a.md", "-f", "gitlab", "-o", "x.sarif.json"], "--output x.sarif.json: a name for sarif, but the report is"),
        (["a.md", "-f", "html", "-o", "X.MD"], "--output X.MD: a name for text, but the report is --format html"),
        (["a.md", "-f", "junit", "-o", "x.yml"], "--output x.yml: no report is written in the format of that name"),
        (["a.md", "-o", "x.xml"], "--output x.xml: a name for junit, but the report is --format text"),
        (["a.md", "-f", "sarif", "-o", "x.html"], "--output x.html: a name for html, but the report is --format sarif"),
        (["a.md", "-f", "json", "-o", "x", "-o", "y"], "2 outputs and 1 format; give a --format NAME for each"),
        (["a.md", "-f", "json", "-o", "x", "-f", "text", "-o", "./x"], "two reports in one file"),
        (["a.md", "-o", "a.md"], "--output a.md: would overwrite an input; name another file"),
        (["a.md", "-o", "no/x"], "--output no/x: no folder no; make it first"),
        (["a.md", "--baseline", "none.json"], "none.json: no such baseline; make it from the articles"),
        (["a.md", "--fail-on", "awful"], "fail-on"),
        (["a.md", "--profile", "lax"], "profile"),
        (["a.md", "--language", "english!"], "'english!' is not a language tag; did you mean 'en'?"),
        (["a.md", "--language", "zz"], "no language has the tag 'zz'; give a BCP 47 tag such as en or pt-BR"),
        (["a.md", "--model", "mtqa-xx"], "unknown model 'mtqa-xx'"),
    ],
)
def test_what_cannot_be_done_is_one_line(mtqa: Run, arguments: list[str], error: str) -> None:
    whole = Path(write("a.md", BAD)).read_bytes()
    ran = mtqa("gate", *arguments)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert ran.err.startswith("mtqa: error: ")
    assert error in ran.err
    assert [path.name for path in Path().iterdir()] == ["a.md"]
    assert Path("a.md").read_bytes() == whole


@pytest.mark.parametrize(
    ("settings", "error"),
    [
        ('fail-on = "minor"\nlanguages = ["en", "xx"]\n', "mtqa.toml:2: no language has the tag 'xx'; change it or"),
        ('[[overrides]]\npaths = ["b.md"]\nlanguages = ["xx"]\n', "mtqa.toml:3: no language has the tag 'xx'; change"),
        ('\n\nbaseline = "nope.json"\n', "mtqa.toml:3: baseline: {}/nope.json: no such baseline; make it from"),
        (
            "stale = true\nfalse-alarm-rate = 0.02\n",
            "mtqa.toml:2: false-alarm-rate: this model has no threshold for a false-alarm rate of 0.02; choose 0.05,",
        ),
    ],
)
def test_settings_that_cannot_be_honoured_are_told_by_their_line(mtqa: Run, settings: str, error: str) -> None:
    write("a.md", CLEAN)
    Path("mtqa.toml").write_text(settings, encoding="utf-8")
    ran = mtqa("gate", "a.md")
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert ran.err.startswith(f"mtqa: error: {error.format(Path.cwd())}")


def test_a_model_that_does_not_load(mtqa: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ModelError("model 'mtqa-en' is corrupt; install it again")

    monkeypatch.setattr(Checker, "load", broken)
    write("a.md", BAD)
    for more in ([], ["--exit-zero"], ["--output", "report"]):
        assert mtqa("gate", "a.md", *more) == (2, "", "mtqa: error: model 'mtqa-en' is corrupt; install it again\n")
    assert not Path("report").exists()


@pytest.mark.parametrize("arguments", [["--nope"], ["a.md", "--min-level", "awful"], ["a.md", "--threads", "0"]])
def test_wrong_usage(mtqa: Run, arguments: list[str]) -> None:
    ran = mtqa("gate", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert "Usage:" in ran.err


# Reports


def test_several_reports_of_one_run_agree(mtqa: Run) -> None:
    write("a.md", BAD, CLEAN, WORSE)
    write("b.md", WORSE)
    names = [*COUNTS]
    pairs = [part for name in names[:-1] for part in ("--format", name, "--output", f"{name}.out")]
    ran = mtqa("gate", "a.md", "b.md", *STRICT, *pairs, "--format", names[-1])
    assert (ran.code, ran.err) == (1, "")
    texts = {name: Path(f"{name}.out").read_text(encoding="utf-8") for name in names[:-1]} | {names[-1]: ran.out}
    assert {name: COUNTS[name](text) for name, text in texts.items()} == dict.fromkeys(names, 3)
    assert not [path for path in Path().iterdir() if path.name.endswith(".new")]


def test_github_actions(mtqa: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    write("a.md", BAD)
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(Path.cwd() / "summary.md"))
    Path("summary.md").write_text("before\n", encoding="utf-8")
    ran = mtqa("gate", "a.md", *STRICT)
    assert ran.out.startswith("::error file=a.md,line=5,col=11,endLine=5,endColumn=18,title=repeated-word (minor)::")
    once = Path("summary.md").read_text(encoding="utf-8")
    assert once.startswith("before\n## mtqa gate: failed\n")
    mtqa("gate", "a.md", *STRICT, "--format", "text")
    assert Path("summary.md").read_text(encoding="utf-8") == once
    mtqa("gate", "a.md", "--format", "github", "--output", "g", "--format", "text")
    assert Path("summary.md").read_text(encoding="utf-8").count("## mtqa gate: ") == 2
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(Path.cwd()))
    ran = mtqa("gate", "a.md")
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert "GITHUB_STEP_SUMMARY cannot be written (Is a directory); unset it" in ran.err


# Ignores


def test_ignores_and_terms_give_their_reason(mtqa: Run) -> None:
    off = ("<!-- mtqa off: quoted minutes -->", BAD, "<!-- mtqa on -->")
    write("a.md", *off, "We met the zzharbourmaster there.", "<!-- mtqa off: nothing -->", CLEAN, "<!-- mtqa on -->")
    Path("terms.txt").write_text("# names\nzzharbourmaster\n", encoding="utf-8")
    Path("mtqa.toml").write_text('terms = ["terms.txt"]\nlikely-mt = false\n', encoding="utf-8")
    ran = mtqa("gate", "a.md", *STRICT, "--format", "json")
    first, second = found(ran.out)
    assert (ran.code, first) == (0, ("the the", "ignored", "ignored in the file at line 5: quoted minutes"))
    assert second[:2] == ("zzharbourmaster", "ignored")
    assert re.fullmatch(r"term list \S*terms\.txt, line 2", second[2] or "")
    (stale,) = json.loads(ran.out)["gate"]["stale"]
    assert stale == "a.md, line 13: this comment excuses nothing; remove it"
    Path("mtqa.toml").write_text('terms = ["terms.txt"]\nlikely-mt = false\nstale = true\n', encoding="utf-8")
    assert mtqa("gate", "a.md", *STRICT).code == 1


def test_score_leaves_out_what_comments_ignore(mtqa: Run) -> None:
    write("a.md", "<!-- mtqa ignore-next: repeated-word a quotation -->", BAD, CLEAN, WORSE)
    ran = mtqa("score", "a.md")
    assert ("the the" in ran.out.replace(BAD, ""), "cafÃ©" in ran.out) == (False, True)
    assert "1 ignored finding is left out." in ran.out


def test_stale_ignores_of_a_cached_document_without_flags(mtqa: Run) -> None:
    write("a.md", "<!-- mtqa off: nothing -->", CLEAN)
    for _ in range(2):
        assert len(json.loads(mtqa("gate", "a.md", "--format", "json").out)["gate"]["stale"]) == 1


@pytest.mark.parametrize("how", [".mtqaignore", "exclude"])
def test_files_that_are_left_out(mtqa: Run, how: str) -> None:
    for name in ("a.md", "drafts/b.md", "drafts/keep.md"):
        write(name, BAD)
    if how == "exclude":
        Path("mtqa.toml").write_text('exclude = ["drafts/*", "!keep.md"]\n', encoding="utf-8")
    else:
        Path(".mtqaignore").write_text("drafts/*\n!keep.md\n", encoding="utf-8")
    for paths, plain, forced in (
        (["."], ["a.md", "drafts/keep.md"], ["a.md", "drafts/keep.md"]),
        (["drafts"], ["drafts/keep.md"], ["drafts/keep.md"]),
        (["drafts/*.md"], ["drafts/keep.md"], ["drafts/keep.md"]),
        (["drafts/b.md"], ["drafts/b.md"], []),
        (["drafts", "drafts/b.md"], ["drafts/b.md", "drafts/keep.md"], ["drafts/keep.md"]),
    ):
        ran = mtqa("gate", *paths, "--format", "json")
        assert (ran.code, sorted(uris(ran.out))) == (0, plain)
        ran = mtqa("gate", *paths, "--format", "json", "--force-exclude")
        assert (ran.code, sorted(uris(ran.out))) == (0, forced)


def test_an_override_holds_for_its_files(mtqa: Run) -> None:
    write("news/a.md", BAD)
    write("blog/b.md", BAD)
    Path("mtqa.toml").write_text('[[overrides]]\npaths = ["news/"]\nfail-on = "minor"\n', encoding="utf-8")
    assert mtqa("gate", ".").out.splitlines().count("settings: mtqa.toml") == 1
    ran = mtqa("gate", ".", "--format", "json")
    findings = json.loads(ran.out)["gate"]["findings"]
    assert (ran.code, {each["uri"]: each["fails"] for each in findings}) == (1, {"news/a.md": True, "blog/b.md": False})


# Which settings held

_LLM = '[llm]\nmodel = "m"\n'  # which names no server, so that none is asked
_SAID = {
    "text": "settings: {}\n",
    "json": '  "settings": [\n    "{}"\n  ],',
    "jsonl": '"settings": ["{}"], "',
    "sarif": '          "properties": {{\n            "settings": [\n              "{}"\n            ]\n',
    "junit": "settings: {}\n",
    "github": "settings: {}\n",
    "html": "<dt>Settings</dt><dd><code>{}</code></dd>",
}


@pytest.mark.parametrize("format", _SAID)
@pytest.mark.parametrize(
    ("name", "text", "shown"),
    [
        ("mtqa.toml", "min-level = 'minor'\n", "mtqa.toml"),
        ("mtqa.toml", _LLM, "mtqa.toml"),
        ("mtqa.toml", "", "mtqa.toml"),
        ("pyproject.toml", f"[tool.mtqa.{_LLM[1:]}", "pyproject.toml"),
        ("../mtqa.toml", _LLM, "{up}/mtqa.toml"),
        ("pyproject.toml", "[project]\nname = 'x'\n", None),
    ],
)
def test_every_report_says_which_settings_held(
    mtqa: Run,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    format: str,  # noqa: A002
    name: str,
    text: str,
    shown: str | None,
) -> None:
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    write("a.md", CLEAN)
    Path(name).write_text(text, encoding="utf-8")
    ran = mtqa("gate", "a.md", "--format", format)
    assert ran.code == 0, ran.err
    told = _SAID[format].format((shown or "").format(up=tmp_path))
    assert (told in ran.out) is (shown is not None), ran.out


def test_the_users_settings_are_named_before_the_projects(mtqa: Run) -> None:
    write("a.md", CLEAN)
    own = Path(os.environ["XDG_CONFIG_HOME"], "mtqa", "mtqa.toml")
    own.parent.mkdir(parents=True)
    own.write_text(_LLM, encoding="utf-8")
    Path("mtqa.toml").write_text("", encoding="utf-8")
    assert f"settings: {own.resolve()}, mtqa.toml\n" in mtqa("gate", "a.md").out
    assert json.loads(mtqa("gate", "a.md", "-f", "json").out)["settings"] == [str(own.resolve()), "mtqa.toml"]
    assert json.loads(mtqa("score", "a.md", "-f", "json").out)["settings"] == []  # they say nothing to score


def test_the_summary_of_a_job_says_which_settings_held(
    mtqa: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    write("a.md", CLEAN)
    Path("mtqa.toml").write_text(_LLM, encoding="utf-8")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    mtqa("gate", "a.md", "--format", "github")
    assert "Settings&#58; mtqa.toml\n" in Path("summary.md").read_text(encoding="utf-8")


# Hostile articles

_HOSTILE = "<script>alert(1)</script> ::error::owned ##[error]x \x1b[31m =cmd() cafÃ© \u202ezzevil the the"


@pytest.mark.parametrize("format_", COUNTS)
def test_hostile_articles_are_inert(mtqa: Run, format_: str) -> None:
    names = [
        "::error::x.md",
        "=cmd().md",
        "<script>alert(2)<.md",
        "\x1b[31m.md",
        "-x.md",
        "%2e%2e#a.md",
        "::error::%0A.md",
        "a\r::warning::b.md",
        "\u202ea.md",
        "a\n::error::b.md",
    ]
    Path("deep").mkdir()
    for name in names:
        lines = "::error::the the zzword\n\n=cmd('zz') the the ##vso[task]zz"
        write(f"./{name}", f"# {_HOSTILE}", f"{_HOSTILE} {CLEAN}", lines)
    ran = mtqa("gate", *(f"./{name}" for name in names), "deep/../::error::x.md", "--format", format_, *STRICT)
    assert (ran.code, ran.err) == (1, "")
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]", ran.out)
    if format_ in ("html", "junit"):
        assert not re.search(r"<script>\s*alert", ran.out)
    for line in ran.out.splitlines():
        assert format_ == "html" or not re.search(r"##(\[|vso\[)", line)
        if format_ == "github" and line.startswith("::"):
            assert re.match(r"::(error|warning|notice)( file=[^,]*,| ?::)", line)
            assert line.count("::error::x.md") == 0
        elif format_ != "github":
            assert not line.lstrip().startswith("::")


# A magazine


def git(*arguments: str) -> None:
    who = ("-c", "user.name=x", "-c", "user.email=x")
    subprocess.run(["git", *who, *arguments], capture_output=True, check=True)


def generated(number: int) -> list[str]:
    chance = random.Random(number)
    people, places = ["Ann", "the baker", "my aunt", "the pilot"], ["harbour", "market", "mill", "station"]
    plain = [
        f"In the morning {chance.choice(people)} walked to the {chance.choice(places)} and bought {n + 2} pears there."
        for n in range(4)
    ]
    if number % 4 == 0:
        plain.insert(2, f"Then {chance.choice(people)} closed the the door of house {number} and went home.")
    if number % 10 == 0:
        plain.append(f"The sign of house {number} said cafÃ© to whoever came along the street.")
    return plain


def render(name: str, parts: list[str]) -> None:
    if name.endswith(".md"):
        write(name, *parts)
        return
    body = "".join(f"<p>{part}</p>\n" for part in parts)
    Path(name).write_text(f"<!DOCTYPE html>\n<html lang=en>\n<body>\n{body}</body></html>\n", encoding="utf-8")


def test_a_magazine_from_its_first_run_on(mtqa: Run) -> None:
    Path("news").mkdir()
    names = [f"news/{number:03}.{'md' if number % 2 else 'html'}" for number in range(200)]
    articles = {name: generated(number) for number, name in enumerate(names)}
    for name, parts in articles.items():
        render(name, parts)
    git("init", "-q")
    git("add", "-A")
    git("commit", "-q", "-m", "first")
    command = ("gate", "news", *STRICT, "--format", "json")

    first = mtqa(*command)
    assert (first.code, first.err, len(uris(first.out))) == (1, "", 200)
    assert sorted(words for words, *_ in found(first.out)) == ["cafÃ©"] * 20 + ["the the"] * 50
    assert mtqa("baseline", "write", "news").code == 0
    command = (*command, "--baseline", "mtqa-baseline.json")
    assert mtqa(*command).code == 0

    for name in names[:6]:  # moved
        render(name, [*articles[name][1:], articles[name][0]])
    ran = mtqa(*command)
    assert (ran.code, {state for _, state, _ in found(ran.out)}) == (0, {"known"})

    garbled = "Afterwards they closed the the window of the cafÃ© because of the wind."
    render("news/000.html", ["First came the rain.", garbled, *articles["news/000.html"]])
    render("news/001.md", [*articles["news/001.md"], garbled])
    ran = mtqa(*command)
    new = {
        (each["uri"], each["words"], each["location"]["line"], each["location"]["column"], each["fails"])
        for each in json.loads(ran.out)["gate"]["findings"]
        if each["state"] == "new"
    }
    columns = {"the the": garbled.index("the the") + 1, "cafÃ©": garbled.index("cafÃ©") + 1}
    line = 5 + 2 * len(articles["news/001.md"])
    assert ran.code == 1
    assert new == {
        (uri, words, where, column + shift, True)
        for words, column in columns.items()
        for uri, where, shift in (("news/000.html", 5, len("<p>")), ("news/001.md", line, 0))
    }
    assert json.loads(ran.out)["gate"]["violations"] == []
    assert json.loads(ran.out)["gate"]["stale"] == []

    changed = mtqa(*command, "--changed-since", "HEAD")
    assert set(uris(changed.out)) == {*names[:6]}
    for name, count in COUNTS.items():
        for more in ((), ("--changed-since", "HEAD")):
            ran = mtqa(*command[:4], "--format", name, *command[6:], *more)
            assert (ran.code, count(ran.out)) == (1, 4), name
