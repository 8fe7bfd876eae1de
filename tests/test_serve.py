"""The service: what it answers, whom it refuses, and that nobody's request harms another's."""

from __future__ import annotations

import asyncio
import gzip
import io
import json
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
import pytest
import schemathesis
from fakes import GARBLED, JUDGED, fake_checker
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator
from program import Run
from schemathesis import Case
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance
from starlette.testclient import TestClient

from mtqa.batch import Alone, Columns
from mtqa.batch import run as run_batch
from mtqa.checker import Checker
from mtqa.core.documents import Document
from mtqa.core.findings import Severity
from mtqa.core.report import DocumentReport, Failure
from mtqa.formats import from_text
from mtqa.renderers import render
from mtqa.serve import Limits, Tokens
from mtqa.serve.answers import rows
from mtqa.serve.app import make_app
from mtqa.serve.bodies import check_text
from mtqa.serve.judging import Busy, Faulty, Job, Judging, TooSlow
from mtqa.serve.server import is_local

TEXT = f"The ferry {GARBLED}was late, and nobody minded. We sat on the wall with our feet over the water."
TOKEN = "0123456789abcdef-A"  # noqa: S105
LIMITS = Limits(document=2000, batch=20_000, patience=0.3, seconds=5.0)
SCHEMA = json.loads(Path("mtqa/renderers/report.schema.json").read_text(encoding="utf-8"))
LINES = {"Content-Type": "application/x-ndjson"}
PROGRAM = Path(__file__).with_name("serve_program.py")


class Picky(Checker):
    """Counts its batches, and cannot judge what has BOOM in it."""

    batches: list[int]

    def outcomes(self, documents: Sequence[Document]) -> list[DocumentReport | Failure]:
        self.batches.append(len(documents))
        return super().outcomes(documents)

    def _open(self, document: Document) -> Any:
        if "BOOM" in document.text:
            raise RuntimeError("boom")
        return super()._open(document)


def picky() -> Picky:
    checker = fake_checker()
    checker.__class__ = Picky
    assert isinstance(checker, Picky)
    checker.batches = []
    return checker


@pytest.fixture
def client() -> Iterator[TestClient]:
    with serving() as found:
        yield found


def serving(*tokens: str, limits: Limits = LIMITS, hosts: Sequence[str] = ()) -> TestClient:
    app = make_app(picky(), limits=limits, tokens=Tokens(*tokens), hosts=hosts)
    return TestClient(app, raise_server_exceptions=False)


def score(client: TestClient, **fields: Any) -> httpx2.Response:
    return client.post("/v1/score", json=fields)


# One article


def test_the_answer_is_the_json_report(client: TestClient) -> None:
    answer = score(client, text=TEXT, language="en", uri="ferry.txt", min_level="major")
    report = fake_checker().check(from_text(TEXT, uri="ferry.txt", language="en"))
    assert answer.status_code == 200
    assert answer.json() == json.loads(render(report, "json", min_level=Severity.MAJOR))
    assert not list(Draft202012Validator(SCHEMA).iter_errors(answer.json()))


def test_formats_are_read(client: TestClient) -> None:
    page = score(client, text=f"<p>A <b>day</b> {GARBLED}came.</p>", format="html").json()["documents"][0]
    assert page["text"] == f"A day {GARBLED}came."
    messages = 'msgid ""\nmsgstr ""\n"Language: en\\n"\n\nmsgid "Ein Tag kam."\nmsgstr "A day came."\n'
    assert score(client, text=messages, format="po").json()["documents"][0]["segments"][0]["source"] == "Ein Tag kam."
    assert score(client, text="A day came.", source="Ein Tag.").json()["documents"][0]["segments"][0]["source"]


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        (b"{", 400, 'is not JSON (EOF while parsing an object at line 1 column 1); send {"text": "…"}'),
        (b'{"text": "\xff"}', 400, "is not JSON"),
        (b'{"text": "\\ud800"}', 400, "is not JSON"),
        (b"[" * 1500, 400, "is not JSON"),
        (b"[]", 422, "the body: must be an object; see /openapi.json"),
        (b"{}", 422, "text: missing; add it; see /openapi.json"),
        (b'{"text": ""}', 422, "text: empty; put text in it; see"),
        (b'{"text": 1}', 422, "text: must be a string; see"),
        (b'{"text": "a", "language": "zz"}', 422, "language: no language has the tag 'zz'; give a BCP 47 tag"),
        (b'{"text": "a\\u0000b"}', 422, "article: contains NUL characters"),
        (b'{"text": "a", "text": "b"}', 422, "the body: the same key twice in one object; keep one of them"),
        (b'{"text": "a", "txet": 1}', 422, "txet: unknown key; remove it; see"),
        (
            b'{"text": "a", "language": "English!"}',
            422,
            "language: 'English!' is not a language tag; did you mean 'en'?; see /openapi.json",
        ),
        (
            b'{"text": "a", "format": "docx"}',
            422,
            "unknown format 'docx'; known: ",
        ),
        (b'{"text": "<xliff", "format": "xliff"}', 422, "article: "),
        (b'{"text": "%s"}' % (b"a" * 2000), 413, "over the limit of 2000 bytes; split it"),
    ],
)
def test_bad_requests(client: TestClient, body: bytes, status: int, said: str) -> None:
    answer = client.post("/v1/score", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert said in answer.json()["detail"]
    assert answer.json()["status"] == status
    assert score(client, text=TEXT).status_code == 200


def test_comments_that_ignore_findings_are_heeded(client: TestClient) -> None:
    page = "<p>He closed the the door.</p>"
    comment = "<!-- mtqa ignore-next: repeated-word a quotation -->"
    for text, rules, remarks in (
        (page, ["repeated-word"], []),
        (comment + page, [], ["1 ignored finding is left out"]),
    ):
        (found,) = score(client, text=text, format="html", language="en").json()["documents"]
        assert [flag["rule"] for each in found["segments"] for flag in each["flags"]] == rules
        assert found["remarks"] == remarks


def test_source_is_of_text_alone(client: TestClient) -> None:
    answer = score(client, text="<p>A day.</p>", format="html", source="Ein Tag.")
    assert answer.status_code == 422
    assert "source" in answer.json()["detail"]


def test_what_is_no_json_by_its_type_is_not_read(client: TestClient) -> None:
    """Or any page of the web could have a browser send it, without asking."""
    answer = client.post("/v1/score", content=b'{"text": "a"}', headers={"Content-Type": "text/plain"})
    assert answer.status_code == 415
    assert "access-control-allow-origin" not in answer.headers


def test_other_addresses_and_methods(client: TestClient) -> None:
    assert client.get("/").json()["detail"] == "Not Found; see /openapi.json"
    assert client.get("/v1/score").status_code == 405
    assert client.get("/docs").status_code == 404


# Batches


def test_rows_are_those_of_mtqa_batch(client: TestClient, tmp_path: Path) -> None:
    lines = [json.dumps({"id": n, "text": f"{TEXT} It was day {n}.", "language": "en"}) for n in range(30)]
    lines[3:5] = ["{", ""]
    corpus, judged = tmp_path / "request", tmp_path / "out.jsonl"
    corpus.write_text("\n".join(lines), encoding="utf-8")
    run_batch(Alone(fake_checker()), [corpus], judged, columns=Columns())
    answer = client.post("/v1/batch", content=corpus.read_bytes(), headers=LINES)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/x-ndjson")
    expected = judged.read_text(encoding="utf-8").replace(str(corpus), "request")
    assert answer.text == expected
    assert "error" in answer.text


def test_one_bad_row_harms_no_other(client: TestClient) -> None:
    rows = [
        {"id": 1, "text": TEXT},
        {"id": 2, "text": f"BOOM {TEXT}"},
        {"id": 3, "text": "a" * 3000},
        {"id": 4, "text": TEXT},
    ]
    body = "\n".join(map(json.dumps, rows)).encode()
    answers = [json.loads(line) for line in client.post("/v1/batch", content=body, headers=LINES).text.splitlines()]
    assert [row["id"] for row in answers] == [1, 2, None, 4]
    assert "decision" in answers[0]
    assert answers[1]["error"].startswith("internal error: RuntimeError; leave it out")
    assert answers[2]["error"].startswith("over the limit of 2,000 bytes; split it into several rows")
    assert "decision" in answers[3]


@pytest.mark.parametrize("body", [b"", b"\n\n", b"[]\n1\nnull"])
def test_odd_batches(client: TestClient, body: bytes) -> None:
    answer = client.post("/v1/batch", content=body, headers=LINES)
    assert answer.status_code == 200
    assert all("error" in json.loads(line) for line in answer.text.splitlines())


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ('{"id": 1, "text": "x"}'.encode("utf-16"), 1),
        ('{"id": 1, "text": "x"}'.encode("utf-16-le"), 1),
        ('{"id": 1, "text": "x"}'.encode("utf-32"), 1),
        ('\n{"id": 1, "text": "é"}'.encode("latin-1"), 2),
        (gzip.compress(b'{"id": 1}'), 1),
        (b'{"id": 1}\n\n{"id": 2, "text": "\xe2\x82', 3),
        (b"{}\n" * 5 + b"\x00\n", 6),
    ],
)
def test_a_batch_that_is_no_text_is_refused_before_its_first_row(client: TestClient, body: bytes, line: int) -> None:
    answer = client.post("/v1/batch", content=body, headers=LINES)
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith(f"line {line} is not UTF-8 text; ")


def test_text_is_told_whatever_pieces_it_comes_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mtqa.serve.bodies._IN_MEMORY", 1)
    body = io.BytesIO("{}\né€😀\n".encode())
    check_text(body)
    assert body.read().decode() == "{}\né€😀\n"


def test_a_packed_body_is_refused(client: TestClient) -> None:
    for path, headers in (("/v1/batch", LINES), ("/v1/score", {"Content-Type": "application/json"})):
        answer = client.post(path, content=gzip.compress(b"{}"), headers=headers | {"Content-Encoding": "gzip"})
        assert (answer.status_code, answer.json()["detail"]) == (415, "the body is compressed; send it uncompressed")


def test_a_batch_over_the_limit(client: TestClient) -> None:
    answer = client.post("/v1/batch", content=b"\n" * 20_001, headers=LINES)
    assert (answer.status_code, answer.json()["detail"]) == (413, "over the limit of 20000 bytes; split it")


# Tokens and hosts


def test_tokens() -> None:
    with serving(TOKEN, "another-token-0123") as client:
        assert client.get("/healthz").status_code == 200
        for headers in ({}, {"Authorization": "Bearer x"}, {"Authorization": f"Basic {TOKEN}"}):
            for refused in (client.get("/metrics", headers=headers), client.post("/v1/score", headers=headers)):
                assert refused.status_code == 401
                assert refused.headers["www-authenticate"] == "Bearer"
        bearing = {"Authorization": f"Bearer {TOKEN}"}
        assert client.post("/v1/score", json={"text": TEXT}, headers=bearing).status_code == 200
        assert TOKEN not in client.get("/metrics", headers=bearing).text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"# none\n\n", "no token in it"),
        (b"# yes\nshort\n", "tokens:2: not a token; make it 16 or more"),
        (b"0123456789 abcdef 0123\n", "tokens:1: not a token"),
        (b"\xff", "cannot be read (not UTF-8)"),
    ],
)
def test_bad_token_files(mtqa: Run, tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "tokens").write_bytes(content)
    ran = mtqa("serve", "--token-file", "tokens")
    assert ran.code == 2
    assert said in ran.err
    assert content.strip().splitlines()[-1].decode("utf-8", "replace") not in ran.err
    assert "No such file" in mtqa("serve", "--token-file", "none").err


def test_names_of_this_machine_alone() -> None:
    with serving(hosts=["127.0.0.1", "localhost"]) as client:
        for host in ("127.0.0.1", "localhost:8017", "LocalHost.", "localhost:"):
            assert client.get("/healthz", headers={"Host": host}).status_code == 200
        for host in ("evil.example", "127.0.0.1.evil.example", "[", "", "localhost:80:80"):
            assert client.get("/healthz", headers={"Host": host}).status_code == 421


def test_addresses_are_not_mended(client: TestClient) -> None:
    assert client.get("/healthz/", follow_redirects=False).status_code == 404


def test_a_length_beside_chunks_is_refused(client: TestClient) -> None:
    headers = {"Content-Type": "application/json", "Transfer-Encoding": "chunked", "Content-Length": "2"}
    answer = client.post("/v1/score", content=b"{}", headers=headers)
    assert (answer.status_code, answer.headers["connection"]) == (400, "close")


def test_a_mark_before_the_text_is_left_out(client: TestClient) -> None:
    marked, plain = (score(client, text=text, language="en").json() for text in (f"\ufeff{TEXT}", TEXT))
    assert marked == plain


def test_what_is_local() -> None:
    assert all(map(is_local, ("127.0.0.1", "::1", "localhost")))
    assert not any(map(is_local, ("0.0.0.0", "::", "192.168.0.1", "example.org", "")))  # noqa: S104


# What it says of itself


def test_health_and_metrics(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok", "signature": str(JUDGED)}
    score(client, text=TEXT)
    score(client, text="")
    client.get("/elsewhere")
    found = client.get("/metrics")
    assert found.headers["content-type"].startswith("text/plain; version=0.0.4")
    for line in (
        'mtqa_requests_total{route="/v1/score",status="200"} 1.0',
        'mtqa_requests_total{route="/v1/score",status="422"} 1.0',
        'mtqa_requests_total{route="other",status="404"} 1.0',
        "mtqa_documents_total 1.0",
        "mtqa_waiting 0.0",
        f'mtqa_info{{signature="{JUDGED}"}} 1.0',
    ):
        assert line in found.text.splitlines()
    assert "process_resident_memory_bytes" in found.text


@schemathesis.serializer("application/x-ndjson")
def lines(_: object, value: object) -> bytes:
    return value.encode("utf-8", "replace") if isinstance(value, str) else json.dumps(value).encode()


def test_it_keeps_to_its_openapi() -> None:
    """Whatever is asked: no error of its own, no status or answer that /openapi.json does not have, nothing accepted
    that it does not allow, nothing answered without the token."""
    app = make_app(picky(), limits=Limits(document=100_000), tokens=Tokens(TOKEN))
    schema = schemathesis.openapi.from_asgi("/openapi.json", app)
    operations = [found.ok() for found in schema.get_all_operations()]
    good, bad = GenerationMode.POSITIVE, GenerationMode.NEGATIVE
    answered = Counter[tuple[str, int]]()
    for operation, mode in [(o, m) for o in operations for m in (good, bad)[: 1 + bool(o.body)]]:

        @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
        @given(operation.as_strategy(generation_mode=mode))
        def obeys(case: Case) -> None:
            # No schema says that a text of blanks is refused, nor which rows are bad.
            excluded = [positive_data_acceptance, *[negative_data_rejection][: case.path == "/v1/batch"]]
            answer = case.call_and_validate(headers={"Authorization": f"Bearer {TOKEN}"}, excluded_checks=excluded)
            answered[case.path, answer.status_code] += 1

        obeys()
    assert {path for path, status in answered if status == 200} == {"/v1/score", "/v1/batch", "/healthz", "/metrics"}
    assert answered["/v1/score", 422]


# The queue


def job(text: str = TEXT, *, release: threading.Event | None = None, size: int | None = None) -> Job:
    def read() -> Sequence[Document]:
        if release:
            release.wait(5)
        return [from_text(text, language="en")]

    def write(outcomes: Sequence[DocumentReport | Failure]) -> bytes:
        if isinstance(outcomes[0], Failure):
            raise Faulty(outcomes[0].message)
        return outcomes[0].document.text.encode()

    return Job(size=size or len(text), read=read, write=write)


def queued(test: Callable[[Judging, Picky, threading.Event], Any], *, waiting: int = 20, seconds: float = 5.0) -> None:
    """Runs ``test`` with a queue, its checker, and an event that jobs made with it wait for."""
    checker, release = picky(), threading.Event()

    async def main() -> None:
        judging = Judging(checker, waiting=waiting, seconds=seconds)
        running = asyncio.create_task(judging.run())
        try:
            await test(judging, checker, release)
        finally:
            release.set()
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    asyncio.run(main())


async def begun(judging: Judging, release: threading.Event) -> asyncio.Task[bytes]:
    """A job that is being judged until released."""
    task = asyncio.create_task(judging.judge(job(release=release)))
    await asyncio.sleep(0.05)
    assert judging.waiting == 0
    return task


def test_jobs_that_wait_are_judged_together() -> None:
    async def test(judging: Judging, checker: Picky, release: threading.Event) -> None:
        first = await begun(judging, release)
        others = [asyncio.create_task(judging.judge(job(f"{TEXT} {n}."))) for n in range(20)]
        await asyncio.sleep(0.05)
        release.set()
        assert [await task for task in others] == [f"{TEXT} {n}.".encode() for n in range(20)]
        assert await first == TEXT.encode()
        assert checker.batches == [1, 16, 4]

    queued(test)


def test_large_jobs_are_judged_alone() -> None:
    async def test(judging: Judging, checker: Picky, release: threading.Event) -> None:
        await begun(judging, release)
        others = [asyncio.create_task(judging.judge(job(size=60_000))) for _ in range(3)]
        await asyncio.sleep(0.05)
        release.set()
        await asyncio.gather(*others)
        assert checker.batches == [1, 1, 1, 1]

    queued(test)


def test_one_that_fails_harms_no_other() -> None:
    async def test(judging: Judging, checker: Picky, release: threading.Event) -> None:
        await begun(judging, release)
        texts = [TEXT, f"BOOM {TEXT}", "a\0b", TEXT]
        tasks = [asyncio.create_task(judging.judge(job(text))) for text in texts]
        await asyncio.sleep(0.05)
        release.set()
        good, boom, binary, also = await asyncio.gather(*tasks, return_exceptions=True)
        assert good == also == TEXT.encode()
        assert str(boom).startswith("internal error: RuntimeError")
        assert "NUL" in str(binary)

    queued(test)


def test_a_full_queue_refuses() -> None:
    async def test(judging: Judging, checker: Picky, release: threading.Event) -> None:
        await begun(judging, release)
        waiting = [asyncio.create_task(judging.judge(job())) for _ in range(2)]
        await asyncio.sleep(0)
        with pytest.raises(Busy) as busy:
            await judging.judge(job())
        assert busy.value.seconds == 1
        patient = asyncio.create_task(judging.judge(job(), patient=True))
        waiting.pop().cancel()
        await asyncio.sleep(0.05)
        assert judging.waiting == 2  # a place that nobody waits in any more is free
        release.set()
        assert await patient == await waiting[0] == TEXT.encode()
        assert sum(checker.batches) == 3

    queued(test, waiting=2)


def test_a_queue_that_takes_too_long_refuses() -> None:
    async def test(judging: Judging, _: Picky, release: threading.Event) -> None:
        await judging.judge(job(size=1))  # takes a millisecond at least: so a GB would take long
        await begun(judging, release)
        huge = asyncio.create_task(judging.judge(job(size=10**9)))
        await asyncio.sleep(0)
        with pytest.raises(Busy) as busy:
            await judging.judge(job())
        assert busy.value.seconds > 5
        huge.cancel()

    queued(test)


def test_too_late() -> None:
    async def test(judging: Judging, checker: Picky, release: threading.Event) -> None:
        first = await begun(judging, release)
        with pytest.raises(TooSlow):
            await judging.judge(job("Never judged."))
        release.set()
        with pytest.raises(TooSlow):
            await first
        assert await judging.judge(job()) == TEXT.encode()
        assert checker.batches == [1, 1]

    queued(test, seconds=0.2)


# The program


class Service:
    """mtqa serve on fake models, as a process of its own."""

    def __init__(self, *options: str) -> None:
        command = [sys.executable, str(PROGRAM), "--port", "0", *options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        address = re.search(r"http://127.0.0.1:(\d+)", self.process.stdout.readline())
        assert address, self.process.communicate()
        self.url, self.port = address[0], int(address[1])

    def __enter__(self) -> Service:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()

    def ask(self, text: str = TEXT, **options: Any) -> httpx2.Response:
        return httpx2.post(f"{self.url}/v1/score", json={"text": text}, timeout=20, **options)

    def connected(self, sent: bytes = b"") -> socket.socket:
        found = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        found.sendall(sent)
        return found


def head(length: int, path: str = "/v1/score", kind: str = "application/json") -> bytes:
    return (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n"
    ).encode()


def test_hostile_clients_change_nothing_for_others() -> None:
    with Service() as service:
        expected = service.ask().json()
        slow_heads = [service.connected(b"POST /v1/score HTTP/1.1\r\nHost: loc") for _ in range(20)]
        slow_bodies = [service.connected(head(100) + b"{") for _ in range(20)]
        endless = service.connected(b"GET /" + b"a" * 100_000)
        huge = service.connected(head(10**10) + b"{" * 1000)
        odd = [service.connected(bytes(range(256))), service.connected(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")]
        gone = service.connected(head(1000) + b"{")
        gone.close()
        assert [service.ask().json() for _ in range(3)] == [expected] * 3
        assert all(each.recv(100) == b"" for each in slow_heads)
        assert all(b" 408 " in each.recv(1000) for each in slow_bodies)
        assert b" 413 " in huge.recv(1000)
        assert all(b" 400 " in each.recv(1000) for each in (endless, *odd))
        assert service.ask().json() == expected
        for each in (*slow_heads, *slow_bodies, endless, huge, *odd):
            each.close()


def test_an_answer_without_its_body_ends_the_connection() -> None:
    with (
        Service() as service,
        service.connected(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\n") as one,
    ):
        one.settimeout(4)  # less than a connection that is kept is kept for
        answer = b"".join(iter(lambda: one.recv(1000), b""))
        assert b" 200 " in answer


def test_blank_lines_hold_up_nobody() -> None:
    async def main() -> int:
        judging = Judging(picky(), waiting=1, seconds=1)
        found = rows(io.BytesIO(b"\n" * 2_000_000), judging, JUDGED, most=10)
        reading = asyncio.ensure_future(anext(found, None))
        turns = 0
        while not reading.done():
            await asyncio.sleep(0.001)
            turns += 1
        assert reading.result() is None
        return turns

    assert asyncio.run(main()) > 3


def test_who_has_gone_is_not_judged() -> None:
    body = json.dumps({"text": f"{TEXT} SLOW."}).encode()
    with Service() as service, ThreadPoolExecutor(1) as pool:
        busy = pool.submit(service.ask, " SLOW " * 3 + TEXT)
        time.sleep(0.3)
        for _ in range(8):
            with service.connected(head(len(body)) + body):
                pass
        service.ask()
        assert busy.result().status_code == 200
        metrics = httpx2.get(f"{service.url}/metrics").text
        assert 'mtqa_requests_total{route="/v1/score",status="499"} 8.0' in metrics
        assert "mtqa_documents_total 2.0" in metrics


def test_it_ends_once_what_was_asked_is_answered() -> None:
    with Service() as service, ThreadPoolExecutor(2) as pool:
        score = pool.submit(service.ask, f"{TEXT} SLOW.")
        rows = "\n".join(json.dumps({"id": n, "text": f"{TEXT} SLOW."}) for n in range(3))
        batch = pool.submit(httpx2.post, f"{service.url}/v1/batch", content=rows, headers=LINES, timeout=20)
        time.sleep(0.5)
        service.process.send_signal(signal.SIGTERM)
        assert score.result().status_code == 200
        assert len(batch.result().text.splitlines()) == 3
        with pytest.raises(httpx2.ConnectError):
            service.ask()
        assert service.process.wait(10) in (0, -signal.SIGTERM)


def test_ports_that_are_taken(mtqa: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ran = mtqa("serve", "--port", str(taken.getsockname()[1]))
    assert ran.code == 2
    assert "in use; name another with --host or --port" in ran.err
    assert mtqa("serve", "--host", "no.such.host.invalid").code == 2
    for host in ("a" * 70, "ü" * 70, ""):
        ran = mtqa("serve", "--host", host)
        assert (ran.code, "internal" in ran.err) == (2, False)
