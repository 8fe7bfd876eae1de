"""Bytes to characters and back, losslessly."""

from __future__ import annotations

import codecs
import re

from mtqa.core.documents import Document
from mtqa.core.errors import InputError, shown

__all__ = ["decode", "encode", "in_utf8", "readable", "spliced", "without_surrogates"]

_BOMS = (  # longest first: a UTF-32 mark begins with a UTF-16 one
    (codecs.BOM_UTF32_LE, "utf-32", "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32", "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8-sig", "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16", "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16", "utf-16-be"),
)
_NOTATIONS = frozenset({"idna", "punycode", "raw-unicode-escape", "unicode-escape"})
_SURROGATE = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
_WEB = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
"""What names of encodings stand for on the web (https://encoding.spec.whatwg.org)."""
_MANY_TO_ONE = 10  # valid multi-byte characters for each stray byte, for a file to count as damaged UTF-8
_FEWEST = 20  # characters of which one at least must be a letter or a digit, for a guess to have found words
_BINARY = "looks like a binary file; give a text file, saved as UTF-8"
_PROBE = 2**16  # bytes looked at to guess a legacy encoding


def decode(raw: bytes, uri: str, *, declared: str | None = None, guess: bool = True) -> tuple[str, str]:
    """``(content, encoding)``, so that ``encode`` gives ``raw`` back.

    A byte order mark decides, then what the file declares, then UTF-8 if it fits, then charset-normalizer's guess, if
    that finds words. In UTF-8 with a few stray bytes each of those reads as U+FFFD.

    Args:
        raw: the bytes of the file.
        uri: its name, for errors.
        declared: the encoding that it names.
        guess: whether damaged, unknown and undeclared encodings are guessed, and names mean what they do on the web;
            else the file must be in the one that it declares, or in UTF-8 where it declares none.

    Raises:
        InputError: binary, or, where nothing is to be guessed, not in its encoding or in one that nobody knows.
    """
    for mark, name, codec in _BOMS:
        if raw.startswith(mark):
            content = _strict(raw[len(mark) :], codec)
            if content is None:
                raise InputError(uri, f"not valid {codec.upper()}, as its byte order mark says; save it as UTF-8")
            return readable(content, uri), name
    if b"\0" in raw or len(_CONTROL.findall(raw[:_PROBE])) > len(raw[:_PROBE]) // 50:
        raise InputError(uri, _BINARY)
    if declared and not guess and not _is_known(declared):
        raise InputError(uri, f"it declares an unknown encoding, {shown(declared)}; save it as UTF-8, and declare that")
    for codec in (_web(declared), declared, "utf-8") if declared and guess else (declared or "utf-8",):
        content = _strict(raw, codec)
        if content is not None:
            return readable(content, uri), codec
    if not guess:
        raise InputError(uri, f"not valid {declared or 'UTF-8'}; declare its encoding, or save it as UTF-8")
    damaged = raw.decode("utf-8", "surrogateescape")
    stray = len(_SURROGATE.findall(damaged))
    if sum(char > "\x7f" for char in damaged) - stray >= _MANY_TO_ONE * stray:
        return readable(damaged, uri), "utf-8"
    for codec in _guesses(raw):
        content = _strict(raw, codec)
        if content is not None:
            if _FEWEST * sum(map(str.isalnum, content)) < len(content):
                raise InputError(uri, _BINARY)
            return readable(content, uri), codec
    raise InputError(uri, "its encoding could not be detected; save it as UTF-8")


def in_utf8(raw: bytes, charset: str) -> bytes:
    """``raw``, which a server says is in ``charset``, in UTF-8 with its byte order mark, so that nothing else that it
    declares is believed; damaged bytes read as U+FFFD. As it is where it has a mark of its own, or there is no such
    encoding of files."""
    try:
        codec = codecs.lookup(_web(charset)).name
        if codec in _NOTATIONS or any(raw.startswith(mark) for mark, _, _ in _BOMS):
            return raw
        return codecs.BOM_UTF8 + raw.decode(codec, "replace").encode("utf-8", "replace")
    except (LookupError, ValueError):
        return raw


def _web(name: str) -> str:
    """The encoding that ``name`` stands for on the web; itself, if nobody knows it."""
    try:
        codec = codecs.lookup(name).name
    except (LookupError, ValueError):
        return name
    return _WEB.get(codec, name)


def readable(content: str, uri: str) -> str:
    """``content`` with lone surrogates read as U+FFFD. Raises InputError if it is no text."""
    if "\0" in content:
        raise InputError(uri, "contains NUL characters; remove them or convert it to plain text")
    return without_surrogates(content)


def without_surrogates(text: str) -> str:
    """``text`` with lone surrogates, which no file can hold, read as U+FFFD."""
    return _SURROGATE.sub("\ufffd", text)


def encode(document: Document, replacements: list[tuple[int, int, str]], *, errors: str = "strict") -> bytes:
    """The file with characters ``start`` to ``end`` of its content replaced, for ordered ``(start, end, text)``.

    Raises:
        InputError: a replacement cannot be encoded as the file is.
    """
    return spliced(document.raw, document.encoding, replacements, document.uri, errors=errors)


def spliced(
    raw: bytes, encoding: str, replacements: list[tuple[int, int, str]], uri: str, *, errors: str = "strict"
) -> bytes:
    """What ``encode`` gives, of bytes that ``decode`` found to be in ``encoding``; errors likewise."""
    mark, codec = b"", encoding
    for known, name, plain in _BOMS:
        if name == codec and raw.startswith(known):
            mark, codec = known, plain
            break
    content = raw[len(mark) :].decode(codec, "surrogateescape")
    parts: list[str] = []
    done = 0
    for start, end, text in replacements:
        try:
            parts += (content[done:start], text.encode(codec, errors).decode(codec))
        except UnicodeEncodeError:
            raise InputError(uri, f"{text!r} cannot be written in {encoding}; save the file as UTF-8 first") from None
        done = end
    parts.append(content[done:])
    return mark + "".join(parts).encode(codec, "surrogateescape")


def _is_known(name: str) -> bool:
    """Whether ``name`` is that of an encoding of files."""
    try:
        " ".encode(name)  # which refuses codecs that make no bytes of text
        return codecs.lookup(name).name not in _NOTATIONS  # which are quadratic besides
    except (LookupError, ValueError):
        return False


def _strict(raw: bytes, codec: str) -> str | None:
    try:
        content = raw.decode(codec) if _is_known(codec) else None
        return content if content is not None and content.encode(codec) == raw else None
    except UnicodeError:
        return None


def _guesses(raw: bytes) -> list[str]:
    from charset_normalizer import from_bytes

    # Centre the probe on the first byte that tells encodings apart.
    first = next(i for i, byte in enumerate(raw) if byte > 0x7F)
    start = max(0, first - _PROBE // 4)
    matches = list(from_bytes(raw[start : start + _PROBE]))
    names = [name for match in matches for name in (match.encoding, *match.could_be_from_charset)]
    # Short texts fit several code pages; the most common one goes first where it reads as well as the best.
    if any(
        "cp1252" in (match.encoding, *match.could_be_from_charset) and match.coherence >= matches[0].coherence
        for match in matches
    ):
        names.insert(0, "cp1252")
    return names
