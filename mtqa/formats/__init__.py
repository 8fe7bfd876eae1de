"""Bytes to documents and back."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mtqa.core.documents import Document
from mtqa.core.errors import InputError, MtqaError
from mtqa.core.faults import internal
from mtqa.core.files import MEGABYTE, TooLarge, is_file, is_folder, is_there, read_file
from mtqa.core.findings import Edit, Revision, Severity
from mtqa.core.protocols import Format
from mtqa.core.registry import Registry
from mtqa.core.report import DocumentReport, Failure
from mtqa.core.spans import Span
from mtqa.core.wildcards import files_named, has_wildcards
from mtqa.formats.languages import given_language

if TYPE_CHECKING:
    from mtqa.formats.pairing import Paired

__all__ = [
    "EDITS",
    "FORMATS",
    "MAX_BYTES",
    "Expansion",
    "annotate",
    "annotated_suffixes",
    "beside",
    "by_suffix",
    "crosses_markup",
    "expand",
    "from_text",
    "is_article",
    "raw_bytes",
    "read",
    "read_all",
    "read_bytes",
    "the_one",
    "track_changes",
    "tracks_changes",
    "write",
]

FORMATS: Registry[Format] = Registry(
    "format",
    {
        "text": "mtqa.formats.text:TEXT",
        "markdown": "mtqa.formats.markdown:MARKDOWN",
        "mdx": "mtqa.formats.markdown:MDX",
        "html": "mtqa.formats.html:HTML",
        "jsonl": "mtqa.formats.jsonl:JSONL",
        "xliff": "mtqa.formats.xliff:XLIFF",
        "po": "mtqa.formats.po:PO",
        "docx": "mtqa.formats.docx:DOCX",
        "odt": "mtqa.formats.odt:ODT",
        "epub": "mtqa.formats.epub:EPUB",
        "pdf": "mtqa.formats.pdf:PDF",
        "rst": "mtqa.formats.rst:RST",
        "asciidoc": "mtqa.formats.asciidoc:ASCIIDOC",
        "srt": "mtqa.formats.subtitles:SRT",
        "vtt": "mtqa.formats.subtitles:VTT",
        "tmx": "mtqa.formats.tmx:TMX",
        "json": "mtqa.formats.json_strings:JSON",
        "arb": "mtqa.formats.json_strings:ARB",
        "xcstrings": "mtqa.formats.json_strings:XCSTRINGS",
        "yaml": "mtqa.formats.yaml_strings:YAML",
        "properties": "mtqa.formats.properties:PROPERTIES",
        "strings": "mtqa.formats.apple_strings:STRINGS",
        "stringsdict": "mtqa.formats.apple_strings:STRINGSDICT",
        "android": "mtqa.formats.android:ANDROID",
        "resx": "mtqa.formats.xml_strings:RESX",
        "qt": "mtqa.formats.xml_strings:QT",
        "fluent": "mtqa.formats.fluent:FLUENT",
    },
)

MAX_BYTES = 20 * MEGABYTE
"""The largest file that is read at once. Larger ones are corpora, which ``mtqa batch`` streams."""

EDITS = ".edits.jsonl"
"""What the names of files end with that hold a person's edits of an article, beside it: they are none themselves."""

_OPEN_IN_WORD = "~$"
"""What the names of files begin with that say who has a Word document open."""

_SAVED_AS = {
    **dict.fromkeys((".doc", ".dot", ".dotx", ".dotm", ".rtf", ".wps", ".pages"), ".docx"),
    **dict.fromkeys((".ott", ".fodt", ".sxw"), ".odt"),
    **dict.fromkeys((".mobi", ".azw", ".azw3"), ".epub"),
}
"""What to save files of other programs as, by their suffixes."""
_SUFFIX = re.compile(r"\.[a-z][\w+-]{0,9}", re.ASCII)  # and not the end of "Interview with Dr. Moore" or "draft 1.2"


def read(
    path: str | os.PathLike[str],
    *,
    format: str | None = None,  # noqa: A002
    language: str | None = None,
    source: str | os.PathLike[str] | None = None,
) -> Document:
    """The one document in a file.

    Args:
        path: of the file.
        format: a name in ``FORMATS``; by default taken from the suffix, plain text where there is none.
        language: BCP 47 tag of the text; by default what the file declares, else ``"und"``.
        source: path of the file that it was translated from; `mtqa.formats.pairing` says what does not fit.

    Raises:
        InputError: the file or its source is missing, a folder, binary, empty, larger than ``MAX_BYTES``, malformed,
            has a suffix that is none of a format's, or the file holds several documents.
        UnknownName: there is no such format.
        ConfigError: no language has the tag ``language``.
    """
    document = the_one(*read_all(path, format=format, language=language), path)
    return document if source is None else beside([document], os.fspath(source)).documents[0]


def the_one(documents: Sequence[Document], failures: Sequence[Failure], name: str | os.PathLike[str]) -> Document:
    """The one document that was read of ``name``. Raises InputError where there are several, or it cannot be read."""
    count = len(documents) + len(failures)
    if count > 1:
        raise InputError(name, f"it holds {count} documents; read them with read_all()")
    for failure in failures:
        raise InputError(failure.uri, failure.message)
    return documents[0]


def read_all(
    path: str | os.PathLike[str],
    *,
    format: str | None = None,  # noqa: A002
    language: str | None = None,
) -> tuple[list[Document], list[Failure]]:
    """Every document in a file, as ``read`` does, and what of it cannot be read. JSON Lines hold one document a row; a
    bad row is a failure, and no other row is lost."""
    return read_bytes(raw_bytes(path), os.fspath(path), format=format, language=language)


def raw_bytes(path: str | os.PathLike[str]) -> bytes:
    """The bytes of a file or pipe. Raises InputError where it is missing, a folder, unreadable or larger than
    ``MAX_BYTES``."""
    uri = os.fspath(path)
    try:
        return read_file(Path(path), MAX_BYTES, pipes=True)
    except IsADirectoryError:
        raise InputError(uri, "a folder; give a file in it") from None
    except TooLarge:
        raise _too_large(uri) from None
    except FileNotFoundError:
        raise InputError(uri, "no such file; check the path") from None
    except OSError as error:
        raise InputError(uri, f"cannot be read ({error.strerror}); check the path and its permissions") from None


def read_bytes(
    raw: bytes,
    uri: str,
    *,
    format: str | None = None,  # noqa: A002
    language: str | None = None,
) -> tuple[list[Document], list[Failure]]:
    """What ``read_all`` gives, of the bytes of a file named ``uri``; arguments and errors as of ``read``."""
    if len(raw) > MAX_BYTES:
        raise _too_large(uri)
    language = given_language(language)
    format_ = FORMATS[format or _format_of(uri)]
    with _faults_told(uri):
        found = format_.read(raw, uri, language)
    return [one for one in found if isinstance(one, Document)], [one for one in found if isinstance(one, Failure)]


def _format_of(uri: str) -> str:
    """The name of the format that the suffix of ``uri`` stands for; plain text where it has none. Raises InputError
    where its suffix is none of a format's: what is no article would be judged as one."""
    suffix = Path(uri).suffix.lower()
    name = by_suffix().get(suffix)
    if suffix in _SAVED_AS:
        raise InputError(uri, f"files of this kind are not read; save it as {_SAVED_AS[suffix]}")
    if name is None and _SUFFIX.fullmatch(suffix):
        raise InputError(
            uri, f"no format has the suffix {suffix}; rename it, or name its format, as --input-format text"
        )
    return name or "text"


def beside(documents: Sequence[Document], pattern: str | None) -> Paired:
    """The documents of a file beside those of the file that ``pattern`` names for it, as of
    `mtqa.formats.pairing.source_file`. Files that hold sources of their own keep these.

    Raises:
        InputError: that file cannot be read. One that is not there, and that the pattern only guesses, is noted.
    """
    from mtqa.formats.pairing import Paired, guesses, has_sources, paired, source_file

    own = tuple(documents)
    if pattern is None or not own or (source := source_file(pattern, own[0].file)) is None:
        return Paired(own)
    if any(map(has_sources, own)):
        note = f"{own[0].file}: it holds its own sources; {source} is not used"
        return Paired(own, () if guesses(pattern) else (note,))
    if guesses(pattern) and not is_there(source):
        return Paired(own, (f"{own[0].file}: no source file {source}",))
    try:
        sources, failures = read_all(source)
        for failure in failures:
            raise InputError(failure.uri, failure.message)
    except InputError as error:
        raise InputError(own[0].file, f"its source {source}: {error.problem}") from None
    return replace(paired(own, sources), raw=sources[0].raw)


def from_text(text: str, *, uri: str = "<text>", language: str | None = None, source: str | None = None) -> Document:
    """A plain-text document whose offsets are exactly those of ``text``. Lone surrogates, which no file can hold, are
    read as U+FFFD. ``source`` is what it was translated from. Errors as of ``read``."""
    from mtqa.formats.text import document

    language = given_language(language)
    with _faults_told(uri):
        return document(text, uri, language, source)


@contextmanager
def _faults_told(uri: str) -> Iterator[None]:
    """A fault of a reader stops the work on its file alone: raises InputError."""
    try:
        yield
    except MtqaError:
        raise
    except Exception as error:
        raise InputError(uri, internal(error, uri)) from error


def write(document: Document, edits: Sequence[Edit]) -> bytes:
    """The file of ``document`` with ``edits`` applied and every other byte as it was.

    Raises:
        InputError: edits overlap, or one touches text that does not stand in one piece in the file, or cannot be
            encoded as the file is.
    """
    return FORMATS[document.format].write(document, edits) if edits else document.raw


def track_changes(document: Document, revisions: Sequence[Revision]) -> bytes:
    """As ``write``, but with the edits as tracked changes, and their reasons as comments on them, where the format has
    both. Raises InputError as ``write`` does, and where it has not."""
    from mtqa.formats.annotations import TRACKERS

    if document.format not in TRACKERS:
        suffixes = ", ".join(_suffixes_of(TRACKERS))
        raise InputError(document.uri, f"changes can be tracked in {suffixes} alone; write the repairs without that")
    return TRACKERS[document.format](document, revisions)


def tracks_changes(name: str) -> bool:
    """Whether the format ``name`` has tracked changes."""
    from mtqa.formats.annotations import TRACKERS

    return name in TRACKERS


def crosses_markup(document: Document, span: Span) -> bool:
    """Whether an edit of ``span`` touches markup, code, an entity or a placeholder in the file: such an edit is never
    safe."""
    from mtqa.formats.edits import crosses_markup as crosses

    return crosses(document, span)


def annotate(reports: Sequence[DocumentReport], *, min_level: Severity = Severity.MINOR) -> bytes:
    """The translation file or Word document that ``reports`` judge, all documents of it, with their flags of at least
    ``min_level`` written beside the words they point at. What mtqa wrote into the file earlier is replaced; nothing
    else changes.

    Raises:
        InputError: the format has no place for annotations, or the file's encoding not the characters.
    """
    from mtqa.formats.annotations import ANNOTATORS, annotated

    document = reports[0].document
    if document.format not in ANNOTATORS:
        suffixes = ", ".join(annotated_suffixes())
        raise InputError(document.uri, f"flags can be written only into translation files and documents ({suffixes})")
    return annotated(reports, min_level)


def annotated_suffixes() -> list[str]:
    """Those of the files that flags can be written into."""
    from mtqa.formats.annotations import ANNOTATORS

    return _suffixes_of(ANNOTATORS)


def _suffixes_of(names: Container[object]) -> list[str]:
    return [suffix for suffix, name in by_suffix().items() if name in names]


class Expansion(NamedTuple):
    """What paths name.

    Attributes:
        files: each once and in order.
        failures: what names none.
        others: files that were met in folders or by patterns and that no format reads, pipes and devices among them.
    """

    files: list[Path]
    failures: list[Failure]
    others: list[Path]


def expand(paths: Iterable[str | os.PathLike[str]], *, more: Iterable[str] = ()) -> Expansion:
    """The files that ``paths`` name.

    A file stands for itself. A folder stands for the files below it that have a known suffix or one of ``more``,
    sorted, hidden ones, locks of Word and those that ``is_article`` denies left out; one below it that cannot be looked
    into is a failure. What exists as neither is a glob pattern, ``**`` included.
    """
    suffixes = (*(suffix for suffix, name in by_suffix().items() if FORMATS[name].installed), *more)
    known = ", ".join(sorted({f".{suffix.split('.')[1]}" for suffix in suffixes}))
    files: dict[Path, None] = {}
    failures: list[Failure] = []
    others: dict[Path, None] = {}

    def below(folder: Path) -> list[Path]:
        return kept(_below(folder, failures), lambda file: file.name.lower().endswith(suffixes) and is_article(file))

    def kept(met: Iterable[Path], is_kept: Callable[[Path], bool] = lambda file: True) -> list[Path]:
        found: list[Path] = []
        for file in met:
            if _is_readable(file) and is_kept(file):
                found.append(file)
            else:
                others[file] = None
        return found

    for path_ in paths:
        given = os.fspath(path_)
        path = Path(given)
        if is_folder(given):
            closed = len(failures)
            found = below(path)
            remedy = "" if len(failures) > closed else f"no article in this folder; known suffixes: {known}"
        elif is_there(given) or not has_wildcards(given):
            found = [path]  # a missing file fails when it is read
            remedy = ""
        else:
            found = [
                file for match in files_named(given) for file in (below(match) if match.is_dir() else kept([match]))
            ]
            remedy = "no file matches; check the pattern"
        if not found and remedy:
            failures.append(Failure(uri=given, message=remedy))
        files.update(dict.fromkeys(found))
    return Expansion(list(files), failures, [file for file in others if file not in files])


def _below(folder: Path, failures: list[Failure]) -> Iterator[Path]:
    """The files below a folder that are neither hidden nor edits; a folder that cannot be looked into is a failure."""

    def closed(error: OSError) -> None:
        message = f"cannot be opened ({error.strerror}); check its permissions, or leave it out"
        failures.append(Failure(uri=str(error.filename), message=message))

    for here, folders, names in os.walk(folder, onerror=closed):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith((".", _OPEN_IN_WORD)) and not name.endswith(EDITS):
                yield Path(here, name)


def is_article(file: Path) -> bool:
    """Whether a file that nobody named is an article, where its suffix alone does not say so: a ``.json`` file may be
    one of strings, or of anything else."""
    name = by_suffix().get(file.suffix.lower())
    return name is None or FORMATS[name].takes(file)


def _is_readable(file: Path) -> bool:
    """Whether a file that was found is none of the things, such as pipes and devices, that only a person can name."""
    return is_file(file) or not is_there(file)  # a link that leads nowhere is not passed over


def by_suffix() -> dict[str, str]:
    """The names of the formats, by the suffixes of their files."""
    return {suffix: name for name, format_ in FORMATS.items() for suffix in format_.suffixes}


def _too_large(uri: str) -> InputError:
    limit = MAX_BYTES // MEGABYTE
    return InputError(uri, f"over the limit of {limit} MB; split it, or use `mtqa batch`, one row per document")
