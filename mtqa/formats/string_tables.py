"""Nested tables of strings, as JSON and YAML hold them: what is one, and in which languages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from mtqa.formats.locales import is_locale, tells_language
from mtqa.formats.messages import Parts
from mtqa.formats.string_files import Entry, Strings

__all__ = ["by_language", "holds_strings", "joined_key"]

_LONGEST_PART, _LONGEST = 100, 200  # characters of a key: a file of few bytes must not take much memory


def holds_strings(leaves: Sequence[tuple[tuple[str, ...], bool]], uri: str) -> bool:
    """Whether a table is one of strings, by the paths of its values and whether each is a string: all are; or most are,
    and the name of the file tells a language; or languages are all that stands at its top."""
    strings = sum(is_string for _, is_string in leaves)
    if strings == len(leaves):
        return True
    if strings and all(len(path) > 1 and is_locale(path[0]) for path, _ in leaves):
        return True
    return 2 * strings >= len(leaves) and tells_language(Path(uri))


def by_language(texts: Iterable[tuple[tuple[str, ...], Parts]]) -> list[Strings]:
    """The strings of a table by the languages that stand at its top, where nothing else does; else all of them."""
    found = list(texts)
    if not found or not all(len(path) > 1 and is_locale(path[0]) for path, _ in found):
        return [Strings([Entry(joined_key(path), parts) for path, parts in found])]
    languages: dict[str, Strings] = {}
    for path, parts in found:
        strings = languages.setdefault(path[0], Strings(language=path[0], name=path[0]))
        strings.entries.append(Entry(joined_key(path[1:]), parts))
    return list(languages.values())


def joined_key(path: Sequence[str]) -> str:
    """The keys and ordinals that lead to a value, as one: ``menu.items.0``; the end of it where it is very long."""
    return ".".join(part[:_LONGEST_PART] for part in path)[-_LONGEST:]
