"""What mtqa knows of a language, a pack each; nothing outside the packs has a language's words in it."""

from __future__ import annotations

from mtqa.core.registry import Registry
from mtqa.languages.pack import Pack

__all__ = ["PACKS", "Pack", "pack_of"]

PACKS: Registry[Pack] = Registry(
    "language",
    {
        "en": "mtqa.languages.en:PACK",
    },
)


def pack_of(language: str) -> Pack:
    """The pack of a language, by its BCP 47 tag; one with nothing in it where there is none."""
    primary = language.partition("-")[0].lower()
    return PACKS[primary] if primary in PACKS else Pack(tag=primary, name=primary)
