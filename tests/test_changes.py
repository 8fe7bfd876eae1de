"""What changed since a revision, in a real repository."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from articles import BAD, CLEAN, WORSE, paragraphs
from program import Run

HEAD = "---\nlang: en\n---\n\n"
GATE = ("gate", ".", "--fail-on", "minor", "--format", "json", "--changed-since")


def git(*arguments: str) -> str:
    hermetic = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    people = {f"GIT_{who}_{what}": "x" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    environment = {**os.environ, **hermetic, **people}
    done = subprocess.run(["git", *arguments], env=environment, capture_output=True, check=True, text=True)
    return done.stdout.strip()


def write(name: str, *parts: str) -> None:
    Path(name).parent.mkdir(parents=True, exist_ok=True)
    Path(name).write_text(HEAD + paragraphs(*parts), encoding="utf-8")


@pytest.fixture
def repository(mtqa: Run) -> Run:
    """A repository with three articles in its one commit."""
    git("init", "-q", "-b", "main")
    write("same.md", BAD, CLEAN)
    write("é x/old one.md", BAD, CLEAN)
    write("gone.md", BAD)
    Path(".gitignore").write_text("drafts/\n", encoding="utf-8")
    git("add", "-A")
    git("commit", "-q", "-m", "one")
    return mtqa


def findings(run: Run, *arguments: str) -> dict[str, list[tuple[str, str]]]:
    """Words and states of the findings, by file."""
    ran = run(*arguments)
    report = json.loads(ran.out)
    found: dict[str, list[tuple[str, str]]] = {each["uri"]: [] for each in report["documents"]}
    for each in report["gate"]["findings"]:
        found[each["uri"]].append((each["words"], each["state"]))
    return found


def test_nothing_changed(repository: Run) -> None:
    ran = repository(*GATE, "HEAD")
    assert (ran.code, json.loads(ran.out)["documents"]) == (0, [])


def test_only_what_changed_counts(repository: Run) -> None:
    write("é x/old one.md", CLEAN, WORSE, BAD)
    write("new.md", WORSE)
    write("staged.md", WORSE)
    write("drafts/secret.md", BAD)
    git("add", "staged.md")
    Path("gone.md").unlink()
    for revision in ("HEAD", "main", git("rev-parse", "HEAD"), "@"):
        assert findings(repository, *GATE, revision) == {
            "new.md": [("cafÃ©", "new")],
            "staged.md": [("cafÃ©", "new")],
            "é x/old one.md": [("cafÃ©", "new"), ("the the", "known")],
        }
    ran = repository(*GATE, "HEAD")
    excuses = {each["excuse"] for each in json.loads(ran.out)["gate"]["findings"]}
    assert (ran.code, excuses) == (1, {None, "unchanged since HEAD"})


def test_committed_changes_count_and_the_revision_may_be_old(repository: Run) -> None:
    write("same.md", BAD, CLEAN, WORSE)
    git("commit", "-qam", "two")
    assert findings(repository, *GATE, "HEAD~1") == {"same.md": [("the the", "known"), ("cafÃ©", "new")]}
    assert findings(repository, *GATE, "HEAD") == {}


def test_a_sentence_may_move_and_be_wrapped_anew(repository: Run) -> None:
    write("same.md", CLEAN, CLEAN, BAD.replace(" before ", "\nbefore "))
    assert findings(repository, *GATE, "HEAD") == {"same.md": [("the the", "known")]}
    write("same.md", BAD.replace("harbour", "harbours"))
    assert findings(repository, *GATE, "HEAD") == {"same.md": [("the the", "new")]}


MANY = [f"{CLEAN[:-1]} of the number {n}." for n in range(12)]


@pytest.mark.parametrize(("staged", "copy"), [(True, False), (True, True), (False, False)])
def test_a_file_that_only_moved_is_not_new(repository: Run, staged: bool, copy: bool) -> None:
    write("same.md", BAD, *MANY)
    git("commit", "-qam", "two")

    def move(new: str, *parts: str) -> None:
        git("reset", "-q", "--hard")
        git("clean", "-qfd")
        Path(new).parent.mkdir(exist_ok=True)
        text = Path("same.md").read_text(encoding="utf-8")
        Path(new).write_text(text, encoding="utf-8")
        if not copy:
            Path("same.md").unlink()
        if parts:
            write(new, *parts)
        if staged:
            git("add", "-A")

    move("moved/é.md")
    assert findings(repository, *GATE, "HEAD") == {}
    move("moved/é.md", WORSE, BAD, *MANY)
    assert findings(repository, *GATE, "HEAD") == {"moved/é.md": [("cafÃ©", "new"), ("the the", "known")]}
    move("moved/é.md", BAD, *(f"Nobody had seen {n} ships there." for n in range(30)))
    assert findings(repository, *GATE, "HEAD") == {"moved/é.md": [("the the", "new")]}


@pytest.mark.parametrize("staged", [True, False])
def test_a_link_to_a_file_that_stays_is_not_new(repository: Run, staged: bool) -> None:
    write("same.md", BAD, *MANY)
    git("commit", "-qam", "two")
    Path("link.md").symlink_to("same.md")
    if staged:
        git("add", "-A")
    assert findings(repository, *GATE, "HEAD") == {}
    write("same.md", WORSE, BAD, *MANY)
    for found in findings(repository, *GATE, "HEAD").values():
        assert found == [("cafÃ©", "new"), ("the the", "known")]


def test_from_a_folder_below(repository: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    write("é x/old one.md", WORSE, BAD)
    write("same.md", CLEAN, WORSE, BAD)
    monkeypatch.chdir("é x")
    assert findings(repository, *GATE, "HEAD") == {"old one.md": [("cafÃ©", "new"), ("the the", "known")]}
    ((uri, found),) = findings(repository, "gate", "../same.md", *GATE[2:], "HEAD").items()
    assert uri.endswith("/same.md")
    assert found == [("cafÃ©", "new"), ("the the", "known")]


def test_rows(repository: Run) -> None:
    def rows(*texts: str) -> None:
        Path("a#b.jsonl").write_text(
            "".join(
                json.dumps({"id": n, "language": "en", "text": text}, ensure_ascii=False) + "\n"
                for n, text in enumerate(texts)
            ),
            encoding="utf-8",
        )

    rows(BAD, CLEAN)
    git("add", "-A")
    git("commit", "-q", "-m", "rows")
    rows(WORSE, BAD)
    assert findings(repository, *GATE, "HEAD") == {
        "a#b.jsonl#0": [("cafÃ©", "new")],
        "a#b.jsonl#1": [("the the", "known")],
    }


GERMAN = (
    "Der Mann kam am 3. Oktober zu uns ins Haus. Wir haben z.B. Ã© gesehen, und der Dr. Müller sagte bzw. rief an.\n"
)
SHORT = "Am 3. Oktober kam cafÃ© an.\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (GERMAN, GERMAN + "\nAm Ende war es gut, und niemand hat etwas gesagt.\n"),
        (SHORT, SHORT + "\n" + GERMAN.replace("Ã©", "etwas")),
        (SHORT + "\n" + GERMAN.replace("Ã©", "etwas"), SHORT),
    ],
    ids=["longer", "told after", "told before"],
)
def test_a_sentence_is_the_same_in_the_language_it_is_read_in(repository: Run, before: str, after: str) -> None:
    article = Path("de.txt")
    article.write_text(before, encoding="utf-8")
    git("add", "-A")
    git("commit", "-q", "-m", "german")
    article.write_text(after, encoding="utf-8")
    found = findings(repository, *GATE, "HEAD")["de.txt"]
    assert [state for words, state in found if "Ã" in words] == ["known"]


def test_the_baseline_is_not_stale_where_nothing_changed(repository: Run) -> None:
    assert repository("baseline", "write", "same.md").code == 0
    Path("mtqa.toml").write_text('stale = true\nbaseline = "mtqa-baseline.json"\n', encoding="utf-8")
    write("same.md", BAD, CLEAN, CLEAN)
    ran = repository(*GATE, "HEAD")
    assert (ran.code, json.loads(ran.out)["gate"]["stale"]) == (0, [])


@pytest.mark.parametrize(
    ("revision", "error"),
    [
        ("nope", "git does not know the revision 'nope'; fetch it, or name another"),
        ("", "git does not know the revision ''; fetch it, or name another"),
        ("-x", "git does not know the revision '-x'; fetch it, or name another"),
        ("--all", "git does not know the revision '--all'; fetch it, or name another"),
        ("--output=stolen", "git does not know the revision '--output=stolen'; fetch it, or name another"),
        ("HEAD:same.md", "git does not know the revision 'HEAD:same.md'; fetch it, or name another"),
        ("HEAD..main", "git does not know the revision 'HEAD..main'; fetch it, or name another"),
        ("a\nb\x1b[31m", "git does not know the revision 'a b␛[31m'; fetch it, or name another"),
    ],
)
def test_a_revision_that_is_none(repository: Run, revision: str, error: str) -> None:
    ran = repository(*GATE[:-1], f"--changed-since={revision}")
    assert ran == (2, "", f"mtqa: error: {error}\n")
    assert not Path("stolen").exists()


def test_no_repository(mtqa: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(Path.cwd().parent))
    write("a.md", BAD)
    ran = mtqa(*GATE, "HEAD")
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert ran.err.endswith(": not in a git repository; run this in one, or leave --changed-since out\n")


def test_no_commit_yet(mtqa: Run) -> None:
    git("init", "-q")
    write("a.md", BAD)
    assert mtqa(*GATE, "HEAD") == (
        2,
        "",
        "mtqa: error: git does not know the revision 'HEAD'; fetch it, or name another\n",
    )


def test_no_git(mtqa: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    write("a.md", BAD)
    assert mtqa(*GATE, "HEAD") == (
        2, "", "mtqa: error: git is not installed; install it, or leave --changed-since out\n"
    )  # fmt: skip


def test_what_is_no_article_is_not_read(repository: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("zero.md").symlink_to("/dev/zero")
    ran = repository("gate", "zero.md", "same.md", "--format", "json", "--changed-since", "HEAD")
    assert ran.code == 2
    assert "internal error" not in ran.err
    monkeypatch.setattr("mtqa.gate.changes._LARGEST", 20)
    Path("same.md").rename("moved.md")
    assert findings(repository, *GATE, "HEAD")["moved.md"]
