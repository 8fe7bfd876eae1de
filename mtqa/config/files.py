"""Where settings come from: the user's file, the project's, and the flags of the command line."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mtqa.config.lines import Place, lines_of
from mtqa.core.errors import ConfigError
from mtqa.core.files import MEGABYTE, own_folder, read_text
from mtqa.core.tables import readable, toml

__all__ = ["FILE_NAME", "Source", "flags_source", "project_source", "user_source"]

FILE_NAME = "mtqa.toml"
_PYPROJECT = "pyproject.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Settings from one place, as they were written.

    Attributes:
        file: as messages name it; empty for the command line.
        folder: what relative paths are relative to.
        data: the table of the settings.
        root: the keys that lead to that table.
        lines: on which line each key of the file stands.
    """

    file: str = ""
    folder: Path
    data: Mapping[str, Any]
    root: Place = ()
    lines: Mapping[Place, int] = field(default_factory=dict, repr=False)

    def where(self, *place: str | int) -> str:
        """Where the key at ``place`` below the table stands: ``"file:line"``, or the flag's name."""
        if not self.file:
            return f"--{place[0]}"
        return f"{self.file}:{self.lines[(*self.root, *place)]}"

    def origin(self, *place: str | int) -> str:
        """The same for Settings.origins."""
        return self.where(*place) if self.file else "flag"


def user_source() -> Source | None:
    """The user's own file, ``$XDG_CONFIG_HOME/mtqa/mtqa.toml``, else ``~/.config/mtqa/mtqa.toml``, if it is there.

    Raises:
        ConfigError: it cannot be read.
    """
    folder = own_folder("config")
    return _read(folder.parent.resolve() / folder.name / FILE_NAME)


def project_source(start: Path) -> Source | None:
    """The nearest file with settings: of ``start`` or a folder above it; where one folder has both, of ``mtqa.toml``
    and ``pyproject.toml`` the former.

    Raises:
        ConfigError: a file on the way cannot be read.
    """
    start = start.resolve()
    for folder in (start, *start.parents):
        if found := _read(folder / FILE_NAME) or _read(folder / _PYPROJECT):
            return found
    return None


def flags_source(flags: Mapping[str, Any]) -> Source:
    """The flags that were given: those that are not None. Their paths are relative to the current folder."""
    given = {name: list(value) if isinstance(value, tuple) else value for name, value in flags.items()}
    return Source(folder=Path.cwd(), data={name: value for name, value in given.items() if value is not None})


def _read(path: Path) -> Source | None:
    """The settings in ``path``; None if there is no such file or it has no table of them."""
    if not os.path.lexists(path):
        return None
    name = _shown(path)
    if os.path.exists(path) and not os.path.isfile(path):  # noqa: PTH110, PTH113 - Path's raise in a closed folder
        raise ConfigError(f"{name}: not a file; put the settings into a file of this name, or rename it")
    with readable(name):
        text = read_text(path, MEGABYTE, encoding="utf-8-sig")
        data = toml(text)
        root: Place = ()
        if path.name == _PYPROJECT:
            root = ("tool", "mtqa")
            tool = data.get("tool")
            if not isinstance(tool, dict) or "mtqa" not in tool:
                return None
            data = tool["mtqa"]
        source = Source(file=name, folder=path.parent, data=data, root=root, lines=lines_of(text))
    if not isinstance(data, dict):
        raise ConfigError(f"{source.where()}: tool.mtqa must be a table; write [tool.mtqa] and settings below it")
    return source


def _shown(path: Path) -> str:
    """``path`` as a person in the current folder would write it."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
