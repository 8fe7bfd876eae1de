"""What the service counts, as Prometheus reads it (https://prometheus.io/docs/instrumenting/exposition_formats/)."""

from __future__ import annotations

import time
from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Measured", "Metrics"]

_SECONDS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
_GONE = "499"  # in the place of a status: the client went before there was one


class Metrics:
    """Counters of one service; texts and tokens are in none of them.

    Args:
        signature: of the checker.
        waiting: how many jobs wait.
    """

    media_type = CONTENT_TYPE_PLAIN_0_0_4

    def __init__(self, *, signature: str, waiting: Callable[[], int]) -> None:
        self._registry = here = CollectorRegistry()
        ProcessCollector(registry=here)
        Info("mtqa", "How the numbers are made.", registry=here).info({"signature": signature})
        Gauge("mtqa_waiting", "Documents and chunks of batches that wait.", registry=here).set_function(waiting)
        self._requests = Counter("mtqa_requests", "Requests that ended.", ("route", "status"), registry=here)
        self._seconds = Histogram(
            "mtqa_request_seconds",
            "From a request to the end of its answer.",
            ("route",),
            buckets=_SECONDS,
            registry=here,
        )
        self._documents = Counter("mtqa_documents", "Documents that were judged.", registry=here)
        self._batches = Counter("mtqa_forward_batches", "Batches that they were judged in.", registry=here)

    def judged(self, _: int, documents: int) -> None:
        """Count a batch of the checker."""
        self._documents.inc(documents)
        self._batches.inc()

    def answered(self, route: str, status: str, seconds: float) -> None:
        """Count a request."""
        self._requests.labels(route, status).inc()
        self._seconds.labels(route).observe(seconds)

    def text(self) -> bytes:
        """All of them."""
        return generate_latest(self._registry)


class Measured:
    """Counts the requests to an application; those to none of ``routes`` together."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics, routes: frozenset[str]) -> None:
        self._app = app
        self._metrics = metrics
        self._routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, and count it when it ends."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = _GONE
        began = time.monotonic()

        async def sent(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = str(message["status"])
            await send(message)

        try:
            await self._app(scope, receive, sent)
        finally:
            route = scope["path"] if scope["path"] in self._routes else "other"
            self._metrics.answered(route, status, time.monotonic() - began)
