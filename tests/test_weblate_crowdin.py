"""The script that comments on translations, beside services that stand for Weblate and Crowdin."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from doc_pages import ROOT, blocks
from test_serve import Service

GOOD = "The ferry was late, and nobody minded."
BAD = "We waited for a hour."


class Stub(ThreadingHTTPServer):
    """Gives what stands under an address, in pages, and keeps what is posted."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.pages: dict[str, Any] = {}
        self.posted: list[tuple[str, str | None, Any]] = []


class _Handler(BaseHTTPRequestHandler):
    server: Stub

    def do_GET(self) -> None:
        self._answer(200, self.server.pages[self.path])

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.posted.append((self.path, self.headers["Authorization"], body))
        self._answer(201, {})

    def _answer(self, status: int, body: Any) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def stub() -> Iterator[Stub]:
    with Stub() as stub:
        threading.Thread(target=stub.serve_forever, args=[0.01], daemon=True).start()
        yield stub
        stub.shutdown()


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    with Service() as service:
        yield service


def run(folder: Path, service: Service, *arguments: str, **environment: str) -> str:
    page = ROOT / "docs" / "weblate-crowdin.md"
    (script,) = [each for each in blocks(page) if each.file]
    (folder / "comments.py").write_text(script.text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "comments.py", *arguments],
        cwd=folder,
        env={**os.environ, **environment, "MTQA": service.url, "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_weblate(tmp_path: Path, service: Service, stub: Stub) -> None:
    first = "/api/translations/news/site/en/units/?q=state%3A%3E%3Dtranslated"
    units = [
        {"id": 11, "source": ["Die Fähre war zu spät."], "target": [GOOD]},
        {"id": 12, "source": ["%d Tag", "%d Tage"], "target": ["%d day", "%d days"]},
    ]
    stub.pages[first] = {"next": f"{stub.url}/2", "results": units}
    stub.pages["/2"] = {"next": None, "results": [{"id": 13, "source": ["Wir warteten."], "target": [BAD]}]}
    place = {"WEBLATE_URL": f"{stub.url}/", "WEBLATE_TOKEN": "wlu_x", "WEBLATE_TRANSLATION": "news/site/en"}
    assert run(tmp_path, service, "weblate", "--dry-run", **place).startswith("13: mtqa: “a hour”: ")
    assert stub.posted == []
    run(tmp_path, service, "weblate", **place)
    ((path, token, body),) = stub.posted
    assert (path, token, body["scope"]) == ("/api/units/13/comments/", "Token wlu_x", "translation")
    assert "(article-mismatch, minor)" in body["comment"]


def test_crowdin(tmp_path: Path, service: Service, stub: Stub) -> None:
    root = "/api/v2/projects/7"
    sources = [{"id": 1, "text": "Die Fähre"}, {"id": 2, "text": {"one": "Tag"}}, {"id": 3, "text": "Wir warteten."}]
    targets = [{"stringId": 1, "text": GOOD}, {"stringId": 2, "plurals": []}, {"stringId": 3, "text": BAD}]
    for what, found in (("strings", sources), ("languages/en/translations", targets)):
        stub.pages[f"{root}/{what}?limit=500&offset=0"] = {"data": [{"data": each} for each in found]}
        stub.pages[f"{root}/{what}?limit=500&offset=500"] = {"data": []}
    place = {"CROWDIN_URL": stub.url, "CROWDIN_TOKEN": "t", "CROWDIN_PROJECT": "7", "CROWDIN_LANGUAGE": "en"}
    run(tmp_path, service, "crowdin", **place)
    ((path, token, body),) = stub.posted
    assert (path, token) == (f"{root}/comments", "Bearer t")
    assert (body["stringId"], body["targetLanguageId"], body["issueType"]) == (3, "en", "translation_mistake")
