"""Lazy registries: a name stands for ``"module:object"``, imported when it is first used."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Generic, TypeVar, cast

from mtqa.core.errors import UnknownName

__all__ = ["Registry"]

T = TypeVar("T")


class Registry(Mapping[str, T], Generic[T]):
    """A mapping from names to objects that are imported on first use.

    Args:
        kind: what the names stand for, for error messages.
        entries: name to ``"module:object"``.
    """

    def __init__(self, kind: str, entries: Mapping[str, str]) -> None:
        self._kind = kind
        self._entries = dict(entries)
        self._shipped = frozenset(entries)

    @property
    def added(self) -> tuple[str, ...]:
        """The names that were registered besides mtqa's own."""
        return tuple(name for name in self._entries if name not in self._shipped)

    @property
    def signature(self) -> tuple[str, ...]:
        """What stands behind these names: ``("signal:theirs.signals:TheirSignal",)``."""
        return tuple(f"{self._kind}:{self._entries[name]}" for name in self.added)

    def register(self, name: str, target: str) -> None:
        """Add ``"module:object"`` under a name. Raises ValueError where the name is taken."""
        if name in self._entries:
            raise ValueError(f"there is a {self._kind} '{name}' already")
        self._entries[name] = target

    def __getitem__(self, name: str) -> T:
        try:
            target = self._entries[name]
        except KeyError:
            raise UnknownName(self._kind, name, self._entries) from None
        module, _, attribute = target.partition(":")
        return cast(T, getattr(import_module(module), attribute))

    def __contains__(self, name: object) -> bool:
        return name in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)
