"""Limits of time, of connections and of what is said of them, told from clocks that the tests wind."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

import pytest
from fakes import FakeModels, fake_checker
from program import Run
from test_workers import COLUMNS, AtOnce
from uvicorn import Config
from uvicorn.server import ServerState

from mtqa.batch import Columns, Progress, Workers, run
from mtqa.batch.record import Record
from mtqa.batch.workers import Channel
from mtqa.checker import Checker
from mtqa.cli.progress import Pace, lines
from mtqa.core.limits import DocumentLimits, OutOfTime, check_time, deadline
from mtqa.core.protocols import Passage, SegmentScore
from mtqa.core.report import DocumentReport
from mtqa.formats import from_text
from mtqa.listening import Patience, Seldom, bound, protocol

TEXT = "The ferry was late, and nobody minded. We sat on the wall with our feet over the water and talked."


class Clock:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_of_two_deadlines_the_earlier_counts() -> None:
    clock = Clock()
    check_time()
    with deadline(10, clock), deadline(20, clock):
        clock.now = 10
        check_time()
        clock.now = 11
        with pytest.raises(OutOfTime):
            check_time()
    check_time()


class Slow(FakeModels):
    """Takes forever over a text with SLOW in it."""

    def encode(self, documents: Sequence[Sequence[Passage]]) -> list[list[SegmentScore]]:
        if any("SLOW" in passage.text for passages in documents for passage in passages):
            raise OutOfTime
        return super().encode(documents)


def slow_checker() -> Checker:
    checker = fake_checker(limits=DocumentLimits(seconds=7))
    checker._models = Slow()  # type: ignore[attr-defined]
    return checker


def test_a_document_that_takes_too_long_is_an_abstention_and_costs_no_other() -> None:
    texts = [TEXT, f"SLOW {TEXT}", f"{TEXT} Again."]
    documents = [from_text(text, language="en") for text in texts]
    first, slow, last = slow_checker().outcomes(documents)
    assert isinstance(slow, DocumentReport)
    assert (slow.over_limit, slow.p_mt, slow.decision.value) == (True, None, "undecided")
    assert slow.reason == "not judged: it took longer than 7 s; split it, or allow more time"
    assert [first, last] == fake_checker().outcomes([documents[0], documents[2]])


def test_what_takes_long_asks_for_the_time() -> None:
    """A deadline that has passed ends the work in every part that grows with a document."""
    document = from_text(f"{TEXT}\n\n" * 3, language="en")
    clock = Clock()
    with deadline(1, clock):
        clock.now = 2
        with pytest.raises(OutOfTime):
            fake_checker().reports([document])


class Stuck(AtOnce):
    """A worker that never answers where its work has SLOW in it; meanwhile the clock runs."""

    def __init__(self) -> None:
        super().__init__()
        self.stuck = self.ended = False

    def send(self, records: Sequence[Record], columns: Columns) -> None:
        self.stuck = any(b"SLOW" in record.raw for record in records)
        if not self.stuck:
            super().send(records, columns)

    def end(self) -> None:
        self.ended = True


class Site:
    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.made: list[Stuck] = []

    def start(self) -> Channel:
        self.made.append(Stuck())
        return self.made[-1]

    def wait(self, channels: Sequence[Channel], seconds: float | None) -> Sequence[Channel]:
        ready = [channel for channel in channels if isinstance(channel, Stuck) and not channel.stuck]
        if not ready:
            assert seconds is not None
            self.clock.now += seconds
        return ready


def test_a_worker_that_does_not_answer_is_replaced(tmp_path: Path) -> None:
    source, told, clock = tmp_path / "in.jsonl", list[str](), Clock()
    texts = [TEXT, f"SLOW {TEXT}", TEXT]
    source.write_text("\n".join(json.dumps({"id": n, "n": n, "text": t}) for n, t in enumerate(texts)))
    site = Site(clock)
    with Workers(site, 1, report=told.append, seconds=5, clock=clock) as workers:
        summary = run(workers, [source], tmp_path / "out.jsonl", columns=COLUMNS)
    first, slow, last = map(json.loads, (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines())
    assert (summary.rows, summary.errors, summary.not_judged) == (3, 0, 1)
    assert "error" not in first | last
    assert (slow["id"], slow["n"], slow["decision"], slow["p_mt"]) == (1, 1, "undecided", None)
    assert slow["reason"] == "not judged: it took longer than 10 s; split it, or allow more time"
    assert [channel.ended for channel in site.made] == [True, True, True]
    assert len(told) == 2
    assert told[1].endswith("in.jsonl, row 2 stays undecided")


# Progress


def progress(rows: int, words: int, share: float | None, resumed: int = 0) -> Progress:
    return Progress(rows=rows, words=words, share=share, resumed=resumed)


def test_rate_and_time_left_hold() -> None:
    clock = Clock()
    pace = Pace(clock)
    clock.now = 10.0
    assert pace.said(progress(1, 1000, 0.1)) == "1 rows, 100 words/s, 10% done, about 2 min left"
    clock.now = 20.0
    assert pace.said(progress(2, 2000, 0.2)) == "2 rows, 100 words/s, 20% done, about 80 s left"
    assert pace.said(progress(2, 2000, None)) == "2 rows, 100 words/s"


def test_no_time_is_told_from_less_than_a_tenth_of_the_work() -> None:
    clock = Clock()
    pace = Pace(clock)
    clock.now = 10.0
    assert pace.said(progress(1, 1000, 0.03)) == "1 rows, 100 words/s, 3% done"
    clock.now = 20.0
    resumed = Pace(clock)
    assert resumed.said(progress(1, 1000, 0.5, 70)).endswith("50% done")
    clock.now = 30.0
    assert resumed.said(progress(2, 2000, 0.52, 70)).endswith("52% done")
    clock.now = 40.0
    assert resumed.said(progress(3, 3000, 0.6, 70)).endswith("60% done, about 80 s left")


def test_what_an_earlier_run_did_counts_for_no_rate() -> None:
    clock = Clock()
    pace = Pace(clock)
    clock.now = 10.0
    assert pace.said(progress(1, 1000, 0.5, 70)) == "71 rows, 100 words/s, 50% done"
    clock.now = 20.0
    assert pace.said(progress(2, 2000, 0.6, 70)) == "72 rows, 100 words/s, 60% done, about 40 s left"


def test_lines_come_soon_and_then_seldom() -> None:
    clock, said = Clock(), list[str]()
    show = lines(said.append, clock)
    times = []
    for second in range(1, 301):
        clock.now = float(second)
        before = len(said)
        show(progress(second, second * 100, second / 1000))
        times += [second] * (len(said) - before)
    assert times == [3, 13, 23, 33, 43, 53, 63, 123, 183, 243]


@pytest.mark.parametrize(
    ("output", "at", "said"),
    [
        (
            "out.jsonl",
            2,
            "interrupted; 1 row is kept in out.jsonl.part; run the same command again to continue after it",
        ),
        ("out.jsonl", 1, "interrupted; no row was judged; run the same command again"),
        ("-", 2, "interrupted; 1 row written; a run to standard output cannot be continued"),
    ],
)
def test_an_interruption_says_what_is_kept(
    mtqa: Run, monkeypatch: pytest.MonkeyPatch, output: str, at: int, said: str
) -> None:
    monkeypatch.setattr("mtqa.batch.chunks.ROWS", 1)
    monkeypatch.setattr("mtqa.batch.job.chunks", stopping(at))
    rows = [json.dumps({"id": n, "text": TEXT}) for n in range(3)]
    Path("in.jsonl").write_text("\n".join(rows), encoding="utf-8")
    ran = mtqa("batch", "in.jsonl", "-o", output)
    assert ran.code == 130
    assert ran.err.splitlines()[-1] == f"mtqa: {said}"


def stopping(at: int) -> Any:
    from mtqa.batch.chunks import chunks

    def stopped(*arguments: Any, **options: Any) -> Any:
        for number, chunk in enumerate(chunks(*arguments, **options), 1):
            if number == at:
                raise KeyboardInterrupt
            yield chunk

    return stopped


# Connections and the log


async def nothing(scope: Any, receive: Any, send: Any) -> None:
    pass


def connected(kind: Any, loop: Any, state: ServerState) -> tuple[Any, Any]:
    loop.create_task.side_effect = lambda coroutine, **_: (coroutine.close(), MagicMock())[1]
    made = kind(config=Config(app=nothing, interface="asgi3"), server_state=state, app_state={}, _loop=loop)
    transport = MagicMock(spec=asyncio.Transport)
    transport.get_extra_info.return_value = None
    made.connection_made(transport)
    return made, transport


def test_a_connection_that_asks_for_nothing_makes_room() -> None:
    loop, state = MagicMock(), ServerState()
    kind = protocol(Patience(connections=2))
    asking, of_asking = connected(kind, loop, state)
    asking.data_received(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    _, of_idle = connected(kind, loop, state)
    other, of_other = connected(kind, loop, state)
    assert (of_asking.abort.called, of_idle.abort.called, of_other.abort.called) == (False, True, False)
    other.data_received(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    _, refused = connected(kind, loop, state)
    assert (of_asking.abort.called, of_other.abort.called, refused.abort.called) == (False, False, True)


def test_who_sends_no_head_is_left() -> None:
    loop = MagicMock()
    _, transport = connected(protocol(Patience(head=3.0)), loop, ServerState())
    (seconds, leave), _ = loop.call_later.call_args
    assert seconds == 3.0
    leave()
    assert transport.abort.called


def test_where_a_port_can_be_had_for_oneself_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on Windows, where a later program could listen at the same one otherwise."""
    made = MagicMock()
    monkeypatch.setattr(socket, "socket", made)
    monkeypatch.setattr(socket, "SO_EXCLUSIVEADDRUSE", -5, raising=False)
    bound("127.0.0.1", 0)
    made.return_value.setsockopt.assert_called_once_with(socket.SOL_SOCKET, -5, 1)


def test_connections_leave_files_for_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mtqa.listening._files", lambda: 270)
    loop, state = MagicMock(), ServerState()
    kind = protocol(Patience())
    transports = [connected(kind, loop, state)[1] for _ in range(17)]
    assert [transport.abort.called for transport in transports] == [True] + [False] * 16


def test_the_log_says_a_thing_once_a_minute() -> None:
    clock = Clock()
    seldom, said = Seldom(60, clock), list[str]()
    log = logging.Logger("a")
    log.addFilter(seldom)
    handler = logging.Handler()
    handler.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    log.addHandler(handler)

    def twice() -> None:
        for n in range(100):
            log.error("socket.accept() failed\nsocket %d", n)
        log.error("another")

    twice()
    clock.now = 61
    twice()
    assert said == [
        "socket.accept() failed\nsocket 0",
        "another",
        "socket.accept() failed\nsocket 0 (and 99 times more since it was last said)",
        "another",
    ]
