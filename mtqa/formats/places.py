"""Names of places in documents without lines to see."""

from __future__ import annotations

from mtqa.core.excerpts import excerpt

__all__ = ["Places"]

_LONGEST = 60  # characters of a heading


class Places:
    """Counts the paragraphs of a document, and names each: ``"page 4, paragraph 12, under “Results”"``.

    Every paragraph that has text is counted, headings and items of lists included, and the cells of tables apart from
    them. Pages are those of the program that saved the file last, and are named where it noted them: ``paged``.
    """

    def __init__(self, *, paged: bool = False) -> None:
        self._page = int(paged)
        self._paragraph = self._table = self._row = self._cell = self._box = 0
        self._under = ""

    def turn_page(self) -> None:
        """A page ends here."""
        self._page += 1

    def paragraph(self) -> str:
        """The next paragraph."""
        self._paragraph += 1
        return self._named(f"paragraph {self._paragraph:,}")

    def heading(self, text: str) -> str:
        """The next paragraph, which is the heading ``text`` of what follows."""
        place = self.paragraph()
        self._under = excerpt(" ".join("".join(c if c.isprintable() else " " for c in text).split()), _LONGEST)
        return place

    def table(self) -> None:
        """A table begins."""
        self._table, self._row, self._cell = self._table + 1, 0, 0

    def row(self) -> None:
        """A row of it begins."""
        self._row, self._cell = self._row + 1, 0

    def next_cell(self) -> None:
        """A cell of it begins."""
        self._cell += 1

    def cell(self) -> str:
        """The cell that began last."""
        return self._named(f"table {self._table:,}, row {self._row:,}, cell {self._cell:,}")

    def box(self) -> None:
        """A text box begins."""
        self._box += 1

    def boxed(self) -> str:
        """The text box that began last."""
        return self._named(f"text box {self._box:,}")

    def _named(self, what: str) -> str:
        page = f"page {self._page:,}, " if self._page else ""
        return f"{page}{what}, under “{self._under}”" if self._under else f"{page}{what}"
