"""The lines of a PDF, by PDFium, in a process of its own: a hostile file can end or fill that one alone.

``python -m mtqa.formats.pdf_lines`` reads a PDF from standard input and writes its pages as JSON.
"""

from __future__ import annotations

import ctypes
import json
import math
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from importlib.util import find_spec
from itertools import groupby
from typing import Any, NamedTuple

from mtqa.core.errors import ConfigError, InputError
from mtqa.core.files import MEGABYTE

__all__ = ["Line", "Page", "pages_of"]

_SECONDS = 120
_MEMORY = 2048 * MEGABYTE
_CHARACTERS = 20 * MEGABYTE
_LINE = 64  # characters that one costs besides
_MONOSPACE = ("cmtt", "consol", "courier", "mono", "typewriter")
_ENDS = "\r\n"
_SIGNS = 200  # looked at to tell how a page is to be turned
_ROOM = 2.0  # times the height of letters


class Line(NamedTuple):
    """Characters in a row; or several rows, where words are parted at their ends. Places are in points from the lower
    left corner of the page, as it lies when the line is upright.

    Attributes:
        text: U+0002 stands where a word is parted.
        left, begin: of its first sign, and how high that stands; ``right`` and ``end`` of its last.
        size: of its first letter.
        code: whether its first and last letters are of a typewriter's font.
    """

    text: str
    left: float
    begin: float
    right: float
    end: float
    size: float
    code: bool


class Page(NamedTuple):
    """Its lines, in the order in which the file draws them: mostly that of reading."""

    height: float
    lines: list[Line]


def pages_of(raw: bytes, uri: str) -> list[Page]:
    """The pages of the PDF in ``raw``.

    Raises:
        InputError: it is no PDF, needs a password, or takes too much time or memory.
        ConfigError: the extra is not installed.
    """
    if find_spec("pypdfium2") is None:
        raise ConfigError(f"{uri}: PDF needs pypdfium2, which is not installed; pip install 'mtqa[pdf]'")
    # -P: no module is taken from the folder that the user is in.
    command = [sys.executable, "-P", "-m", __name__]
    try:
        done = subprocess.run(command, input=raw, capture_output=True, timeout=_SECONDS)  # noqa: S603
    except subprocess.TimeoutExpired:
        raise InputError(uri, f"a PDF that takes longer than {_SECONDS} s to read; split it") from None
    if done.returncode:
        raise InputError(uri, "a PDF that cannot be read; open it in a viewer and print it to a new file")
    answer: Any = json.loads(done.stdout)
    if isinstance(answer, str):
        raise InputError(uri, answer)
    return [Page(height, [Line(*line) for line in lines]) for height, lines in answer]


def _main() -> None:
    with suppress(ImportError, OSError, ValueError):  # Windows has none, and a limit may be lower already
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    json.dump(_answer(sys.stdin.buffer.read()), sys.stdout)


def _answer(raw: bytes) -> list[Page] | str:
    """The pages, or why there are none."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(raw)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            return "a PDF with a password; save it without one"
        return "not a readable PDF; open it in a viewer and print it to a new file"
    pages: list[Page] = []
    left = _CHARACTERS
    for page in document:
        # Lines come in the order of reading only where most of them are upright.
        page.set_rotation(-90 * _usual_quarter(page.get_textpage()) % 360)
        lines = list(_lines(page.get_textpage()))
        left -= sum(len(line.text) + _LINE for line in lines)
        if left < 0:
            return "a PDF with more text than 20 MB; split it"
        pages.append(Page(page.get_height(), lines))
        page.close()
    return pages


def _lines(text: Any) -> Iterator[Line]:
    from pypdfium2 import raw

    signs = [chr(raw.FPDFText_GetUnicode(text, at)) for at in range(text.count_chars())]
    rows = [list(row) for is_end, row in groupby(range(len(signs)), key=lambda at: signs[at] in _ENDS) if not is_end]
    for shown in (part for row in rows for part in _parts(text, [at for at in row if not signs[at].isspace()])):
        first, last = shown[0], shown[-1]
        letters = [at for at in shown if signs[at].isalpha()] or shown
        yield Line(
            "".join(signs[first : last + 1]),
            _box(text, first).left,
            _box(text, letters[0]).bottom,
            _box(text, last).right,
            _box(text, letters[-1]).bottom,
            raw.FPDFText_GetFontSize(text, letters[0]) * _scale(text, letters[0]),
            all(any(part in _font(text, at) for part in _MONOSPACE) for at in (letters[0], letters[-1])),
        )


def _parts(text: Any, row: Sequence[int]) -> Iterator[list[int]]:
    """The signs of a row, parted where there is room for several letters: the cells of a table, say."""
    part: list[int] = []
    for at in row:
        if part and at > part[-1] + 1:
            before, here = _box(text, part[-1]), _box(text, at)
            if here.left - before.right > _ROOM * (here.top - here.bottom):
                yield part
                part = []
        part.append(at)
    if part:
        yield part


def _box(text: Any, at: int) -> Any:
    """Around a sign, as high as its font, on the page turned so that it is upright."""
    from pypdfium2 import raw

    found = raw.FS_RECTF()
    raw.FPDFText_GetLooseCharBox(text, at, found)
    width, height = text.page.get_size()
    if text.page.get_rotation() % 180:
        width, height = height, width
    for _ in range(_quarter(text, at)):
        turned = height - found.top, found.left, height - found.bottom, found.right
        found.left, found.bottom, found.right, found.top = turned
        width, height = height, width
    return found


def _quarter(text: Any, at: int) -> int:
    """By how many quarters of a turn, clockwise, a sign is not upright."""
    from pypdfium2 import raw

    angle: float = raw.FPDFText_GetCharAngle(text, at)
    return round(angle / (math.pi / 2)) % 4


def _usual_quarter(text: Any) -> int:
    """Of some signs all over a page."""
    count = text.count_chars()
    found = Counter(_quarter(text, at) for at in range(0, count, max(1, count // _SIGNS)))
    return max(found, key=found.__getitem__, default=0)


def _scale(text: Any, at: int) -> float:
    """By how much the page enlarges the font."""
    from pypdfium2 import raw

    found = raw.FS_MATRIX()
    return math.hypot(found.c, found.d) or 1.0 if raw.FPDFText_GetMatrix(text, at, found) else 1.0


def _font(text: Any, at: int) -> str:
    from pypdfium2 import raw

    name, flags = ctypes.create_string_buffer(128), ctypes.c_int()
    raw.FPDFText_GetFontInfo(text, at, name, len(name), flags)
    return name.value.decode("utf-8", "replace").lower()


if __name__ == "__main__":
    _main()
