"""Language tags: those that a person gives, and as translation files spell them."""

from __future__ import annotations

import re
from functools import lru_cache

from mtqa.core.errors import ConfigError
from mtqa.core.tags import has_name, likely_tag

__all__ = ["check_language", "language_tag"]

_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


@lru_cache(maxsize=256)
def check_language(tag: str | None) -> None:
    """Raises ConfigError unless ``tag`` is a BCP 47 tag of a language, or None."""
    if tag is None:
        return
    what = None
    if not _TAG.fullmatch(tag):
        what = f"'{tag}' is not a language tag"
    elif not has_name(tag):
        from langcodes import tag_is_valid

        what = None if tag_is_valid(tag) else f"no language has the tag '{tag}'"
    if what is not None:
        near = likely_tag(tag)
        hint = f"did you mean '{near}'?" if near else "give a BCP 47 tag such as en or pt-BR"
        raise ConfigError(f"{what}; {hint}")


def language_tag(name: str | None) -> str | None:
    """The BCP 47 tag of a language or a locale (``pt_BR.UTF-8@euro`` is pt-BR); None where it is none."""
    tag = re.split("[.@]", name or "", maxsplit=1)[0].strip().replace("_", "-")
    return tag if _TAG.fullmatch(tag) else None
