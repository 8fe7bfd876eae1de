"""reStructuredText, AsciiDoc, MDX, SRT and WebVTT: what of them is prose, and how it is written back."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mutations import check
from test_prose import judged, masks, read, shown

from mtqa import formats
from mtqa.core.errors import InputError
from mtqa.core.findings import Applicability, Edit
from mtqa.core.spans import Span

PROSE = "Weigh the leaves first."

RST = [
    (f"Title\n=====\n\n{PROSE}", [("heading", "Title"), ("paragraph", PROSE)]),
    (f"=====\nTitle\n=====\n\n{PROSE}", [("heading", "Title"), ("paragraph", PROSE)]),
    (f".. note:: {PROSE}\n\n   So it is.", [("paragraph", PROSE), ("paragraph", "So it is.")]),
    (f".. admonition:: The kettle\n   :class: tip\n\n   {PROSE}", [("heading", "The kettle"), ("paragraph", PROSE)]),
    (f".. versionadded:: 3.4 {PROSE}", [("paragraph", PROSE)]),
    (f".. py:function:: pour(a,\n                      b)\n\n   {PROSE}", [("paragraph", PROSE)]),
    (
        f".. figure:: kettle.png\n   :alt: A kettle.\n\n   {PROSE}\n\n   It is.",
        [("caption", PROSE), ("paragraph", "It is.")],
    ),
    (
        f"- {PROSE}\n\n  So it is.\n- It is.",
        [("list-item", PROSE), ("list-item", "So it is."), ("list-item", "It is.")],
    ),
    (f"1. {PROSE}\n2. It is.", [("list-item", PROSE), ("list-item", "It is.")]),
    ("A. Einstein was here\nand left.", [("paragraph", "A. Einstein was here\nand left.")]),
    (f"Kettle\n   {PROSE}", [("heading", "Kettle"), ("list-item", PROSE)]),
    (
        f".. glossary::\n\n   kettle\n   pot\n      {PROSE}",
        [("heading", "kettle"), ("heading", "pot"), ("list-item", PROSE)],
    ),
    (f"{PROSE}\n\n   So it is.", [("paragraph", PROSE), ("quote", "So it is.")]),
    (f"It is. [#a]_\n\n.. [#a] {PROSE}", [("paragraph", "It is."), ("list-item", PROSE)]),
    (f"It is.\n\n:param tea: {PROSE}", [("paragraph", "It is."), ("paragraph", PROSE)]),
    ("Pour as follows::\n\n   ls -l\n\nIt is.", [("paragraph", "Pour as follows:"), ("paragraph", "It is.")]),
    (
        f".. list-table:: Tea\n\n   * - leaf\n     - {PROSE}",
        [("heading", "Tea"), ("heading", "leaf"), ("paragraph", PROSE)],
    ),
]
RST_NO_PROSE = [
    ".. code-block:: sh\n\n   The kettle is old.",
    ".. math:: The kettle is old.",
    ".. toctree::\n   :caption: The kettle is old.\n\n   kettle",
    ".. autofunction:: kettle.pour\n   :noindex:",
    ".. literalinclude:: kettle.py",
    ".. ipython::\n\n   The kettle is old.",
    ".. The kettle is old.",
    "..\n   The kettle is old.",
    ".. _kettle: https://example.org/kettle",
    ".. |kettle| replace:: The kettle is old.",
    "__ https://example.org/kettle",
    "::\n\n   The kettle is old.",
    "::\n\n> The kettle is old.",
    ">>> pour()\nThe kettle is old.",
    "+--------------------+\n| The kettle is old. |\n+--------------------+",
    "======== ====\nThe pot  old.\n======== ====",
    "--------",
]
ASCIIDOC = [
    (
        f"= Kettles\nAda Low <ada@example.org>\nv1.0, 2024-01-01\n:toc:\n\n{PROSE}",
        [("heading", "Kettles"), ("paragraph", PROSE)],
    ),
    (f"Kettles\n-------\n\n{PROSE}", [("heading", "Kettles"), ("paragraph", PROSE)]),
    (f"NOTE: {PROSE}", [("paragraph", PROSE)]),
    (f".Kettles\n[TIP]\n====\n{PROSE}\n====", [("heading", "Kettles"), ("paragraph", PROSE)]),
    (f"____\n{PROSE}\n____", [("quote", PROSE)]),
    (f"[quote, Ada Low]\n{PROSE}\n-- Ada Low", [("quote", PROSE)]),
    (
        f"* {PROSE}\n** It is\n  so.\n+\nIt was.",
        [("list-item", PROSE), ("list-item", "It is\nso."), ("list-item", "It was.")],
    ),
    (f". [x] {PROSE}\n<1> It is.", [("list-item", PROSE), ("list-item", "It is.")]),
    (f"Kettle:: {PROSE}", [("heading", "Kettle"), ("list-item", PROSE)]),
    (f"Kettle::\n  {PROSE}", [("heading", "Kettle"), ("list-item", PROSE)]),
    (
        f"|===\n|leaf 2+|{PROSE}\n\nl|ls\na|It is\nso.\n|===",
        [("heading", "leaf"), ("paragraph", PROSE), ("paragraph", "It is\nso.")],
    ),
    (f"It is.footnote:[{PROSE}] So.", [("paragraph", "It is. So."), ("list-item", PROSE)]),
    (f"ifdef::hot[]\n{PROSE}\nendif::[]", [("paragraph", PROSE)]),
    ("It is, +\n// not\nso.", [("paragraph", "It is,\nso.")]),
]
ASCIIDOC_NO_PROSE = [
    "[source,sh]\n----\nThe kettle is old.\n----",
    "....\nThe kettle is old.\n....",
    "++++\n<p>The kettle is old.\n++++",
    "////\nThe kettle is old.\n////",
    "// The kettle is old.",
    "```sh\nThe kettle is old.\n```",
    "[source]\nThe kettle is old.",
    "[stem]\n--\nThe kettle is old.\n--",
    "  The kettle is old.",
    ":kettle: The kettle \\\n  is old.",
    "image::kettle.png[The kettle is old.]",
    "include::kettle.adoc[]",
    "[[kettle]]",
    ",===\nThe kettle is old.\n,===",
    "'''",
]
MDX = [
    (f"<Note>\n  **Mind**: {PROSE}\n\n  - It is.\n</Note>", [("paragraph", f"Mind: {PROSE}"), ("list-item", "It is.")]),
    (f"<A>{PROSE}</A>\n<A b={{1}}>It is.</A>", [("list-item", PROSE), ("list-item", "It is.")]),
    (f"<details>\n<summary>Kettles</summary>\n{PROSE}\n</details>", [("heading", "Kettles"), ("paragraph", PROSE)]),
    ("It takes {2 * cups} cups.{' '}\nNo more.", [("paragraph", "It takes {2 * cups} cups.\nNo more.")]),
    (f"<pre>\nold\n</pre>\n<>\n        {PROSE}\n</>", [("paragraph", PROSE)]),
]
MDX_NO_PROSE = [
    "<Chart\n  // it's\n  data={[\n    { say: '>', or: `}` }, /* } */\n  ]}\n/>",
    "{\n  cups.map((cup) => <li>The kettle is old.</li>)\n}",
    "{/* The kettle\nis old. */}",
    "export const a = <p>The kettle is old.</p>",
    "<style>{`\n  The kettle { is: old }\n`}</style>",
]


@pytest.mark.parametrize(
    ("name", "raw", "found"),
    [
        *(("a.rst", *case) for case in RST),
        *(("a.adoc", *case) for case in ASCIIDOC),
        *(("a.mdx", *case) for case in MDX),
    ],
)
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_what_blocks_hold_is_read(name: str, raw: str, found: list[tuple[str, str]], ending: str) -> None:
    assert [(kind, text.replace("\r\n", "\n")) for kind, text in shown(read(raw.replace("\n", ending), name))] == found


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        *(("a.rst", raw) for raw in RST_NO_PROSE),
        *(("a.adoc", raw) for raw in ASCIIDOC_NO_PROSE),
        *(("a.mdx", raw) for raw in MDX_NO_PROSE),
    ],
)
def test_what_is_no_prose_is_left_out(name: str, raw: str) -> None:
    assert judged(read(f"{PROSE}\n\n{raw}\n\nIt is.\n", name)) == [PROSE, "It is."]


@pytest.mark.parametrize(
    ("name", "raw", "text", "masked"),
    [
        ("a.rst", "Pour *it* **now**, ``x``.", "Pour it now, x.", ["x"]),
        ("a.rst", "See :ref:`this <x>`, :func:`y` and `z`.", "See this, y and z.", ["y", "z"]),
        ("a.rst", "See `the page <https://a.org>`__ or it_ or `that one`_.", "See the page or it or that one.", []),
        ("a.rst", r"The |pot|, a \*star, H\ :sub:`2`\ O [1]_ here.", "The |pot|, a *star, H2O here.", ["|pot|"]),
        ("a.rst", "Say 2*3 or a_b or 'x* y*' now.", "Say 2*3 or a_b or 'x* y*' now.", []),
        ("a.adoc", "Pour *it* **n**ow, `x` and +y+.", "Pour it now, x and y.", ["x", "y"]),
        (
            "a.adoc",
            "See <<x,this>>, <<y>>, link:a[that] or https://a.org[it].",
            "See this, <<y>>, that or it.",
            ["<<y>>"],
        ),
        (
            "a.adoc",
            "The {pot}, H~2~O, (((x))) ((tea)) kbd:[F1].",
            "The {pot}, H2O, tea kbd:[F1].",
            ["{pot}", "kbd:[F1]"],
        ),
        ("a.adoc", '"`It`" isn`\'t [.line-through]#old# {url}/x[new] \\*.', "“It” isn’t new *.", []),
        ("a.adoc", "Say 2*3 or a_b or C# now.", "Say 2*3 or a_b or C# now.", []),
        (
            "a.mdx",
            "It is {a < b ? 'x' : `}`} now <B c={`>`} /> and <kbd>F1</kbd>.",
            "It is {a < b ? 'x' : `}`} now and F1.",
            ["{a < b ? 'x' : `}`}", "F1"],
        ),
    ],
)
def test_marks_among_words(name: str, raw: str, text: str, masked: list[str]) -> None:
    document = read(raw, name)
    assert (document.text, masks(document)) == (text, masked)


def film(*cues: str, web: bool = False) -> str:
    times = (f"00:00:{n:02}{'.' if web else ','}000 --> 00:00:{n + 1:02}{'.' if web else ','}000" for n in range(60))
    body = "\n\n".join(f"{n}\n{time}\n{cue}" for n, (time, cue) in enumerate(zip(times, cues, strict=False), 1))
    return ("WEBVTT\n\n" if web else "") + body + "\n"


@pytest.mark.parametrize(
    ("cues", "found"),
    [
        (["We came late", "and left early."], [("paragraph", "We came late\nand left early.")]),
        (["We came to the U.S.", "in May. So", "did he."], [("paragraph", "We came to the U.S.\nin May. So\ndid he.")]),
        (["We came.", "He left."], [("paragraph", "We came."), ("paragraph", "He left.")]),
        (["- Who came?\n- We did,", "and he."], [("paragraph", "Who came?"), ("paragraph", "We did,\nand he.")]),
        (["ADA: We came,", "JOHN O'HARA: He left."], [("paragraph", "We came,"), ("paragraph", "He left.")]),
        (
            [r"{\an8}<i>We</i> came,", "[a door slams]", "he left."],
            [("paragraph", "We came,"), ("caption", "[a door slams]"), ("paragraph", "he left.")],
        ),
        (["[sighs] We came. (softly) So."], [("paragraph", "We came. (softly) So.")]),
        (
            ["♪ Down by the sea ♪", "# Oh, my #", "We came."],
            [("caption", "Down by the sea"), ("caption", "Oh, my"), ("paragraph", "We came.")],
        ),
        (["We came #2, it is."], [("paragraph", "We came #2, it is.")]),
        (["so we came\n\nin May"], [("paragraph", "so we came\nin May")]),
    ],
)
def test_sentences_run_over_cues(cues: list[str], found: list[tuple[str, str]]) -> None:
    assert shown(read(film(*cues), "a.srt")) == found


def test_a_number_and_an_empty_line_before_a_cue_are_not_spoken() -> None:
    apart = film("We came", "in May.").replace("\n2\n", "\n2\n\n")
    assert shown(read(apart, "a.srt")) == [("paragraph", "We came\nin May.")]


def test_readings_of_characters_are_not_spoken() -> None:
    raw = film("We saw <ruby>漢<rt>kan</rt>字<rt.x>ji</rt></ruby> here.", web=True)
    assert judged(read(raw, "a.vtt")) == ["We saw 漢字 here."]


def test_webvtt_has_comments_voices_and_a_language() -> None:
    head = "WEBVTT\nLanguage: en\n\nNOTE mtqa off\n\nSTYLE\n::cue { color: red }\n\nREGION\nid:x\n\n"
    raw = film("<v.x Ada>We &amp; he", "<c.y>came</c> <00:00:02.000>late", "<v Jo>&lrm;He left.", web=True)
    document = read(raw.replace("WEBVTT\n\n", head), "a.vtt")
    assert document.language == "en"
    assert [comment.text for comment in document.comments] == [" mtqa off"]
    assert judged(document) == ["We & he\ncame late", "\u200eHe left."]


def rewritten(raw: str, name: str, *changes: tuple[str, str]) -> str:
    document = read(raw, name)
    edits = []
    for before, after in changes:
        start = document.text.index(before)
        span = Span(start, start + len(before))
        edits.append(Edit(span=span, text=after, applicability=Applicability.UNSAFE))
    return formats.write(document, edits).decode()


@pytest.mark.parametrize(
    ("cues", "before", "after", "written"),
    [
        (
            ["We came late", "and left early."],
            "late\nand left",
            "at ten and went",
            ["We came at ten", "and went early."],
        ),
        (
            ["We came late", "and left."],
            "We came late\nand left",
            "He went late, and left",
            ["He went late,", "and left."],
        ),
        (["One two", "three four."], "One two\nthree four", "A B C D", ["A B", "C D."]),
        (
            ["We <i>came</i>, late", "and left."],
            "We came, late\nand",
            "We never came, late and",
            ["We never <i>came</i>, late", "and left."],
        ),
        (["We came\nlate", "and left."], "late\nand", "late\nbut", ["We came\nlate", "but left."]),
        (["We came late", "and left."], "\n", " ", ["We came late", "and left."]),
        (["We came\nlate", "and left."], "late\n", "late, ", ["We came\nlate,", "and left."]),
    ],
)
def test_words_over_several_cues_are_parted_where_they_were(
    cues: list[str], before: str, after: str, written: list[str]
) -> None:
    assert rewritten(film(*cues), "a.srt", (before, after)) == film(*written)


@pytest.mark.parametrize(
    ("before", "text", "written"),
    [
        ("", "So ", ["So we <i>came</i>\nlate", "and left."]),
        ("we came", ",", ["we <i>came,</i>\nlate", "and left."]),
        ("we came\n", "too ", ["we <i>came</i>\ntoo late", "and left."]),
        ("we came\nlate", ",", ["we <i>came</i>\nlate,", "and left."]),
        ("we came\nlate\n", "but ", ["we <i>came</i>\nlate", "but and left."]),
        ("we came\nlate\nand left.", " Oh!", ["we <i>came</i>\nlate", "and left. Oh!"]),
    ],
)
def test_words_are_put_in_where_one_line_ends_and_another_begins(before: str, text: str, written: list[str]) -> None:
    document = read(film("we <i>came</i>\nlate", "and left."), "a.srt")
    assert document.text.startswith(before)
    change = Edit(span=Span(len(before), len(before)), text=text, applicability=Applicability.UNSAFE)
    assert formats.write(document, [change]).decode() == film(*written)


def test_no_edit_empties_a_line_or_makes_a_cue() -> None:
    raw = film("We came late", "and left.")
    cue = "late\n\n3\n00:00:09,000 --> 00:00:10,000\nand"
    for before, after in (("We came late\nand left.", "Went."), ("and left.", ""), ("late", cue)):
        with pytest.raises(InputError, match="by hand"):
            rewritten(raw, "a.srt", (before, after))
    web = film("We came late", web=True)
    assert rewritten(web, "a.vtt", ("came", "& he <came>")) == film("We &amp; he &lt;came&gt; late", web=True)


@pytest.mark.parametrize(
    ("name", "comment"),
    [
        ("a.mdx", "{/* mtqa off: quoted */}"),
        ("a.rst", ".. mtqa off: quoted"),
        ("a.adoc", "// mtqa off: quoted"),
        ("a.adoc", "////\nmtqa off: quoted\n////"),
    ],
)
def test_comments_can_ignore_findings(name: str, comment: str) -> None:
    raw = f"It is.\n\n{comment}\n\n{PROSE}\n"
    document = read(raw, name)
    (found,) = document.comments
    assert found.span.of(raw) == comment
    assert found.text.strip() == "mtqa off: quoted"


FRAGMENTS = {
    "a.rst": [raw for raw, _ in RST] + RST_NO_PROSE,
    "a.adoc": [raw for raw, _ in ASCIIDOC] + ASCIIDOC_NO_PROSE,
    "a.mdx": [raw for raw, _ in MDX] + MDX_NO_PROSE,
    "a.srt": [film("We came late", "<i>and</i> left.\n- It is."), film("[x]", "♪ y"), "It is.", "9"],
    "a.vtt": [film("<v A>We &amp; he", "<i>and</i> left."), "NOTE x", "STYLE\ny", "It is."],
}


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_every_edit_of_a_word_in_a_random_document_changes_that_word_alone(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(list(FRAGMENTS)))
    parts = data.draw(st.lists(st.sampled_from(FRAGMENTS[name]), min_size=1, max_size=6))
    gaps = data.draw(st.lists(st.sampled_from(["\n", "\n\n", "\n  ", "\n\n    "]), min_size=6, max_size=6))
    raw = "".join(part + gap for part, gap in zip(parts, gaps, strict=False))
    check(name, raw.encode())
    (document,), _ = formats.read_bytes(raw.encode(), name)
    for block in document.blocks:
        place = document.source_map.to_file(Span(block.span.start, block.span.start + 1))
        if place:
            change = Edit(
                span=Span(block.span.start, block.span.start + 1), text="W", applicability=Applicability.UNSAFE
            )
            at = place[0].start
            assert formats.write(document, [change]).decode() == f"{raw[:at]}W{raw[at + 1 :]}"
