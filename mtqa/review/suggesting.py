"""Suggestions, looked for in threads of their own while a person works."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from threading import Condition, Lock, Thread, get_native_id
from typing import Protocol

from mtqa.core.errors import MtqaError
from mtqa.core.report import DocumentReport
from mtqa.core.suggestions import Suggestion, Suggestions

__all__ = ["Place", "Search", "Seeker", "Suggest", "Wanted"]

_NICE = 10  # the page comes first

Place = tuple[str, int, int]
"""A sentence: its file, its document's ordinal in it, and its id there."""


class Suggest(Protocol):
    """Makes suggestions for one segment, as `mtqa.repair.Suggester` does; two threads may ask at once."""

    def __call__(
        self, report: DocumentReport, segment_id: int, *, ask: bool = False, translate: bool = True
    ) -> Suggestions:
        """For the segment with that id in ``report``, which may be on a window of the article. ``ask`` and
        ``translate`` say whether a language model is asked for some, and translators."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What has become of a search.

    Attributes:
        found: so far; None where that is nothing yet, or it failed.
        failure: why it failed; empty where it did not.
        over: whether nothing more is looked for.
    """

    found: Suggestions | None = None
    failure: str = ""
    over: bool = False


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
    """Looks for suggestions, one sentence at a time; what was wanted last is looked for first. What needs neither a
    translator nor a language model is looked for apart, so that it waits for none. Its methods return at once, in any
    thread.

    Args:
        load: makes what suggests, in a thread that looks for them and when the first are wanted. What it makes must not
            share models with what other threads use.
    """

    def __init__(self, load: Callable[[], Suggest]) -> None:
        once = _Once(load)
        self._own = _Line(once)
        self._all = _Line(once, behind=self._own)

    def want(self, wanted: Sequence[Wanted]) -> None:
        """Have suggestions looked for, in this order and before all that was wanted earlier."""
        self._own.want([replace(each, ask=False) for each in wanted])
        self._all.want(wanted)

    def search(self, place: Place, revision: int) -> Search:
        """What has become of the search for a sentence that was wanted."""
        whole = self._all.search(place, revision)
        return whole if whole.found is not None else replace(whole, found=self._own.search(place, revision).found)

    def offered(self, place: Place, revision: int) -> tuple[Suggestion, ...]:
        """All that was found so far, also what better ones have taken the place of since."""
        found = [line.search(place, revision).found for line in (self._all, self._own)]
        return tuple(kept for each in found if each is not None for kept in each.kept)

    def close(self) -> None:
        """Look for nothing more."""
        self._own.close()
        self._all.close()


class _Once:
    """What is made when it is first asked for, by whichever thread that is."""

    def __init__(self, load: Callable[[], Suggest]) -> None:
        self._load = load
        self._made: Suggest | None = None
        self._making = Lock()

    def __call__(self) -> Suggest:
        with self._making:
            if self._made is None:
                self._made = self._load()
            return self._made


class _Line:
    """Sentences that one thread looks for suggestions for; its methods are those of ``Seeker``.

    Args:
        behind: the line of what needs no translator, which comes first at each sentence; None for that line itself.
    """

    def __init__(self, load: Callable[[], Suggest], *, behind: _Line | None = None) -> None:
        self._load = load
        self._behind = behind
        self._change = Condition()
        self._thread: Thread | None = None
        self._closed = False
        self._wanted: dict[Place, Wanted] = {}
        self._at_hand: tuple[Place, int, bool] | None = None
        self._over: dict[Place, tuple[int, Search]] = {}

    def want(self, wanted: Sequence[Wanted]) -> None:
        with self._change:
            for each in reversed(wanted):
                if each.ask:
                    self._over.pop(each.place, None)
                at_hand = self._at_hand in {(each.place, each.revision, ask) for ask in (each.ask, True)}
                if not at_hand and not self.search(each.place, each.revision).over:
                    earlier = self._wanted.pop(each.place, each)
                    self._wanted[each.place] = replace(each, ask=each.ask or (earlier.ask and _same(each, earlier)))
            self._change.notify_all()
            if self._wanted and self._thread is None:
                self._thread = Thread(target=self._work, name="suggestions", daemon=True)
                self._thread.start()

    def search(self, place: Place, revision: int) -> Search:
        known = self._over.get(place)
        return known[1] if known is not None and known[0] == revision else Search()

    def close(self) -> None:
        with self._change:
            self._closed = True
            self._change.notify_all()

    def _done_with(self, wanted: Wanted) -> None:
        """Wait until this line looks for nothing more on that sentence as it reads."""

        def done() -> bool:
            still = self._wanted.get(wanted.place)
            return (still is None or not _same(still, wanted)) and (
                self._at_hand is None or self._at_hand[:2] != (wanted.place, wanted.revision)
            )

        with self._change:
            self._change.wait_for(lambda: self._closed or done())

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
                search = Search(failure=failure, over=True) if failure else self._found(suggest, wanted)
            except Exception as error:
                search = Search(failure=_told(error), over=True)
            with self._change:
                later = self._wanted.get(wanted.place)
                if later is None or not _same(later, wanted):  # else the model is to be asked, and that answer counts
                    self._over[wanted.place] = wanted.revision, search
                self._at_hand = None
                self._change.notify_all()

    def _found(self, suggest: Suggest, wanted: Wanted) -> Search:
        if self._behind is not None:
            self._behind._done_with(wanted)
        found = suggest(wanted.report, wanted.segment_id, ask=wanted.ask, translate=self._behind is not None)
        return Search(found=found, over=True)


def _same(one: Wanted, other: Wanted) -> bool:
    return (one.place, one.revision) == (other.place, other.revision)


def _told(error: Exception) -> str:
    return str(error) if isinstance(error, MtqaError) else f"{type(error).__name__}: {error}"
