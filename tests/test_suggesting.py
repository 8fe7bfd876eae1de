"""Suggestions are looked for in threads of their own; what was found stays found."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from threading import Event

import pytest
from articles import BAD, CLEAN, checker, paragraphs

from mtqa.core.errors import ConfigError
from mtqa.core.report import DocumentReport
from mtqa.core.suggestions import Origin, Suggestion, Suggestions
from mtqa.formats import from_text
from mtqa.review.suggesting import Search, Seeker, Wanted

PLACE = ("a.txt", 0, 1)
REPORT = checker().check(from_text(paragraphs(CLEAN, BAD))).documents[0]
WANTED = Wanted(place=PLACE, revision=0, report=REPORT, segment_id=1)
ASKED = replace(WANTED, ask=True)


class Staged:
    """Suggests "rule" at once, "translation" and "model" when they may be."""

    def __init__(self) -> None:
        self.quick, self.translating, self.asking = Event(), Event(), Event()
        self.fails: Exception | None = None
        self.asked: list[str] = []

    def __call__(
        self, report: DocumentReport, segment_id: int, *, ask: bool = False, translate: bool = True
    ) -> Suggestions:
        who, may = ("model", self.asking) if ask else ("translation", self.translating)
        who, may = (who, may) if translate else ("rule", self.quick)
        self.asked.append(who)
        assert may.wait(10)
        if ask and self.fails is not None:
            raise self.fails
        made = Suggestion(text=who, origin=Origin.RULE, by="fake", gain=0.5, similarity=0.9)
        return Suggestions(span=report.verdicts[segment_id].segment.span, kept=(made,))


@pytest.fixture
def staged() -> Iterator[Staged]:
    suggest = Staged()
    suggest.quick.set()
    yield suggest
    for event in (suggest.quick, suggest.translating, suggest.asking):
        event.set()


@pytest.fixture
def seeker(staged: Staged) -> Iterator[Seeker]:
    opened = Seeker(lambda: staged)
    yield opened
    opened.close()


def texts(search: Search) -> list[str]:
    return [each.text for each in search.found.kept] if search.found else []


def until(done: Callable[[], bool]) -> None:
    for _ in range(1000):
        if done():
            return
        time.sleep(0.01)
    raise AssertionError("it never came")


def state(seeker: Seeker) -> tuple[list[str], bool]:
    search = seeker.search(PLACE, 0)
    return texts(search), search.over


def offered(seeker: Seeker) -> set[str]:
    return {each.text for each in seeker.offered(PLACE, 0)}


def test_what_was_found_stays_while_a_language_model_is_asked(staged: Staged, seeker: Seeker) -> None:
    staged.translating.set()
    seeker.want([WANTED])
    until(lambda: state(seeker) == (["translation"], True))
    seeker.want([ASKED])
    assert state(seeker) == (["translation"], False)
    until(lambda: "model" in staged.asked)
    assert (state(seeker), offered(seeker)) == ((["translation"], False), {"rule", "translation"})
    staged.asking.set()
    until(lambda: state(seeker) == (["model"], True))
    assert offered(seeker) == {"rule", "translation", "model"}, "another tab may still show them"
    assert not seeker.offered(PLACE, 1)


def test_what_translators_find_is_there_while_the_model_is_to_be_asked(staged: Staged, seeker: Seeker) -> None:
    seeker.want([WANTED])
    until(lambda: "translation" in staged.asked)
    seeker.want([ASKED])
    staged.translating.set()
    until(lambda: state(seeker) == (["translation"], False))
    staged.asking.set()
    until(lambda: state(seeker) == (["model"], True))
    assert offered(seeker) == {"rule", "translation", "model"}


def test_a_model_that_fails_takes_nothing_away(staged: Staged, seeker: Seeker) -> None:
    staged.fails = ConfigError("no answer; try again")
    staged.translating.set()
    staged.asking.set()
    seeker.want([WANTED])
    until(lambda: state(seeker) == (["translation"], True))
    seeker.want([ASKED])
    until(lambda: seeker.search(PLACE, 0).over)
    assert (texts(seeker.search(PLACE, 0)), seeker.search(PLACE, 0).failure) == (
        ["translation"],
        "no answer; try again",
    )


def test_a_closed_one_asks_nobody(staged: Staged, seeker: Seeker) -> None:
    staged.quick.clear()
    before = set(threading.enumerate())
    seeker.want([WANTED])
    until(lambda: "rule" in staged.asked)
    workers = set(threading.enumerate()) - before
    seeker.close()
    staged.quick.set()
    for worker in workers:
        worker.join(10)
    assert not any(worker.is_alive() for worker in workers)
    assert staged.asked == ["rule"]


def test_what_cannot_be_loaded_is_loaded_once() -> None:
    tried = []

    def load() -> Staged:
        tried.append("once")
        raise ConfigError("no weights; pull them")

    seeker = Seeker(load)
    seeker.want([WANTED])
    until(lambda: seeker.search(PLACE, 0).over)
    assert seeker.search(PLACE, 0).failure == "no weights; pull them"
    seeker.close()
    assert tried == ["once"]
