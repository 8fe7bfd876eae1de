"""What programs put something else for, wherever it stands: ``%(name)s``, ``{count}``, ``%1$d``, ``${name}``.

In prose a per cent sign behind a figure begins none, and what stands between braces is one only where it is a name or a
number, with or without its format.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from mtqa.core.spans import Span

__all__ = ["PLACEHOLDER", "cuts", "placeholders"]

PLACEHOLDER = r"""
    \{\{[^{}\n]{0,300}\}\} | \{%[^{}\n]{0,300}%\} | <%[^<>\n]{0,300}%>
    | [$\#%]?\{\s?[\w.$@-]{0,60}(?:\[[\w.]{1,40}\])?(?:![rsa])?(?::[^{}\s]{1,40})?\s?\}
    | \{\s?[\w.$-]{1,60}\s?,\s?(?:number|date|time|spellout|ordinal|duration|list)\b[^{}\n]{0,80}\}
    | \$t\([^()\s]{1,100}\)
    | (?<![\w%])%(?:
        \([\w\ .-]{1,60}\)[-+\#0']{0,4}(?:\d{1,4})?(?:\.\d{1,4})?(?:hh?|ll?|[Lqjzt])?[diouxXeEfFgGcsrpaA@]
        | (?:\d{1,2}\$)?[-+\#0']{0,4}(?:\d{1,4}|\*)?(?:\.(?:\d{1,4}|\*))?(?:hh?|ll?|[Lqjzt])?[diouxXeEfFgGcsrpaA@](?!\w)
        | L?[1-9]\d?(?![\w%]) | n\b | [A-Za-z][\w.-]{1,60}%(?!\w)
      )
    | (?<!\w)__[A-Za-z]\w{0,60}?__(?!\w)
    """
"""A verbose pattern."""

_PLACEHOLDER = re.compile(PLACEHOLDER, re.VERBOSE)
_SIGNS = re.compile(r"[{%$]|__")


def placeholders(text: str) -> tuple[Span, ...]:
    """Those in ``text``, in order."""
    if not _SIGNS.search(text):
        return ()
    return tuple(Span(*found.span()) for found in _PLACEHOLDER.finditer(text))


def cuts(span: Span, signs: Iterable[Span]) -> bool:
    """Whether ``span`` has some characters of one of ``signs`` and lacks others."""
    return any(span.overlaps(sign) and not span.contains(sign) for sign in signs)
