"""Patterns of names and paths: what they match, as Git and the shell have it, and how little work that takes."""

from __future__ import annotations

import fnmatch
import glob
import os
import random
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from growth import assert_linear, work
from hypothesis import given
from hypothesis import strategies as st

from mtqa.config.patterns import Pattern, Patterns, decisive, is_pattern
from mtqa.core.wildcards import Name, files_named

# Names


@given(st.text("ab*?[]!-", max_size=8), st.text("ab-!]", max_size=8))
def test_a_name_is_matched_as_the_shell_does(pattern: str, name: str) -> None:
    assert Name(pattern)(name) == bool(re.match(fnmatch.translate(pattern), name))


@pytest.mark.parametrize(
    ("pattern", "matched", "others"),
    [
        ("*a*a*a*b", ["aaab", "xaxaxaxb"], ["aab", "aaaba"]),
        ("a\\*", ["a*"], ["ab"]),
        ("[^a]?", ["bc"], ["ac", "b"]),
        ("[]a]", ["]", "a"], ["b"]),
        ("[a\\]]", ["]", "a"], ["\\"]),
        ("[a-c-]", ["b", "-"], ["d"]),
    ],
)
def test_a_name_is_matched_as_git_does(pattern: str, matched: list[str], others: list[str]) -> None:
    found = Name(pattern, git=True)
    assert [name for name in (*matched, *others) if found(name)] == matched


@pytest.mark.parametrize("pattern", ["[z-a]", "[a", "[", "a\\", "[[:alpha:]]", "", "!", "/", "//", "# a", " "])
def test_what_matches_nothing_is_no_pattern(pattern: str) -> None:
    assert not is_pattern(pattern)


# Paths


PARTS = ["a", "b", "*", "**", "***", "a*", "?", "*.md", "[ab]", "[!a]", "[^a]", "[a-b]*", "a**b", "*a*b", "\\a", "a\\*"]
NAMES = ["a", "b", "ab", "aab", "c", "x.md", "a.md", "a b", "a]"]


@pytest.mark.parametrize("seed", range(40))
def test_paths_are_ignored_as_git_ignores_them(seed: int, tmp_path: Path) -> None:
    draw = random.Random(seed)
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    lead, end = draw.choice(["", "", "/"]), draw.choice(["", "", "/", " ", "\\ "])
    line = lead + "/".join(draw.choice(PARTS) for _ in range(draw.randint(1, 4))) + end
    (tmp_path / ".gitignore").write_text(f"{line}\n")
    paths = ["/".join(draw.choice(NAMES) for _ in range(draw.randint(1, 4))) for _ in range(100)]
    command = ["git", "-C", tmp_path, "check-ignore", "--no-index", "--stdin", "-z"]
    done = subprocess.run(command, input="\0".join(paths), capture_output=True, text=True, check=False)
    pattern = Pattern(line)
    assert {path for path in paths if pattern.match(path.split("/"))} == set(done.stdout.split("\0")) - {""}, line


@pytest.mark.parametrize(
    ("lines", "path", "left_out"),
    [
        (["*.md", "!a.md"], "b/a.md", False),
        (["*.md", "!b/"], "b/a.md", True),  # what names the file outweighs what names its folder
        (["b/", "!b/a.md"], "b/a.md", False),
        (["b/", "!b/c/"], "b/c/a.md", False),
        (["!b/c/", "b/"], "b/c/a.md", True),
        (["b/**", "!b/a.md"], "b/a.md", False),
    ],
)
def test_the_last_pattern_that_matches_decides(lines: list[str], path: str, left_out: bool) -> None:
    found = decisive(map(Pattern, lines), path)
    assert (found is not None and not lines[found].startswith("!")) == left_out


def shell(pattern: str) -> list[str]:
    return glob.glob(pattern, recursive=True)  # noqa: PTH207 - the names as they are


def test_files_are_named_as_by_a_shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    draw = random.Random(1)
    for _ in range(60):
        folder = Path(*(draw.choice(["a", "b", ".c", "ab", "[x]"]) for _ in range(draw.randint(1, 4))))
        folder.mkdir(parents=True, exist_ok=True)
        (folder / draw.choice(["a.md", "b.txt", ".h", "odd[1].md"])).touch()
    Path("b", "link").symlink_to(tmp_path / "a")
    for _ in range(300):
        parts = (
            draw.choice(["a", "*", "?", "a*", "*.md", ".*", "b", "[ab]", "[[]x]"]) for _ in range(draw.randint(1, 4))
        )
        pattern = f"{draw.choice(['', '', f'{tmp_path}/'])}{'/'.join(parts)}{draw.choice(['', '', '/'])}"
        named = {os.path.normpath(name) for name in shell(pattern)}
        assert {str(path) for path in files_named(pattern)} == named, pattern
    for pattern in ("**/*.md", "a/**/*.md", "**/b/**/*.txt", "**/b/**", "**/**/a.md"):
        named = {name.rstrip("/") for name in shell(pattern) if "link/" not in name}
        assert {str(path) for path in files_named(pattern)} == named, pattern


# Work


def both(n: int) -> tuple[str, str]:
    return "*a" * n + "*b", "a" * n


@pytest.mark.parametrize(
    "make",
    [
        both,
        lambda n: ("*a" * 20 + "*b", "a" * n),
        lambda n: ("*[ab]" * n + "*c", "ab" * n),
        lambda n: ("*?" * n + "b", "a" * n),
        lambda n: ("*" * n + "b", "a" * n),
        lambda n: ("[" * n, "a" * n),
        lambda n: ("**/a/" * 8 + "**/b", "a/" * n),
        lambda n: ("**/a/" * n + "**/b", "a/" * n),
        lambda n: ("*/" * n + "b", "a/" * n),
        lambda n: ("**/*a*/" * n + "b", "a/" * n),
    ],
)
def test_work_grows_with_pattern_and_path_alone(make: Callable[[int], tuple[str, str]]) -> None:
    def matched(given: tuple[str, str]) -> bool:
        return is_pattern(given[0]) and bool(Pattern(given[0]).match(given[1].split("/")))

    assert_linear(matched, make)


def test_a_hostile_pattern_of_the_settings_and_of_terms_is_little_work(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["a"] * 60)
    deep.mkdir(parents=True)
    assert work(lambda: Patterns(tmp_path, ("**/a/" * 6 + "**/b",)).match(deep / "c")) < 20_000
    assert work(lambda: files_named(f"{tmp_path}/{'**/a/' * 6}**/b")) < 300_000
