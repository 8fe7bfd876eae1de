"""How the files of a corpus are read, and how much of them at a time."""

from __future__ import annotations

from dataclasses import dataclass

from mtqa.core.errors import ConfigError

__all__ = ["Reading"]

_MIB = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """Settings of every file of a run. Raises ConfigError where one makes no sense.

    Attributes:
        delimiter: what parts the fields of a table of text; by default a comma in CSV, a tab in TSV.
        quotes: whether quotation marks around a field of such a table are no part of it.
        row: bytes of a row, or of an article; a longer one is not held in memory and becomes a row with its error.
        page: bytes that the pages of a Parquet file that are unpacked at the same time may come to.
        values: the most values of such a page, or of the lists of a column in a row group.
        source: the file that an article was translated from, as a pattern of `mtqa.formats.pairing.source_file`; an
            article without one is judged without.
        window: bytes of what was unpacked before that Zstandard may refer to.
    """

    delimiter: str | None = None
    quotes: bool = True
    row: int = 4 * _MIB
    page: int = 128 * _MIB
    values: int = 2**24
    window: int = 128 * _MIB
    source: str | None = None

    def __post_init__(self) -> None:
        given = self.delimiter
        if given is not None and (len(given) != 1 or given in '\r\n"\0\ufeff' or not given.encode("utf-8", "ignore")):
            raise ConfigError(f"--delimiter {given}: must be one character, or tab; give ; or | or tab, for example")

    @property
    def too_long(self) -> str:
        """What is said of a row that is."""
        return f"over the limit of {self.row:,} bytes; split it into several rows, or allow larger documents"
