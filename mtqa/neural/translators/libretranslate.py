"""A LibreTranslate server (https://docs.libretranslate.com), named by its address: the texts leave this machine for it.

By hand: httpx limits neither an answer's size nor the time until its last byte, and tries no status again.

A key, where the server wants one, is read from MTQA_LIBRETRANSLATE_KEY. It goes only over HTTPS or to this machine.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from http.client import HTTPException, HTTPMessage, HTTPResponse
from typing import IO, Any, cast
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from mtqa.core.errors import ConfigError, ModelError
from mtqa.core.protocols import Translation
from mtqa.core.retries import retry_after
from mtqa.neural.translators.texts import each, require, tag_of

__all__ = ["LibreTranslate", "load"]

_KEY = "MTQA_LIBRETRANSLATE_KEY"
_AT_ONCE, _CHARACTERS = 25, 4000  # texts and characters of one request; a longer text goes alone
_ANSWER = 1 << 20  # bytes
_ATTEMPTS = 4
_LONGEST_WAIT = 60.0  # seconds
_OWN_CODES = {"pb": "pt-BR", "zt": "zh-Hant"}
_LOCAL = ("localhost", "127.0.0.1", "::1")


def load(where: str, threads: int) -> LibreTranslate:
    """The server at the address ``where``; nothing is sent yet. Raises ConfigError for what is no address, or for a key
    that would go over the network in the clear."""
    try:
        url = urlsplit(where)
        known = url.scheme in ("http", "https") and url.hostname and url.port != 0
    except ValueError:
        known = False
    if not known or not where.isprintable() or " " in where:
        raise ConfigError("libretranslate needs the address of a server; name it: libretranslate:https://HOST")
    if url.username or url.password or url.query or url.fragment:
        raise ConfigError(
            f"the address of a LibreTranslate server takes only a host and a path; put the key into {_KEY}"
        )
    key = os.environ.get(_KEY, "")
    if key and url.scheme == "http" and url.hostname not in _LOCAL:
        raise ConfigError(f"{_KEY} would go to {url.hostname} unencrypted; use https")
    return LibreTranslate(where.rstrip("/"), key=key)


class LibreTranslate:
    """Implements `mtqa.core.protocols.Translator`; it gives no scores.

    Too many requests, faults of the server and lost connections are tried again up to three times, after the time that
    the server asks for or 1, 2 and 4 seconds. A redirect is refused: the texts go to the host that was named.

    Args:
        url: of the server.
        key: sent with every text; empty for none.
        timeout: seconds for one answer, from first to last byte.
        sleep: waits for seconds.
    """

    name = "libretranslate"

    def __init__(
        self, url: str, *, key: str = "", timeout: float = 60.0, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._url = url
        self._key = key
        self._timeout = timeout
        self._sleep = sleep
        self._opener = build_opener(_NoRedirect)
        self.signature = f"{self.name}@{urlsplit(url).netloc}"

    @cached_property
    def _codes(self) -> dict[tuple[str, str], tuple[str, str]]:
        """The server's codes for each pair."""
        found = {}
        try:
            for entry in self._ask("/languages", None):
                for target in entry["targets"]:
                    source_tag, target_tag = _tag(entry["code"]), _tag(target)
                    if source_tag and target_tag and source_tag != target_tag:
                        found[source_tag, target_tag] = str(entry["code"]), str(target)
        except (KeyError, TypeError):
            raise self._nonsense("a list of languages") from None
        return found

    def pairs(self) -> frozenset[tuple[str, str]]:
        """What the server says that it translates. Raises ModelError where it does not answer."""
        return frozenset(self._codes)

    def translate(self, texts: Sequence[str], *, source: str, target: str) -> list[Translation]:
        """Translations of each text, in order."""
        require(self.name, self.pairs(), source, target)
        return each(texts, lambda lines: self._translate(lines, *self._codes[source, target]))

    def _translate(self, lines: list[str], source: str, target: str) -> Iterator[Translation]:
        for some in _portions(lines):
            query = {"q": some, "source": source, "target": target, "format": "text"}
            answer = self._ask("/translate", query | ({"api_key": self._key} if self._key else {}))
            texts = answer.get("translatedText") if isinstance(answer, dict) else None
            if not isinstance(texts, list) or len(texts) != len(some) or not all(isinstance(t, str) for t in texts):
                raise self._nonsense(f"{len(some)} translated texts")
            yield from (Translation(" ".join(text.split())) for text in texts)

    def _ask(self, path: str, query: dict[str, Any] | None) -> Any:
        body = None if query is None else json.dumps(query).encode()
        request = Request(  # noqa: S310 - http and https only
            self._url + path, data=body, headers={"Content-Type": "application/json", "User-Agent": "mtqa"}
        )
        for attempt in range(_ATTEMPTS):
            wait = 2.0**attempt
            try:
                return json.loads(self._read(request))
            except HTTPError as error:
                reason = f"{error.code} {error.reason}{_said(error)}"
                if error.code != 429 and error.code < 500:
                    raise ModelError(f"{self._url} refused ({reason}); check the address and {_KEY}") from None
                wait = retry_after(error.headers.get("Retry-After", "")) or wait
            except (URLError, HTTPException, OSError) as error:
                reason = str(getattr(error, "reason", error)) or type(error).__name__
            except (ValueError, RecursionError):
                raise self._nonsense("JSON") from None
            if attempt + 1 == _ATTEMPTS or wait > _LONGEST_WAIT:
                break
            self._sleep(wait)
        raise ModelError(
            f"{self._url} does not translate ({' '.join(reason.split())}); try later or use another engine"
        )

    def _read(self, request: Request) -> bytes:
        until = time.monotonic() + self._timeout
        found = b""
        with cast(HTTPResponse, self._opener.open(request, timeout=self._timeout)) as response:
            while chunk := response.read1(1 << 16):
                found += chunk
                if len(found) > _ANSWER:
                    raise ModelError(f"{self._url} answered with more than {_ANSWER:,} bytes; use another server")
                if time.monotonic() > until:
                    raise TimeoutError(f"no answer in {self._timeout:g} seconds")
            if response.length:
                raise ConnectionError("the answer was cut off")
        return found

    def _nonsense(self, wanted: str) -> ModelError:
        return ModelError(f"{self._url} did not answer with {wanted}; check that it is a LibreTranslate server")


class _NoRedirect(HTTPRedirectHandler):
    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> Request | None:
        raise ModelError(f"{req.host} sends its texts on to {newurl}; name that address if you trust it")


def _tag(code: Any) -> str | None:
    return _OWN_CODES.get(str(code)) or tag_of(str(code))


def _portions(lines: list[str]) -> Iterator[list[str]]:
    some: list[str] = []
    for line in lines:
        if some and (len(some) == _AT_ONCE or sum(map(len, some)) + len(line) > _CHARACTERS):
            yield some
            some = []
        some.append(line)
    yield some


def _said(error: HTTPError) -> str:
    """What the server says of its refusal, if that is what LibreTranslate says."""
    try:
        return f": {str(json.loads(error.read(4096))['error'])[:200]}"
    except (ValueError, KeyError, TypeError, OSError, HTTPException, RecursionError):
        return ""
