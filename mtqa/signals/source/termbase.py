"""Terms and their renderings, as a list of them says: CSV, or TBX as the tools of translators export it.

Sources: TBX-Basic (ISO 30042:2019) and the older TBX dialect (``martif``)."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from xml.parsers import expat

from mtqa.core.errors import ConfigError
from mtqa.core.files import MEGABYTE, read_file
from mtqa.core.folding import unaccented
from mtqa.core.tags import primary

__all__ = ["Term", "Termbase", "found_in"]

_LARGEST = 20 * MEGABYTE
_DEEPEST = 100  # open elements
_FORBIDDEN = re.compile(r"forbidden|deprecated|superseded|notRecommended|obsolete", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_COLUMNS = {"source", "target", "forbidden"}
_SHORTEST_STEM = 4
_ANY = "*"  # in an index: of no source
_LONGEST_ENDING = 3
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")


@dataclass(frozen=True, slots=True)
class Term:
    """What a term is to be called, and what not.

    Attributes:
        source: the term; empty where a rendering is forbidden whatever it stands for.
        required: its renderings, of which any will do; none where only some are forbidden.
        forbidden: renderings that it must not have.
        source_language, language: primary BCP 47 tags; empty for any.
        place: where it is listed.
    """

    source: str
    required: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    source_language: str = ""
    language: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Termbase:
    """All terms of some lists. ``digest`` tells lists apart."""

    terms: tuple[Term, ...] = ()
    digest: str = ""
    indexes: dict[tuple[str, str], Mapping[str, tuple[Term, ...]]] = field(default_factory=dict, compare=False)

    @classmethod
    def load(cls, paths: Sequence[str]) -> Termbase:
        """The terms of files, TBX by the suffix ``.tbx``, else CSV. Raises ConfigError where one cannot be read."""
        terms: list[Term] = []
        digest = hashlib.sha256()
        for path in paths:
            try:
                raw = read_file(Path(path), _LARGEST)
                content = raw.decode("utf-8-sig")
            except OSError as error:
                raise ConfigError(f"{path}: cannot be read ({error.strerror}); check the path") from None
            except UnicodeDecodeError:
                raise ConfigError(f"{path}: not UTF-8; save it in that encoding") from None
            digest.update(hashlib.sha256(raw).digest())
            terms += _of_tbx(raw, path) if path.lower().endswith(".tbx") else of_csv(content, path)
        return cls(tuple(terms), digest.hexdigest()[:8] if terms else "")

    def terms_in(self, text: str, source: str, target: str) -> tuple[Term, ...]:
        """The terms that a text in ``source`` has, for translations into ``target``, and those without a source;
        primary BCP 47 tags."""
        if not self.terms:
            return ()
        index = self._index(source, target)
        begins = {word[:_SHORTEST_STEM] for word, _, _ in _words(text)}
        near = {term.place: term for begin in begins & index.keys() for term in index[begin]}
        found = [term for term in (*near.values(), *index.get("", ())) if found_in(term.source, text)]
        return (*found, *index.get(_ANY, ()))

    def forbidden(self, language: str) -> tuple[Term, ...]:
        """The terms with renderings that are forbidden in a language."""
        return tuple(term for term in self.terms if term.forbidden and term.language in ("", language))

    def _index(self, source: str, target: str) -> Mapping[str, tuple[Term, ...]]:
        """By the first letters of its first word each term; by nothing those in scripts without spaces."""
        key = (source, target)
        if key not in self.indexes:
            index: dict[str, tuple[Term, ...]] = {}
            for term in self.terms:
                if term.source_language in ("", source) and term.language in ("", target):
                    stems = () if _UNSPACED.search(term.source) else _stems(term.source)
                    begin = _ANY if not term.source else stems[0][:_SHORTEST_STEM] if stems else ""
                    index[begin] = (*index.get(begin, ()), term)
            self.indexes[key] = index
        return self.indexes[key]


def of_csv(content: str, path: str) -> Iterator[Term]:
    """The terms of a table whose header names its columns: ``source``, ``target``, ``forbidden``, and, where lists hold
    several languages, ``source_language`` and ``target_language``. A vertical bar parts alternatives. Raises
    ConfigError where the header lacks what is needed."""
    head = content.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    rows = csv.DictReader(io.StringIO(content), delimiter=delimiter)
    names = {(name or "").strip().lower(): name for name in rows.fieldnames or ()}
    if not names.keys() & {"target", "forbidden"} or not names.keys() & _COLUMNS:
        raise ConfigError(f"{path}: no column 'target' or 'forbidden'; begin it with the line source,target,forbidden")
    try:
        for row in rows:
            source, target, forbidden, of_source, of_target = (
                (row.get(names.get(name, "")) or "").strip()
                for name in ("source", "target", "forbidden", "source_language", "target_language")
            )
            if (source and target) or forbidden:
                yield Term(
                    source,
                    _alternatives(target),
                    _alternatives(forbidden),
                    primary(of_source),
                    primary(of_target),
                    f"{path}, line {rows.line_num}",
                )
    except csv.Error as error:
        raise ConfigError(f"{path}, line {rows.line_num}: not CSV ({error}); put it right") from None


def _alternatives(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split("|") if part.strip())


class _Tbx:
    """Concepts as they are read: by language, terms and whether each is forbidden."""

    def __init__(self, path: str) -> None:
        self.concepts: list[list[tuple[str, str, bool]]] = []
        self._path = path
        self._depth = 0
        self._language = ""
        self._text: list[str] | None = None
        self._status = False
        self._term = ""
        self._forbidden = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ConfigError(f"{self._path}: elements nested deeper than {_DEEPEST} levels; flatten them")
        match name.rpartition(":")[2]:
            case "conceptEntry" | "termEntry":
                self.concepts.append([])
            case "langSec" | "langSet":
                self._language = attributes.get("xml:lang", "")
            case "termSec" | "tig" | "ntig":
                self._term, self._forbidden = "", False
            case "term":
                self._text = []
            case "termNote" | "administrativeStatus":
                self._text, self._status = [], True

    def text(self, words: str) -> None:
        if self._text is not None:
            self._text.append(words)

    def end(self, name: str) -> None:
        self._depth -= 1
        words = "".join(self._text or ()).strip()
        match name.rpartition(":")[2]:
            case "term":
                self._term, self._text = words, None
            case "termNote" | "administrativeStatus":
                self._forbidden |= bool(_FORBIDDEN.search(words))
                self._text, self._status = None, False
            case "termSec" | "tig" | "ntig" if self._term and self.concepts:
                self.concepts[-1].append((primary(self._language), self._term, self._forbidden))

    def doctype(self, *_: object) -> None:
        raise ConfigError(f"{self._path}: it has a DOCTYPE, which may define entities; remove it")


def _of_tbx(raw: bytes, path: str) -> Iterator[Term]:
    reader = _Tbx(path)
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = reader.start, reader.end
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = reader.text, reader.doctype
    try:
        parser.Parse(raw, True)
    except expat.ExpatError as error:
        reason = expat.ErrorString(error.code)
        raise ConfigError(f"{path}: not well-formed XML at line {error.lineno} ({reason}); export it again") from None
    for number, concept in enumerate(reader.concepts, start=1):
        place = f"{path}, entry {number}"
        languages = dict.fromkeys(language for language, _, _ in concept)
        for here in languages:
            for source in [term for language, term, forbidden in concept if language == here and not forbidden]:
                for there in languages:
                    required, banned = (
                        tuple(term for language, term, forbidden in concept if language == there and forbidden is bad)
                        for bad in (False, True)
                    )
                    if there != here and (required or banned):
                        yield Term(source, required, banned, here, there, place)


def found_in(term: str, text: str) -> tuple[int, int] | None:
    """Where a term stands in a text, from its first word to its last, in whatever form: its words one after the other,
    each with the same beginning. An ending of up to three letters may differ in words of more than four, and so may
    marks on letters and capitals. In scripts without spaces it has to stand there as it is."""
    if _UNSPACED.search(term):
        at = text.find(term)
        return None if at < 0 else (at, at + len(term))
    stems = _stems(term)
    words = _words(text)
    for number in range(len(words) - len(stems) + 1 if stems else 0):
        if all(_agrees(stem, words[number + k][0]) for k, stem in enumerate(stems)):
            return words[number][1], words[number + len(stems) - 1][2]
    return None


@lru_cache(maxsize=4096)
def _stems(term: str) -> tuple[str, ...]:
    return tuple(unaccented(word) for word in _WORD.findall(term))


@lru_cache(maxsize=8)
def _words(text: str) -> tuple[tuple[str, int, int], ...]:
    return tuple((unaccented(word.group()), word.start(), word.end()) for word in _WORD.finditer(text))


def _agrees(term: str, word: str) -> bool:
    if term == word:
        return True
    kept = max(_SHORTEST_STEM, len(term) - (2 if len(term) < 7 else _LONGEST_ENDING))
    return len(term) > _SHORTEST_STEM - 1 and term[:kept] == word[:kept] and len(word) <= len(term) + _LONGEST_ENDING
