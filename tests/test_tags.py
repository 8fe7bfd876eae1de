"""Language tags: which are refused, and what languages are called."""

from __future__ import annotations

from pathlib import Path

import pytest
from program import Run

from mtqa.core.errors import ConfigError
from mtqa.core.tags import language_name
from mtqa.formats.languages import given_language


@pytest.mark.parametrize("tag", [None, "en", "EN", "pt-BR", "zh-Hant", "gsw", "und", "en-x-pirate"])
def test_tags_of_languages_are_taken(tag: str | None) -> None:
    assert given_language(tag) == tag


def test_locales_are_taken_for_tags() -> None:
    assert [given_language(name) for name in ("en_GB", "pt_BR.UTF-8", "zh_Hant_TW")] == ["en-GB", "pt-BR", "zh-Hant-TW"]


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ("zz", "no language has the tag 'zz'; give a BCP 47 tag such as en or pt-BR"),
        ("xx-GB", "no language has the tag 'xx-GB'; give a BCP 47 tag such as en or pt-BR"),
        ("german", "'german' is not a language tag; did you mean 'de'?"),
        ("", "'' is not a language tag; give a BCP 47 tag such as en or pt-BR"),
        ("xx_GB", "no language has the tag 'xx_GB'; give a BCP 47 tag such as en or pt-BR"),
    ],
)
def test_others_are_refused_with_a_remedy(tag: str, said: str) -> None:
    with pytest.raises(ConfigError) as raised:
        given_language(tag)
    assert str(raised.value) == said


@pytest.mark.parametrize(
    ("tag", "name"), [("de", "German"), ("DE", "German"), ("pt-BR", "Portuguese (pt-BR)"), ("gsw", "'gsw'")]
)
def test_names(tag: str, name: str) -> None:
    assert language_name(tag) == name


@pytest.mark.parametrize("command", [("score",), ("gate",), ("baseline", "write"), ("suggest",), ("retranslate",)])
def test_every_command_refuses_a_tag_that_no_language_has(mtqa: Run, command: tuple[str, ...]) -> None:
    Path("a.txt").write_text("The ferry was late on Friday.\n", encoding="utf-8")
    ran = mtqa(*command, "a.txt", "--language", "zz")
    assert (ran.code, ran.out) == (2, "")
    assert "no language has the tag 'zz'; give a BCP 47 tag" in ran.err
