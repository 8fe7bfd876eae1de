"""What changed in git since a revision: files, and within them sentences."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from functools import cache, lru_cache
from pathlib import Path

from mtqa.core.documents import Document, Segment
from mtqa.core.errors import ConfigError
from mtqa.core.files import MEGABYTE, read_file
from mtqa.gate.git import git

__all__ = ["Changes"]

Sentences = Callable[[bytes, str, str | None], Collection[str]]
_LARGEST = 20 * MEGABYTE  # bytes of an article; a larger one is not read
_KEPT = 64  # files, and languages of their rows, whose sentences are kept
_LIKE = 0.5  # share of a new file's sentences that stood in the file it was moved from, as git itself takes it


class Changes:
    """The work tree against a revision. Raises ConfigError where there is no git repository or no such revision.

    A file that was moved or copied is compared with the one it came from: where git does not know of that, as of files
    that it does not track yet, it is a deleted one with half of its sentences.

    Args:
        revision: anything git can resolve to a commit.
        folder: in the repository.
        sentences: the sentences of a file, by its bytes, its name and the language that it is read in, which is its own
            where it is None; white space does not count.
    """

    def __init__(self, revision: str, folder: Path, sentences: Sentences) -> None:
        self._root = Path(os.fsdecode(git(folder, "rev-parse", "--show-toplevel").rstrip(b"\n"))).resolve()
        try:
            found = git(self._root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        except ConfigError:
            raise ConfigError(f"git does not know the revision '{revision}'; fetch it, or name another") from None
        self.revision, self._commit = revision, found.decode().strip()
        self._sentences = sentences
        compared = git(self._root, "diff", "--name-status", "-z", "-M", "-C", "--find-copies-harder", self._commit)
        untracked = git(self._root, "ls-files", "--others", "--exclude-standard", "-z")
        self._came_from: dict[str, str] = {}  # by the name of a changed file, what it was called before
        self._deleted: list[str] = []
        self._new = {os.fsdecode(name) for name in untracked.split(b"\0") if name}
        for status, before, after in _statuses(compared):
            if status == "D":
                self._deleted.append(before)
            elif status == "A":
                self._new.add(after)
            else:
                self._came_from[after] = before
        self._before = lru_cache(maxsize=_KEPT)(self._sentences_before)
        self._by_sentence = cache(self._deleted_by_sentence)

    def touches(self, path: Path) -> bool:
        """Whether the file is new or was changed; one that was only moved or copied was not."""
        name = self._name(path)
        if name is None or (name not in self._came_from and name not in self._new):
            return False
        before = self._origin(name)
        return before in (None, name) or self._blob(before) != _bytes(path)

    def unchanged(self, document: Document, segment: Segment) -> str | None:
        """Why flags in ``segment`` are none of the change's: the sentence stood in the file before."""
        if _plain(segment.text) in self._before(document.file, document.language):
            return f"unchanged since {self.revision}"
        return None

    def _name(self, path: Path) -> str | None:
        """What git calls a file, or that which it links to, where that is in the repository; None outside of it."""
        for whole in (path.resolve(), path.parent.resolve() / path.name):
            if whole.is_relative_to(self._root):
                return whole.relative_to(self._root).as_posix()
        return None

    def _origin(self, name: str) -> str | None:
        """What a file was called in the revision; None for a new one."""
        if name not in self._new:
            return self._came_from.get(name, name)
        sentences = self._plain_sentences(_bytes(self._root / name), name)
        shared = Counter(
            old for sentence in sentences for old in self._by_sentence(Path(name).suffix).get(sentence, ())
        )
        for old, count in shared.most_common(1):
            if count >= _LIKE * len(sentences):
                return old
        return None

    def _deleted_by_sentence(self, suffix: str) -> dict[str, list[str]]:
        """The deleted files with a suffix, by what stood in them."""
        found: dict[str, list[str]] = {}
        for name in self._deleted:
            if Path(name).suffix == suffix:
                for sentence in self._plain_sentences(self._blob(name), name):
                    found.setdefault(sentence, []).append(name)
        return found

    def _sentences_before(self, uri: str, language: str) -> frozenset[str]:
        name = self._name(Path(uri))
        before = None if name is None else self._origin(name)
        return frozenset() if before is None else self._plain_sentences(self._blob(before), before, language)

    def _plain_sentences(self, raw: bytes | None, name: str, language: str | None = None) -> frozenset[str]:
        found = () if raw is None else self._sentences(raw, name, language)
        return frozenset(_plain(sentence) for sentence in found)

    def _blob(self, name: str) -> bytes | None:
        """The file ``name`` as the revision has it; None where it has none, or one too large to be read."""
        try:
            if int(git(self._root, "cat-file", "-s", f"{self._commit}:{name}")) > _LARGEST:
                return None
            return git(self._root, "cat-file", "blob", f"{self._commit}:{name}")
        except ConfigError:
            return None


def _statuses(compared: bytes) -> Iterator[tuple[str, str, str]]:
    """Of what ``git diff --name-status -z`` prints: a letter, the name before and the name after."""
    fields = iter(os.fsdecode(compared).split("\0"))
    for status in fields:
        if status:
            before = next(fields)
            yield status[0], before, next(fields) if status[0] in "RC" else before


def _bytes(path: Path) -> bytes | None:
    try:
        return read_file(path, _LARGEST)
    except OSError:
        return None


def _plain(sentence: str) -> str:
    return " ".join(sentence.split())
