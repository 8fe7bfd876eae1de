"""Suggestions, looked for in a thread of their own while a person works."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from threading import Condition, Thread, get_native_id
from typing import Protocol

from mtqa.core.errors import MtqaError
from mtqa.core.report import DocumentReport
from mtqa.core.suggestions import Suggestions

__all__ = ["Place", "Search", "Seeker", "Suggest", "Wanted"]

_NICE = 10  # the page comes first

Place = tuple[str, int, int]
"""A sentence: its file, its document's ordinal in it, and its id there."""


class Suggest(Protocol):
    """Makes suggestions for one segment, as `mtqa.repair.Suggester` does."""

    def __call__(self, report: DocumentReport, segment_id: int, *, ask: bool = False) -> Suggestions:
        """For the segment with that id in ``report``, which may be on a window of the article. ``ask`` says whether a
        language model is asked for some."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What has become of a search.

    Attributes:
        found: None while it goes on, or where it failed.
        failure: why it failed; empty where it did not.
    """

    found: Suggestions | None = None
    failure: str = ""

    @property
    def over(self) -> bool:
        """Whether there is an answer."""
        return self.found is not None or bool(self.failure)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A sentence that suggestions are wanted for.

    Attributes:
        revision: of the sentence; earlier ones are not looked for any more.
        report: that holds it as it reads now, with the id ``segment_id``.
        ask: whether a language model is asked, too; then what was found without it is looked for again.
    """

    place: Place
    revision: int
    report: DocumentReport
    segment_id: int
    ask: bool = False


class Seeker:
    """Looks for suggestions, one sentence at a time; what was wanted last is looked for first. Its methods return at
    once, in any thread.

    Args:
        load: makes what suggests, in the thread that looks for them and when the first are wanted. What it makes must
            not share models with what other threads use.
    """

    def __init__(self, load: Callable[[], Suggest]) -> None:
        self._load = load
        self._change = Condition()
        self._thread: Thread | None = None
        self._closed = False
        self._wanted: dict[Place, Wanted] = {}
        self._at_hand: tuple[Place, int, bool] | None = None
        self._over: dict[Place, tuple[int, Search]] = {}

    def want(self, wanted: Sequence[Wanted]) -> None:
        """Have suggestions looked for, in this order and before all that was wanted earlier."""
        with self._change:
            for each in reversed(wanted):
                if each.ask:
                    self._over.pop(each.place, None)
                at_hand = self._at_hand in {(each.place, each.revision, ask) for ask in (each.ask, True)}
                if not at_hand and not self.search(each.place, each.revision).over:
                    earlier = self._wanted.pop(each.place, each)
                    self._wanted[each.place] = replace(each, ask=each.ask or (earlier.ask and _same(each, earlier)))
            self._change.notify()
            if self._wanted and self._thread is None:
                self._thread = Thread(target=self._work, name="suggestions", daemon=True)
                self._thread.start()

    def search(self, place: Place, revision: int) -> Search:
        """What has become of the search for a sentence that was wanted."""
        known = self._over.get(place)
        return known[1] if known is not None and known[0] == revision else Search()

    def close(self) -> None:
        """Look for nothing more."""
        with self._change:
            self._closed = True
            self._change.notify()

    def _work(self) -> None:
        if sys.platform == "linux":  # there alone it holds for one thread, and for those that it starts
            os.setpriority(os.PRIO_PROCESS, get_native_id(), _NICE)
        failure = ""
        try:
            suggest = self._load()
        except Exception as error:
            failure = _told(error)
        while True:
            with self._change:
                self._change.wait_for(lambda: self._closed or self._wanted)
                if self._closed:
                    return
                _, wanted = self._wanted.popitem()
                self._at_hand = wanted.place, wanted.revision, wanted.ask
            try:
                search = Search(failure=failure) if failure else Search(found=_found(suggest, wanted))
            except Exception as error:
                search = Search(failure=_told(error))
            with self._change:
                later = self._wanted.get(wanted.place)
                if later is None or not _same(later, wanted):  # else the model is to be asked, and that answer counts
                    self._over[wanted.place] = wanted.revision, search
                self._at_hand = None


def _found(suggest: Suggest, wanted: Wanted) -> Suggestions:
    return suggest(wanted.report, wanted.segment_id, **({"ask": True} if wanted.ask else {}))


def _same(one: Wanted, other: Wanted) -> bool:
    return (one.place, one.revision) == (other.place, other.revision)


def _told(error: Exception) -> str:
    return str(error) if isinstance(error, MtqaError) else f"{type(error).__name__}: {error}"
