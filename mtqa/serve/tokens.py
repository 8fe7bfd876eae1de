"""Who may ask: bearers of a token (RFC 6750)."""

from __future__ import annotations

import hashlib
import hmac
import re
from pathlib import Path

from mtqa.core.errors import ConfigError
from mtqa.core.files import MEGABYTE, read_text

__all__ = ["Tokens"]

_SHORTEST = 16
_TOKEN = re.compile(r"[A-Za-z0-9._~+/-]+=*")  # RFC 6750, section 2.1


class Tokens:
    """The tokens that are good; without any, everybody may ask.

    Only digests are kept, and a token is compared with all of them in constant time.
    """

    def __init__(self, *tokens: str) -> None:
        self._digests = tuple(_digest(token) for token in tokens)

    @classmethod
    def load(cls, file: Path) -> Tokens:
        """Those in a file, one a line; blank lines and lines that begin with ``#`` are left out.

        Raises:
            ConfigError: the file cannot be read, holds none, or one that is no token or shorter than 16 characters.
        """
        try:
            lines = [line.strip() for line in read_text(file, MEGABYTE, pipes=True).splitlines()]
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "not UTF-8"
            raise ConfigError(f"{file}: cannot be read ({reason}); name a file with one token per line") from None
        for number, line in enumerate(lines, 1):
            good = _TOKEN.fullmatch(line) and len(line) >= _SHORTEST
            if line and not line.startswith("#") and not good:
                raise ConfigError(
                    f"{file}:{number}: not a token; make it {_SHORTEST} or more of A-Z a-z 0-9 . _ ~ + / -, "
                    "such as `openssl rand -hex 32` prints"
                )
        tokens = [line for line in lines if line and not line.startswith("#")]
        if not tokens:
            raise ConfigError(f"{file}: no token in it; add one, such as `openssl rand -hex 32` prints")
        return cls(*tokens)

    def __bool__(self) -> bool:
        return bool(self._digests)

    def admit(self, token: str | None) -> bool:
        """Whether the bearer of ``token`` may ask; None for a request that bears none."""
        if not self._digests:
            return True
        given = _digest(token or "")
        return sum(hmac.compare_digest(given, digest) for digest in self._digests) > 0  # all are compared


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
