"""Markup shown as text: an HTML tag, a BBCode tag, a wiki link or heading, a Markdown link."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.core.spans import Span
from mtqa.languages.rule import Example, Hit, Rule
from mtqa.languages.sentence import Sentence

_MARKUP = re.compile(
    r"""
    </?\ ?(?:a|abbr|b|big|blockquote|br|center|cite|code|dd|div|dl|dt|em|figure|font|g|h[1-6]|hr|i|img|li|ol|p|ph|pre|q
        |s|script|small|span|strike|strong|style|sub|sup|table|tbody|td|th|tr|tt|u|ul|x)(?:\s[^<>\n]*=[^<>\n]*)?\ ?/?>
    | \[/?(?:b|i|u|s|url|img|quote|size|color|list)(?:=[^\]\n]*)?\]
    | \[\[[^\[\]\n]+\]\] | \{\{\w+\|[^{}\n]*\}\} | ^={2,5}[^=\n]+={2,5}$ | !?\[[^\[\]\n]+\]\(https?://[^\s)]+\)
    | <!--.{0,300}?--> | <!\[CDATA\[
    """,
    re.VERBOSE | re.IGNORECASE,
)


def _find(sentence: Sentence) -> Iterator[Hit]:
    for found in _MARKUP.finditer(sentence.text):
        yield Hit(Span(found.start(), found.end()), "markup was left in the text; remove it")


RULE = Rule(
    name="leftover-markup",
    description=__doc__,
    category=Category.MARKUP,
    severity=Severity.MINOR,
    find=_find,
    prose=False,
    fires=(
        Example("This is <b>important</b> news.", ("<b>", "</b>")),
        Example("See [url=http://x.example]here[/url] for more.", ("[url=http://x.example]", "[/url]")),
    ),
    silent=("If a < b and b > c, stop.", "He said [sic] it was fine.", "The <3 sign and the ->arrow."),
)
