"""gettext PO: the translations of a file are a document, each beside its message."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from mtqa.core.documents import Document, Empty, Unit
from mtqa.core.findings import Edit
from mtqa.core.protocols import Format
from mtqa.core.tags import primary
from mtqa.formats import edits as edits_
from mtqa.formats.chunks import Chunk, Piece, compose
from mtqa.formats.decoding import decode
from mtqa.formats.languages import language_tag, told
from mtqa.formats.messages import branches, message_chunks
from mtqa.formats.po_markup import cells, is_code, is_table, kind_of_part, markup
from mtqa.formats.po_messages import Message, header_of, messages_of, text_of

__all__ = ["PO", "Po"]

_CHARSET = re.compile(rb"Content-Type:[^\"\r\n]{0,80}?charset=\s*([\w.:-]{1,80})", re.IGNORECASE)
_FORMAT = "-format"
_HEAD = 2**16  # bytes in which the header stands
_IDENTIFIER = re.compile(r"[\w-]+(?:[._/:][\w-]+)+")
_ESCAPED = {
    '"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\a": "\\a", "\b": "\\b", "\f": "\\f",
    "\v": "\\v",
}  # fmt: skip
_TO_ESCAPE = re.compile(r'["\\\x00-\x1f\x7f]')


class Po(Format):
    """Obsolete and untranslated messages and listings are left out. What is but an identifier is no source."""

    name = "po"
    suffixes = (".po",)

    def read(self, raw: bytes, uri: str, language: str | None) -> tuple[Document, ...]:
        """The one document in ``raw``, empty where nothing is translated. The header tells the encoding, the language
        (``Language``) and that of the source (``X-Source-Language``; where that is not said, English as gettext has it,
        unless the translation is in English). Raises InputError where ``raw`` is no PO."""
        charset = _CHARSET.search(raw[:_HEAD])
        declared = charset[1].decode("ascii") if charset and charset[1].upper() != b"CHARSET" else None
        content, encoding = decode(raw, uri, declared=declared, guess=False)
        messages = messages_of(content, uri)
        header = header_of(messages)
        own = told(language, header.get("language"))
        messages = [message for message in messages if not message.is_header and not is_code(message.kind)]
        chunks = (chunk for message in messages for chunk in _chunks(message))
        text, blocks, source_map = compose(chunks, no_prose=markup)
        return (
            Document(
                uri=uri,
                file=uri,
                format=self.name,
                catalogue=True,
                language=own.language,
                declared=own.declared,
                misdeclared=own.misdeclared,
                text=text,
                blocks=blocks,
                content=content,
                raw=raw,
                encoding=encoding,
                source_map=source_map,
                source_language=_source_language(header, own.language),
                empty=tuple(empty for message in messages for empty in _empty(message)),
            ),
        )

    def write(self, document: Document, edits: Sequence[Edit]) -> bytes:
        """The file with ``edits`` applied, their text escaped."""
        return edits_.apply(document, edits, escape=_escape)


def _escape(text: str, _: int) -> str:
    return _TO_ESCAPE.sub(lambda found: _ESCAPED.get(found[0], f"\\{ord(found[0]):03o}"), text)


def _chunks(message: Message) -> Iterator[Chunk]:
    """A chunk a translation, or a cell of a table; the plural is the source of all forms but the first of several."""
    for number, pieces in sorted(message.strings.items()):
        is_plural = message.plural is not None and (number > 0 or len(message.strings) == 1)
        source = text_of(message.plural if is_plural and message.plural else message.id or ())
        known = not message.previous and not _IDENTIFIER.fullmatch(source)
        key = message.key if message.plural is None else f"{message.key}[{number}]"
        if not is_table(message.kind, text_of(pieces)):
            told = partial(kind_of_part, message.kind, cell=False)
            unit = _unit(message, source, is_plural=bool(is_plural)) if known else None
            yield from message_chunks(key, branches(pieces), source if known else None, kind=told, unit=unit)
            continue
        sources = [text_of(cell).strip() for cell in cells([Piece(source, None)])] if known else []
        parts = cells(pieces)
        for at, cell in enumerate(parts):
            kind = kind_of_part(message.kind, text_of(cell).strip(), cell=True)
            yield Chunk(kind, cell, key, sources[at] if len(sources) == len(parts) else None)


def _source_language(header: Mapping[str, str], language: str) -> str | None:
    told = language_tag(header.get("x-source-language"))
    return told if told or primary(language) in ("en", "und") else "en"


def _unit(message: Message, source: str, *, is_plural: bool) -> Unit:
    other = message.id if is_plural else message.plural
    return Unit(
        source=source,
        limit=message.limit,
        placeholders=frozenset(
            kind[: -len(_FORMAT)] for kind in message.kinds if kind.endswith(_FORMAT) and not kind.startswith("no-")
        ),
        plural=None if message.plural is None else text_of(other or ()),
        draft="fuzzy" in message.kinds and not message.marked,
    )


def _empty(message: Message) -> Iterator[Empty]:
    """The message, where it or a plural form of it has no translation."""
    if not all(text_of(pieces).strip() for pieces in message.strings.values()):
        yield Empty(message.key, text_of(message.id or ()), message.place)


PO = Po()
