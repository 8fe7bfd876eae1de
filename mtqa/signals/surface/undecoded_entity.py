"""An HTML entity shown as its code: `&amp;`, `&nbsp;`, `&quot;`, `&#39;`. The edit is safe in a word or beside
one: an entity that stands alone may be what the text is about."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.core.spans import Span
from mtqa.languages.rule import Example, Hit, Rule
from mtqa.languages.sentence import Sentence

_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}\d?|#\d{2,6}|#[xX][0-9a-fA-F]{2,6});")
_WORD = re.compile(r"\S+")
_CODE = frozenset("=<>`/\\")
"""Signs of addresses and code."""


def _find(sentence: Sentence) -> Iterator[Hit]:
    text = sentence.text
    for word in _WORD.finditer(text) if "&" in text else ():
        code = not _CODE.isdisjoint(word.group())
        for found in _ENTITY.finditer(text, *word.span()):
            span = Span(*found.span())
            decoded = html.unescape(found.group())
            if decoded == found.group():
                continue
            plain = decoded.isprintable() and decoded not in "<>"
            beside = text[max(0, span.start - 1) : span.start] + text[span.end : span.end + 1]
            yield Hit(
                span,
                "a character is shown as its code",
                decoded if plain else None,
                safe=plain and not code and any(map(str.isalnum, beside)),
            )


RULE = Rule(
    name="undecoded-entity",
    description=__doc__,
    category=Category.MARKUP,
    severity=Severity.MINOR,
    find=_find,
    prose=False,
    fires=(
        Example("AT&amp;T is cheap.", ("&amp;",), "AT&T is cheap."),
        Example("Write an ampersand as &amp; in a page, or `&amp;c`.", ("&amp;", "&amp;")),
        Example("It&#39;s &quot;late&quot;.", ("&#39;", "&quot;", "&quot;"), 'It\'s "late".'),
    ),
    silent=("Salt & pepper are cheap.", "AT&T; that is a company.", "M&S; B&Q and H&M;"),
)
