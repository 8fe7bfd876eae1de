"""Articles beside the files that they were translated from: strings by their keys, other documents block by block."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from mtqa.core.documents import Block, Document
from mtqa.formats.locales import base_name
from mtqa.formats.messages import as_other, source_under

__all__ = ["Paired", "guesses", "has_sources", "paired", "source_file"]

_PLACE = re.compile(r"\{(name|base|folder)\}")


@dataclass(frozen=True, slots=True)
class Paired:
    """The documents of a file with what each block was translated from.

    Attributes:
        documents: in the order of the file.
        notes: what of them stays without a source, and why: a sentence each.
        raw: the bytes of the file that they were translated from; empty where there is none.
    """

    documents: tuple[Document, ...]
    notes: tuple[str, ...] = ()
    raw: bytes = b""


def source_file(pattern: str, article: str) -> Path | None:
    """The file that ``article`` was translated from, None where it is that itself.

    Args:
        pattern: a path. ``{name}`` in it stands for the article's name without its suffix, ``{base}`` for that without
            the locale at its end, and ``{folder}`` for the article's folder.
    """
    path = PurePath(article)
    named = {"name": path.stem, "base": base_name(article), "folder": str(path.parent)}
    found, here = Path(os.path.normpath(_PLACE.sub(lambda place: named[place[1]], pattern))), Path.cwd()
    if (here / found).resolve() == (here / article).resolve():
        return None
    return found.relative_to(here) if found.is_relative_to(here) else found


def guesses(pattern: str) -> bool:
    """Whether a pattern names another file for each article, which then need not be there."""
    return _PLACE.search(pattern) is not None


def paired(documents: Sequence[Document], sources: Sequence[Document]) -> Paired:
    """The documents of a file beside those of the file that it was translated from; those that hold sources of their
    own keep these."""
    found: list[Document] = []
    notes: list[str] = []
    for number, document in enumerate(documents):
        if has_sources(document):
            found.append(document)
            continue
        source = sources[number if len(sources) == len(documents) else 0]
        blocks, note = _blocks(document, source)
        spoken = source.language if source.declared else None
        found.append(replace(document, blocks=blocks, source_language=document.source_language or spoken))
        notes += note
    return Paired(tuple(found), tuple(notes))


def _blocks(document: Document, source: Document) -> tuple[tuple[Block, ...], list[str]]:
    blocks = document.blocks
    if _keyed(document) and _keyed(source):
        texts: dict[str, str] = {}
        for block in source.blocks:
            texts.setdefault(block.key, block.span.of(source.text))
        found = tuple(replace(block, source=source_under(block.key, texts)) for block in blocks)
        return found, _missing(document, source, texts)
    if len(blocks) == len(source.blocks):
        pairs = zip(blocks, source.blocks, strict=True)
        return tuple(replace(block, source=other.span.of(source.text)) for block, other in pairs), []
    count, others = len(blocks), len(source.blocks)
    return blocks, [
        f"{document.uri}: {count:,} block{'s'[: count != 1]}, but {others:,} in {source.file}; judged without sources"
    ]


def _missing(document: Document, source: Document, texts: dict[str, str]) -> list[str]:
    """How many keys each of two files has that the other lacks."""
    own = {block.key for block in document.blocks}
    alone = sum(source_under(key, texts) is None for key in own)
    left = len(set(map(as_other, texts)) - set(map(as_other, own)))
    if not alone and not left:
        return []
    keys = f"{len(own):,} key{'s'[: len(own) != 1]}"
    return [f"{document.uri}: of its {keys}, {alone:,} not in {source.file}; of the keys there, {left:,} not here"]


def has_sources(document: Document) -> bool:
    """Whether it holds what it was translated from."""
    return any(block.source is not None for block in document.blocks)


def _keyed(document: Document) -> bool:
    """Whether the keys of its blocks are the format's own names, and no ordinals."""
    return any(block.key != str(number) for number, block in enumerate(document.blocks))
