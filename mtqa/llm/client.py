"""One request to an OpenAI-compatible chat API, and what can go wrong with it.

httpx2 waits for many answers at once and lets go of one at any byte. It limits neither an answer's size nor the time to
its last byte, which is done here. What the server says of a failure is never repeated: it may hold the key or the text.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import TracebackType
from typing import Any, Self

import httpx2

from mtqa.core.llm import LlmSettings
from mtqa.core.retries import retry_after

__all__ = ["Client", "Reply", "Trouble"]

_MOST = 1 << 20  # bytes of an answer
_CONNECTING = 10.0  # seconds
_TRACED = ("httpx2", "httpcore2")  # whose logs repeat what a server says


class Trouble(Exception):  # noqa: N818 - it may pass, or say what to change
    """There is no answer.

    Attributes:
        reason: why, in a clause that quotes nothing.
        remedy: what to do, where whoever set it up can: another try would fail likewise, and so would other texts.
        again: seconds after which another try makes sense, 0 for at once; None for never.
        busy: whether the server itself said when.
    """

    def __init__(self, reason: str, *, remedy: str = "", again: float | None = None, busy: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.remedy, self.again, self.busy = reason, remedy, again, busy


class Unsupported(Trouble):
    """The server does not take a request of this form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a server said.

    Attributes:
        whole: whether it said all that it wanted to.
        model: that answered, by its own account.
        read, written: tokens; None where it does not say.
    """

    text: str
    whole: bool
    model: str
    read: int | None
    written: int | None


class Client:
    """Sends requests while it is open. Nothing that they do is retried here.

    Args:
        key: sent with every request; empty for none.
    """

    def __init__(self, settings: LlmSettings, key: str) -> None:
        for name in _TRACED:
            logging.getLogger(name).setLevel(logging.WARNING)
        self._url = f"{settings.address}/chat/completions"
        self._host = settings.host
        headers = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "mtqa"}
        self._http = httpx2.AsyncClient(
            headers=headers | ({"Authorization": f"Bearer {key}"} if key else {}),
            timeout=httpx2.Timeout(settings.timeout, connect=min(_CONNECTING, settings.timeout)),
            trust_env=not settings.local,  # a proxy has no business between two programs of one machine
            follow_redirects=False,
        )

    async def __aenter__(self) -> Self:
        await self._http.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._http.__aexit__(kind, error, trace)

    async def send(self, payload: Mapping[str, Any], seconds: float) -> Reply:
        """The server's reply, whose last byte must come within ``seconds``. Raises Trouble."""
        body = json.dumps(payload).encode()
        try:
            async with asyncio.timeout(seconds):
                raw = await self._post(body)
        except TimeoutError:
            raise Trouble(f"{self._host} gave no complete answer within {seconds:.0f} s") from None
        except httpx2.ConnectError:
            raise Trouble(f"{self._host} does not answer", remedy="start the server, or check the address") from None
        except httpx2.TimeoutException:
            raise Trouble(f"{self._host} gave no complete answer in time") from None
        except httpx2.HTTPError:
            raise Trouble(f"the connection to {self._host} was lost", again=1.0) from None
        except httpx2.InvalidURL:
            raise Trouble("the address is not valid", remedy="check it") from None
        return self._reply(raw)

    async def _post(self, body: bytes) -> bytes:
        headers = {"Content-Type": "application/json"}
        async with self._http.stream("POST", self._url, content=body, headers=headers) as response:
            self._check(response)
            found = bytearray()
            async for chunk in response.aiter_raw():
                found += chunk
                if len(found) > _MOST:
                    raise Trouble(f"{self._host} answered with more than {_MOST:,} bytes")
        return bytes(found)

    def _check(self, response: httpx2.Response) -> None:
        """Raises Trouble unless what follows is an answer."""
        code = response.status_code
        if code == 200:
            if response.headers.get("Content-Encoding", "identity") != "identity":
                raise Trouble(f"{self._host} compressed its answer, although it was asked not to")
            return
        said = f"{self._host} answered {code}" + (f" {HTTPStatus(code).phrase}" if code in set(HTTPStatus) else "")
        if 300 <= code < 400:
            raise Trouble(
                f"{self._host} redirects to another address",
                remedy="name that address if you trust it; nothing was sent there",
            )
        if code in (401, 403):
            raise Trouble(said, remedy="check the key")
        if code in (404, 405):
            raise Trouble(said, remedy="check the address, which usually ends in /v1, and the model's name")
        if code in (408, 409, 425, 429) or code >= 500:
            asked = retry_after(response.headers.get("Retry-After", ""))
            raise Trouble(said, again=0.0 if asked is None else asked, busy=asked is not None)
        raise Unsupported(said)

    def _reply(self, raw: bytes) -> Reply:
        try:
            said = json.loads(raw)
            choice = said["choices"][0]
            text = _text(choice["message"]["content"])
            usage = said.get("usage")
            counts = usage if isinstance(usage, dict) else {}
            return Reply(
                text=text,
                whole=choice.get("finish_reason") != "length",
                model=str(said.get("model") or ""),
                read=_count(counts.get("prompt_tokens")),
                written=_count(counts.get("completion_tokens")),
            )
        except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError):
            raise Trouble(f"{self._host} did not answer as a chat API does", again=0.0) from None


def _text(content: Any) -> str:
    """A message's text, which may come in parts; none where a model only thought."""
    if isinstance(content, list):
        return "".join(part["text"] for part in content if part.get("type") == "text")
    if content is None or isinstance(content, str):
        return content or ""
    raise TypeError


def _count(said: Any) -> int | None:
    return said if type(said) is int and 0 <= said < 10**9 else None
