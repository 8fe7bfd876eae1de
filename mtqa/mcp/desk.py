"""What tools work with: the checker in a thread of its own, and the files that they may read."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, TypeVar

from mtqa.config import Policy, Settings
from mtqa.core.errors import InputError
from mtqa.core.files import is_file
from mtqa.core.limits import unless
from mtqa.formats import raw_bytes
from mtqa.gate.ignores import Terms

if TYPE_CHECKING:
    from mtqa.checker import Checker
    from mtqa.repair import Suggester

__all__ = ["Desk"]

T = TypeVar("T")


class Desk:
    """One client's.

    Args:
        load: what judges; called in the thread, when it is first needed.
        suggesting: what proposes other texts, likewise.
        settings: of the project.
        roots: folders whose files may be read.
    """

    def __init__(
        self,
        load: Callable[[], Checker],
        suggesting: Callable[[Checker], Suggester],
        *,
        settings: Settings,
        roots: Sequence[Path],
    ) -> None:
        self._load = load
        self._suggesting = suggesting
        self._settings = settings
        self._roots = [root.resolve() for root in roots]
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="mtqa-judge")
        self._closed = Event()

    @cached_property
    def checker(self) -> Checker:
        """For work that is done in the thread, as ``suggester`` is. Raises ModelError where a model is missing."""
        return self._load()

    @cached_property
    def suggester(self) -> Suggester:
        """Errors as of ``checker``."""
        return self._suggesting(self.checker)

    @cached_property
    def terms(self) -> Terms:
        """Those of the project. Raises ConfigError where a list cannot be read."""
        return Terms.load(self._settings.term_files())

    def policy(self, path: str | None) -> Policy:
        """The settings that hold for a file, or for a text that is in none."""
        return self._settings.policy if path is None else self._settings.policy_for(Path(path))

    def file(self, path: str) -> bytes:
        """The bytes of a file. Raises InputError where it lies outside the roots, or cannot be read."""
        try:
            place = Path(path).expanduser().resolve()
        except (OSError, RuntimeError, ValueError):
            raise InputError(path, "not a file name; check the path") from None
        if not any(place.is_relative_to(root) for root in self._roots):
            allowed = ", ".join(map(str, self._roots))
            raise InputError(
                path, f"outside the folders that may be read ({allowed}); pass its text, or add its --root"
            )
        if not is_file(place):
            raise InputError(path, "no such file; check the path")
        return raw_bytes(place)

    async def done(self, work: Callable[[], T]) -> T:
        """What ``work`` gives, which the thread does after all that was asked for before. Cancelled, it is not begun,
        or stopped at the next sentence or signal. Raises what ``work`` does."""
        unwanted = Event()

        def wanted() -> T:
            with unless(lambda: unwanted.is_set() or self._closed.is_set()):
                return work()

        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, wanted)
        finally:
            unwanted.set()

    def close(self) -> None:
        """Nothing more is done."""
        self._closed.set()
        self._thread.shutdown(wait=False, cancel_futures=True)
