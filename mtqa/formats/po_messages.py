"""gettext PO to its messages, each with its place: https://www.gnu.org/software/gettext/manual/html_node/PO-Files.html"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from mtqa.core.errors import InputError
from mtqa.core.spans import Span
from mtqa.formats.chunks import Piece

__all__ = ["MARKED", "OWN", "Message", "header_of", "messages_of"]

OWN = "# mtqa: "
"""Begins the comments that mtqa wrote."""
MARKED = f"{OWN}marked fuzzy"
"""The comment of a message whose fuzzy flag mtqa set."""

_KIND = "#. type:"
_LINE = re.compile(r"([^\r\n]*)(\r\n|\n|\r|\Z)")
_STATEMENT = re.compile(
    r"[ \t]*+(?:(?P<keyword>msgctxt|msgid_plural|msgid|msgstr)(?:\[(?P<number>\d{1,3})\])?[ \t]*+)?"
    r'(?P<strings>(?:"(?:[^"\\]|\\.)*+"[ \t]*+)*+)'
)
_STRING = re.compile(r'"((?:[^"\\]|\\.)*+)"')
_CHARACTER = re.compile(
    r"(?P<plain>[^\\]+)|\\(?:(?P<octal>[0-7]{1,3})|x(?P<hexadecimal>[0-9a-fA-F]{1,2})|(?P<named>.))"
)
_LIMIT = re.compile(
    r"^#[.,].{0,200}?(?:\bmax(?:imum)?[-_ ]?len(?:gth)?\b\W{0,4}([1-9]\d{0,4})\b"
    r"|\b(?:max(?:imum)?|at most)\W{0,3}([1-9]\d{0,4}) (?:char|letter))",
    re.IGNORECASE,
)
_NAMED = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_FIELD = re.compile(r"^([\w-]+):[ \t]*(.*?)[ \t]*$", re.MULTILINE)


@dataclass(slots=True)
class Message:
    """One entry that is not obsolete.

    Attributes:
        head: where the translator's comments end.
        line_end: as the file has it.
        flags: the line of flags, its line end included.
        flags_at: where it would stand if there were none.
        own: the lines that mtqa wrote earlier.
        marked: whether it then set the fuzzy flag.
        kind: what po4a calls it in a comment: ``Table``, ``Plain text``; may be empty.
        previous: whether the entry names another text that it was translated from.
        limit: how many characters its translation may have, as a comment or a flag says.
        kinds: its flags: ``fuzzy``, ``c-format``.
        place: its first statement.
    """

    head: int | None = None
    line_end: str = "\n"
    flags: Span | None = None
    flags_at: int | None = None
    own: list[Span] = field(default_factory=list)
    marked: bool = False
    kind: str = ""
    previous: bool = False
    limit: int | None = None
    kinds: frozenset[str] = frozenset()
    place: Span = field(default_factory=lambda: Span(0, 0))
    context: list[Piece] | None = None
    id: list[Piece] | None = None
    plural: list[Piece] | None = None
    strings: dict[int, list[Piece]] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """Context and text, as a person names the message: ``menu|Open``."""
        text = text_of(self.id or ())
        return text if self.context is None else f"{text_of(self.context)}|{text}"

    @property
    def is_header(self) -> bool:
        """Whether it is the one that speaks of the file."""
        return not self.id and self.context is None


def text_of(pieces: list[Piece] | tuple[()]) -> str:
    """Their characters."""
    return "".join(piece.text for piece in pieces)


def header_of(messages: list[Message]) -> dict[str, str]:
    """The fields of the header, by their names in lower case."""
    for message in messages:
        if message.is_header:
            text = text_of(message.strings.get(0, ()))
            return {name.lower(): value for name, value in _FIELD.findall(text)}
    return {}


def messages_of(content: str, uri: str) -> list[Message]:
    """The messages of a PO file, the header among them; obsolete ones are passed over.

    Raises:
        InputError: a line is none of PO, or a message lacks its text or translation.
    """
    found: list[Message] = []
    message, open_string = Message(), None
    number = at = 0
    while at < len(content):
        line = _LINE.match(content, at)
        number += 1
        words, stop = (line[1], line.end()) if line else ("", len(content))
        bare = words.strip()
        if bare.startswith("#") or not bare:
            open_string = None
            if message.id is not None or not bare or bare.startswith("#~"):
                found += _finished(message, uri, number)
                message = Message()
            if bare and not bare.startswith("#~"):
                _comment(message, bare, Span(at, stop))
        else:
            statement = _STATEMENT.fullmatch(words)
            if statement is None:
                raise _fault(uri, number, "not a PO statement")
            keyword = statement["keyword"]
            if keyword:
                if message.id is not None and keyword in ("msgctxt", "msgid"):
                    found += _finished(message, uri, number)
                    message = Message()
                open_string = _opened(message, keyword, int(statement["number"] or 0))
            if open_string is None:
                raise _fault(uri, number, "a string that belongs to no message, or a message out of order")
            message.place = Span(min(message.place.start or at, at), at + len(words))
            message.head = at if message.head is None else message.head
            message.flags_at = at if message.flags_at is None else message.flags_at
            message.line_end = content[at + len(words) : stop] or message.line_end
            for string in _STRING.finditer(words, statement.start("strings")):
                open_string += _pieces(string[1], at + string.start(1))
        at = stop
    return found + list(_finished(message, uri, number))


def _fault(uri: str, number: int, what: str) -> InputError:
    return InputError(uri, f"{what} at line {number}; repair it, or let msgfmt --check say more")


def _finished(message: Message, uri: str, number: int) -> Iterator[Message]:
    if message.id is not None and not message.strings:
        raise _fault(uri, number, "a message without msgstr")
    if message.id is not None:
        yield message
    elif message.context is not None:
        raise _fault(uri, number, "a msgctxt without msgid")


def _comment(message: Message, bare: str, place: Span) -> None:
    translators = bare == "#" or bare[1:2].isspace()
    if bare.startswith(OWN.rstrip()):
        message.own.append(place)
        message.marked |= bare == MARKED
    elif not translators and message.head is None:
        message.head = place.start
    if bare.startswith(_KIND) and not message.kind:
        message.kind = bare.removeprefix(_KIND).strip()
    if bare.startswith("#,") and message.flags is None:
        message.flags = place
        message.kinds = frozenset(map(str.strip, bare.removeprefix("#,").split(",")))
    if not translators and (limit := _LIMIT.search(bare)):
        message.limit = int(limit[1] or limit[2])
    if bare.startswith("#|") and not message.previous:
        message.previous, message.flags_at = True, place.start


def _opened(message: Message, keyword: str, number: int) -> list[Piece] | None:
    """The list that the strings behind ``keyword`` go to; None where it has no place here."""
    opened: list[Piece] = []
    match keyword:
        case "msgctxt" if message.context is None:
            message.context = opened
        case "msgid":
            message.id = opened
        case "msgid_plural" if message.id is not None and message.plural is None and not message.strings:
            message.plural = opened
        case "msgstr" if message.id is not None and number not in message.strings:
            message.strings[number] = opened
        case _:
            return None
    return opened


def _pieces(string: str, start: int) -> Iterator[Piece]:
    for found in _CHARACTER.finditer(string):
        at = start + found.start()
        if found["plain"]:
            yield Piece(found["plain"], at)
        else:
            yield Piece(_character(found), None, spelled=Span(at, start + found.end()))


def _character(found: re.Match[str]) -> str:
    if found["named"]:
        return _NAMED.get(found["named"], found["named"])
    code = int(found["octal"], 8) if found["octal"] else int(found["hexadecimal"], 16)
    return chr(code) if code else "\ufffd"
