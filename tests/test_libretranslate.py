"""LibreTranslate's client against a server on this machine that misbehaves."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from mtqa.core.errors import ConfigError, ModelError
from mtqa.core.protocols import Translation
from mtqa.neural.translators.libretranslate import LibreTranslate, load

LANGUAGES = [
    {"code": "en", "name": "English", "targets": ["en", "pb", "zt"]},
    {"code": "pb", "name": "Portuguese", "targets": ["en"]},
]
Answer = tuple[int, dict[str, str], bytes]
CUT_OFF, DRIPPING = -1.0, -2.0
"""Faults: a connection that ends inside the answer, and an answer that comes byte by byte and never ends."""


class Server:
    """Answers a translation by the next of ``faults``, then by the texts in capitals."""

    def __init__(self) -> None:
        self.faults: list[Answer | float] = []
        self.languages: Any = LANGUAGES
        self.queries: list[dict[str, Any]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.answer(200, {}, json.dumps(outer.languages).encode())

            def do_POST(self) -> None:
                query = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.queries.append(query)
                fault = outer.faults.pop(0) if outer.faults else 0.0
                if isinstance(fault, tuple):
                    self.answer(*fault)
                    return
                if fault < 0:
                    self.stray(fault)
                    return
                time.sleep(fault)
                self.answer(200, {}, json.dumps({"translatedText": [text.upper() for text in query["q"]]}).encode())

            def answer(self, code: int, headers: dict[str, str], body: bytes) -> None:
                self.send_response(code)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                with suppress(OSError):
                    self.wfile.write(body)

            def stray(self, fault: float) -> None:
                self.send_response(200)
                self.send_header("Content-Length", "1000")
                self.end_headers()
                with suppress(OSError):
                    while fault == DRIPPING:
                        self.wfile.write(b" ")
                        time.sleep(0.05)
                self.close_connection = True

            def log_message(self, *args: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.delenv("MTQA_LIBRETRANSLATE_KEY", raising=False)
    monkeypatch.setenv("NO_PROXY", "*")
    server = Server()
    thread = threading.Thread(target=server.http.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.http.shutdown()
    server.http.server_close()
    thread.join()


@pytest.fixture
def waits() -> list[float]:
    return []


@pytest.fixture
def client(server: Server, waits: list[float]) -> LibreTranslate:
    return LibreTranslate(server.url, timeout=3.0, sleep=waits.append)


def translated(client: LibreTranslate, *texts: str) -> list[str]:
    return [each.text for each in client.translate(texts, source="en", target="pt-BR")]


def test_texts_go_in_small_requests_and_come_back_in_order(server: Server, client: LibreTranslate) -> None:
    texts = [f"text {i}" for i in range(60)] + ["long " * 1000, ""]
    assert translated(client, *texts) == [" ".join(text.upper().split()) for text in texts]
    assert [len(query["q"]) for query in server.queries] == [25, 25, 10, 1]
    assert {(q["source"], q["target"], q["format"]) for q in server.queries} == {("en", "pb", "text")}
    assert all("api_key" not in query for query in server.queries)


def test_pairs_are_the_servers(client: LibreTranslate, server: Server) -> None:
    assert client.pairs() == {("en", "pt-BR"), ("en", "zh-Hant"), ("pt-BR", "en")}
    with pytest.raises(ConfigError, match="'de'"):
        client.translate(["x"], source="en", target="de")
    assert server.queries == []


def test_the_key_comes_from_the_environment(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MTQA_LIBRETRANSLATE_KEY", "secret")
    assert load(server.url, 1).translate(["a"], source="en", target="pt-BR") == [Translation("A")]
    assert server.queries[0]["api_key"] == "secret"
    with pytest.raises(ConfigError, match="unencrypted"):
        load("http://translate.example.org", 1)


@pytest.mark.parametrize(
    ("fault", "wait"),
    [
        (lambda: (429, {"Retry-After": "7"}, b""), 7.0),
        (lambda: (429, {"Retry-After": formatdate(time.time() + 30, usegmt=True)}, b""), 29.0),
        (lambda: (429, {"Retry-After": "soon"}, b""), 1.0),
        (lambda: (500, {}, b"<html>"), 1.0),
        (lambda: (503, {"Retry-After": "2"}, b""), 2.0),
        (lambda: (503, {"Retry-After": "9" * 5000}, b""), None),
        (lambda: (500, {}, b"[" * 4000), 1.0),
        (lambda: CUT_OFF, 1.0),
        (lambda: DRIPPING, 1.0),
        (lambda: 5.0, 1.0),
    ],
)
def test_passing_faults_are_waited_out(
    server: Server, client: LibreTranslate, waits: list[float], fault: Callable[[], Answer | float], wait: float | None
) -> None:
    server.faults = [fault()]
    if wait is None:
        with pytest.raises(ModelError, match="try later"):
            translated(client, "a")
        return
    assert translated(client, "a") == ["A"]
    assert waits == [pytest.approx(wait, abs=1.5 if wait > 10 else 0)]


def test_waiting_ends(server: Server, client: LibreTranslate, waits: list[float]) -> None:
    server.faults = [(500, {}, b'{"error": "model lost"}')] * 9
    with pytest.raises(ModelError, match=r"does not translate \(500 .*: model lost\); try later"):
        translated(client, "a")
    assert waits == [1, 2, 4]
    assert len(server.queries) == 4
    server.faults = [(429, {"Retry-After": "3600"}, b"")]
    with pytest.raises(ModelError, match="429"):
        translated(client, "b")
    assert waits == [1, 2, 4]


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ((403, {}, b'{"error": "Invalid API key"}'), "refused .403 .*Invalid API key"),
        ((200, {}, b"<html>"), "did not answer with JSON"),
        ((200, {}, b'{"translatedText": "A"}'), "did not answer with 2 translated texts"),
        ((200, {}, b'{"translatedText": ["A"]}'), "did not answer with 2 translated texts"),
        ((200, {}, b'{"translatedText": ["A", null]}'), "did not answer with 2 translated texts"),
        ((200, {}, b"[]"), "did not answer with 2 translated texts"),
        ((200, {}, b"[" * 100_000), "did not answer with JSON"),
        ((200, {}, b'{"translatedText": ' + b"9" * 5000 + b"}"), "did not answer with JSON"),
        ((404, {}, b"[" * 4000), "refused .404 "),
        ((200, {}, b" " * (2 << 20)), "more than 1,048,576 bytes"),
        ((302, {"Location": "http://elsewhere.example/translate"}, b""), "sends its texts on to http://elsewhere"),
        ((307, {"Location": "http://elsewhere.example/translate"}, b""), "(sends its texts on|refused)"),
    ],
)
def test_lasting_faults_are_errors_at_once(
    server: Server, client: LibreTranslate, waits: list[float], fault: Answer, message: str
) -> None:
    server.faults = [fault]
    with pytest.raises(ModelError, match=message):
        translated(client, "a", "b")
    assert waits == []
    assert len(server.queries) == 1


def test_no_list_of_languages_is_an_error(server: Server, client: LibreTranslate) -> None:
    server.languages = {"languages": []}
    with pytest.raises(ModelError, match="a list of languages"):
        client.pairs()


@pytest.mark.parametrize(
    "where",
    [
        "",
        "translate.example.org",
        "ftp://a/",
        "https://me:key@host",
        "https://host?key=1",
        "http://[::1",
        "http://host:99999",
        "http://host:" + "9" * 5000,
        "http://host:0",
        "http://ho st/",
        "http://host/\x1b[31m",
    ],
)
def test_what_is_no_address_is_refused(where: str) -> None:
    with pytest.raises(ConfigError):
        load(where, 1)
