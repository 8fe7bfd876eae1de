"""Languages that the names of files and folders tell: ``de.json``, ``values-pt-rBR/strings.xml``, ``en.lproj``."""

from __future__ import annotations

import re
from pathlib import Path, PurePath

from mtqa.core.tags import has_name
from mtqa.formats.languages import language_tag

__all__ = ["base_name", "is_locale", "locale_in", "tells_language"]

_LOCALE = re.compile(r"[A-Za-z]{2,3}(?:[-_](?:[A-Z][a-z]{3}|[a-z]{4}))?(?:[-_](?:r?[A-Z]{2}|[a-z]{2}|\d{3}))?")
_AT_END = re.compile(r"[._-](?=([A-Za-z]{2,3}(?:[-_](?:[A-Z][a-z]{3}))?(?:[-_](?:[A-Z]{2}|\d{3}))?)$)")
_VALUES = re.compile(r"values-(?:b\+([A-Za-z]{2,3}(?:\+\w{2,8})*)|([a-z]{2,3}(?:-r[A-Z]{2})?))(?:-\w+)*")
_FOLDERS = frozenset(
    ("_locales", "i18n", "intl", "l10n", "lang", "langs", "languages", "locale", "locales", "translations")
)


def is_locale(name: str) -> bool:
    """Whether a name is that of a language that is well known, or of a locale of one: ``en``, ``pt_BR``."""
    tag = language_tag(name) if _LOCALE.fullmatch(name) else None
    return tag is not None and has_name(tag)


def locale_in(uri: str) -> str | None:
    """The locale that the name of a file tells, or else that of one of its folders, from the innermost."""
    path = PurePath(uri)
    if is_locale(path.stem):
        return path.stem
    if end := _end(path.stem):
        return end[1]
    for folder in reversed(path.parts[:-1]):
        bare = folder.removesuffix(".lproj")
        if is_locale(bare):
            return bare
        if values := _VALUES.fullmatch(folder):
            return values[1].replace("+", "-") if values[1] else values[2].replace("-r", "-")
    return None


def base_name(uri: str) -> str:
    """The name of a file without its suffix and without the locale at its end: ``messages`` of
    ``messages_pt_BR.properties``."""
    stem = PurePath(uri).stem
    end = _end(stem)
    return stem[: end.start()] if end else stem


def _end(stem: str) -> re.Match[str] | None:
    return next((end for end in _AT_END.finditer(stem) if is_locale(end[1])), None)


def tells_language(path: Path) -> bool:
    """Whether the name of a file or of its folders says that it holds the strings of a language."""
    return locale_in(str(path)) is not None or not _FOLDERS.isdisjoint(part.lower() for part in path.parts[:-1])
