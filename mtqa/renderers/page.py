"""Lines of text for a terminal that never exceed its width, with marks on the line beneath."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from mtqa.core.differences import differences
from mtqa.core.spans import Span
from mtqa.renderers.wording import inert, visible

__all__ = ["Page", "marked"]

_DIFFERENT = "bold cyan"


class Page:
    """Lines that never exceed the width, in columns of a terminal."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.lines: list[Text] = []
        self._console = Console(file=io.StringIO(), width=width, _environ={})

    def gap(self) -> None:
        """An empty line, except at the top."""
        if self.lines:
            self.lines.append(Text())

    def wrap(self, text: Text, room: int) -> Iterator[Text]:
        """The lines of ``text`` at a width of ``room`` columns."""
        for line in text.wrap(self._console, room):
            line.rstrip()
            yield line

    def write(self, text: Text, *, first: str = "", rest: str | None = None, breaks: str = " ") -> None:
        """A paragraph whose first line is led by ``first`` and the others by ``rest`` (by default as many blanks);
        it may be broken after ``breaks``."""
        rest = " " * cell_len(first) if rest is None else rest
        room = self.width - cell_len(first)
        if breaks != " ":
            text = Text(_break_after(text.plain, breaks, room), text.style)
        for number, line in enumerate(self.wrap(text, room)):
            self.lines.append(Text.assemble(rest if number else first, line))

    def underlined(self, text: Text, room: int) -> Iterator[tuple[Text, Text]]:
        """The lines of a marked text, each with the line that goes beneath it, which may be empty."""
        for line in self.wrap(text, room):
            beneath = Text()
            for span in sorted(line.spans):
                column = cell_len(line.plain[: span.start])
                cells = max(cell_len(line.plain[: span.end]) - column, 1)
                beneath.append(" " * (column - beneath.cell_len))
                beneath.append("━" * cells, span.style)
            yield line, beneath

    def aligned(self, one: tuple[str, str], other: tuple[str, str], indent: str) -> None:
        """Two texts with their labels, one below the other; the words that differ are marked."""
        room = max(cell_len(label) for label, _ in (one, other)) + 2
        for (label, text), spans in zip((one, other), differences(one[1], other[1]), strict=True):
            lead = f"{indent}{label:<{room}}"
            indent = " " * len(indent)
            shown = marked(text, ((span, _DIFFERENT) for span in spans))
            for line, beneath in self.underlined(shown, self.width - cell_len(lead)):
                self.lines.append(Text.assemble(lead, line))
                lead = " " * len(lead)
                self.lines += [Text.assemble(lead, beneath)] if beneath.plain else []

    def text(self, colour: bool) -> str:
        """Everything written so far."""
        if not colour:
            return inert("".join(f"{line.plain.rstrip()}\n" for line in self.lines))
        console = Console(
            file=io.StringIO(), width=self.width, force_terminal=True, color_system="standard", _environ={}
        )
        with console.capture() as captured:
            for line in self.lines:
                console.print(line, soft_wrap=True, highlight=False)
        return inert(captured.get())


def marked(text: str, spans: Iterable[tuple[Span, str]]) -> Text:
    """``text`` made safe to show, with ``spans`` of it in their styles; where they overlap, the first one wins."""
    shown = Text()
    at = 0
    for span, style in spans:
        start = max(span.start, at)
        end = max(span.end, start)
        shown.append(visible(text[at:start]))
        shown.append(visible(text[start:end]), style)
        at = max(end, at)
    return shown.append(visible(text[at:]))


def _break_after(text: str, breaks: str, room: int) -> str:
    """``text`` with line feeds after ``breaks`` where a line would become too long."""
    lines = [""]
    for part in text.split(breaks):
        piece = f"{part}{breaks}"
        if lines[-1] and cell_len(lines[-1] + piece) > room:
            lines.append("")
        lines[-1] += piece
    return "\n".join(lines).removesuffix(breaks)
