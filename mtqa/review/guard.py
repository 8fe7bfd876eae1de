"""Who may ask: this machine's browser, from the page itself, with the token."""

from __future__ import annotations

import hmac
from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["MOST_BYTES", "Guard"]

MOST_BYTES = 64 * 1024
"""Of a request's body."""

_LONGEST_PATH = 500

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Guard:
    """Refuses, before anything else sees it, a request without the token in its path, for another host (DNS rebinding),
    from another origin (cross-site request forgery), or with a large body; and sets the headers of every answer.

    The token stands in the path and in no cookie: cookies of 127.0.0.1 go to every port of it.
    """

    def __init__(self, app: ASGIApp, *, token: str, hosts: Iterable[str]) -> None:
        self._app = app
        self._token = token.encode()
        self._hosts = frozenset(hosts)
        self._origins = frozenset(f"http://{host}" for host in self._hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass it on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        refusal = self._refusal(scope)
        app = self._app if refusal is None else refusal
        await app(scope, receive, guarded)

    def _refusal(self, scope: Scope) -> ASGIApp | None:
        if len(scope["path"]) > _LONGEST_PATH:
            return PlainTextResponse("no such address", 404)
        headers = Headers(scope=scope)
        if headers.get("host") not in self._hosts:
            return PlainTextResponse("unknown host", 421)
        given = scope["path"].removeprefix("/").partition("/")[0].encode("utf-8", "replace")
        if not hmac.compare_digest(given, self._token):
            return PlainTextResponse("not found; use the address that mtqa review printed", 404)
        origin = headers.get("origin")
        if origin is not None and origin not in self._origins:
            return PlainTextResponse("the request came from another page", 403)
        if scope["method"] in ("GET", "HEAD"):
            return None
        if origin is None or headers.get("content-type", "").partition(";")[0].strip() != "application/json":
            return PlainTextResponse("the request came from another page", 403)
        length = headers.get("content-length", "")
        if not length.isascii() or not length.isdigit() or "transfer-encoding" in headers:
            return PlainTextResponse("the request must state its length", 411)
        small = len(length.lstrip("0")) <= len(str(MOST_BYTES)) and int(length[-len(str(MOST_BYTES)) :]) <= MOST_BYTES
        return None if small else PlainTextResponse("too large", 413)
