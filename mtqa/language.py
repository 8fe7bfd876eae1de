"""Which language a text is in, by lingua; only the major languages are told apart."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from mtqa.core.documents import Document, Segment

if TYPE_CHECKING:
    from lingua import LanguageDetector

__all__ = ["Foreign", "detect", "foreign", "with_language"]

_LANGUAGES = (
    "ARABIC BENGALI BOKMAL BULGARIAN CATALAN CHINESE CROATIAN CZECH DANISH DUTCH ENGLISH FINNISH FRENCH GERMAN GREEK "
    "HEBREW HINDI HUNGARIAN INDONESIAN ITALIAN JAPANESE KOREAN PERSIAN POLISH PORTUGUESE ROMANIAN RUSSIAN SLOVAK "
    "SPANISH SWEDISH THAI TURKISH UKRAINIAN VIETNAMESE"
)
_UNSPACED = frozenset({"zh", "ja", "th"})
_OTHER_SCRIPT = _UNSPACED | {"ar", "bg", "bn", "el", "fa", "he", "hi", "ko", "ru", "uk"}  # than the Latin one
_WORD = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]|[^\W\d_]+")
_SAMPLE = 3000  # characters of a document that are looked at
_FEWEST_WORDS = 6
_DOCUMENT_CONFIDENCE = 0.6
_SEGMENT_CONFIDENCE = 0.9
_COMMON = 150  # the most frequent words of a language, most of them function words
_OWN_SHARE = 0.15  # of common words from which a segment is in the document's language
_LOWER_SHARE = 0.5  # of words in lower case below which a segment is a list of names
_FOREIGN_SHARE = 0.12  # of the other language's common words below which a segment is in neither


@dataclass(frozen=True, slots=True)
class Foreign:
    """A segment that is in another language than its document; ``confidence`` from 0 to 1."""

    segment: Segment
    language: str
    confidence: float


def detect(text: str) -> tuple[str, float]:
    """``(BCP 47 tag, confidence from 0 to 1)``; ``"und"`` where the text is too short or the languages too close."""
    sample = text[:_SAMPLE]
    if len(_WORD.findall(sample)) < _FEWEST_WORDS:
        return "und", 0.0
    tag, confidence = _best(sample)
    return (tag, confidence) if confidence >= _DOCUMENT_CONFIDENCE else ("und", confidence)


def with_language(document: Document) -> Document:
    """``document`` with its language detected from its running text, unless it is declared."""
    if document.declared:
        return document
    size, parts = 0, []
    for block in document.blocks:
        if block.kind.judged:
            parts.append(document.text[block.span.start : min(block.span.end, block.span.start + _SAMPLE)])
            size += len(block.span)
            if size >= _SAMPLE:
                break
    return replace(document, language=detect("\n".join(parts) or document.text[:_SAMPLE])[0])


def foreign(segments: Iterable[Segment], language: str) -> tuple[Foreign, ...]:
    """The segments that are surely in another language than ``language``.

    A segment of at least six words is passed to lingua when few of its words are among the common ones of
    ``language``. The answer is believed where the script alone tells, or where most words are in lower case and some
    are common in the language that lingua names: lists of names are in no language. Nothing is foreign to ``"und"``.
    """
    own = language.partition("-")[0].lower()
    if own == "und":
        return ()
    found: list[Foreign] = []
    for segment in segments:
        if _share(segment.text.lower().split(), own) >= _OWN_SHARE:
            continue
        text = _without_masks(segment)
        words = _WORD.findall(text)
        if len(words) < _FEWEST_WORDS:
            continue
        tag, confidence = _best(text)
        if tag in (own, "und"):
            continue
        by_script = tag in _UNSPACED or (tag in _OTHER_SCRIPT and own not in _OTHER_SCRIPT)
        by_words = (
            confidence >= _SEGMENT_CONFIDENCE
            and sum(map(str.islower, words)) >= _LOWER_SHARE * len(words)
            and _share([word.lower() for word in words], tag) >= _FOREIGN_SHARE
        )
        if by_script or by_words:
            found.append(Foreign(segment, tag, confidence))
    return tuple(found)


def _without_masks(segment: Segment) -> str:
    parts, at = [], 0
    for mask in segment.masked:
        parts.append(segment.text[at : max(at, mask.start - segment.span.start)])
        at = mask.end - segment.span.start
    return " ".join((*parts, segment.text[at:]))


def _share(words: list[str], language: str) -> float:
    return sum(map(_common_words(language).__contains__, words)) / max(len(words), 1)


@lru_cache(maxsize=64)
def _common_words(language: str) -> frozenset[str]:
    from wordfreq import available_languages, get_frequency_list, top_n_list

    name = {"hr": "sh"}.get(language, language)
    if name not in available_languages("small"):
        return frozenset()
    words = frozenset(top_n_list(name, _COMMON, wordlist="small"))
    get_frequency_list.cache_clear()  # or the whole list of every language that turns up stays in memory
    return words


def _best(text: str) -> tuple[str, float]:
    best = _detector().compute_language_confidence_values(text)[0]
    return best.language.iso_code_639_1.name.lower(), best.value


@lru_cache(maxsize=1)
def _detector() -> LanguageDetector:
    from lingua import Language, LanguageDetectorBuilder

    languages = [getattr(Language, name) for name in _LANGUAGES.split()]
    # Its small models tell a sentence apart as well as the large ones, in a tenth of the memory.
    return LanguageDetectorBuilder.from_languages(*languages).with_low_accuracy_mode().build()
