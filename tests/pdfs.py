"""Small PDFs, made by hand: lines at places, in Times or in Courier. ``python tests/pdfs.py`` makes the seed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from textwrap import wrap
from typing import NamedTuple

FI = "\x01"
"""The ligature."""


class Row(NamedTuple):
    """A line of text; ``x`` and ``y`` in points from the lower left corner of a page of 400 by 600."""

    x: float
    y: float
    text: str
    size: float = 10.0
    code: bool = False


def made(pages: Sequence[Sequence[Row]], *, raw: bytes = b"") -> bytes:
    """A PDF of these pages; ``raw`` comes before the text of the first."""
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Times-Roman"
        b" /Encoding << /BaseEncoding /WinAnsiEncoding /Differences [1 /fi] >> >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>",
    ]
    kids = []
    for number, rows in enumerate(pages):
        content = (raw if not number else b"") + b"\n".join(map(_shown, rows))
        kids.append(len(objects) + 1)
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 400 600] /Contents %d 0 R"
            b" /Resources << /Font << /T 3 0 R /C 4 0 R >> >> >>" % (len(objects) + 2)
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(b"%d 0 R" % kid for kid in kids), len(kids))
    found, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(found))
        found += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    end = b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    return found + end % (size, table, size, len(found))


def _shown(row: Row) -> bytes:
    text = row.text.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    return b"BT /%s %g Tf 1 0 0 1 %g %g Tm (%s) Tj ET" % (b"CT"[not row.code :][:1], row.size, row.x, row.y, text)


def column(text: str, x: float, y: float, width: int = 34) -> Iterator[Row]:
    """A paragraph in lines of so many characters, from ``y`` down."""
    for number, line in enumerate(wrap(text, width)):
        yield Row(x, y - 12 * number, line)


def _seed() -> bytes:
    def edge(page: int) -> list[Row]:
        return [Row(40, 575, f"The Town Clocks of Wenham    {page}", 8), Row(190, 20, str(page), 8)]

    first = [
        Row(40, 530, "The clock that nobody winds", 16),
        *column(
            "Since last autumn the clock on the corn hall has kept its own time. It gains four minutes a week, and "
            "on Mondays a man from the council comes to put it back. He has never found out why it gains them.",
            40,
            500,
        ),
        *column(
            "The hall was built in 1871, and the clock came nine years later from a workshop in Derby that made "
            "them for railway stations. Its hands are of copper, and pigeons like to sit on the longer one at a "
            "quarter to three.",
            40,
            420,
        ),
        *column(
            f"“We could buy a new one,” says Ada Marsh, who has the {FI}rst {FI}le of letters about it. “But then we "
            "would have nothing left to argue about.”",
            220,
            500,
        ),
    ]
    second = [
        *column("There are three other clocks in the town, and all of them are right twice a day at the very", 40, 530),
        *column("least. The one at the school stopped in the year of the flood.", 220, 530),
        Row(40, 440, "mtqa score clock.pdf", 9, code=True),
    ]
    third = list(column("In spring the council will vote again. Nobody expects a decision before noon.", 40, 530))
    return made([[*edge(1), *first], [*edge(2), *second], [*edge(3), *third]])


if __name__ == "__main__":
    (Path(__file__).parent.parent / "seeds" / "030_clocks.pdf").write_bytes(_seed())
