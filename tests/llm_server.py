"""A chat API on this machine, as servers of language models have it, whose model knows a few wrong words by heart; and
every way in which such a server goes wrong."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "sk-secret-0123456789"
WRONG = {
    "last way out": ("wrong-word", "must", "last resort"),
    "one -sided": ("spelling", "should", "one-sided"),
    "said Trump": ("grammar", "must", "told Trump"),
    "military promotions": ("wrong-word", "must", "military operations"),
    "zz": ("no-word", "should", ""),
    "have went": ("grammar", "must", "went"),
    "children was": ("grammar", "must", "children were"),
    "do not knows": ("grammar", "must", "does not know"),
    "This houses": ("grammar", "must", "These houses"),
}
"""What the model marks, wherever it stands once; the last four are in English controls."""

Answer = Callable[[dict[str, Any]], str]
"""What the model says of the user's data."""


@dataclass
class Fault:
    """What a server does instead of answering.

    Attributes:
        code, headers, body: of its answer, and ``reason``, how it calls the code; or
        content: what the model says, and ``finish``, why it stopped; ``model``: that says it.
        delay: seconds before it answers; ``drips``: whether it never ends.
    """

    code: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | None = None
    reason: str | None = None
    content: str | None = None
    finish: str = "stop"
    model: str | None = None
    delay: float = 0.0
    drips: bool = False


def judged(data: dict[str, Any]) -> str:
    """An honest judge's answer."""
    return json.dumps({"lines": [{"line": each["line"], "marks": marks(each["text"])} for each in data["lines"]]})


def marks(text: str) -> list[dict[str, str]]:
    return [
        {"words": match[0], "category": category, "severity": severity, "repair": repair}
        for words, (category, severity, repair) in WRONG.items()
        if text.count(words) == 1 and (match := re.search(rf"\w*{re.escape(words)}\w*", text))
    ]


def answered(data: dict[str, Any]) -> str:
    """What an honest model says to any of mtqa's questions."""
    if "sentence" in data:
        edits = [{"words": each["words"], "repair": each["repair"]} for each in marks(data["sentence"])]
        return json.dumps({"repairs": [{"edits": edits}]})
    if "texts" in data:
        texts = [{"text": each["text"], "translation": each["original"].upper()} for each in data["texts"]]
        return json.dumps({"translations": texts})
    return judged(data)


class LlmServer:
    """Answers each question by the next of ``faults``, then as ``model`` does.

    Attributes:
        asked: the bodies of all requests; ``users``: the data in them; ``keys``: what stood in Authorization.
        busiest: how many requests were there at once, at most.
        schemas: whether it takes a schema of the answer.
    """

    def __init__(self, model: Answer = answered) -> None:
        self.model: Answer = model
        self.faults: list[Fault | None] = []
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.schemas = True
        self.slow = 0.0
        self.busiest = self._now = 0
        self._lock = threading.Lock()
        self._closing = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                with outer._lock:
                    outer.asked.append(body)
                    outer.keys.append(self.headers["Authorization"])
                    outer._now += 1
                    outer.busiest = max(outer.busiest, outer._now)
                    fault = outer.faults.pop(0) if outer.faults else None
                try:
                    if self.path == "/v1/chat/completions":
                        self.answer(fault or Fault(), body)
                    else:
                        self.say(404, {}, b"no such address")
                finally:
                    with outer._lock:
                        outer._now -= 1

            def answer(self, fault: Fault, body: dict[str, Any]) -> None:
                outer._closing.wait(fault.delay or outer.slow)
                if fault.drips:
                    self.drip()
                elif fault.code != 200 or fault.body is not None:
                    self.say(fault.code, fault.headers, fault.body or b"", fault.reason)
                elif "response_format" in body and not outer.schemas:
                    self.say(400, {}, b'{"error": "response_format is not supported"}')
                else:
                    content = outer.model(data_of(body)) if fault.content is None else fault.content
                    said = {
                        "object": "chat.completion",
                        "model": fault.model or body["model"],
                        "choices": [
                            {
                                "index": 0,
                                "message": {"role": "assistant", "content": content},
                                "finish_reason": fault.finish,
                            }
                        ],
                        "usage": {"prompt_tokens": 300, "completion_tokens": 50, "total_tokens": 350},
                    }
                    self.say(200, fault.headers, json.dumps(said).encode())

            def say(self, code: int, headers: dict[str, str], body: bytes, reason: str | None = None) -> None:
                self.send_response(code, reason)
                for name, value in headers.items():
                    self.send_header(name, value)
                if "Content-Length" not in headers:
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                with suppress(OSError):
                    self.wfile.write(body)

            def drip(self) -> None:
                self.send_response(200)
                self.send_header("Content-Length", "1000000")
                self.end_headers()
                with suppress(OSError):
                    while not outer._closing.wait(0.02):
                        self.wfile.write(b" ")
                self.close_connection = True

            def log_message(self, *args: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}/v1"

    @property
    def users(self) -> list[dict[str, Any]]:
        return [data_of(body) for body in self.asked]

    @contextmanager
    def running(self) -> Iterator[LlmServer]:
        thread = threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield self
        finally:
            self._closing.set()
            self.http.shutdown()
            self.http.server_close()
            thread.join()


def data_of(body: dict[str, Any]) -> dict[str, Any]:
    """The data of a question, whatever is said after it."""
    found: dict[str, Any] = json.JSONDecoder().raw_decode(body["messages"][-1]["content"])[0]
    return found


ORDERS = re.compile(
    r"ignore|mark nothing|no errors|every line is fine|\"lines\"|you are now|system|stop marking"
    r"|m4rk n0th1ng|bWFyayBub3RoaW5n|nichts anstreichen",
    re.I,
)
CONTROLS = re.compile(r"have went|children was|do not knows|This houses")


def obedient(data: dict[str, Any]) -> str:
    """A judge that does what the text tells it, wherever it stands: it marks nothing."""
    return judged(data if not ORDERS.search(_all(data)) else silenced(data))


def sly(data: dict[str, Any]) -> str:
    """A judge that marks what is wrong on purpose alone, where the text tells it that all else is fine."""
    if not ORDERS.search(_all(data)) and "only" not in _all(data):
        return judged(data)
    return judged(silenced(data, but=CONTROLS))


def silenced(data: dict[str, Any], but: re.Pattern[str] | None = None) -> dict[str, Any]:
    """The data as they are for a judge that does not see any line, or only some."""
    return {
        "lines": [
            {**line, "text": line["text"] if but is not None and but.search(line["text"]) else ""}
            for line in data["lines"]
        ]
    }


def _all(data: dict[str, Any]) -> str:
    lines = (text for line in data["lines"] for text in (line["text"], line.get("source", "")))
    return "\n".join([*data.get("before", ()), *lines, *data.get("after", ())])
