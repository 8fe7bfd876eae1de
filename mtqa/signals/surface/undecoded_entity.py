"""An HTML entity shown as its code: `&amp;`, `&nbsp;`, `&quot;`, `&#39;`."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.core.spans import Span
from mtqa.languages.rule import Example, Hit, Rule
from mtqa.languages.sentence import Sentence

_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}\d?|#\d{2,6}|#[xX][0-9a-fA-F]{2,6});")


def _find(sentence: Sentence) -> Iterator[Hit]:
    for found in _ENTITY.finditer(sentence.text):
        decoded = html.unescape(found.group())
        if decoded != found.group():
            safe = decoded.isprintable() and decoded not in "<>"
            yield Hit(
                Span(found.start(), found.end()),
                "a character is shown as its code",
                decoded if safe else None,
                safe=safe,
            )


RULE = Rule(
    name="undecoded-entity",
    description=__doc__,
    category=Category.MARKUP,
    severity=Severity.MINOR,
    find=_find,
    prose=False,
    fires=(
        Example("Salt &amp; pepper are cheap.", ("&amp;",), "Salt & pepper are cheap."),
        Example("It&#39;s &quot;late&quot;.", ("&#39;", "&quot;", "&quot;"), 'It\'s "late".'),
    ),
    silent=("Salt & pepper are cheap.", "AT&T; that is a company.", "M&S; B&Q and H&M;"),
)
