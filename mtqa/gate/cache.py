"""What was said of a file, kept under the XDG cache: a second run over unchanged files loads no model.

A file a document file, named by the digest of everything that its report depends on. The first line of it is the
digest of the rest; a cache file that does not match it, or cannot be read, counts as absent and is written anew.
Writing replaces a file at once, so any number of runs may share the cache.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import msgspec

from mtqa.core.details import details_of
from mtqa.core.files import MEGABYTE, own_folder, read_file, replace_file
from mtqa.core.report import DocumentReport, Failure

__all__ = ["Cache", "cache_folder"]

_VERSION = 8
_LARGEST = 500 * MEGABYTE


def cache_folder() -> Path:
    """``$XDG_CACHE_HOME/mtqa/reports``, by default below ``~/.cache``."""
    return own_folder("cache") / "reports"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """What was said of a file.

    Attributes:
        content: of its first document; that of another one is empty where it is the same.
    """

    content: str
    documents: list[DocumentReport]
    failures: list[Failure]


class Cache:
    """Reports on files by what they depend on.

    Args:
        folder: where they lie.
        conditions: everything besides a file's bytes and name that its report depends on: the signature, options.
    """

    def __init__(self, folder: Path, conditions: Sequence[str]) -> None:
        self._folder = folder
        self._conditions = (str(_VERSION), *conditions)

    def get(self, raw: bytes, uri: str) -> tuple[list[DocumentReport], list[Failure]] | None:
        """What was said of the file ``uri`` with these bytes, None where nothing is kept."""
        try:
            stored = read_file(self._path(raw, uri), _LARGEST)
            digest, _, payload = stored.partition(b"\n")
            if hashlib.sha256(payload).hexdigest().encode() != digest:
                return None
            kept = _decoder().decode(payload)
            return [_whole(report, raw, uri, kept.content) for report in kept.documents], kept.failures
        except (KeyError, OSError, TypeError, ValueError, msgspec.MsgspecError):
            return None

    def put(self, raw: bytes, uri: str, documents: Sequence[DocumentReport], failures: Sequence[Failure]) -> None:
        """Keep what was said. A cache that cannot be written is none: the run goes on."""
        content = documents[0].document.content if documents else ""
        bare = [_bare(report, uri, content) for report in documents]
        kept = _Kept(content=content, documents=bare, failures=list(failures))
        path = self._path(raw, uri)
        with suppress(OSError, UnicodeEncodeError):
            payload = msgspec.json.encode(kept)
            path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(path, hashlib.sha256(payload).hexdigest().encode() + b"\n" + payload)

    def _path(self, raw: bytes, uri: str) -> Path:
        key = "\x1f".join((*self._conditions, uri)).encode("utf-8", "surrogatepass")
        name = hashlib.sha256(hashlib.sha256(key).digest() + hashlib.sha256(raw).digest()).hexdigest()
        return self._folder / name[:2] / name[2:]

    @staticmethod
    def clear(folder: Path) -> int:
        """Drop everything kept; how many files there were."""
        count = sum(1 for path in folder.rglob("[!.]*") if path.is_file())
        shutil.rmtree(folder, ignore_errors=True)
        return count


@cache
def _decoder() -> msgspec.json.Decoder[_Kept]:
    return msgspec.json.Decoder(_Kept, dec_hook=lambda _, row: details_of(row))


def _bare(report: DocumentReport, uri: str, content: str) -> DocumentReport:
    """A report without its file, which whoever asks for it has."""
    document = report.document
    name = "" if document.uri == uri else document.uri
    own = "" if document.content == content else document.content
    return replace(report, document=replace(document, raw=b"", file="", uri=name, content=own))


def _whole(report: DocumentReport, raw: bytes, uri: str, content: str) -> DocumentReport:
    document = report.document
    whole = replace(document, raw=raw, file=uri, uri=document.uri or uri, content=document.content or content)
    return replace(report, document=whole)
