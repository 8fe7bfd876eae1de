"""British and American spelling in one document."""

from __future__ import annotations

import pytest
from fakes import fake_checker

import mtqa
from mtqa.languages.en.spellings import american


def strays(text: str) -> list[tuple[str, str]]:
    """The words that are marked, and what is proposed for each."""
    report = fake_checker().check(mtqa.from_text(text, language="en"))
    flags = [flag for verdict in report.documents[0].judged for flag in verdict.flags]
    return [(flag.span.of(text), flag.edits[0].text) for flag in flags if flag.rule == "mixed-spelling"]


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("The color of the centre is grey. Its colour is the color of ash.", [("colour", "color")]),
        ("The colour is grey. That color is bright.", [("color", "colour")]),
        (
            "The color and the center changed. The colour did, and the centre too, and the centre again.",
            [("color", "colour"), ("center", "centre")],
        ),
        ("The colour of the center is bright.", []),
    ],
)
def test_the_spelling_that_is_rarer_strays(text: str, marked: list[tuple[str, str]]) -> None:
    assert strays(text) == marked


@pytest.mark.parametrize(
    "word",
    ["four", "hour", "tour", "scoured", "poured", "surprise", "promised", "metre", "licence", "practise"],
)
def test_words_that_only_look_british_are_not(word: str) -> None:
    assert american(word) is None
