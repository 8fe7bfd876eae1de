"""JSON Lines: a row a document, ``{"id", "text", "language"?, "source"?}``."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from mtqa.core.documents import Document
from mtqa.core.errors import InputError
from mtqa.core.findings import Edit
from mtqa.core.protocols import Format
from mtqa.core.report import Failure
from mtqa.core.spans import SourceMap
from mtqa.core.tables import json_decoder, unique
from mtqa.formats import edits as edits_
from mtqa.formats.decoding import decode, readable, without_surrogates
from mtqa.formats.languages import told
from mtqa.formats.text import TEXT, blocks_of, with_source

__all__ = ["JSONL", "JsonLines"]

_SPACE = re.compile(r"[ \t\r\n]*")
_CHARACTER = re.compile(
    r'(?P<plain>[^"\\]+)|\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)', re.DOTALL
)


class JsonLines(Format):
    """Each document's ``raw`` and ``content`` are the whole file, so that its lines and its edits are the file's."""

    name = "jsonl"
    suffixes = (".jsonl", ".ndjson")

    def read(self, raw: bytes, uri: str, language: str | None) -> tuple[Document | Failure, ...]:
        """One document a row, a failure ``uri:LINE`` for a bad one; empty lines are skipped. Raises InputError where
        the file is no text."""
        content, encoding = decode(raw, uri)
        found: list[Document | Failure] = []
        start = 0
        for number, line in enumerate(content.split("\n"), start=1):
            if line.strip():
                try:
                    found.append(_document(line, start, number, content, uri, language, raw, encoding))
                except InputError as error:
                    found.append(Failure(uri=f"{uri}:{number}", message=error.problem))
            start += len(line) + 1
        return tuple(found) or TEXT.read(raw, uri, language)

    def write(self, document: Document, edits: Sequence[Edit]) -> bytes:
        """The file with ``edits`` applied to the row of ``document``."""
        return edits_.apply(document, edits, escape=_escape)


def _escape(text: str, _: int) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _document(
    line: str, start: int, number: int, content: str, uri: str, language: str | None, raw: bytes, encoding: str
) -> Document:
    try:
        fields = unique(list(_members(line)))
    except (ValueError, RecursionError):
        raise InputError(uri, 'not a JSON object; make it {"id": …, "text": "…"}') from None
    at, text = fields.get("text", (0, None))
    _, declared = fields.get("language", (0, None))
    _, source = fields.get("source", (0, None))
    _, name = fields.get("id", (0, number))
    if not isinstance(text, str):
        raise InputError(uri, 'no text; add "text": "…"')
    if declared is not None and not isinstance(declared, str):
        raise InputError(uri, 'the language is not a string; make it a BCP 47 tag such as "en", or leave it out')
    if source is not None and not isinstance(source, str):
        raise InputError(uri, "the source is not a string; make it one, or leave it out")
    text, source = readable(text, uri), source and without_surrogates(source)
    own = told(language, declared and without_surrogates(declared))
    return Document(
        uri=without_surrogates(f"{uri}#{name}"),
        file=uri,
        format=JSONL.name,
        language=own.language,
        declared=own.declared,
        misdeclared=own.misdeclared,
        text=text,
        blocks=with_source(blocks_of(text), source),
        content=content,
        raw=raw,
        encoding=encoding,
        source_map=_source_map(line, at, start),
    )


_VALUE = json_decoder(strict=False)


def _members(line: str) -> Iterator[tuple[str, tuple[int, Any]]]:
    """``(key, (offset of the value, value))`` of a JSON object. Raises ValueError."""
    at = _skip(line, 0)
    if line[at : at + 1] != "{":
        raise ValueError("no object")
    at = _skip(line, at + 1)
    while line[at : at + 1] == '"':
        key, at = _VALUE.raw_decode(line, at)
        at = _skip(line, at)
        if line[at : at + 1] != ":":
            raise ValueError("no colon")
        begin = _skip(line, at + 1)
        value, at = _VALUE.raw_decode(line, begin)
        yield key, (begin, value)
        at = _skip(line, at)
        if line[at : at + 1] != ",":
            break
        at = _skip(line, at + 1)
    if line[at : at + 1] != "}" or _skip(line, at + 1) != len(line):
        raise ValueError("not one object")


def _skip(line: str, at: int) -> int:
    return _SPACE.match(line, at).end()  # type: ignore[union-attr]  # it always matches


def _source_map(line: str, at: int, start: int) -> SourceMap:
    """Where the characters of the string literal at ``at`` stand in the file."""
    runs, spelled = [], []
    offset, at = 0, at + 1
    while found := _CHARACTER.match(line, at):
        plain = found["plain"]
        if plain:
            runs.append((offset, start + at, len(plain)))
        else:
            spelled.append((offset, 1, start + at, found.end() - at))
        offset += len(plain) if plain else 1
        at = found.end()
    return SourceMap(tuple(runs), tuple(spelled))


JSONL = JsonLines()
