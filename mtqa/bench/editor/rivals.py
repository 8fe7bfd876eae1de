"""Checkers of grammar and style that others made, on the same documents: each with its rules as shipped."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any, ClassVar

from mtqa.core.spans import Span

__all__ = ["RIVALS", "Rival", "versions"]


class Rival(ABC):
    """A checker; made only where it is installed.

    Attributes:
        name: for people.
        packages: distributions of PyPI that it needs.
    """

    name: ClassVar[str]
    packages: ClassVar[tuple[str, ...]]

    @abstractmethod
    def __call__(self, text: str) -> list[Span]:
        """What it flags."""


class Harper(Rival):
    """Harper, for American English."""

    name = "Harper"
    packages = ("harper-py",)

    def __init__(self) -> None:
        self._linter: Any = import_module("harper").Linter()

    def __call__(self, text: str) -> list[Span]:
        """What it flags; it counts code points."""
        return [Span(lint.span.start, lint.span.end) for lint in self._linter.lint(text, language="plaintext")]


class LanguageTool(Rival):
    """LanguageTool's rules for American English, as LingoTweaker runs them without Java."""

    name = "LanguageTool's rules"
    packages = ("lingotweaker", "lingotweaker-data-en")

    def __init__(self) -> None:
        self._engine: Any = import_module("lt_py").Engine("en-US")

    def __call__(self, text: str) -> list[Span]:
        """What it flags; it counts bytes."""
        raw = text.encode()

        def at(offset: int) -> int:
            return len(raw[:offset].decode("utf-8", "ignore"))

        found = ((match["offset"], match["length"]) for match in self._engine.check(text))
        return [Span(at(offset), at(offset + length)) for offset, length in found]


RIVALS: Mapping[str, type[Rival]] = {"harper": Harper, "languagetool": LanguageTool}
"""By the names that suites give them."""


def versions(rival: type[Rival]) -> str | None:
    """What is installed of the packages that a rival needs; None where one of them is not."""
    try:
        return ", ".join(f"{package} {version(package)}" for package in rival.packages)
    except PackageNotFoundError:
        return None
