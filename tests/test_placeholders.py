"""Placeholders in prose: they are told from what only looks like them, and no mark, edit or suggestion cuts one."""

from __future__ import annotations

import pytest
from fakes import GARBLED, FakeProofreader, fake_checker

from mtqa.core.documents import WORD
from mtqa.core.placeholders import cuts, placeholders
from mtqa.core.settings import Editor, Strictness
from mtqa.core.spans import Span
from mtqa.formats import read_bytes
from mtqa.repair.preserved import breaches

PLACEHOLDERS = (
    "%(name)s",
    "%(user name)-5d",
    "%s",
    "%1$s",
    "%ld",
    "%-5d",
    "%.2f",
    "%@",
    "%n",
    "%name%",
    "{count}",
    "{0}",
    "{0:.2f}",
    "{user.name!r}",
    "{n, number, integer}",
    "${name}",
    "%{name}",
    "#{name}",
    "{{ title | upper }}",
    "__NAME__",
)


@pytest.mark.parametrize("sign", PLACEHOLDERS)
@pytest.mark.parametrize("around", ["Dear {}, hello.", "{}", "Pay “{}”.", "See {} and so on"])
def test_a_placeholder_is_found_whole(sign: str, around: str) -> None:
    text = around.replace("{}", sign)
    assert [span.of(text) for span in placeholders(text)] == [sign]


@pytest.mark.parametrize(
    "text",
    [
        "Prices rose by 5% since May, and 10%of it is lost.",
        "A 50%discount, a 20%s one, 3 %–4 %, 100% due.",
        "The set {a, b} is finite {see below}.",
        "50 %des Preises, %-Werte, d%e",
        "US$500, $AAPL and A$AP.",
        "90% (about)s",
        "snake__case__name",
    ],
)
def test_what_looks_like_one_is_none(text: str) -> None:
    assert placeholders(text) == ()


@pytest.mark.parametrize("sign", PLACEHOLDERS)
@pytest.mark.parametrize("name", ["a.md", "a.txt", "a.rst", "a.adoc", "a.html"])
def test_no_mark_cuts_one(sign: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    doubtful, mark = {"came", "late", *WORD.findall(sign)}, FakeProofreader._mark
    monkeypatch.setattr(
        FakeProofreader, "_mark", lambda self, span, word: mark(self, span, GARBLED * (word in doubtful) + word)
    )
    raw = f"The ferry came {sign} {sign} late to a us on that day. It was an {sign} ferrry,{sign} twice to us.".encode()
    checker = fake_checker(editor=Editor.CAREFUL, strictness=Strictness.GENEROUS)
    (report,) = checker.check(*read_bytes(raw, name, language="en")[0]).documents
    text = report.document.text
    signs = placeholders(text)
    found = [flag.span for flag in report.flags] + [edit.span for flag in report.flags for edit in flag.edits]
    assert found
    assert not [span.of(text) for span in found if cuts(span, signs)]


def test_rules_leave_one_alone_or_name_it_whole() -> None:
    checker = fake_checker()
    (report,) = checker.check(*read_bytes(b"Use %{price} and {naem} here.", "a.txt", language="en")[0]).documents
    assert [flag.span.of(report.document.text) for flag in report.flags] == ["%{price}", "{naem}"]


@pytest.mark.parametrize("sign", PLACEHOLDERS)
def test_no_suggestion_loses_or_changes_one(sign: str) -> None:
    before = f"Dear {sign}, hello."
    assert not breaches(before, f"Hello, dear {sign}.", language="en")
    assert breaches(before, "Dear, hello.", language="en")
    assert breaches(before, f"Dear {sign[:-1]}, hello.", language="en")


def test_a_span_cuts_what_it_has_a_part_of() -> None:
    sign = (Span(4, 9),)
    assert cuts(Span(5, 8), sign)
    assert cuts(Span(0, 5), sign)
    assert not cuts(Span(4, 9), sign)
    assert not cuts(Span(0, 12), sign)
    assert not cuts(Span(9, 12), sign)
