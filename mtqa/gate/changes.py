"""What changed in git since a revision: files, and within them sentences."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from functools import lru_cache
from pathlib import Path

from mtqa.core.documents import Document, Segment
from mtqa.core.errors import ConfigError
from mtqa.gate.git import git

__all__ = ["Changes"]

Sentences = Callable[[bytes, str], Collection[str]]


class Changes:
    """The work tree against a revision. Raises ConfigError where there is no git repository or no such revision.

    Args:
        revision: anything git can resolve to a commit.
        folder: in the repository.
        sentences: the sentences of a file, by its bytes and name; white space does not count.
    """

    def __init__(self, revision: str, folder: Path, sentences: Sentences) -> None:
        self._root = Path(os.fsdecode(git(folder, "rev-parse", "--show-toplevel").rstrip(b"\n")))
        try:
            found = git(self._root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        except ConfigError:
            raise ConfigError(f"git does not know the revision '{revision}'; fetch it, or name another") from None
        self._revision, self._commit = revision, found.decode().strip()
        self._sentences = sentences
        changed = git(self._root, "diff", "--name-only", "-z", "--no-renames", "--diff-filter=d", self._commit)
        new = git(self._root, "ls-files", "--others", "--exclude-standard", "-z")
        self._changed = {(self._root / os.fsdecode(name)).resolve() for name in (changed + new).split(b"\0") if name}
        self._before = lru_cache(maxsize=4)(self._sentences_before)

    def touches(self, path: Path) -> bool:
        """Whether the file is new or was changed."""
        return path.resolve() in self._changed

    def unchanged(self, document: Document, segment: Segment) -> str | None:
        """Why flags in ``segment`` are none of the change's: the sentence stood in the file before."""
        if _plain(segment.text) in self._before(document.source_map.part):
            return f"unchanged since {self._revision}"
        return None

    def _sentences_before(self, uri: str) -> frozenset[str]:
        path = Path(uri).resolve()
        try:
            name = path.relative_to(self._root.resolve()).as_posix()
            raw = git(self._root, "cat-file", "blob", f"{self._commit}:{name}")
        except (ConfigError, ValueError):  # new, or outside
            return frozenset()
        return frozenset(_plain(sentence) for sentence in self._sentences(raw, uri))


def _plain(sentence: str) -> str:
    return " ".join(sentence.split())
