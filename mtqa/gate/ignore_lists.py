"""The lines of a list that a person keeps, such as an ignore file or a term list."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

from mtqa.core.errors import ConfigError
from mtqa.core.files import MEGABYTE, read_file

__all__ = ["lines_of"]

_LARGEST = 20 * MEGABYTE
_LINE_END = re.compile(rb"\r\n|\n|\r")


def lines_of(path: Path) -> list[str]:
    """The lines of a UTF-8 file, a byte order mark and line ends left out.

    Raises:
        ConfigError: the file cannot be read, or a line of it is not UTF-8.
    """
    try:
        raw = read_file(path, _LARGEST)
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror}); check the path and its permissions") from None
    lines: list[str] = []
    for number, line in enumerate(_LINE_END.split(raw.removeprefix(codecs.BOM_UTF8)), start=1):
        try:
            lines.append(line.decode())
        except UnicodeDecodeError:
            raise ConfigError(f"{path}, line {number}: not UTF-8; save the file as UTF-8") from None
    return lines
