"""Questions to a language model: within the budget, through the cache, tried again where that helps."""

from __future__ import annotations

import asyncio
import json
import math
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from contextvars import copy_context
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any, Generic, TypeVar

from mtqa.core.errors import ModelError
from mtqa.core.limits import time_left
from mtqa.core.llm import LlmSettings, Usage, answers_folder
from mtqa.llm.budget import Budget, Spent, tokens_of
from mtqa.llm.cache import Answers
from mtqa.llm.client import Client, Reply, Trouble, Unsupported
from mtqa.llm.keys import key_of

__all__ = ["Engine", "Question", "Session", "Unanswered", "waited"]

_ATTEMPTS = 4
_LONGEST_WAIT = 60.0  # seconds
_GIVE_UP = 3  # questions in a row without an answer
_OVERHEAD = 64  # tokens around the messages
_SHORTEST = 0.5  # seconds below which no answer is worth asking for
_MARGIN = 0.8  # of the time before a deadline: the rest is for what is made of the answers

_NAME = re.compile(r"[\w./:@+-]{1,80}")  # what a server calls a model: no sentence of the text

T = TypeVar("T")


class Unanswered(Exception):  # noqa: N818 - an abstention, never shown as an error
    """Why a question has no answer, in a clause.

    Attributes:
        too_much: whether questions about parts of it may have answers.
    """

    def __init__(self, reason: str, *, too_much: bool = False) -> None:
        super().__init__(reason)
        self.too_much = too_much


@dataclass(frozen=True, slots=True, kw_only=True)
class Question(Generic[T]):
    """What is asked, and how the answer is read.

    Attributes:
        version: of the prompt, such as ``"judge-1"``; a part of what the answer is kept under.
        system: what is to be done; ``user``: the data that it is to be done with.
        schema: JSON Schema of the answer.
        read: the answer's meaning; None where it has none.
        tokens: that the answer may have.
    """

    version: str
    system: str
    user: str
    schema: Mapping[str, Any]
    read: Callable[[str], T | None] = field(compare=False)
    tokens: int


class Engine:
    """A language model behind an address. It is shared by whatever asks it in one process, and so is its budget.

    Args:
        sleep: waits for seconds.
    """

    def __init__(self, settings: LlmSettings, *, sleep: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self.settings = settings
        self.budget = Budget(settings.budget)
        self.answers = Answers(answers_folder() if settings.cache else None)
        self.sleep = sleep
        self.answered = False
        self.structured = True

    @property
    def signature(self) -> str:
        """The model and the host that sees the texts."""
        return f"{self.settings.model}@{self.settings.host}"

    @property
    def usage(self) -> Usage:
        """What its answers have cost so far."""
        return self.budget.usage

    @cached_property
    def key(self) -> str:
        """Of the server. Raises ConfigError."""
        return key_of(self.settings)

    @asynccontextmanager
    async def session(self) -> AsyncIterator[Session]:
        """What questions are asked in, in the running event loop."""
        async with Client(self.settings, self.key) as client:
            yield Session(self, client)


class Session:
    """Questions that are asked together: as many at once as the settings say. After three in a row without an answer
    it asks no more."""

    def __init__(self, engine: Engine, client: Client) -> None:
        self._engine = engine
        self._client = client
        self._slots = asyncio.Semaphore(engine.settings.at_once)
        self._failures = 0
        self._why = ""

    async def ask(self, question: Question[T]) -> T:
        """What the answer means.

        Raises:
            Unanswered: there is none, or none of use.
            ModelError: the server never answered, and what is wrong is set up wrong; the message says what to do.
            ConfigError: there is no such key.
        """
        engine = self._engine
        asked = (engine.settings.model, question.version, question.system, question.user, json.dumps(question.schema))
        kept = engine.answers.get(*asked)
        if kept is not None and (known := question.read(kept)) is not None:
            engine.budget.remember()
            return known
        async with self._slots:
            if self._failures >= _GIVE_UP:
                raise Unanswered(self._why)
            try:
                text, meaning = await self._answered(question)
            except Spent as spent:
                raise Unanswered(str(spent)) from None
            except Trouble as trouble:
                self._failures, self._why = self._failures + 1, trouble.reason
                if trouble.remedy and not engine.answered:
                    raise ModelError(f"{trouble.reason}; {trouble.remedy}") from None
                raise Unanswered(trouble.reason) from None
        self._failures = 0
        engine.answers.put(text, *asked)
        return meaning

    async def _answered(self, question: Question[T]) -> tuple[str, T]:
        """An answer that means something; one more try where the first means nothing."""
        for user in (question.user, f"{question.user}\n\nAnswer with one JSON object of the schema, nothing else."):
            reply = await self._sent(question, user)
            self._engine.answered = True
            if (meaning := question.read(reply.text)) is not None:
                return reply.text, meaning
            self._failures = 0
            if not reply.whole:
                raise Unanswered("the answer was cut off", too_much=True)
        raise Unanswered("neither of two answers had the requested form", too_much=True)

    async def _sent(self, question: Question[T], user: str) -> Reply:
        """The server's reply; requests that may pass another time are repeated, up to three times."""
        wait = 1.0
        while True:
            try:
                reply = await self._formed(question, user)
            except Trouble as trouble:
                pause = max(trouble.again or 0.0, 0.0 if trouble.busy else wait)
                if trouble.again is None or wait >= 2.0 ** (_ATTEMPTS - 1) or pause > min(_LONGEST_WAIT, self._left()):
                    raise
                await self._engine.sleep(pause)
                wait *= 2
                continue
            self._check_model(reply.model)
            return reply

    async def _formed(self, question: Question[T], user: str) -> Reply:
        """The reply to a question with a schema, where the server takes one; else to one that describes it."""
        engine = self._engine
        if not engine.structured:
            return await self._once(question, user, structured=False)
        try:
            return await self._once(question, user, structured=True)
        except Unsupported:
            reply = await self._once(question, user, structured=False)
            engine.structured = False  # it took the same question without a schema
            return reply

    def _left(self) -> float:
        """Seconds for which it makes sense to wait: of the budget, and of most of the time before the deadline."""
        left = (self._engine.budget.seconds, time_left())
        return min((math.inf if left[0] is None else left[0]), math.inf if left[1] is None else _MARGIN * left[1])

    async def _once(self, question: Question[T], user: str, *, structured: bool) -> Reply:
        engine, system = self._engine, question.system
        if self._left() < _SHORTEST:
            raise Spent("no time is left to wait for an answer")
        if not structured:
            system += f"\n\nThe JSON Schema of the answer:\n{json.dumps(question.schema)}"
        estimate = tokens_of(system) + tokens_of(user) + _OVERHEAD
        written = engine.budget.admit(estimate, question.tokens)
        payload: dict[str, Any] = {
            "model": engine.settings.model,
            "messages": [{"role": "system", "content": system}, {"role": "user", "content": user}],
            "max_tokens": written,
            "stream": False,
        }
        if structured:
            payload["temperature"] = 0
            form = {"name": question.version, "strict": True, "schema": question.schema}
            payload["response_format"] = {"type": "json_schema", "json_schema": form}
        read, answer = estimate, 0
        try:
            reply = await self._client.send(payload, min(engine.settings.timeout, self._left()))
            read = estimate if reply.read is None else reply.read
            answer = tokens_of(reply.text) if reply.written is None else reply.written
            return reply
        except Trouble as trouble:
            read = estimate if trouble.again is None else 0  # who asks to be asked again has not read it
            raise
        finally:
            engine.budget.settle(estimate + written, read, answer)

    def _check_model(self, name: str) -> None:
        """Raises Trouble where another model answers than the one that was asked: its marks would be kept, and
        calibrated, under a wrong name."""
        asked = self._engine.settings.model
        if name and not _plain(name).startswith(_plain(asked)) and not _plain(asked).startswith(_plain(name)):
            key = self._engine.key
            shown = f"'{name}'" if _NAME.fullmatch(name) and not (key and key in name) else "another model"
            raise Trouble(
                f"{self._engine.settings.host} answers as {shown}, not as '{asked}'",
                remedy="give the name of the model that it runs with --llm-model",
            )


def _plain(model: str) -> str:
    """A model's name without folders and the suffix of its file, which servers give it or not."""
    return PurePosixPath(model.replace("\\", "/")).name.lower().removesuffix(".gguf").removesuffix(":latest")


def waited(work: Coroutine[Any, Any, T]) -> T:
    """What ``work`` returns, in an event loop of its own, wherever it is called."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(copy_context().run, asyncio.run, work).result()
