"""Files that are nearly good: seeds with bytes, lines and markup out of place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from mtqa import formats
from mtqa.core.documents import Document
from mtqa.core.errors import MtqaError
from mtqa.segmentation import segment

__all__ = ["SEEDS", "check", "mutated"]

_ROOT = Path(__file__).parent.parent
_SMALL = {
    "s.md": b"---\nlang: en\n---\n\n:::note[One]\nTwo *three*.\n:::\n\n!!! tip\n    Four.\n\n<details>\n<summary>Five"
    b"</summary>\n"
    b"Six<br>seven.\n</details>\n\n| a | b |\n|---|---|\n| `c` | d\\|e. |\n\n> [!TIP]\n> Eight {{ x }} ~~nine~~"
    b" [ten](u).[^1]\n\n"
    b'[^1]: Eleven.\n\n{{< x y="z" >}}\n\nTwelve\n: Thirteen $x^2$ ![a](b) <a {b}> &amp; &#1;.\n',
    "s.html": b"<html lang=en><body><article><h1>One</h1><p>Two <time>three</time> <del>four</del> five&nbsp;&#1;."
    b"<br>Six.</p>"
    b"<ul><li>Seven.</ul><table><tr><td>eight</table><div class='related'><a href=x>Nine</a></div></article></body>",
    "s.jsonl": b'{"id": 1, "text": "One \\ud83d\\ude00 two.", "source": "Eins \\ud800.", "n": [1e9, null]}\n',
    "s.po": b'msgid ""\nmsgstr "Language: en\\n"\n\n#. type: Table\n#, no-wrap\nmsgid "|a |b"\n'
    b'msgstr "|One |Two, <<x,y>> B<z>."\n',
}
SEEDS: list[tuple[str, bytes]] = [
    *_SMALL.items(),
    *(
        (path.name, path.read_bytes())
        for folder in ("seeds", "tests/data/formats")
        for path in sorted((_ROOT / folder).iterdir())
        if path.name != "README.md"
    ),
]
"""Names and bytes of good files, of every format."""

_HOSTILE = (
    b"\0",
    b"\x01",
    b"\xff",
    b"\xed\xa0\x80",
    b"\xc3",
    b"\xef\xbb\xbf",
    b"\r",
    b"\r\n",
    b"\n\n",
    b"\t",
    b"    ",
    b"\xe2\x80\xa8",
    b"&#0;",
    b"&#1;",
    b"&#xD800;",
    b"&#x110000;",
    b"&#99999999;",
    b"&bogus;",
    b"&",
    b"<",
    b">",
    b"</p>",
    b"<p>",
    b"<br>",
    b"<!--",
    b"-->",
    b"<![CDATA[",
    b"]]>",
    b"<!DOCTYPE x>",
    b"<script>",
    b"<del>",
    b"</del>",
    b"<table><td>",
    b"<div hidden>",
    b"<a {",
    b"```",
    b"`",
    b"~~~",
    b"~~",
    b"[",
    b"](",
    b"![",
    b"[^1]",
    b"[^1]:",
    b"|",
    b"|---|",
    b"> ",
    b"- ",
    b"1. ",
    b"# ",
    b"---\n",
    b"+++\n",
    b":::",
    b":::note[",
    b"!!! x\n",
    b"??? x\n",
    b"{{<",
    b">}}",
    b"{%",
    b"%}",
    b"{/*",
    b"*/}",
    b"$$",
    b"$",
    b"\\",
    b"import {",
    b"export const a = {",
    b": x\n",
    b"*[A]: b",
    b"==",
    b"\xee\x80\x80",
    b'"',
    b"\\u",
    b"\\ud800",
    b"1e999",
    b"{",
    b"}",
    b"[" * 99,
    b"#~ ",
    b"#, fuzzy\n",
    b"#. type: Table\n",
    b"msgid",
    b'msgctxt ""\n',
    b"\\x00",
    b"<A b={",
    b"{`",
    b"/>",
    b"</A>",
    b".. ",
    b".. note:: ",
    b"::\n\n  ",
    b"``",
    b":r:`",
    b"`_",
    b"====\n",
    b"----\n",
    b"|===\n",
    b"[source]\n",
    b"++++\n",
    b"a:: ",
    b"footnote:[",
    b'"`',
    b"00:00:04,000 --> 00:00:05,000\n",
    b"{\\an8}",
    b"%s",
    b"<<",
    b"<g id='1'>",
    b"<target>",
    b"</target>",
    b"<mrk mtype='seg'>",
)


def mutated(raw: bytes, other: bytes, below: Callable[[int], int]) -> bytes:
    """``raw`` with one to six faults; ``below`` chooses a number from 0 to less than its argument."""
    for _ in range(1 + below(6)):
        at, to = sorted((below(len(raw) + 1), below(len(raw) + 1)))
        to = min(to, at + 1 + below(200))
        lines = raw.splitlines(keepends=True) or [b""]
        line = below(len(lines))
        match below(9):
            case 0:
                raw = raw[:at] + raw[to:]
            case 1:
                raw = raw[:at] + raw[at:to] * 2 + raw[to:]
            case 2:
                raw = raw[:at] + bytes([below(256)]) + raw[at + 1 :]
            case 3:
                raw = raw[:at]
            case 4:
                raw = b"".join([*lines[:line], *lines[line + 1 :]])
            case 5:
                lines[line], lines[-1] = lines[-1], lines[line]
                raw = b"".join(lines)
            case 6:
                raw = raw[:at] + other[below(len(other) + 1) :][: 1 + below(300)] + raw[at:]
            case _:
                raw = raw[:at] + _HOSTILE[below(len(_HOSTILE))] + raw[at:]
    return raw


def check(name: str, raw: bytes) -> None:
    """Reading gives documents that hold together and are written back to the byte, or an error of mtqa's own."""
    try:
        documents, failures = formats.read_bytes(raw, name)
    except MtqaError:
        return
    assert all(failure.message.isprintable() for failure in failures)
    for document in documents:
        document.uri.encode()
        document.text.encode()
        assert formats.FORMATS[document.format].write(document, []) == raw
        _check_places(document)
        for one in segment(document):
            assert one.span.of(document.text) == one.text


def _check_places(document: Document) -> None:
    for start, at, length in document.source_map.runs:
        assert document.text[start : start + length] == document.content[at : at + length]
    for _, _, at, length in document.source_map.spelled:
        assert 0 <= at <= at + length <= len(document.content)
    end = 0
    for block in document.blocks:
        assert end <= block.span.start < block.span.end <= len(document.text)
        assert all(block.span.contains(mask) for mask in block.masked)
        if block.source is not None:
            block.source.encode()
        document.locate(block.span)
        end = block.span.end
