"""The addresses of the service."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from http import HTTPStatus
from typing import IO, TYPE_CHECKING, Annotated, Any

from fastapi import Depends, FastAPI, Request
from fastapi.openapi.utils import get_openapi
from fastapi.responses import Response, StreamingResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Receive, Scope, Send

import mtqa
from mtqa.core.errors import InputError, MtqaError, UnknownName
from mtqa.core.tables import json_decoder
from mtqa.serve.answers import article_job, rows
from mtqa.serve.bodies import Gone, check_text, received, spooled, while_connected
from mtqa.serve.judging import Busy, Faulty, Judging, TooSlow
from mtqa.serve.limits import Limits
from mtqa.serve.metrics import Measured, Metrics
from mtqa.serve.refusals import PROBLEM, Refused, problem
from mtqa.serve.schema import Health, Problem, ScoreRequest, report_schemas
from mtqa.serve.tokens import Tokens

if TYPE_CHECKING:
    from mtqa.checker import Checker

__all__ = ["make_app"]

_JSON, _LINES = "application/json", "application/x-ndjson"
_AGAIN = 5  # seconds after which a refused batch may be sent again
_CLIENT_CLOSED = 499  # nobody reads it
_PORT = re.compile(r"\.?(:\d*)?\Z")

_BEARER = HTTPBearer(auto_error=False, description="Where the service was started with --token-file.")
_Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]


def make_app(
    checker: Checker,
    *,
    limits: Limits,
    tokens: Tokens,
    hosts: Iterable[str] = (),
    ready: Callable[[], None] = lambda: None,
) -> ASGIApp:
    """The application.

    Args:
        checker: judges everything.
        limits: of requests.
        tokens: one of which a request must bear, but for ``/healthz`` and ``/openapi.json``.
        hosts: names that it may be called by, so that no web page can have a name of its own lead here (DNS
            rebinding); any where there are none.
        ready: called when it starts.
    """
    service = _Service(checker, limits, tokens, frozenset(hosts))

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        service.running = asyncio.create_task(service.judging.run())
        ready()
        yield
        service.running.cancel()
        with suppress(asyncio.CancelledError):
            await service.running

    app = FastAPI(
        title="mtqa",
        summary="Machine-translation quality checker",
        version=mtqa.__version__,
        lifespan=lifespan,
        docs_url=None,  # these pages would load scripts from elsewhere
        redoc_url=None,
        dependencies=[Depends(service.named)],
        redirect_slashes=False,
        separate_input_output_schemas=False,
    )
    admitted = [Depends(service.admitted)]
    reports, components = report_schemas()
    app.post(
        "/v1/score",
        summary="Judge one article",
        description="The answer is the report of `mtqa score --format json`.",
        dependencies=admitted,
        response_class=Response,
        responses={200: {"content": {_JSON: {"schema": reports}}}, **_refusals(400, 401, 408, 413, 415, 422, 429, 503)},
        openapi_extra=_body(_JSON, {"$ref": "#/components/schemas/Article"}),
    )(service.score)
    app.post(
        "/v1/batch",
        summary="Judge JSON Lines",
        description="One row in, one row out, in order, as of `mtqa batch`: the rows of the body are "
        '`{"id", "text", "language"?, "source"?}`. They come as they are judged, once the body has arrived. A row that '
        "cannot be judged has an `error`.",
        dependencies=admitted,
        response_class=Response,
        responses={
            200: {"content": {_LINES: {"schema": {"type": "string"}}}},
            **_refusals(400, 401, 408, 413, 415, 429),
        },
        openapi_extra=_body(_LINES, {"type": "string"}),
    )(service.batch)
    app.get("/healthz", summary="Whether it answers", responses=_refusals(503))(service.healthz)
    app.get(
        "/metrics",
        summary="Counters for Prometheus",
        dependencies=admitted,
        response_class=Response,
        responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}, **_refusals(401)},
    )(service.metrics_text)
    app.exception_handler(Refused)(_refused)
    app.exception_handler(HTTPException)(_refused_by_routes)
    app.exception_handler(Gone)(_gone)
    app.exception_handler(Exception)(_failed)

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            made = get_openapi(title=app.title, version=app.version, summary=app.summary, routes=app.routes)
            article = ScoreRequest.model_json_schema(ref_template="#/components/schemas/{model}")
            parts = article.pop("$defs") | {"Article": article, "Problem": Problem.model_json_schema()} | components
            made["components"].setdefault("schemas", {}).update(parts)
            app.openapi_schema = made
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]
    routes = frozenset(("/v1/score", "/v1/batch", "/healthz", "/metrics", "/openapi.json"))
    return Measured(app, metrics=service.metrics, routes=routes)


class _Service:
    def __init__(self, checker: Checker, limits: Limits, tokens: Tokens, hosts: frozenset[str]) -> None:
        self._signature = checker.signature
        self._limits = limits
        self._tokens = tokens
        self._hosts = hosts
        self._batches = 0
        self.metrics = Metrics(signature=str(checker.signature), waiting=lambda: self.judging.waiting)
        self.judging = Judging(checker, waiting=limits.waiting, seconds=limits.seconds, judged=self.metrics.judged)
        self.running: asyncio.Task[None] | None = None

    async def named(self, request: Request) -> None:
        headers = request.headers
        if self._hosts and _PORT.sub("", headers.get("host", ""), 1).lower() not in self._hosts:
            raise Refused(HTTPStatus.MISDIRECTED_REQUEST, "unknown host; use the address that mtqa serve printed")
        if "transfer-encoding" in headers and "content-length" in headers:  # RFC 9112, section 6.1: may be smuggled
            raise Refused(HTTPStatus.BAD_REQUEST, "Content-Length beside Transfer-Encoding; send one", close=True)

    async def admitted(self, bearer: _Credentials) -> None:
        if not self._tokens.admit(bearer.credentials if bearer else None):
            raise Refused(
                HTTPStatus.UNAUTHORIZED,
                "no such token; send Authorization: Bearer and one of the service's",
                close=True,
            )

    async def score(self, request: Request) -> Response:
        body = await received(request, _JSON, most=self._limits.document, patience=self._limits.patience)
        asked = _asked(body)
        try:
            answer = await while_connected(request, self.judging.judge(article_job(asked, self._signature)))
        except Busy as error:
            raise Refused(
                HTTPStatus.TOO_MANY_REQUESTS, f"busy; try again in {error.seconds} s", after=error.seconds
            ) from None
        except TooSlow:
            detail = f"not judged in {self._limits.seconds:g} s; try again, or send less"
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, detail, after=_AGAIN) from None
        except Faulty as error:
            raise Refused(HTTPStatus.INTERNAL_SERVER_ERROR, str(error)) from None
        except MtqaError as error:
            raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from None
        return Response(answer, media_type=_JSON)

    async def batch(self, request: Request) -> Response:
        if self._batches >= self._limits.batches:
            detail = f"{self._batches} batches are being answered; try again in {_AGAIN} s"
            raise Refused(HTTPStatus.TOO_MANY_REQUESTS, detail, after=_AGAIN, close=True)
        self._batches += 1
        try:
            body = await spooled(request, _LINES, most=self._limits.batch, patience=self._limits.patience)
            try:
                await asyncio.to_thread(check_text, body)
            except BaseException:
                body.close()
                raise
        except BaseException:
            self._batches -= 1
            raise
        found = rows(body, self.judging, self._signature, most=self._limits.document)
        return _Stream(found, lambda: self._end(body))

    def _end(self, body: IO[bytes]) -> None:
        body.close()
        self._batches -= 1

    async def healthz(self) -> Health:
        """That articles are judged."""
        if self.running is None or self.running.done():
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE, "judging has stopped; restart the service")
        return Health(status="ok", signature=str(self._signature))

    async def metrics_text(self) -> Response:
        return Response(self.metrics.text(), media_type=self.metrics.media_type)


class _Stream(StreamingResponse):
    """Rows; ``end`` is called when they have been sent or the client has gone."""

    def __init__(self, found: AsyncGenerator[bytes], end: Callable[[], None]) -> None:
        super().__init__(found, media_type=_LINES)
        self._found = found
        self._end = end

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            try:
                await self._found.aclose()
            finally:
                self._end()


_FAULTS = {
    "extra_forbidden": "unknown key; remove it",
    "missing": "missing; add it",
    "model_type": "must be an object",
    "string_too_long": "too long; shorten it",
    "string_too_short": "empty; put text in it",
    "string_type": "must be a string",
}
"""What is wrong with a request, by pydantic's name for it."""


def _asked(body: bytes) -> ScoreRequest:
    try:
        asked = ScoreRequest.model_validate_json(body)
        json_decoder().decode(body.decode())
        return asked
    except InputError as error:
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, f"the body: {error.problem}; see /openapi.json") from None
    except UnknownName as error:
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, f"{error}; see /openapi.json") from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        if first["type"] == "json_invalid":
            detail = f'the body is not JSON ({first["msg"].removeprefix("Invalid JSON: ")}); send {{"text": "…"}}'
            raise Refused(HTTPStatus.BAD_REQUEST, detail) from None
        where = ".".join(map(str, first["loc"])) or "the body"
        said = _FAULTS.get(first["type"], first["msg"].removeprefix("Value error, "))  # put before a message of ours
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, f"{where}: {said}; see /openapi.json") from None


def _body(kind: str, schema: dict[str, str]) -> dict[str, Any]:
    return {"requestBody": {"required": True, "content": {kind: {"schema": schema}}}}


def _refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What a route may refuse with, beside what every route may."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        status: {"description": HTTPStatus(status).phrase, "content": {PROBLEM: {"schema": schema}}}
        for status in sorted((*statuses, HTTPStatus.MISDIRECTED_REQUEST, HTTPStatus.INTERNAL_SERVER_ERROR))
    }


async def _refused(_: Request, error: Refused) -> Response:
    return problem(error.status, error.detail, error.headers)


async def _refused_by_routes(_: Request, error: HTTPException) -> Response:
    return problem(error.status_code, f"{error.detail}; see /openapi.json", error.headers)


async def _gone(_: Request, __: Gone) -> Response:
    return Response(status_code=_CLIENT_CLOSED)


async def _failed(_: Request, __: Exception) -> Response:
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal error; the service's log says which")
