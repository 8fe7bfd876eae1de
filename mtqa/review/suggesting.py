"""Suggestions, looked for in threads of their own while a person works."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
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
        found: so far; None where that is nothing yet, or it failed at once.
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
        ask: whether a language model is asked, too; then what was found without it is looked for again, and stays until
            then.
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
        self._quick = _Line(once)
        self._whole = _Line(once, after=self._quick)

    def want(self, wanted: Sequence[Wanted]) -> None:
        """Have suggestions looked for, in this order and before all that was wanted earlier."""
        self._quick.want([replace(each, ask=False) for each in wanted])
        self._whole.want(wanted)

    def search(self, place: Place, revision: int) -> Search:
        """What has become of the search for a sentence that was wanted."""
        whole = self._whole.known(place, revision).search
        if whole.found is not None:
            return whole
        return replace(whole, found=self._quick.known(place, revision).search.found)

    def offered(self, place: Place, revision: int) -> tuple[Suggestion, ...]:
        """All that was found so far, also what better ones have taken the place of since."""
        quick, whole = (line.known(place, revision).offered for line in (self._quick, self._whole))
        return tuple({**quick, **whole}.values())

    def close(self) -> None:
        """Look for nothing more."""
        self._whole.close()  # first, as it goes on when the other ends
        self._quick.close()


class _Once:
    """What is made, or fails to be, when it is first asked for, by whichever thread that is."""

    def __init__(self, load: Callable[[], Suggest]) -> None:
        self._load = load
        self._made: Suggest | None = None
        self._failure: Exception | None = None
        self._making = Lock()

    def __call__(self) -> Suggest:
        with self._making:
            if self._failure is not None:
                raise self._failure
            if self._made is None:
                try:
                    self._made = self._load()
                except Exception as error:
                    self._failure = error
                    raise
            return self._made


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """What a line knows of a sentence.

    Attributes:
        search: what has become of the last one.
        offered: all that was found, by its key.
    """

    search: Search = Search()
    offered: Mapping[str, Suggestion] = field(default_factory=dict)


class _Line:
    """Sentences that one thread looks for suggestions for; ``want`` and ``close`` are those of ``Seeker``.

    Args:
        after: the line of what needs no translator, which comes first at each sentence; None for that line itself.
    """

    def __init__(self, load: Callable[[], Suggest], *, after: _Line | None = None) -> None:
        self._load = load
        self._after = after
        self._change = Condition()
        self._thread: Thread | None = None
        self._closed = False
        self._wanted: dict[Place, Wanted] = {}
        self._at_hand: tuple[Place, int, bool] | None = None
        self._known: dict[Place, tuple[int, _Known]] = {}

    def want(self, wanted: Sequence[Wanted]) -> None:
        with self._change:
            for each in reversed(wanted):
                if each.ask:
                    self._note(each, Search())
                at_hand = self._at_hand in {(each.place, each.revision, ask) for ask in (each.ask, True)}
                if not at_hand and not self.known(each.place, each.revision).search.over:
                    earlier = self._wanted.pop(each.place, each)
                    self._wanted[each.place] = replace(each, ask=each.ask or (earlier.ask and _same(each, earlier)))
            self._change.notify_all()
            if self._wanted and self._thread is None:
                self._thread = Thread(target=self._work, name="suggestions", daemon=True)
                self._thread.start()

    def known(self, place: Place, revision: int) -> _Known:
        of, known = self._known.get(place, (revision, _Known()))
        return known if of == revision else _Known()

    def close(self) -> None:
        with self._change:
            self._closed = True
            self._change.notify_all()

    def _note(self, wanted: Wanted, search: Search) -> None:
        """Note what has become of a search. What was found earlier stays until something else is found."""
        earlier = self.known(wanted.place, wanted.revision)
        found = search.found or earlier.search.found
        offered = {**earlier.offered, **{each.key: each for each in (found.kept if found else ())}}
        self._known[wanted.place] = wanted.revision, _Known(search=replace(search, found=found), offered=offered)

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
            if self._after is not None:
                self._after._done_with(wanted)
            if self._closed:
                return
            try:
                search = Search(failure=failure, over=True) if failure else self._found(suggest, wanted)
            except Exception as error:
                search = Search(failure=_told(error), over=True)
            with self._change:
                later = self._wanted.get(wanted.place)
                to_ask = later is not None and _same(later, wanted)  # and the model's answer is what counts
                self._note(wanted, Search(found=search.found) if to_ask else search)
                self._at_hand = None
                self._change.notify_all()

    def _found(self, suggest: Suggest, wanted: Wanted) -> Search:
        found = suggest(wanted.report, wanted.segment_id, ask=wanted.ask, translate=self._after is not None)
        return Search(found=found, over=True)


def _same(one: Wanted, other: Wanted) -> bool:
    return (one.place, one.revision) == (other.place, other.revision)


def _told(error: Exception) -> str:
    return str(error) if isinstance(error, MtqaError) else f"{type(error).__name__}: {error}"
