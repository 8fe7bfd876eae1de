"""PDF: paragraphs from lines, and what cannot be read or written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from doc_pages import ROOT
from growth import assert_linear
from pdfs import Row, column, made

from mtqa import formats
from mtqa.core.documents import Document
from mtqa.core.errors import ConfigError, InputError
from mtqa.core.findings import Applicability, Edit
from mtqa.core.spans import Span
from mtqa.formats import pdf, pdf_lines
from mtqa.formats.pdf_lines import Line, Page


def read(raw: bytes) -> Document:
    (document,), failures = formats.read_bytes(raw, "a.pdf")
    assert not failures
    return document


def blocks(raw: bytes) -> list[tuple[str, str, str]]:
    document = read(raw)
    return [(block.place, block.kind.value, block.span.of(document.text)) for block in document.blocks]


def test_columns_pages_and_edges() -> None:
    found = blocks((ROOT / "seeds" / "030_clocks.pdf").read_bytes())
    assert [(place, kind, words[:24], words[-24:]) for place, kind, words in found] == [
        ("page 1", "heading", "The clock that nobody wi", "e clock that nobody winds"[-24:]),
        ("page 1", "paragraph", "Since last autumn the cl", "ound out why it gains them."[-24:]),
        ("page 1", "paragraph", "The hall was built in 18", "e at a quarter to three."[-24:]),
        ("page 1", "paragraph", "“We could buy a new one,", "thing left to argue about.”"[-24:]),
        ("page 2", "paragraph", "There are three other cl", "in the year of the flood."[-24:]),
        ("page 3", "paragraph", "In spring the council wi", " a decision before noon."[-24:]),
    ]
    assert "the first file of letters" in found[3][2]
    assert "at the very least. The one" in found[4][2]


@pytest.mark.parametrize("rotate", [0, 90])
@pytest.mark.parametrize("turn", ["0 1 -1 0 {0} {1}", "-1 0 0 -1 {2} {3}", "0 -1 1 0 {4} {5}"])
def test_lines_that_are_turned(turn: str, rotate: int) -> None:
    said = "The clock on the corn hall has kept its own time since last autumn, and nobody has ever found out why."
    rows = [
        (turn.format(400 - row.y, row.x, 400 - row.x, 600 - row.y, row.y, 600 - row.x), row.text)
        for row in column(said, 40, 300)
    ]
    shown = "\n".join(f"BT /T 10 Tf {matrix} Tm ({text}) Tj ET" for matrix, text in [("1 0 0 1 5 90", "Draft"), *rows])
    raw = made([[]], raw=shown.encode()).replace(b"/MediaBox", b"/Rotate %d /MediaBox" % rotate)
    assert sorted(text for _, _, text in blocks(raw)) == ["Draft", said]


def test_words_that_are_parted_at_the_ends_of_lines() -> None:
    rows = [
        "The notes were well-",
        "known to the town, and the mayor exam-",
        "ined each of them on the Anglo-",
        "Saxon desk.",
    ]
    raw = made([[Row(40, 500 - 12 * number, text) for number, text in enumerate(rows)]])
    ((_, _, words),) = blocks(raw)
    assert (
        words == "The notes were well-known to the town, and the mayor examined each of them on the Anglo-Saxon desk."
    )


def test_lists_contents_and_rows_of_tables() -> None:
    rows = [
        Row(40, 500, "The council heard three of them that night:"),
        Row(40, 488, "• The first spoke of pigeons, and of"),
        Row(50, 476, "nothing else."),
        Row(40, 464, "• The second spoke of trains and of time."),
        Row(40, 430, "Pigeons . . . . . . . . . . . . . . . 12"),
        Row(40, 418, "Trains . . . . . . . . . . . . . . . . 14"),
        Row(40, 380, "Monday"),
        Row(200, 380, "Closed"),
    ]
    assert blocks(made([rows])) == [
        ("page 1", "paragraph", "The council heard three of them that night:"),
        ("page 1", "list-item", "The first spoke of pigeons, and of nothing else."),
        ("page 1", "list-item", "The second spoke of trains and of time."),
        ("page 1", "boilerplate", "Pigeons . . . . . . . . . . . . . . . 12"),
        ("page 1", "boilerplate", "Trains . . . . . . . . . . . . . . . . 14"),
        ("page 1", "heading", "Monday"),
        ("page 1", "heading", "Closed"),
    ]


@pytest.mark.parametrize(
    "line",
    [
        lambda n: Line("word", 40, 700 - 0.001 * n, 300, 700 - 0.001 * n - 12, 10, False),  # all of one paragraph
        lambda n: Line("exam\x02ine" * 5, 40, 700, 300, 690, 10, False),
        lambda n: Line("x" * 50, 40, 700, 90, 700, 10, False),
        lambda n: Line(f"{n}", 40, 590, 50, 590, 10, False),  # at the edge
        lambda n: Line(". . . . . . 1", 40, 700, 50, 700, 10, False),
    ],
)
def test_paragraphs_are_made_in_linear_time(monkeypatch: pytest.MonkeyPatch, line: Callable[[int], Line]) -> None:
    def read_lines(count: int) -> None:
        page = Page(600, [line(number) for number in range(count)])
        monkeypatch.setattr(pdf, "pages_of", lambda *_: [page])
        assert read(b"%PDF")

    assert_linear(read_lines, lambda n: n)


def test_a_pdf_is_only_read() -> None:
    raw = made([list(column("The ferry was late after a hour, and nobody minded much.", 40, 500))])
    document = read(raw)
    assert formats.write(document, []) == raw
    with pytest.raises(InputError, match=r"a\.pdf: a PDF is only read; repair the file that it was made from by hand"):
        formats.write(document, [Edit(span=Span(0, 3), text="A", applicability=Applicability.SAFE)])
    assert formats.crosses_markup(document, Span(4, 9))  # so that no edit of it is safe


def test_a_pdf_without_text_is_an_empty_document() -> None:
    assert blocks(made([[], []])) == []


def test_what_cannot_be_read_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    seed = (ROOT / "seeds" / "030_clocks.pdf").read_bytes()
    for raw in (b"The ferry was late.", b"", b"%PDF-1.4\n", seed[:200], bytes(reversed(seed))):
        with pytest.raises(InputError, match=r"a\.pdf: not a readable PDF; open it in a viewer"):
            read(raw)
    deep = made([[Row(40, 500, "Late.")]], raw=b"q " * 100_000 + b"[" * 100_000)
    try:
        read(deep)
    except InputError as error:
        assert "PDF" in str(error)  # noqa: PT017 - either is fine
    monkeypatch.setattr(pdf_lines, "_SECONDS", 0.01)
    with pytest.raises(InputError, match=r"takes longer than 0\.01 s to read; split it"):
        read(seed)


def test_without_the_extra_folders_are_judged_without_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.pdf").write_bytes(made([[]]))
    (tmp_path / "a.txt").write_text("Late.")
    assert formats.expand([tmp_path]).files == [tmp_path / "a.pdf", tmp_path / "a.txt"]
    for module in (pdf, pdf_lines):
        monkeypatch.setattr(module, "find_spec", lambda _: None)
    assert formats.expand([tmp_path])[::2] == ([tmp_path / "a.txt"], [tmp_path / "a.pdf"])
    with pytest.raises(ConfigError, match=r"pip install 'mtqa\[pdf\]'"):
        formats.read(tmp_path / "a.pdf")
