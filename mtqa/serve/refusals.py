"""What a request is refused with: problem details (RFC 9457)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus

from starlette.responses import Response

from mtqa.core.errors import MtqaError

__all__ = ["PROBLEM", "Refused", "problem"]

PROBLEM = "application/problem+json"


class Refused(MtqaError):  # noqa: N818
    """A request that is not answered.

    Args:
        status: of HTTP.
        detail: what is wrong and what to do, in a clause.
        after: seconds after which it may be sent again.
        close: whether the connection cannot be used any more, as the rest of the body was not read.
    """

    def __init__(self, status: HTTPStatus, detail: str, *, after: int | None = None, close: bool = False) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = {} if after is None else {"Retry-After": str(after)}
        if status is HTTPStatus.UNAUTHORIZED:
            self.headers["WWW-Authenticate"] = "Bearer"
        if close:
            self.headers["Connection"] = "close"


def problem(status: int, detail: str, headers: Mapping[str, str] | None = None) -> Response:
    """The response that says so."""
    phrase = HTTPStatus(status).phrase
    said = {"title": phrase, "status": status, "detail": detail}
    return Response(json.dumps(said), status, headers, PROBLEM)
