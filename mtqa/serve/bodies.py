"""The bodies of requests, no more of them than is allowed and in no more time."""

from __future__ import annotations

import asyncio
import codecs
import tempfile
from collections.abc import Awaitable
from http import HTTPStatus
from typing import IO, TypeVar

from starlette.requests import ClientDisconnect, Request

from mtqa.serve.refusals import Refused

__all__ = ["Gone", "check_text", "received", "spooled", "while_connected"]

_IN_MEMORY = 1024 * 1024  # bytes of a body; more of it goes to a temporary file, and may take longer

T = TypeVar("T")


class Gone(Exception):  # noqa: N818 - an end, not a fault
    """The client has gone."""


async def received(request: Request, kind: str, *, most: int, patience: float) -> bytes:
    """The body.

    Args:
        request: not read yet.
        kind: media type that it must have.
        most: bytes.
        patience: seconds.

    Raises:
        Refused: it is of another type, too long or too slow.
        Gone: it broke off.
    """
    with tempfile.SpooledTemporaryFile(max_size=most + 1) as body:
        await _copy(request, kind, body, most, patience)
        return body.read()


async def spooled(request: Request, kind: str, *, most: int, patience: float) -> IO[bytes]:
    """The body as a file, to be closed, which is on disk where it is large. Arguments and errors as of ``received``,
    but that ``patience`` is for every MB of it."""
    body: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115
    try:
        await _copy(request, kind, body, most, patience)
    except BaseException:
        body.close()
        raise
    return body


async def _copy(request: Request, kind: str, body: IO[bytes], most: int, patience: float) -> None:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != kind:
        raise Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"the body must be {kind}; say so in Content-Type", close=True)
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "the body is compressed; send it uncompressed", close=True)
    length = request.headers.get("content-length", "0")
    too_large = Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"over the limit of {most} bytes; split it", close=True)
    if not length.isdecimal() or int(length[:20]) > most:
        raise too_large
    size, done = 0, 0  # done: bytes up to which it came in time
    clock = asyncio.get_running_loop().time
    try:
        async with asyncio.timeout(patience) as timer:
            async for part in request.stream():
                size += len(part)
                if size > most:
                    raise too_large
                body.write(part)
                if size - done >= _IN_MEMORY:
                    done = size
                    timer.reschedule(clock() + patience)
    except ClientDisconnect:
        raise Gone from None
    except TimeoutError:
        raise Refused(HTTPStatus.REQUEST_TIMEOUT, "the body came too slowly; send it again", close=True) from None
    body.seek(0)


def check_text(body: IO[bytes]) -> None:
    """Raises Refused unless a body, which is read from its beginning and set back to it, is text in UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    line, more = 1, True
    while more:
        piece = body.read(_IN_MEMORY)
        more = bool(piece)
        try:
            text = decoder.decode(piece, final=not more)
            wrong = text.find("\0")
            before = text[: max(0, wrong)].count("\n")
        except UnicodeDecodeError as error:
            text, wrong, before = "", 0, error.object[: error.start].count(b"\n")
        if wrong >= 0:
            detail = f"line {line + before} is not UTF-8 text; send the rows in that encoding, and not packed"
            raise Refused(HTTPStatus.BAD_REQUEST, detail)
        line += text.count("\n")
    body.seek(0)


async def while_connected(request: Request, work: Awaitable[T]) -> T:
    """What ``work`` gives; it is cancelled once the client goes. Raises Gone where it went. The body must have been
    read."""
    working, leaving = asyncio.ensure_future(work), asyncio.ensure_future(request.receive())
    try:
        await asyncio.wait((working, leaving), return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            return working.result()
        raise Gone
    finally:
        working.cancel()
        leaving.cancel()
