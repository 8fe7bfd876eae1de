"""Language tags: those that a person gives, and those that files declare, as tags or as locales."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from mtqa.core.errors import ConfigError
from mtqa.core.tags import has_name, likely_tag, primary

__all__ = ["Told", "given_language", "language_tag", "told"]

_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*")
_OPEN = frozenset(("mis", "mul", "und", "zxx"))  # uncoded, several, unknown, none
_LONGEST = 40  # characters of what is no tag that are kept


def given_language(tag: str | None) -> str | None:
    """The BCP 47 tag that a person gives, or None. Raises ConfigError where no language has it."""
    if tag is None or (found := language_tag(tag)):
        return tag and found
    what = f"no language has the tag '{tag}'" if _spelled(tag) else f"'{tag}' is not a language tag"
    near = likely_tag(tag)
    hint = f"did you mean '{near}'?" if near else "give a BCP 47 tag such as en or pt-BR"
    raise ConfigError(f"{what}; {hint}")


@lru_cache(maxsize=256)
def language_tag(name: str | None) -> str | None:
    """The BCP 47 tag of a language or a locale (``pt_BR.UTF-8@euro`` is pt-BR); None where no language has it."""
    tag = _spelled(name or "")
    if tag is None or has_name(tag):
        return tag
    from langcodes import tag_is_valid

    return tag if tag_is_valid(tag) else None


def _spelled(name: str) -> str | None:
    tag = re.split("[.@]", name, maxsplit=1)[0].strip().replace("_", "-")
    return tag if _TAG.fullmatch(tag) else None


class Told(NamedTuple):
    """What is known of a document's language before its words are looked at; see `mtqa.core.documents.Document`."""

    language: str
    declared: bool
    misdeclared: str = ""


def told(given: str | None, name: str | None) -> Told:
    """The language that a person gave or else the file names; a name that no language has tells none."""
    if given is not None:
        return Told(given, True)
    tag, name = language_tag(name), (name or "").strip()
    if tag is None or primary(tag) in _OPEN:
        return Told("und", False, name[:_LONGEST] if tag is None else "")
    return Told(tag, True)
