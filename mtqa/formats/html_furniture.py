"""What a page's own markup says is no part of its article: navigation, notices, teasers, bylines, forms."""

from __future__ import annotations

import re
from itertools import pairwise

__all__ = ["is_furniture"]

_ATTRIBUTE = re.compile(
    r"""(?<![^\s"'/])(class|id|role|rel|itemprop|aria-label|data-(?:testid|component|module|type|name))\s*=\s*
    (?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""",
    re.VERBOSE | re.IGNORECASE,
)
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_LONGEST = 1000  # characters of a tag's attributes that are looked at
_ELEMENTS = frozenset(("form", "fieldset"))
_WORDS = frozenset(
    (  # noqa: SIM905
        "ad ads adslot advert adverts advertisement advertorial alertdialog author authors banner breadcrumb "
        "breadcrumbs byline bylines commentlist comments complementary consent contentinfo cookie cookiebar cookies "
        "dialog disqus gdpr menu menubar modal nav navbar navigation newsletter outbrain overlay pager pagination "
        "paywall popup promo promoted promotion recirc recommendations recommended related share sharebar sharing "
        "sidebar signup social sponsor sponsored subscribe subscription taboola taglist toc toolbar trending"
    ).split()
)
_PAIRS = frozenset(
    (
        "most popular",
        "most read",
        "read also",
        "read more",
        "read next",
        "see also",
        "sign up",
        "more stories",
        "skip link",
    )
)
_NEVER = frozenset(("html", "body", "h1", "h2", "h3", "h4", "h5", "h6"))


def is_furniture(name: str, attributes: str) -> bool:
    """Whether an element calls itself furniture of the page, by its name or by its class, id, role or label."""
    if name in _ELEMENTS:
        return True
    if not attributes or name in _NEVER:
        return False
    for attribute, *values in _ATTRIBUTE.findall(attributes[:_LONGEST]):
        if name == "section" and attribute.lower() == "id":  # named after its heading
            continue
        words = [word.lower() for word in _WORD.findall("".join(values))]
        if not _WORDS.isdisjoint(words) or any(f"{a} {b}" in _PAIRS for a, b in pairwise(words)):
            return True
    return False
