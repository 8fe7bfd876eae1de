"""Language tags as translation files spell them."""

from __future__ import annotations

import re

__all__ = ["language_tag"]

_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def language_tag(name: str | None) -> str | None:
    """The BCP 47 tag of a language or a locale (``pt_BR.UTF-8@euro`` is pt-BR); None where it is none."""
    tag = re.split("[.@]", name or "", maxsplit=1)[0].strip().replace("_", "-")
    return tag if _TAG.fullmatch(tag) else None
