"""Data files: JSON Lines, plain or gzipped, checked against their digests; a bad row is a failure, never lost."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from mtqa.bench.suites import Condition
from mtqa.core.errors import ConfigError, InputError
from mtqa.core.files import MEGABYTE, read_file

__all__ = ["Data", "chosen", "meets"]

_SURROGATES = re.compile("[\ud800-\udfff]")
_LARGEST = 2048 * MEGABYTE
_LONGEST = 100_000  # characters of a text
_MOST_FAILURES = 100


class Data:
    """The files of a folder.

    Args:
        folder: None where files are named by their own paths.
        sha256: digests that files must have, by name.

    Attributes:
        digests: of the files that were read, by name.
        failures: rows that could not be read, a sentence each.
    """

    def __init__(self, folder: Path | None, sha256: Mapping[str, str]) -> None:
        if folder is not None and not folder.is_dir():
            raise ConfigError(f"--data {folder}: not a folder; name the one that holds the data files")
        self._folder = folder or Path()
        self._expected = sha256
        self.digests: dict[str, str] = {}
        self.failures: list[str] = []

    def path(self, name: str) -> Path:
        """Of a file."""
        return self._folder / name

    def raw(self, name: str) -> bytes:
        """The bytes of a file. Raises InputError where it cannot be read, ConfigError where it is not the one that
        the suite pins."""
        path = self.path(name)
        try:
            raw = read_file(path, _LARGEST, pipes=True)
        except OSError as error:
            raise InputError(path, f"cannot be read ({error.strerror}); check the name, or --data") from None
        self.digests[name] = hashlib.sha256(raw).hexdigest()
        if name in self._expected and self.digests[name] != self._expected[name]:
            raise ConfigError(
                f"{path}: its sha256 is {self.digests[name]}, but the suite's numbers hold for {self._expected[name]}; "
                "get that file, or change sha256 in a copy of the suite"
            )
        return raw

    def text(self, name: str) -> str:
        """A text file, gzipped or not. Raises InputError where it is none."""
        raw = self.raw(name)
        try:
            return (gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw).decode("utf-8")
        except UnicodeDecodeError:
            raise InputError(self.path(name), "not UTF-8; save it in that encoding") from None
        except (OSError, EOFError, zlib.error):
            raise InputError(self.path(name), "broken gzip; get it again") from None

    def rows(self, name: str) -> Iterator[tuple[int, dict[str, Any]]]:
        """The rows of a JSON Lines file that have a ``text``, or ``sentences`` or ``lines`` (each with a ``text``) that
        make one, with the numbers of their lines."""
        for number, line in enumerate(self.text(name).split("\n"), 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except (ValueError, RecursionError):
                self.fail(f"{name}:{number}: not JSON")
                continue
            text = _text(row) if isinstance(row, dict) else None
            if not isinstance(text, str) or not text.strip():
                self.fail(f"{name}:{number}: no text")
            elif _SURROGATES.search(text):
                self.fail(f"{name}:{number}: its text has half of a character (a lone surrogate)")
            elif len(text) > _LONGEST:
                self.fail(f"{name}:{number}: its text is longer than {_LONGEST:,} characters")
            else:
                yield number, {**row, "text": text}

    def fail(self, why: str) -> None:
        """Keep a failure, once and of a hundred at most."""
        if why in self.failures:
            return
        if len(self.failures) < _MOST_FAILURES:
            self.failures.append(why)
        elif len(self.failures) == _MOST_FAILURES:
            self.failures.append("and more rows")


def _text(row: Mapping[str, Any]) -> object:
    sentences = row.get("sentences")
    if isinstance(sentences, list) and all(isinstance(sentence, str) for sentence in sentences):
        return "\n".join(sentences)
    lines = row.get("lines")
    if isinstance(lines, list) and all(isinstance(each, dict) and isinstance(each.get("text"), str) for each in lines):
        return "\n".join(each["text"] for each in lines)
    return row.get("text")


def meets(row: Mapping[str, Any], conditions: Sequence[Condition]) -> bool:
    """Whether a row meets one of some conditions."""
    return any(all(row.get(key) == value for key, value in each.items()) for each in conditions)


def chosen(count: int, most: int | None, seed: str) -> list[int]:
    """Which of ``count`` things to take: ``most`` drawn by a hash of ``seed``, in their own order; else all."""
    if most is None or count <= most:
        return list(range(count))
    ranked = sorted(range(count), key=lambda n: hashlib.sha256(f"{seed}/{n}".encode()).digest())
    return sorted(ranked[:most])
