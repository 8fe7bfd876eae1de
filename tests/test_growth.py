"""The counting of work itself."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from growth import TooMuchWork, assert_linear, work
from hypothesis import given
from hypothesis import strategies as st
from regex_steps import CountedPattern

import mtqa.formats.html_tokens as patterns


def once(text: str) -> int:
    return sum(letter == "a" for letter in text)


def per_letter(text: str) -> int:
    return sum(once(text) for _ in text)


def doubled(text: str) -> int:
    return 0 if len(text) < 2 else doubled(text[: len(text) // 2]) + doubled(text[len(text) // 2 :])


def letters(n: int) -> str:
    return "a" * n


@pytest.mark.parametrize(
    "run", [once, doubled, lambda text: [letter.upper() for letter in text], re.compile("b").search]
)
def test_linear_work_passes(run: Callable[[str], object]) -> None:
    assert_linear(run, letters)


@pytest.mark.parametrize(
    "run",
    [
        per_letter,
        lambda text: [1 for _ in text for _ in text],
        lambda text: re.search(r"a+b", text),
        lambda text: re.sub(r"\s*a+$", "", text + "b"),
        lambda text: re.match(r"(?:a|a)*b", text[:12]) if len(text) < 400 else per_letter(text),
    ],
)
def test_more_than_linear_work_fails(run: Callable[[str], object]) -> None:
    with pytest.raises(AssertionError, match="steps for"):
        assert_linear(run, letters, n=100)


def test_patterns_of_the_package_count_and_are_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    slow = re.compile("a+b")
    monkeypatch.setattr(patterns, "_SLOW", {"x": (slow,)}, raising=False)
    with pytest.raises(AssertionError):
        assert_linear(lambda text: patterns._SLOW["x"][0].search(text), letters)
    assert patterns._SLOW["x"][0] is slow


def test_work_ends_at_its_limit() -> None:
    with pytest.raises(TooMuchWork):
        work(lambda: per_letter(letters(1000)), limit=500)


PATTERNS = [
    r"a+b", r"(a|ab)(c|bcd)(d*)", r"(?:a|b)*?c", r"\b[a-c]{2,3}\b", r"(?i)A(B)?(?(1)c|d)", r"(?<=a)b(?!c)", r"(?<!a)b",
    r"(a*)*b", r"(?>a+)b", r"a++c", r"(?P<x>[ab])(?P=x)", r"^a|d$", r"(?m)^.(?:$|b)", r"(?s).*?\n", r"[^a\n]{1,2}", "",
    r"(?:a{0,2}b?){3}", r"(?:)*a", r"a{4}|b", r"(?:ab?){2,}c", r"(?:|a){2,3}b", r"(?x) a  (?-x: )? b",
]  # fmt: skip


@pytest.mark.parametrize("pattern", PATTERNS)
@given(text=st.text("abcdAB \n", max_size=12))
def test_the_counting_matcher_finds_what_re_finds(pattern: str, text: str) -> None:
    real, counted = re.compile(pattern), CountedPattern(re.compile(pattern), lambda _: None)
    for name in ("search", "match", "fullmatch"):
        assert (found := getattr(counted, name)(text)) is None or found.span() == getattr(real, name)(text).span()
    assert [one.span() for one in counted.finditer(text)] == [one.span() for one in real.finditer(text)]
    assert counted.sub("x", text) == real.sub("x", text)
    assert counted.split(text) == real.split(text)
