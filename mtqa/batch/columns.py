"""Which columns of a corpus are what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mtqa.core.errors import ConfigError, InputError

__all__ = ["RESERVED", "Columns"]

_VERDICT = ("p_mt", "decision", "reason", "source_language", "language", "segments", "signature")
RESERVED = frozenset(("id", *_VERDICT, "file", "line", "error"))
"""The fields of an output row, which no column that is kept may be named like."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Which keys or columns of a row are what, and which are carried into the output as they are. Raises ConfigError
    where one of those would hide a field of the output, or has a name that cannot be written."""

    id: str = "id"
    text: str = "text"
    language: str = "language"
    source: str = "source"
    keep: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in self.keep:
            if name in RESERVED:
                raise ConfigError(f"--keep {name}: the output has a field of that name; rename the column")
            if name.encode("utf-8", "replace").decode() != name:
                raise ConfigError(f"--keep {name}: not UTF-8; rename the column")

    @property
    def needed(self) -> tuple[str, ...]:
        """The columns that a table must have."""
        return (self.id, self.text, *self.keep)

    @property
    def known(self) -> frozenset[str]:
        """All columns that are read."""
        return frozenset((*self.needed, self.language, self.source))

    def asked(self, *, sparse: bool) -> tuple[tuple[str, str], ...]:
        """Those that were named, each with the option that named it; of ``sparse`` rows, which have no key where they
        have no value, those that every row must have."""
        roles = {"id": self.id, "text": self.text} | (
            {} if sparse else {"language": self.language, "source": self.source}
        )
        named = [(f"--{role}-column", name) for role, name in roles.items() if name != role]
        return (*named, *(("--keep", name) for name in self.keep if not sparse))

    def check(self, names: Sequence[str], table: str) -> None:
        """Raises InputError unless the columns ``names`` of a table are all that is needed, each of them once."""
        for name in self.needed:
            if name not in names:
                known = ", ".join(names[:20])
                hint = _other_delimiter(names)
                raise InputError(
                    table,
                    f"no column '{name}' in {known}; {hint or 'name one with --id-column, --text-column or --keep'}",
                )
        if len(set(names)) < len(names):
            raise InputError(table, "two columns have the same name; rename one")


def _other_delimiter(names: Sequence[str]) -> str | None:
    """What to do where a header was not parted, as it has another delimiter."""
    if len(names) > 1 or not names:
        return None
    found = next((delimiter for delimiter in ";\t|," if delimiter in names[0]), None)
    if found is None:
        return None
    shown = "tab" if found == "\t" else f"'{found}'"
    return f"if {shown} separates its fields, give --delimiter {shown}"
