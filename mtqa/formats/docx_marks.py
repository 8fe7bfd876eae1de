"""Marks between the runs of a Word document: tracked changes, and where comments are anchored.

Source: ECMA-376, part 1, 17.13.4 (comments) and 17.13.5 (tracked changes).
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from mtqa.core.errors import InputError
from mtqa.core.spans import Span
from mtqa.formats.docx_edits import CHANGED_LOOK, Run, run_at
from mtqa.formats.docx_package import DocxParts, local_name
from mtqa.formats.packages import Package
from mtqa.formats.xml_tokens import Token, tokens

__all__ = ["Ids", "Marker", "author_attributes"]

_ID = re.compile(r"\bid=[\"'](-?\d{1,10})[\"']")
_PRESERVED = re.compile(r"\sxml:space\s*=")
_INSERTED = ("ins", "moveTo")


class Ids:
    """Numbers that nothing in a text has as its id."""

    def __init__(self, content: str) -> None:
        self._taken = {int(found[1]) for found in _ID.finditer(content)}
        self._next = 0

    def new(self) -> int:
        """The smallest that is left."""
        while self._next in self._taken:
            self._next += 1
        self._taken.add(self._next)
        return self._next


def author_attributes(prefix: str, author: str, date: str) -> str:
    """Who did it and when, ISO 8601 in UTC to the second; a date may be empty, a name is cut to what Word takes."""
    name = html.escape("".join(filter(str.isprintable, author[:255])) or "mtqa")
    when = f' {prefix}date="{html.escape(date)}"' if date else ""
    return f' {prefix}author="{name}"{when}'


@dataclass(slots=True)
class _Around:
    """What somebody inserted, runs among it: where its tags are."""

    opened: Span
    closed: Span


@dataclass(slots=True)
class Marker:
    """Collects what is put between runs, in any order, as ``(start, end, text)`` of the document's content.

    Attributes:
        last: where the last text of the main part ends that a comment can be anchored at.
    """

    package: Package
    parts: DocxParts
    content: str
    ids: Ids
    replaced: list[tuple[int, int, str]] = field(default_factory=list)
    last: int | None = None
    _inserted: dict[int, _Around] = field(default_factory=dict)  # by the starts of the runs that are its children
    _boxes: list[Span] = field(default_factory=list)
    _preserved: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, package: Package, parts: DocxParts) -> Marker:
        """Looks where text was inserted, and where text boxes are."""
        content = package.content
        marker = cls(package, parts, content, Ids(content))
        for part in package.parts:
            found = tokens(part.content, f"{package.archive.uri}, {part.name}")
            marker._look_around(part.begin, found, part.name == parts.main)
        marker._boxes.sort()
        return marker

    def takes_comments(self, at: int) -> bool:
        """Whether a comment can be anchored there: Word has them in the main text alone, outside text boxes."""
        if self.package.part_at(at).name != self.parts.main:
            return False
        box = bisect_right(self._boxes, at, key=lambda box: box.start) - 1
        return box < 0 or self._boxes[box].end <= at

    def put(self, at: int, marks: str) -> None:
        """Put ``marks`` between two runs, or into one, which becomes two."""
        self._splice(Span(at, at), self.run(at), marks)

    def change(self, place: Span, text: str, attributes: str, before: str = "", behind: str = "") -> None:
        """The text in ``place``, which lies in one run, becomes ``text``, as a tracked change.

        Args:
            place: in the document's content.
            text: as it is written in the file.
            attributes: of the change: who, when.
            before, behind: marks that stand before and behind it.
        """
        run = self.run(place.start)
        prefix, around = run.prefix, self._inserted.get(run.start)
        marks = before
        if place.end > place.start:
            deleted = f'<{prefix}delText xml:space="preserve">{place.of(self.content)}</{prefix}delText>'
            marks += self._tracked("del", run, self._look(run) + deleted, attributes)
        inserted = ""
        if text:
            written = f'<{prefix}t xml:space="preserve">{text}</{prefix}t>'
            inserted = self._tracked("ins", run, CHANGED_LOOK.sub("", run.look) + written, attributes)
        if around is None:  # nobody's, or deeper inside: in a field to fill in, a text box
            marks += inserted + behind
        else:  # what somebody else inserted ends before it, and goes on behind it
            marks += around.closed.of(self.content) + inserted + behind + self._again(around.opened.of(self.content))
        self._splice(place, run, marks)

    def run(self, at: int) -> Run:
        """The run that has the text at ``at``. Raises InputError where its markup is unusual."""
        run = run_at(self.content, at)
        if run is None or not run.prefix:
            raise InputError(
                self.package.archive.uri, "its markup is too unusual to be marked; save it in Word or LibreOffice first"
            )
        return run

    def _tracked(self, name: str, run: Run, inside: str, attributes: str) -> str:
        prefix = run.prefix
        return (
            f'<{prefix}{name} {prefix}id="{self.ids.new()}"{attributes}><{prefix}r>{inside}</{prefix}r>'
            f"</{prefix}{name}>"
        )

    def _look(self, run: Run) -> str:
        """The properties of a run, for one that is cut off it."""
        return CHANGED_LOOK.sub(lambda change: self._again(change[0]), run.look)

    def _again(self, marks: str) -> str:
        """Marks that stand elsewhere too, with an id of their own."""
        return _ID.sub(lambda _: f'id="{self.ids.new()}"', marks, count=1)

    def _splice(self, place: Span, run: Run, marks: str) -> None:
        """Cut ``place`` out of its run and put ``marks`` there: before or behind the run where they can stand there."""
        prefix = run.prefix
        end = f"</{prefix}t></{prefix}r>"
        if place.start == run.text and not run.before:
            self.replaced.append((run.start, run.start, marks))
            cut = ""
        elif self.content.startswith(end, place.end):
            self.replaced.append((place.end + len(end), place.end + len(end), marks))
            cut = ""
        else:
            cut = f'{end}{marks}<{prefix}r>{self._look(run)}<{prefix}t xml:space="preserve">'
        if cut or place.end > place.start:
            self.replaced.append((place.start, place.end, cut))
            self._preserve(run)

    def _preserve(self, run: Run) -> None:
        tag = self.content.rfind("<", 0, run.text)
        if tag not in self._preserved and not _PRESERVED.search(self.content, tag, run.text):
            self._preserved.add(tag)
            self.replaced.append((run.text - 1, run.text - 1, ' xml:space="preserve"'))

    def _look_around(self, begin: int, found: Iterator[Token], is_main: bool) -> None:
        inside: list[tuple[str, Span, list[int]]] = []  # names, tags, runs
        boxes = 0
        for token in found:
            here = Span(begin + token.start, begin + token.end)
            if token.kind == "start":
                name = local_name(token)
                boxes += name == "txbxContent"
                if name == "r" and inside:
                    inside[-1][2].append(here.start)
                inside.append((name, here, []))
            elif token.kind == "end":
                name, opened, runs = inside.pop()
                boxes -= name == "txbxContent"
                if name in _INSERTED and len(here):
                    self._inserted.update(dict.fromkeys(runs, _Around(opened, here)))
                elif name == "txbxContent" and not boxes:
                    self._boxes.append(Span(opened.start, here.end))
            elif token.kind == "text" and is_main and not boxes and inside and inside[-1][0] == "t":
                self.last = here.end
