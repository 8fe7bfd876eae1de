"""Pages of the web, from a server of this machine that stands for one of the public internet."""

from __future__ import annotations

import gzip
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from program import Run
from starlette.testclient import TestClient

from mtqa import web
from mtqa.core.errors import InputError
from mtqa.formats import read_bytes
from mtqa.review.app import make_app
from mtqa.review.desk import Desk
from mtqa.web import Page, fetch

TOKEN = "secret-ü".encode().hex()
PROSE = "The zzferry was late, and nobody minded much. We sat on the wall with our feet over the water, and talked."
HTML = f"<html><body><article><h1>News</h1><p>{PROSE}</p><p>{PROSE}</p></article></body></html>"


class Server(ThreadingHTTPServer):
    """Answers by path: a status, headers and a body."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.asked: list[tuple[str, str | None]] = []
        self.root = f"http://news.example:{self.server_port}"

    def put(self, path: str, body: bytes | str, kind: str = "text/html", status: int = 200, **headers: str) -> str:
        raw = body.encode() if isinstance(body, str) else body
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers[path] = status, {"Content-Type": kind, **named}, raw
        return self.root + path


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers["Host"]))
        status, headers, body = self.server.answers.get(self.path, (404, {}, b""))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def resolved(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names that were looked up: those of example are at 127.0.0.1, which counts as public; others are not."""
    names: list[str] = []
    look_up = socket.getaddrinfo

    def getaddrinfo(host: str, port: int, *rest: object, **more: object) -> object:
        if host != "127.0.0.1":
            names.append(host)
        places = {"inside.example": "10.0.0.7", "nowhere.example": None}
        place = places.get(host, "127.0.0.1" if host.endswith(".example") else host)
        if place is None:
            raise socket.gaierror(-2, "Name or service not known")
        return look_up(place, port, *rest, **more)  # type: ignore[arg-type]

    is_public = web._is_public
    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr(web, "_is_public", lambda address: address == "127.0.0.1" or is_public(address))
    return names


@pytest.fixture
def server(resolved: list[str]) -> Iterator[Server]:
    with Server() as server:
        threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
        yield server
        server.shutdown()


def test_a_name_is_resolved_once_and_asked_for_by_its_name(server: Server, resolved: list[str]) -> None:
    url = server.put("/a?b#c".partition("#")[0], HTML)
    assert fetch(f"{url}#c") == Page(f"{url}#c", HTML.encode(), "html")
    assert resolved == ["news.example"]
    assert server.asked == [("/a?b", f"news.example:{server.server_port}")]


@pytest.mark.parametrize(
    ("kind", "path", "format_"),
    [
        ("text/html; charset=utf-8", "/a", "html"),
        ("application/xhtml+xml", "/a", "html"),
        ("text/markdown", "/a.txt", "markdown"),
        ("text/plain", "/a", "text"),
        ("text/plain; charset=utf-8", "/README.md", "markdown"),
    ],
)
def test_what_it_is_read_as(server: Server, kind: str, path: str, format_: str) -> None:
    assert fetch(server.put(path, PROSE, kind)).format == format_
    assert fetch(server.put(path, PROSE, kind), format="po").format == "po"


def test_the_server_says_how_a_page_is_encoded(server: Server) -> None:
    page = '<meta charset="utf-8"><p>„Grüße“ – so.</p>'
    found = fetch(server.put("/a", page.encode("cp1252"), "text/html; charset=ISO-8859-1"))
    (document,), _ = read_bytes(found.raw, "a", format=found.format)
    assert document.text.strip() == "„Grüße“ – so."
    raw = page.encode("utf-8")
    for charset in ("punycode", "no-such"):
        assert fetch(server.put("/a", raw, f"text/html; charset={charset}")).raw == raw
    assert fetch(server.put("/a", gzip.compress(raw), Content_Encoding="gzip")).raw == raw


def test_redirects_are_followed_and_checked(server: Server, resolved: list[str]) -> None:
    server.put("/end", HTML)
    hop = server.put("/hop", "", status=302, Location="/end")
    assert fetch(hop).raw == HTML.encode()
    cases = {
        "http://inside.example/": "inside.example is at 10.0.0.7",
        "http://169.254.169.254/latest": "169.254.169.254 is at",
        "http://[::1]/": "::1 is at",
        "file:///etc/passwd": "not a plain web address",
        "http://user:word@news.example/": "not a plain web address",
        "/loop": "redirected more than 5 times",
    }
    for number, (there, why) in enumerate(cases.items()):
        loop = server.put("/loop", "", status=302, Location=there)
        with pytest.raises(InputError, match=why) as caught:
            fetch(loop)
        assert caught.value.uri == loop, number


@pytest.mark.parametrize(
    "address",
    [
        "10.0.0.1", "127.0.0.1", "169.254.169.254", "192.168.1.1", "100.64.0.1", "224.0.0.1", "::1", "::",
        "fe80::1%eth0", "fc00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "::7f00:1", "ff02::1",
        "fec0::1", "64:ff9b:1::a00:1", "::ffff:0:10.0.0.1", "2001:0:1::", "3fff::1", "192.0.0.8",
    ],
)  # fmt: skip
def test_what_is_not_of_the_public_internet(address: str) -> None:
    assert not web._is_public(address)
    assert web._is_public("93.184.216.34")
    assert web._is_public("2606:2800:220:1::1")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"])
def test_no_spelling_of_this_machine_is_asked(host: str) -> None:
    with pytest.raises(InputError, match=r"not a public internet address|cannot be fetched"):
        fetch(f"http://{host}:1/")


def test_what_cannot_be_fetched_is_told(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "MAX_BYTES", 2**20)
    bomb = gzip.compress(b"x" * 2**26)
    for url, why in {
        server.root + "/gone": "the server answers 404 Not Found",
        server.put("/pdf", b"%PDF", "application/pdf"): "is application/pdf, not HTML",
        server.put("/large", b"x" * (2**20 + 1)): "over the limit of 1 MB",
        server.put("/bomb", bomb, Content_Encoding="gzip"): "over the limit of 1 MB",
        server.put("/br", b"x", Content_Encoding="br"): "compressed with br",
        server.put("/broken", b"no gzip at all", Content_Encoding="gzip"): "cannot be fetched",
        "http://nowhere.example/": "cannot be fetched",
        "http://": "not a plain web address",
        f"http://{'a' * 300}.example/": "cannot be fetched|not a plain|not found|answers 404",
    }.items():
        with pytest.raises(InputError, match=why):
            fetch(url)


def test_a_head_that_never_ends_is_not_waited_for(resolved: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "_LONGEST", 0.5)
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def drip() -> None:
            taken, _ = listening.accept()
            with taken, suppress(OSError):
                taken.sendall(b"HTTP/1.1 200 OK\r\n")
                while not over.wait(0.02):
                    taken.sendall(b"X: y\r\n")

        server = threading.Thread(target=drip)
        server.start()
        try:
            with pytest.raises(InputError, match=r"not fetched in full within 0\.5 s"):
                fetch(f"http://news.example:{listening.getsockname()[1]}/")
        finally:
            over.set()
            server.join()


def test_another_address_of_a_name_is_tried(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    url = server.put("/a", HTML)
    look_up = socket.getaddrinfo

    def two(host: str, port: int, *rest: object, **more: object) -> object:
        found = look_up(host, port, *rest, **more)  # type: ignore[arg-type]
        if host != "news.example":
            return found
        family, kind, protocol, name, (_, at) = found[0]  # type: ignore[misc]
        return [(family, kind, protocol, name, ("127.0.0.2", at)), *found]

    monkeypatch.setattr(socket, "getaddrinfo", two)
    with pytest.raises(InputError, match=r"is at 127\.0\.0\.2"):
        fetch(url)
    monkeypatch.setattr(web, "_is_public", lambda _: True)
    assert fetch(url).raw == HTML.encode()


def test_a_report_names_the_address(mtqa: Run, server: Server) -> None:
    url = server.put("/news", HTML)
    ran = mtqa("score", url, "--language", "en")
    assert (ran.code, ran.err) == (0, "")
    assert url in ran.out
    assert "zzferry" in ran.out
    assert mtqa("suggest", url).code == 0
    ran = mtqa("score", url, server.root + "/gone")
    assert ran.code == 2
    assert url in ran.out
    assert list(Path().iterdir()) == []


def test_a_page_is_repaired_in_memory(mtqa: Run, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[str] = []

    def serve(desks: Sequence[Desk], **_: object) -> None:
        origin = "http://127.0.0.1"
        client = TestClient(
            make_app(desks, token=TOKEN, hosts=["127.0.0.1"]), f"{origin}/{TOKEN}/", headers={"Origin": origin}
        )
        shown = client.get("d/0").text
        sentence = desks[0].flagged[0]
        text = desks[0].text(sentence).replace("zzferry", "ferry")
        done = client.post(f"d/0/s/{sentence}", json={"kind": "edit", "revision": 0, "text": text})
        assert done.status_code == 200, done.text
        found.extend((shown, client.get("d/0/export/file").text))

    monkeypatch.setattr("mtqa.review.serve", serve)
    url = server.put("/a/news.html", HTML)
    ran = mtqa("review", url, "--language", "en", "--no-browser")
    assert (ran.code, ran.out) == (0, "")
    assert ran.err.endswith("ended; every action is kept, except those on web pages\n")
    assert "Nothing is written to a file" in found[0]
    assert found[1].lstrip("\ufeff") == HTML.replace("zzferry", "ferry", 1)
    assert list(Path().iterdir()) == []
