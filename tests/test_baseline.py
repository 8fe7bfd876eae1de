"""The baseline: what it tolerates, and what becomes of its file."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from articles import BAD, CLEAN, WORSE, paragraphs, report_of
from fakes import fake_checker
from program import Run

from mtqa.checker import Checker
from mtqa.cli import baseline as cli
from mtqa.config import Policy
from mtqa.core.errors import ConfigError
from mtqa.core.report import Finding, GateResult, State
from mtqa.core.settings import CheckerSettings
from mtqa.core.spans import Span
from mtqa.gate.baseline import Baseline, Entry, Opinion, covered_by, key_of, partial_in
from mtqa.gate.decide import decide

POLICY = Policy(likely_mt=False)
NAME = "mtqa-baseline.json"
GATE = ("gate", "--fail-on", "minor", "--language", "en", "--format", "json")
MD = "---\nlang: en\n---\n\n"


def result_of(text: str, known: Baseline | None = None, uri: str = "a.txt") -> GateResult:
    return decide(report_of({uri: text}), lambda _: POLICY, baseline=known)


def states(text: str, known: Baseline) -> list[tuple[str, str]]:
    return [(finding.words, finding.state.value) for finding in result_of(text, known).findings]


def baseline_of(text: str) -> Baseline:
    return Baseline.of(result_of(text).findings, "s")


def written(*parts: str, name: str = "a.md") -> str:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(MD + paragraphs(*parts), encoding="utf-8")
    return name


def new(ran: Any) -> list[str]:
    return [each["words"] for each in json.loads(ran.out)["gate"]["findings"] if each["state"] == "new"]


# In memory


def test_a_paragraph_that_moves_stays_known() -> None:
    known = baseline_of(paragraphs(BAD, CLEAN, WORSE))
    assert states(paragraphs(WORSE, CLEAN, CLEAN, BAD), known) == [("cafÃ©", "known"), ("the the", "known")]


def test_a_sentence_that_changes_is_new_again() -> None:
    known = baseline_of(BAD)
    assert states(BAD.replace("closed the the door", "opened the the gate"), known) == [("the the", "new")]
    assert states(BAD, known) == [("the the", "known")]


def test_one_more_of_the_same_is_new() -> None:
    assert states(paragraphs(BAD, BAD), baseline_of(BAD)) == [("the the", "known"), ("the the", "new")]


def test_findings_are_known_by_their_file() -> None:
    assert result_of(BAD, baseline_of(BAD), "b.txt").findings[0].state is State.NEW


@pytest.mark.parametrize(("add", "count"), [(False, 1), (True, 2)])
def test_counts_are_raised_only_with_add(add: bool, count: int) -> None:
    after = baseline_of(BAD).updated(result_of(paragraphs(BAD, BAD, WORSE)).findings, lambda _: True, "t", add=add)
    assert sorted(entry.count for entry in after.entries.values()) == ([1, 2] if add else [1])
    assert next(entry for entry in after.entries.values() if entry.words == "the the").count == count
    assert after.signature == "t"


def test_an_update_drops_nothing_of_what_was_not_judged_in_full() -> None:
    result, before = result_of(BAD), baseline_of(paragraphs(BAD, BAD, WORSE))
    assert before.updated(result.findings, lambda _: False, "", add=False).entries == before.entries
    report = report_of({"a.txt": BAD})
    for over_limit in (False, True):
        judged = replace(report, documents=tuple(replace(each, over_limit=over_limit) for each in report.documents))
        assert covered_by(judged)("a.txt") is not over_limit
        assert partial_in(judged) == ["a.txt"] * over_limit


@pytest.mark.parametrize("add", [False, True])
def test_an_update_drops_what_is_gone_of_the_files_it_saw(add: bool) -> None:
    before = baseline_of(paragraphs(BAD, BAD, WORSE))
    elsewhere = {("b.txt", "rule", "00"): Entry(count=3, words="b")}
    before = Baseline(entries={**before.entries, **elsewhere})
    after = before.updated(result_of(BAD).findings, "a.txt".__eq__, "", add=add)
    assert sorted(entry.count for entry in after.entries.values()) == [1, 3]


@pytest.mark.parametrize(
    ("opinion", "state", "excuse"),
    [(Opinion.FALSE_ALARM, State.KNOWN, "a false alarm, says Ann on 2026-01-02"), (Opinion.CONFIRMED, State.NEW, None)],
)
def test_a_false_alarm_is_tolerated_and_an_error_is_not(opinion: Opinion, state: State, excuse: str | None) -> None:
    (finding,) = result_of(BAD).findings
    known = Baseline().judged(finding, opinion, "Ann", date(2026, 1, 2))
    found = result_of(paragraphs(BAD, BAD), known)
    assert {(each.state, each.excuse) for each in found.findings} == {(state, excuse)}
    assert found.stale == ()


def test_a_false_alarm_in_the_baseline_is_not_stale_and_the_last_word_counts() -> None:
    (finding,) = result_of(BAD).findings
    known = baseline_of(BAD).judged(finding, Opinion.CONFIRMED, "Ann", date(2026, 1, 2))
    assert states(BAD, known) == [("the the", "known")]
    known = known.judged(finding, Opinion.FALSE_ALARM, "Bob", date(2026, 1, 3))
    found = result_of(BAD, known)
    assert found.findings[0].excuse == "a false alarm, says Bob on 2026-01-03"
    assert found.stale == ()


def garbled(words: str, sentence: str, fingerprint: str) -> Finding:
    (finding,) = result_of(BAD).findings
    return replace(finding, rule="garbled", words=words, sentence=sentence, fingerprint=fingerprint)


def test_a_models_finding_that_moves_by_a_word_stays_known() -> None:
    one, moved, more = garbled("a b", "s", "1"), garbled("b c", "s", "2"), garbled("d", "s", "3")
    elsewhere = garbled("b c", "t", "2")
    known = Baseline.of([one], "")
    assert known.keys([moved]) == [key_of(one)]
    assert known.keys([more, one]) == [key_of(more), key_of(one)]
    assert known.keys([moved, more]) == [key_of(one), key_of(more)]
    assert known.keys([elsewhere]) == [key_of(elsewhere)]
    said = Baseline().judged(one, Opinion.FALSE_ALARM, "Ann", date(2026, 1, 2))
    assert said.keys([moved]) == [key_of(one)]
    for add, left in ((False, [moved]), (True, [moved, more])):
        after = known.updated([moved, more], lambda _: True, "", add=add)
        assert after.entries == Baseline.of(left, "").entries


def test_the_gate_knows_a_models_finding_by_its_sentence() -> None:
    report = report_of({"a.txt": paragraphs("We sat zzon the wall with our feet over the water and talked.")})
    (document,) = report.documents
    (verdict,) = document.verdicts
    flag = next(flag for flag in verdict.flags if flag.rule == "garbled")
    moved = replace(flag, span=Span(flag.span.start - 3, flag.span.end), fingerprint="0" * 16)
    flags = tuple(moved if each is flag else each for each in verdict.flags)
    again = replace(report, documents=(replace(document, verdicts=(replace(verdict, flags=flags),)),))
    known = Baseline.of(decide(report, lambda _: POLICY).findings, "")
    found = decide(again, lambda _: POLICY, baseline=known)
    assert {finding.state for finding in found.findings} == {State.KNOWN}
    assert found.stale == ()


# In a file


@pytest.mark.parametrize(
    "uri",
    ["a.txt", "deep/a.txt", "#a.md", "C#/a#b.md", "rows.jsonl#1", "deep/rows.jsonl#../x/./y", "a.jsonl##", "<stdin>",
     "é🙈 \udcff\n.md", "/elsewhere/a.md", "../up.md"],
)  # fmt: skip
@pytest.mark.parametrize("place", [NAME, f"config/{NAME}", f"../{NAME}"])
def test_a_baseline_is_read_as_it_was_written(
    uri: str, place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here" / "config").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "here")
    uri = uri.replace("../up.md", f"{tmp_path}/up.md")
    key = (uri, "rule", "0123")
    (finding,) = result_of(BAD).findings
    before = Baseline(signature="s", entries={key: Entry(count=2, words="w\udc80 “x”\u2028")})
    before = before.judged(finding, Opinion.CONFIRMED, "Ann", date(2026, 1, 2))
    before.write(Path(place))
    assert Baseline.read(Path(place)) == before
    assert [path.name for path in Path(place).parent.iterdir() if path.is_file()] == [NAME]


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b"[]", b"null", b"{}", b"\xff", b"[" * 100_000, b'{"version": 2}',
        b'{"version": 1, "signature": "", "entries": [1], "judgements": []}',
        b'{"version": 1, "signature": "", "entries": [{}], "judgements": []}',
        b'{"version": 1, "signature": "", "entries": 7, "judgements": []}',
        b'{"version": 1, "signature": "", "entries": [{"path": "a", "rule": "r", "fingerprint": "f", "count": 0, '
        b'"words": ""}], "judgements": []}',
        b'{"version": 1, "signature": "", "entries": [{"path": "a", "rule": "r", "fingerprint": "f", "count": '
        + b"9" * 4300 + b', "words": ""}], "judgements": []}',
        b'{"version": "' + b"1" * 100_000 + b'"}',
        b'{"version": 1, "signature": "", "entries": [], "judgements": [{"path": "a", "rule": "r", '
        b'"fingerprint": "f", "verdict": "perhaps", "who": "", "when": "", "words": ""}]}',
    ],
)  # fmt: skip
def test_a_damaged_baseline_is_refused_and_stays_as_it_is(mtqa: Run, content: bytes) -> None:
    written(BAD)
    Path(NAME).write_bytes(content)
    for command in (
        (*GATE, "a.md", "--baseline", NAME),
        ("baseline", "update", "a.md"),
        ("baseline", "show"),
        ("baseline", "write", "a.md"),
        ("baseline", "mark", "a.md", "00", "confirmed", "--by", "Ann"),
    ):
        ran = mtqa(*command)
        assert (ran.code, ran.out) == (2, "")
        assert ran.err.startswith("mtqa: error: ")
        assert f"{NAME}: " in ran.err
        assert ran.err.count("\n") == 1
        assert len(ran.err) < 300
    assert Path(NAME).read_bytes() == content


LONG = "a" * 300


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ((*GATE, "a.md", "--baseline", LONG), "cannot be read (File name too long)"),
        (("baseline", "show", "--baseline", LONG), "cannot be read (File name too long)"),
        (("baseline", "write", "a.md", "--baseline", LONG), "cannot be written (File name too long)"),
        (("baseline", "mark", LONG, "00", "confirmed", "--by", "Ann"), "cannot be read (File name too long)"),
    ],
)
def test_a_name_that_no_file_can_have_is_one_line(mtqa: Run, arguments: tuple[str, ...], problem: str) -> None:
    written(BAD)
    ran = mtqa(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert f"{LONG}: {problem}" in ran.err


@pytest.mark.parametrize("target", ["missing/b.json", "a.md/b.json", "folder"])
def test_a_baseline_that_cannot_be_written_is_one_line(mtqa: Run, target: str) -> None:
    written(BAD)
    Path("folder").mkdir()
    ran = mtqa("baseline", "write", "a.md", "--force", "--baseline", target)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    reason = "not a file" if target == "folder" else "cannot be written ("
    assert ran.err.startswith(f"mtqa: error: {target}: {reason}")
    assert sorted(path.name for path in Path().iterdir()) == ["a.md", "folder"]


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_an_interrupted_write_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, error: BaseException
) -> None:
    def fails(*_: object) -> None:
        raise error

    monkeypatch.chdir(tmp_path)
    old = baseline_of(BAD)
    old.write(Path(NAME))
    whole = Path(NAME).read_bytes()
    if step == "replace":
        monkeypatch.setattr(Path, "replace", fails)
    else:
        monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(ConfigError if isinstance(error, OSError) else KeyboardInterrupt):
        Baseline().write(Path(NAME))
    assert Path(NAME).read_bytes() == whole
    assert [path.name for path in Path().iterdir()] == [NAME]


def test_a_killed_write_leaves_a_whole_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    script = (
        "from pathlib import Path\nfrom mtqa.gate.baseline import Baseline, Entry\n"
        "one, two = (Baseline(signature=s, entries={(f'{n}.md', 'r', 'f'): Entry(count=1, words=s)\n"
        "            for n in range(300)}) for s in 'ab')\n"
        f"while True:\n    one.write(Path('{NAME}'))\n    two.write(Path('{NAME}'))\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path))}
    child = subprocess.Popen([sys.executable, "-c", script], env=environment)
    try:
        until = time.monotonic() + 30
        while not Path(NAME).exists() and time.monotonic() < until:
            time.sleep(0.01)
        for _ in range(20):
            assert len(Baseline.read(Path(NAME)).entries) == 300
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()
    assert len(Baseline.read(Path(NAME)).entries) == 300


# The commands


def test_it_is_found_as_the_gate_finds_it(mtqa: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def load(settings: CheckerSettings) -> Checker:
        return fake_checker(editor=settings.editor, strictness=settings.strictness)

    monkeypatch.setattr(Checker, "load", load)
    Path("a.md").write_text(f"{MD}The ferry qqcame late on Friday, said the man at the pier.\n", encoding="utf-8")
    for strictness in ("usual", "generous"):
        as_asked = ("--strictness", strictness, "--editor", "careful")
        findings = json.loads(mtqa(*GATE, "a.md", *as_asked).out)["gate"]["findings"]
        assert mtqa("baseline", "write", "a.md", "--force", *as_asked).code == 0
        assert Baseline.read(Path(NAME)).size == len(findings)
    (finding,) = findings
    told = ("a.md", finding["fingerprint"], "false-alarm", "--by", "Ann")
    assert mtqa("baseline", "mark", *told, "--strictness", "strict").code == 2
    assert mtqa("baseline", "mark", *told, *as_asked).code == 0
    assert mtqa("baseline", "update", "a.md", *as_asked).code == 0
    assert Baseline.read(Path(NAME)).size == 1


def test_after_write_nothing_is_new_until_a_sentence_changes(mtqa: Run) -> None:
    written(BAD, CLEAN, WORSE)
    assert new(mtqa(*GATE, "a.md")) == ["the the", "cafÃ©"]
    ran = mtqa("baseline", "write", "a.md")
    assert ran == (0, f"{NAME}: 2 findings tolerated; name it with --baseline or in the settings\n", "")
    command = (*GATE, "a.md", "--baseline", NAME)
    ran = mtqa(*command)
    assert (ran.code, new(ran)) == (0, [])
    written(CLEAN, CLEAN, WORSE, BAD)
    ran = mtqa(*command)
    assert (ran.code, new(ran)) == (0, [])
    written(CLEAN, WORSE, BAD.replace("the the door", "the the gate"))
    ran = mtqa(*command)
    assert (ran.code, new(ran)) == (1, ["the the"])
    (stale,) = json.loads(ran.out)["gate"]["stale"]
    assert stale.startswith("a.md: the baseline's repeated-word “the the” (")


def test_a_baseline_that_another_process_wrote_meanwhile_is_kept(mtqa: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    written(BAD)
    over = cli._over

    def late(*arguments: Any, **options: Any) -> Any:
        run = over(*arguments, **options)
        Path(NAME).write_text("another's", encoding="utf-8")
        return run

    monkeypatch.setattr(cli, "_over", late)
    ran = mtqa("baseline", "write", "a.md")
    assert (ran.code, "exists already; use --force" in ran.err) == (2, True)
    assert Path(NAME).read_text(encoding="utf-8") == "another's"


def test_write_replaces_a_baseline_only_by_force(mtqa: Run) -> None:
    written(BAD)
    Path(NAME).write_text("mine", encoding="utf-8")
    ran = mtqa("baseline", "write", "a.md")
    assert (ran.code, ran.out) == (2, "")
    assert "exists already; use --force to replace it, or: mtqa baseline update a.md --baseline" in ran.err
    assert Path(NAME).read_text(encoding="utf-8") == "mine"
    ran = mtqa("baseline", "write", "a.md", "--force")
    assert (ran.code, Path(NAME).read_text(encoding="utf-8")) == (2, "mine")
    assert "not a baseline" in ran.err
    Path(NAME).unlink()
    for arguments in ((), ("--force",)):
        assert mtqa("baseline", "write", "a.md", *arguments).code == 0
        assert Baseline.read(Path(NAME)).size == 1


@pytest.mark.parametrize("wrong", ["missing.md", "empty", "no*.md", "binary.md", "rows.jsonl"])
@pytest.mark.parametrize("command", [("write", "--force"), ("update",), ("update", "--add")])
def test_nothing_is_written_where_an_input_cannot_be_read(mtqa: Run, command: tuple[str, ...], wrong: str) -> None:
    written(BAD)
    Path("empty").mkdir()
    Path("binary.md").write_bytes(bytes(range(256)))
    Path("rows.jsonl").write_text('{"id": 1, "language": "en", "text": "We sat."}\n{\n', encoding="utf-8")
    assert mtqa("baseline", "write", "a.md").code == 0
    before = Path(NAME).read_bytes()
    for paths in ([wrong], ["a.md", wrong]):
        ran = mtqa("baseline", *command, *paths)
        assert (ran.code, ran.out, Path(NAME).read_bytes()) == (2, "", before)
        assert ran.err.endswith(f"{NAME} was left as it was; correct the above or leave it out, and run this again\n")


@pytest.mark.parametrize(
    ("path", "command"),
    [
        *product(
            [NAME, f"./{NAME}", "-"], [("write", "--force"), ("update",), ("mark", "00", "confirmed", "--by", "A")]
        ),
        ("news", ("mark", "00", "confirmed", "--by", "A")),
    ],
)
def test_a_baseline_is_not_about_such_paths(mtqa: Run, path: str, command: tuple[str, ...]) -> None:
    written(BAD, name="news/a.md")
    assert mtqa("baseline", "write", "news").code == 0
    before = Path(NAME).read_bytes()
    name, *rest = command
    ran = mtqa("baseline", name, path, *rest, stdin=b"We sat on on it.\n")
    assert (ran.code, ran.out, ran.err.count("\n"), Path(NAME).read_bytes()) == (2, "", 1, before)


def test_who_judges_has_a_name(mtqa: Run) -> None:
    written(BAD)
    ran = mtqa("baseline", "mark", "a.md", "00", "confirmed", "--by", " ")
    assert (ran.code, ran.err) == (2, "mtqa: error: --by is blank; give the name of the person who judged it\n")


def test_a_rewrite_drops_no_judgement(mtqa: Run) -> None:
    written(BAD, WORSE)
    first, _ = json.loads(mtqa(*GATE, "a.md").out)["gate"]["findings"]
    assert mtqa("baseline", "mark", "a.md", first["fingerprint"], "false-alarm", "--by", "Ann").code == 0
    said = Baseline.read(Path(NAME)).judgements
    assert len(said) == 1
    written(CLEAN, name="b.md")
    for command in (("write", "--force", "a.md"), ("write", "--force", "b.md"), ("update", "a.md"), ("update", "b.md")):
        assert mtqa("baseline", *command).code == 0
        assert Baseline.read(Path(NAME)).judgements == said


def test_update(mtqa: Run) -> None:
    written(BAD, BAD)
    assert mtqa("baseline", "write", "a.md").code == 0
    written(BAD, WORSE)
    assert mtqa("baseline", "update", "a.md") == (0, f"{NAME}: 2 findings tolerated before, 1 now\n", "")
    written(BAD, BAD, WORSE)
    assert mtqa("baseline", "update", "a.md") == (0, f"{NAME}: 1 finding tolerated before, 1 now\n", "")
    assert new(mtqa(*GATE, "a.md", "--baseline", NAME)) == ["the the", "cafÃ©"]
    assert mtqa("baseline", "update", "a.md", "--add") == (0, f"{NAME}: 1 finding tolerated before, 3 now\n", "")
    assert new(mtqa(*GATE, "a.md", "--baseline", NAME)) == []


def test_update_keeps_the_entries_of_what_could_not_be_read(mtqa: Run) -> None:
    rows = "".join(json.dumps({"id": n, "language": "en", "text": BAD}) + "\n" for n in range(2))
    Path("a.jsonl").write_text(rows, encoding="utf-8")
    assert mtqa("baseline", "write", "a.jsonl").code == 0
    Path("a.jsonl").write_text(rows.replace('{"id": 1', "{"), encoding="utf-8")
    Path("a.jsonl").write_text(rows.splitlines()[0] + "\n{\n", encoding="utf-8")
    ran = mtqa("baseline", "update", "a.jsonl")
    assert (ran.code, ran.out, Baseline.read(Path(NAME)).size) == (2, "", 2)
    assert ran.err.startswith("mtqa: error: a.jsonl:2: not a JSON object")
    assert "left as it was" in ran.err
    Path("a.jsonl").write_text(rows.splitlines()[0] + "\n", encoding="utf-8")
    assert mtqa("baseline", "update", "a.jsonl").code == 0
    assert Baseline.read(Path(NAME)).size == 1


@pytest.mark.parametrize("name", [NAME, "my notes.json"])
def test_what_a_message_says_to_run_runs(mtqa: Run, name: str) -> None:
    written(BAD)
    missing = mtqa("gate", "a.md", "--baseline", name).err
    assert mtqa(*shlex.split(missing.rpartition(": mtqa ")[2])).code == 0
    there = mtqa("baseline", "write", "a.md", "--baseline", name).err
    assert mtqa(*shlex.split(there.rpartition(": mtqa ")[2])).out.startswith(f"{name}: 1 finding")


def test_stale_entries_fail_where_the_settings_say_so(mtqa: Run) -> None:
    written(BAD)
    assert mtqa("baseline", "write", "a.md").code == 0
    written(CLEAN)
    assert mtqa(*GATE, "a.md", "--baseline", NAME).code == 0
    Path("mtqa.toml").write_text(f'stale = true\nbaseline = "{NAME}"\n', encoding="utf-8")
    ran = mtqa(*GATE, "a.md")
    assert (ran.code, json.loads(ran.out)["gate"]["violations"]) == (
        1,
        ["1 stale entry of the baseline or ignores"],
    )


def test_marks(mtqa: Run) -> None:
    written(BAD, WORSE)
    found = {each["words"]: each["fingerprint"] for each in json.loads(mtqa(*GATE, "a.md").out)["gate"]["findings"]}
    for words, opinion in (("the the", "false-alarm"), ("cafÃ©", "confirmed")):
        ran = mtqa("baseline", "mark", "a.md", found[words], opinion, "--by", "Ann\x1b[31m")
        assert (ran.code, ran.err) == (0, "")
        assert ran.out.startswith(f"{NAME}: recorded as {opinion}: a.md: ")
        assert ran.out.endswith(f" “{words}” ({found[words]})\n")
    assert new(mtqa(*GATE, "a.md", "--baseline", NAME)) == ["cafÃ©"]
    shown = mtqa("baseline", "show")
    assert shown.out.count("\n") == 2
    assert "a.md: false-alarm, says Ann␛[31m on " in shown.out
    ran = mtqa("baseline", "mark", "a.md", "0000", "confirmed", "--by", "Ann")
    assert (ran.code, ran.out) == (2, "")
    assert "a.md: no finding 0000; look it up with" in ran.err
    ran = mtqa("baseline", "mark", "missing.md", "0000", "confirmed", "--by", "Ann")
    assert ran.code == 2
    assert ran.err.startswith("mtqa: error: missing.md: no such file; check the path\n")


def test_paths_are_relative_to_the_baseline(mtqa: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(BAD, name="news/a.md")
    Path("config").mkdir()
    place = f"config/{NAME}"
    assert mtqa("baseline", "write", "news", "--baseline", place).code == 0
    assert [entry["path"] for entry in json.loads(Path(place).read_text(encoding="utf-8"))["entries"]] == [
        "../news/a.md"
    ]
    for folder, article in (
        ("news", "a.md"),
        ("config", "../news/a.md"),
        (".", "news/a.md"),
        ("/", f"{tmp_path}/news"),
    ):
        monkeypatch.chdir(tmp_path / folder)
        ran = mtqa(*GATE, article, "--baseline", str(tmp_path / place))
        assert (ran.code, new(ran)) == (0, []), folder
        assert json.loads(ran.out)["gate"]["stale"] == []
    monkeypatch.chdir(tmp_path)
    (tmp_path / "link").symlink_to(tmp_path / "config")
    assert new(mtqa(*GATE, "news/a.md", "--baseline", f"link/{NAME}")) == []


def test_standard_input_has_the_name_of_its_file(mtqa: Run, tmp_path: Path) -> None:
    written(BAD)
    assert mtqa("baseline", "write", "a.md").code == 0
    stdin = Path("a.md").read_bytes()
    for name in ("a.md", "./a.md", str(tmp_path / "a.md")):
        ran = mtqa(*GATE, "-", "--stdin-filename", name, "--baseline", NAME, stdin=stdin)
        assert (ran.code, new(ran)) == (0, []), name
