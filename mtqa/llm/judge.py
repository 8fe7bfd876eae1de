"""A language model as a copy editor: numbered lines among their neighbours go out, marked words come back.

The text cannot silence it. Lines are data (see `mtqa.llm.documents`); what is said of lines that were not asked about
is dropped; and among the lines stands a control, a sentence that no editor leaves as it is. Where an answer passes over
a line or the control, speaks of other lines, quotes what is not there or cannot be read, or where the text seems to
speak to the model or knows a control, its lines are asked about again, each alone and without neighbours: whatever one
of them says, it is the only one that can be lost. A line alone whose control is passed over again counts as not
judged, unless something in it was marked.

A server that takes schemas lets the model quote no words of a line alone but those that stand there.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from mtqa.llm.answers import Marks, Read, read_marks
from mtqa.llm.controls import drawn, knows_a_control, speaks_to_a_model
from mtqa.llm.documents import quoted
from mtqa.llm.engine import Engine, Question, Session, Unanswered
from mtqa.llm.prompts import JUDGE, JUDGE_EXAMPLE, judge_schema
from mtqa.llm.quotes import quotable_words

__all__ = ["Judge", "Line", "Manuscript", "gathered"]

T = TypeVar("T")

_SIZE = 2000  # characters of a window; a longer line is alone
_LONGEST = 6000  # characters of a line
_AROUND, _AROUND_SIZE = 2, 300  # lines on each side, and characters of each
_TOKENS, _MOST_TOKENS = 200, 4096  # that an answer may have for each line, and in all
_FEW, _MANY, _BETWEEN = 2, 6, 50  # marks of a short and of a long line, and characters for one more
_SILENT = "its answer overlooks a sentence that is wrong on purpose"


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence and, where it is known, what it was translated from."""

    text: str
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Manuscript:
    """Consecutive lines of a document.

    Attributes:
        language: of all of them, in English words.
        controls: sentences that nobody could leave as they are in that language; may be none.
        orders: whether a text may be meant for the model. Where it errs, that costs questions and nothing else.
    """

    lines: Sequence[Line]
    language: str
    controls: Sequence[str] = ()
    orders: Callable[[str], bool] = speaks_to_a_model


@dataclass(frozen=True, slots=True)
class _Window:
    """Lines that are asked about together: their ordinals in the manuscript; none around them where they are asked
    about again."""

    manuscript: Manuscript
    first: int
    end: int
    alone: bool = False

    def question(self) -> tuple[Question[Read], int | None]:
        """What is asked, and the number of the control. Lines have numbers from 1."""
        lines = [(line.text, line.source) for line in self.manuscript.lines[self.first : self.end]]
        control = None
        if found := drawn(self.manuscript.controls, [text for text, _ in lines]):
            sentence, control = found
            lines.insert(control, (sentence, None))
        data: dict[str, Any] = {} if self.alone else {"before": self._around(self.first - _AROUND, self.first)}
        data["lines"] = [
            {"line": number, "text": text} | ({} if source is None else {"source": source})
            for number, (text, source) in enumerate(lines, 1)
        ]
        if not self.alone:
            data["after"] = self._around(self.end, self.end + _AROUND)
        texts = {number: text for number, (text, _) in enumerate(lines, 1)}
        question = Question(
            version=JUDGE.version,
            system=JUDGE.about(language=self.manuscript.language, example=JUDGE_EXAMPLE),
            user=quoted({name: value for name, value in data.items() if value}),
            schema=judge_schema(
                len(texts),
                min(_FEW + max(map(len, texts.values())) // _BETWEEN, _MANY),
                [quotable_words(text) for text in texts.values()] if self.end - self.first == 1 else (),
            ),
            read=lambda answer: read_marks(answer, texts),
            tokens=min(_TOKENS * (1 + len(lines)), _MOST_TOKENS),
        )
        return question, None if control is None else control + 1

    def forewarned(self) -> bool:
        """Whether something that stands there or around may be meant for the model."""
        manuscript = self.manuscript
        read = manuscript.lines[max(self.first - _AROUND, 0) : self.end + _AROUND]
        texts = [text for line in read for text in (line.text, line.source or "")]
        return knows_a_control(texts, manuscript.controls) or any(map(manuscript.orders, texts))

    def _around(self, first: int, end: int) -> list[str]:
        return [line.text[:_AROUND_SIZE] for line in self.manuscript.lines[max(first, 0) : end]]


class Judge:
    """Marks the lines of manuscripts."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def mark(self, manuscripts: Sequence[Manuscript]) -> list[list[Marks | str]]:
        """Of each line of each manuscript its marks, or why it was not judged; other manuscripts change nothing. Raises
        ModelError and ConfigError as ``Session.ask`` does."""
        async with self._engine.session() as session:
            turns = asyncio.Semaphore(self._engine.settings.at_once)
            return await gathered([self._manuscript(session, turns, each) for each in manuscripts])

    async def _manuscript(
        self, session: Session, turns: asyncio.Semaphore, manuscript: Manuscript
    ) -> list[Marks | str]:
        windows = list(_windows(manuscript, self._engine.settings.sentences))

        async def finished(window: _Window) -> dict[int, Marks | str]:
            async with turns:  # so that a budget that ends leaves few windows half asked
                return await self._window(session, window)

        found = await gathered([finished(window) for window in windows])
        by_line = {
            window.first + n: said for window, some in zip(windows, found, strict=True) for n, said in some.items()
        }
        return [by_line.get(n, "too long to be asked about") for n in range(len(manuscript.lines))]

    async def _window(self, session: Session, window: _Window) -> dict[int, Marks | str]:
        """Of each line of a window, by its ordinal there."""
        count = window.end - window.first
        question, control = window.question()
        try:
            answer = await session.ask(question)
        except Unanswered as reason:
            if not reason.too_much or count == 1:
                return dict.fromkeys(range(count), str(reason))
            answer = Read()
        said = _by_line(answer, control)
        if not (_suspicious(answer, control, count) or window.forewarned()):
            return dict(said)
        again = [_Window(window.manuscript, n, n + 1, alone=True) for n in range(window.first, window.end)]
        alone = await gathered([self._alone(session, one) for one in again])
        return {
            n: said[n] if isinstance(second, str) and n in said and said[n].placed else second
            for n, second in enumerate(alone)
        }

    async def _alone(self, session: Session, window: _Window) -> Marks | str:
        question, control = window.question()
        try:
            answer = await session.ask(question)
        except Unanswered as reason:
            return str(reason)
        marks = _by_line(answer, control).get(0)
        if marks is None:
            return "its answer skips the sentence"
        unseen = control is not None and not _seen(answer, control)
        return _SILENT if unseen and not marks.placed else marks


def _by_line(answer: Read, control: int | None) -> dict[int, Marks]:
    """What is said of each line, by its ordinal without the control."""
    return {
        number - 1 - (control is not None and number > control): marks
        for number, marks in answer.lines.items()
        if number != control
    }


def _seen(answer: Read, control: int) -> bool:
    said = answer.lines.get(control)
    return said is not None and bool(said.placed or said.dropped or said.idle)


def _suspicious(answer: Read, control: int | None, count: int) -> bool:
    """Whether an answer about so many lines may not be one about them."""
    said = answer.lines.values()
    placed, dropped = sum(len(marks.placed) for marks in said), sum(marks.dropped for marks in said)
    return (
        len(answer.lines) < count + (control is not None)
        or answer.strange > 0
        or (dropped > 1 and dropped > placed)
        or (control is not None and not _seen(answer, control))
    )


def _windows(manuscript: Manuscript, lines: int) -> Iterator[_Window]:
    """Runs of lines up to the size and so many; a line that is too long for any stands in none."""
    first = size = 0
    for n, line in enumerate(manuscript.lines):
        if len(line.text) > _LONGEST:
            if first < n:
                yield _Window(manuscript, first, n)
            first, size = n + 1, 0
        elif n > first and (size + len(line.text) > _SIZE or n - first >= lines):
            yield _Window(manuscript, first, n)
            first, size = n, len(line.text)
        else:
            size += len(line.text)
    if first < len(manuscript.lines):
        yield _Window(manuscript, first, len(manuscript.lines))


async def gathered(work: Sequence[Coroutine[Any, Any, T]]) -> list[T]:
    """All results in order. The first failure ends the rest and is raised."""
    tasks = [asyncio.ensure_future(each) for each in work]
    try:
        return list(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
