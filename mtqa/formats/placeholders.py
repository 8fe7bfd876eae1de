"""What programs put into messages: format placeholders, tags, code; none of it is prose."""

from __future__ import annotations

import re

from mtqa.core.spans import Span
from mtqa.formats.chunks import addresses

__all__ = ["no_prose", "templates"]

_TEMPLATES = r"""\{\{[^{}]{0,300}\}\} | \{%[^{}]{0,300}%\} | <%[^<>]{0,300}%> | \$\{[^{}\n]{0,100}\}
    | %[A-Za-z][\w.-]{0,60}% | (?<!\w)__[A-Za-z]\w{0,60}?__(?!\w)"""
_LONGEST_LABEL = 80
_ACCELERATOR = re.compile(
    r"(?<![\w&])&(?=[^\W\d_])(?!\#?\w{1,30};)|(?<=[a-z])&(?=[a-z])(?!\w{1,30};)|(?<!\w)_(?=[^\W\d_])"
)
_TEMPLATE = re.compile(_TEMPLATES, re.VERBOSE)
_CODE = re.compile(
    _TEMPLATES
    + r""" | \$[A-Za-z]\w{0,40}\$ | \$t\([^()\n]{1,100}\) | %\d{0,2}\$?\#@\w{1,60}@
    | (?<![\d%])%(?:L?\d{1,2}(?![\w$.%])|n\b)
    | %(?:\([\w.]{1,60}\)|\d{1,3}\$)?[-+#0]{0,4}\d{0,4}(?:\.\d{0,4})?(?:hh?|ll?|[Lqjzt])?[diouxXeEfFgGcsprS@%]
    | [$\#%]?\{\s{0,4}(?:[\w.$-]{1,60}(?:\s{0,4}[,:!|][^{}\n]{0,80})?)?\s{0,4}\}
    | </[a-zA-Z][^<>]{0,300}> | (?<!<)(?<!\b[BI])<[a-zA-Z][^<>]{0,300}>  # not <<id>> of AsciiDoc nor B<bold> of man
    | &(?:\#\w{1,8}|[a-zA-Z]\w{1,30});
    | (?::[\w:-]{1,30}:)?(?P<ticks>``?)[^`\n]{1,200}(?P=ticks)
    """,
    re.VERBOSE,
)


def no_prose(text: str) -> list[Span]:
    """Addresses, placeholders of printf, Qt, Apple, i18next, of braces and of templates (``%(n)d``, ``%1``, ``%@``,
    ``$t(key)``, ``{name}``, ``${name}``), tags, entities, code between backticks, and the mark of the one key that
    opens a label (``&File``, ``_File``)."""
    return addresses(text) + [Span(*found.span()) for found in _CODE.finditer(text)] + _accelerator(text)


def templates(text: str) -> list[Span]:
    """Addresses, and what a template engine puts something else for: ``{{ name }}``, ``{% if x %}``, ``%name%``."""
    return addresses(text) + [Span(*found.span()) for found in _TEMPLATE.finditer(text)]


def _accelerator(text: str) -> list[Span]:
    found = list(_ACCELERATOR.finditer(text)) if len(text) <= _LONGEST_LABEL else []
    return [Span(*found[0].span())] if len(found) == 1 and "\n" not in text else []
