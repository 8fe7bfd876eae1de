"""A language model of the user's own, behind an OpenAI-compatible chat API: where it is, and what it may cost."""

from __future__ import annotations

import ipaddress
import math
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from mtqa.core.errors import ConfigError, shortened
from mtqa.core.files import own_folder

__all__ = ["KEY", "Allowance", "LlmSettings", "Usage", "answers_folder"]

KEY = "MTQA_LLM_KEY"
"""The environment variable with the key, unless another one is named."""


def answers_folder() -> Path:
    """Where answers are kept: ``$XDG_CACHE_HOME/mtqa/llm``, by default below ``~/.cache``."""
    return own_folder("cache") / "llm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """What the questions of one run may cost; None for no limit.

    Attributes:
        requests: that are sent, repeated ones included.
        tokens: read and written.
        seconds: from the first request on.
    """

    requests: int | None = None
    tokens: int | None = None
    seconds: float | None = None

    def __post_init__(self) -> None:
        for name, value in (("requests", self.requests), ("tokens", self.tokens), ("seconds", self.seconds)):
            if value is not None and not 0 < value < math.inf:
                raise ValueError(f"{name} must be above 0; change it")

    @classmethod
    def parse(cls, text: str) -> Allowance:
        """From ``"requests=500,tokens=200000,seconds=600"``, of which any part may be left out. Raises ConfigError."""
        found: dict[str, float] = {}
        for part in text.split(","):
            name, _, value = (each.strip() for each in part.partition("="))
            if (
                name not in ("requests", "tokens", "seconds")
                or name in found
                or not value.isdecimal()
                or len(value) > 12
            ):
                raise ConfigError(
                    f"'{shortened(text)}' is not a budget; write, for example: requests=500,tokens=200000,seconds=600"
                )
            found[name] = int(value)
        try:
            return cls(**found)  # type: ignore[arg-type]
        except ValueError as error:
            raise ConfigError(f"'{shortened(text)}': {error}") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What a run has cost.

    Attributes:
        requests: that were sent, repeated ones included.
        read, written: tokens, as the server counts them, else estimated.
        seconds: from the first request to the last answer.
        remembered: answers that were taken from the cache.
    """

    requests: int = 0
    read: int = 0
    written: int = 0
    seconds: float = 0.0
    remembered: int = 0

    def since(self, earlier: Usage) -> Usage:
        """What was used up after ``earlier``; seconds are those from the last answer before on."""
        return Usage(
            requests=self.requests - earlier.requests,
            read=self.read - earlier.read,
            written=self.written - earlier.written,
            seconds=self.seconds - earlier.seconds,
            remembered=self.remembered - earlier.remembered,
        )


@dataclass(frozen=True, kw_only=True)
class LlmSettings:
    """Which language model is asked, and how.

    Attributes:
        url: of the API, up to ``/v1``; of this machine, unless ``remote``.
        model: as the server calls it.
        remote: whether texts may leave this machine for it.
        budget: of one run.
        calibration: a file that ``mtqa llm calibrate`` wrote for this model; without one its marks are uncalibrated.
        key_env: the environment variable that holds the key, if there is one.
        key_command: a program with its arguments that prints the key, instead.
        at_once: requests on their way at the same time.
        sentences: that one question is about, at most, where it judges.
        timeout: seconds for one answer, to its last byte.
        cache: whether answers are kept.
        files: of settings that say some of it, as a person in the working folder would write their paths.

    Raises:
        ConfigError: the address is none, or not of this machine, or a value is out of range.
    """

    url: str
    model: str
    remote: bool = False
    budget: Allowance = field(default_factory=Allowance)
    calibration: Path | None = None
    key_env: str = KEY
    key_command: tuple[str, ...] = ()
    at_once: int = 4
    sentences: int = 10
    timeout: float = 120.0
    cache: bool = True
    files: tuple[str, ...] = field(default=(), compare=False)

    def __post_init__(self) -> None:
        self._check_address()
        if not self.model.strip() or not self.model.isprintable() or len(self.model) > 200:
            raise ConfigError("the language model needs a name; give it with --llm-model, as the server calls it")
        if not 1 <= self.sentences <= 20:
            raise ConfigError("llm: sentences must be 1 to 20; change it")
        if not 1 <= self.at_once <= 64 or not 0 < self.timeout <= 3600:
            raise ConfigError("llm: at-once must be 1 to 64, timeout above 0 and up to 3600 seconds; change them")

    def _check_address(self) -> None:
        shown = "what it names" if set(self.url) & set("@?#") else f"'{shortened(self.url)}'"  # a key may stand there
        try:
            url = urlsplit(self.url)
            known = url.scheme in ("http", "https") and url.hostname and url.port != 0
        except ValueError:
            known = False
        if not known or not self.url.isascii() or not self.url.isprintable() or set(self.url) & set(" \\%"):
            raise ConfigError(f"--llm: {shown} is not an address; name the server's API: http://localhost:11434/v1")
        if url.username is not None or url.password is not None or url.query or url.fragment:
            raise ConfigError(f"--llm takes only a host and a path; put the key into {KEY}")
        if not self.local and not self.remote:
            raise ConfigError(
                f"{self.host} is not this machine, and the text would be sent there; allow it: --llm-remote"
            )

    @cached_property
    def address(self) -> str:
        """The URL, put together again from its parts, so that who checks it and who calls it read the same."""
        url = urlsplit(self.url)
        return f"{url.scheme}://{self.host}{url.path.rstrip('/')}"

    @cached_property
    def host(self) -> str:
        """Name and port of who sees the text."""
        url = urlsplit(self.url)
        name = url.hostname or ""
        return (f"[{name}]" if ":" in name else name) + (f":{url.port}" if url.port else "")

    @cached_property
    def encrypted(self) -> bool:
        """Whether it is asked over TLS."""
        return urlsplit(self.url).scheme == "https"

    @cached_property
    def local(self) -> bool:
        """Whether the server is on this machine: by the one name, or an address, that cannot be another one's."""
        name = urlsplit(self.url).hostname or ""
        try:
            return name == "localhost" or ipaddress.ip_address(name).is_loopback
        except ValueError:
            return False

    @property
    def label(self) -> str:
        """The model and who runs it, for people."""
        return f"{self.model} at {self.host}"
