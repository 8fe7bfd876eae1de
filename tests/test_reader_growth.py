"""Small hostile files cost every reader work that grows as they do."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from growth import assert_linear

from mtqa import formats
from mtqa.core.errors import MtqaError

PO = 'msgid ""\nmsgstr "Language: en\\n"\n\nmsgid "a"\nmsgstr "{}"\n'
XLIFF = (
    '<xliff version="1.2"><file original="a"><body><trans-unit id="1"><source>a</source>'
    "<target>{}</target></trans-unit></body></file></xliff>"
)
MARKDOWN = (
    "![",
    "[",
    "[a](b",
    "[a](<b",
    "[a][",
    "[^1]",
    "[a]: b\n",
    "`",
    "`a``",
    "<",
    "<a ",
    "<!--",
    "<br>",
    "<div>",
    "<x y={",
    "{",
    "{{< ",
    "{% ",
    "{/* ",
    "{% highlight %}\n",
    "$a ",
    "$$\n",
    "*a ",
    "_a",
    "~~a",
    "==a",
    "\\",
    "&",
    "> ",
    ">",
    "- ",
    "- a\n",
    "1. a\n",
    "# a\n",
    "***\n",
    "|",
    "|a",
    ": a\n",
    "a\n: b\n",
    "!!! a\n",
    '=== "a"\n',
    ":::a\n",
    "::: {",
    "[^a]: b\n",
    "import {\n",
    "export const a = {\n",
    "```\n",
    "~~~a\n",
    "- [ ] a\n",
    "> [!A]\n",
    "http://a ",
    "a@",
    "a \t",
    "\n",
    "'",
    '"',
    "(",
)
HTML = (
    "<",
    "<!",
    "<!--",
    "<a ",
    '<a "',
    "<a b='",
    "</a",
    "<script>",
    "</script ",
    "<br>",
    "<div>",
    "<p>",
    "<li>",
    "<td>",
    "<b>a",
    "<del>a",
    "<div class=related>a",
    "<a href=x>a",
    "&",
    "&#",
    "&#1;",
    "&amp;",
    "{{",
    "a <i hidden>",
    "<html lang",
    "a\n",
    "<p>a</p>",
    "<h1>a",
)
MDX = (
    "<A>\n",
    "<A b={\n",
    "<A b={`",
    "{\n",
    "{a",
    "{`",
    "{/*",
    "{//\n",
    "{'",
    "<pre>\n",
    "<A>a</A>\n",
    "</A>",
    "<A ",
    "<>",
)
RST = (
    ".. ",
    ".. a\n",
    ".. a::\n",
    ".. note:: a\n",
    ".. [1] ",
    ".. _a",
    ".. |a|",
    "``",
    "`",
    "`a`_ ",
    "`a <",
    ":a:`",
    "**",
    "*a",
    "|",
    "| a\n",
    "_`",
    "[a]_ ",
    "a_ ",
    "\\",
    "::\n\n",
    "a::\n\n a\n",
    "- ",
    "- a\n\n  ",
    "1. ",
    ":a: ",
    ":a",
    "-a  ",
    "a\n b\n",
    "===\n",
    "== ==\n",
    "+-+\n",
    ">>> a\n",
    "a ",
)
ASCIIDOC = (
    "= a\n",
    "====\n",
    "--\n",
    "----\n",
    "____\n",
    "|===\n",
    "|a ",
    "2+|",
    "[a]\n",
    "[[",
    "[a",
    ":a: b\n",
    ".a\n",
    "* a\n",
    "** ",
    "a:: ",
    "a:: b\n",
    "+\n",
    "// a\n",
    "a::b[",
    "a\n--\n",
    "*a ",
    "_a",
    "**",
    "`",
    "``",
    "+",
    "+++",
    "#a ",
    "[a]#b",
    "^a",
    "{a",
    "<<a",
    "<<a,b",
    "(((",
    "((a",
    "link:a[",
    "footnote:[",
    "footnote:[a]",
    "{a}b[",
    '"`',
    "&amp;",
    "\\",
    "a +\n",
)
CUES = (
    "00:01.000 --> 00:02.000\n",
    "00:01.000 --> 00:02.000\na\n\n",
    "00:01.000 --> 00:02.000\n- a\n- b\n\n",
    "00:01.000 -->",
    "1\n",
    "a\n\n",
    "NOTE a\n\n",
    "<i>",
    "<",
    "{\\a",
    "[",
    "[a]",
    "- ",
    "A ",
    "A: ",
    ">> ",
    "# ",
    "&amp;",
)
OTHERS = {
    "a.mdx": MDX,
    "a.rst": RST,
    "a.adoc": ASCIIDOC,
    "a.srt": CUES,
    "a.vtt": CUES,
    "a.txt": ("a\n", "- a\n", "> a\n", "\n \n", "a ", "www.", "a@", "(c) ", "1. ", ". ", "By A "),
    "a.jsonl": ("[", '{"a":', '{"text": "a"}\n', '{"text": "\\', "\n"),
    "a.po": ("\\", "%(", "{", "<", "&", "`", "<<", "B<", "[a](", "a:b[", "*a", "__a", "|", "%a", "a@", "-"),
    "a.xlf": ("<g>", "<x/>", "&#10;", "&amp;", "]]&gt;", "<mrk mtype='seg'>", "a\n", "<![CDATA[a]]>", "&lt;b&gt;", "{"),
}
CUE = "WEBVTT\n\n00:00:00,000 --> 00:00:01,000\n{}"
WRAPPED = {"a.po": PO, "a.xlf": XLIFF, "a.srt": CUE, "a.vtt": CUE}
CASES = [
    *(("a.md", unit) for unit in MARKDOWN),
    *(("a.html", unit) for unit in HTML),
    *((name, unit) for name, units in OTHERS.items() for unit in units),
]


def reading(name: str) -> Callable[[str], None]:
    def read(text: str) -> None:
        try:
            formats.read_bytes(WRAPPED.get(name, "{}").replace("{}", text, 1).encode(), name)
        except MtqaError:
            return

    return read


@pytest.mark.parametrize(("name", "unit"), CASES)
def test_reading_grows_linearly(name: str, unit: str) -> None:
    assert_linear(reading(name), lambda n: "a " + unit * n, n=32)


@pytest.mark.parametrize(
    ("name", "opening", "closing"),
    [
        ("a.md", "[", "]"),
        ("a.md", "![", "](a)"),
        ("a.md", "> ", ""),
        ("a.html", "<div>", "</div>"),
        ("a.xlf", "<g>", "</g>"),
        ("a.mdx", "<A>\n", "</A>\n"),
        ("a.mdx", "{", "}"),
        ("a.rst", "- ", ""),
        ("a.adoc", "link:a[", "]"),
        ("a.adoc", "====\n", "====\n"),
        ("a.srt", "<i>", "</i>"),
    ],
)
def test_nesting_costs_linear_work(name: str, opening: str, closing: str) -> None:
    assert_linear(reading(name), lambda n: f"a {opening * n}a{closing * n}", n=32)
