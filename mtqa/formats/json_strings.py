"""JSON files of strings: nested ones (i18next, Vue, Angular), Chrome's ``messages.json``, FormatJS, ARB, Xcode's string
catalogues.

Sources: https://www.i18next.com/misc/json-format, https://developer.chrome.com/docs/extensions/reference/api/i18n,
https://github.com/google/app-resource-bundle/wiki/ApplicationResourceBundleSpecification,
https://developer.apple.com/documentation/xcode/localizing-and-varying-text-with-a-string-catalog
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from mtqa.core.errors import InputError
from mtqa.formats.json_text import Leaf, escape_json, json_pieces, leaves
from mtqa.formats.locales import tells_language
from mtqa.formats.string_files import Entry, NotStrings, StringFile, Strings, text_of
from mtqa.formats.string_tables import by_language, holds_strings

__all__ = ["ARB", "JSON", "XCSTRINGS", "Arb", "JsonStrings", "Xcstrings"]

_MESSAGES = ("message", "defaultMessage", "string")
"""The member that holds the text where each key stands for an object: in Chrome's files, FormatJS's, Transifex's."""


class _Json(StringFile):
    def escape(self, text: str, uri: str, style: str) -> str:
        """As inside a string literal."""
        return escape_json(text)


class JsonStrings(_Json):
    """Strings under keys, nested or not. What else JSON may be, a report, a configuration, is refused."""

    name = "json"
    suffixes = (".json",)
    sure = False

    def strings(self, content: str, uri: str) -> list[Strings]:
        """As of `StringFile`."""
        found = [leaf for leaf in leaves(content, uri) if not leaf.is_null]
        first = found[0] if found else None
        own = first is not None and first.path == ("schema",) and "mtqa." in first.span.of(content)
        if own or (first and first.path == ("$schema",) and not tells_language(Path(uri))):
            raise NotStrings(
                uri, "JSON with a schema, not a file of strings; to judge it as text, add --input-format text"
            )
        found = [leaf for leaf in found if leaf.path != ("$schema",)]
        keyed = _keyed(found)
        if keyed is None and not holds_strings([(leaf.path, leaf.is_string) for leaf in found], uri):
            raise NotStrings(
                uri,
                "JSON, but not a file of strings: it holds numbers or other values; to judge it as text, add "
                "--input-format text, and if it has a document a line, --input-format jsonl",
            )
        return by_language(
            (leaf.path[:-1] if keyed else leaf.path, json_pieces(content, leaf.span))
            for leaf in keyed or found
            if leaf.is_string
        )


def _keyed(found: Sequence[Leaf]) -> list[Leaf] | None:
    """The texts of a file in which each key stands for an object of a text and what is said about it."""
    texts = [leaf for leaf in found if len(leaf.path) == 2 and leaf.path[1] in _MESSAGES and leaf.is_string]
    return texts if texts and {leaf.path[0] for leaf in texts} == {leaf.path[0] for leaf in found} else None


class Arb(_Json):
    """Flutter's strings, which are ICU messages. What begins with ``@`` is said about the file or about a string."""

    name = "arb"
    suffixes = (".arb",)

    def strings(self, content: str, uri: str) -> list[Strings]:
        """As of `StringFile`."""
        found = leaves(content, uri)
        own = (leaf for leaf in found if leaf.is_string and len(leaf.path) == 1)
        entries = [Entry(leaf.path[0], json_pieces(content, leaf.span)) for leaf in own if leaf.path[0][:1] != "@"]
        return [Strings(entries, _text(content, found, ("@@locale",)))]


class Xcstrings(_Json):
    """A string catalogue of Xcode: a document for each language that it is translated into, beside the source."""

    name = "xcstrings"
    suffixes = (".xcstrings",)
    branched = False

    def strings(self, content: str, uri: str) -> list[Strings]:
        """As of `StringFile`."""
        found = leaves(content, uri)
        spoken = _text(content, found, ("sourceLanguage",))
        if spoken is None:
            raise InputError(uri, "not a string catalogue: it names no source language; export it again")
        idle = {leaf.path[1] for leaf in found if leaf.path[2:] == ("shouldTranslate",)}
        untranslated = {
            leaf.path[:-1]
            for leaf in found
            if leaf.path[-1] == "state" and leaf.span.of(content) in ('"new"', '"stale"')
        }
        sources: dict[str, str] = {}
        texts: dict[str, list[tuple[str, str, Leaf]]] = {}
        for leaf in found:
            match leaf.path:
                case ("strings", key, "localizations", language, *cases, "stringUnit", "value") if leaf.is_string:
                    name = key + "".join(
                        f"[{case}]" for case in cases if case not in ("variations", "plural", "device")
                    )
                    if language == spoken:
                        sources[name] = _joined(content, leaf)
                    elif key not in idle and leaf.path[:-1] not in untranslated:
                        texts.setdefault(language, []).append((name, key, leaf))
        return [
            Strings(
                [
                    Entry(name, json_pieces(content, leaf.span), sources.get(name, sources.get(f"{key}[other]", key)))
                    for name, key, leaf in said
                ],
                language,
                spoken,
                language,
            )
            for language, said in texts.items()
        ] or [Strings(source_language=spoken)]


def _joined(content: str, leaf: Leaf) -> str:
    return text_of(json_pieces(content, leaf.span))


def _text(content: str, found: Iterable[Leaf], path: tuple[str, ...]) -> str | None:
    return next((_joined(content, leaf) for leaf in found if leaf.path == path and leaf.is_string), None)


JSON, ARB, XCSTRINGS = JsonStrings(), Arb(), Xcstrings()
