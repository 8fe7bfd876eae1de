"""Which language a text is in: lingua reads the letters, the commonest words of a language say whether it is right.

Letters alone are led astray by names: an English report of a Flemish race is Dutch to them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from mtqa.core.documents import NO_LANGUAGE, Block, Document, Segment
from mtqa.core.folding import Folding
from mtqa.core.limits import check_time
from mtqa.core.spans import joined
from mtqa.core.tags import primary
from mtqa.languages import PACKS, pack_of
from mtqa.languages.frequencies import most_common
from mtqa.languages.scripts import NOT_LATIN, UNSPACED

if TYPE_CHECKING:
    from lingua import LanguageDetector

__all__ = ["Foreign", "detect", "foreign", "with_language"]

_LANGUAGES = (
    "ARABIC BENGALI BOKMAL BULGARIAN CATALAN CHINESE CROATIAN CZECH DANISH DUTCH ENGLISH FINNISH FRENCH GERMAN GREEK "
    "HEBREW HINDI HUNGARIAN INDONESIAN ITALIAN JAPANESE KOREAN PERSIAN POLISH PORTUGUESE ROMANIAN RUSSIAN SLOVAK "
    "SPANISH SWEDISH THAI TURKISH UKRAINIAN VIETNAMESE"
)
_WORD = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff]|[^\W\d_]+(?:'[^\W\d_]+)*")
_LATIN = re.compile(r"[A-Za-zªº\u00c0-\u02af\u1e00-\u1eff\u2c60-\u2c7f\ua722-\ua7ff\uab30-\uab6f\uff21-\uff5a]")
_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+|\n+")
_PARTICLES = frozenset(
    (
        *("af", "al", "av", "bin", "d", "da", "das", "de", "del", "della", "den", "der", "des", "di", "do", "dos"),
        *("du", "e", "el", "i", "la", "le", "te", "ten", "ter", "und", "van", "von", "y", "zu"),
    )
)
"""Words that stand inside names; between two capitalised words they say nothing of the language."""
_SAMPLE = 3000  # characters of a document that are looked at
_SOURCES = 200  # of a file that are looked at
_FEWEST_WORDS = 6
_DOCUMENT_CONFIDENCE = 0.6
_SEGMENT_CONFIDENCE = 0.9
_COMMON = 150  # the most frequent words of a language, most of them function words
_OWN_SHARE = 0.15  # of common words from which a segment is in the document's language
_LOWER_SHARE = 0.5  # of words in lower case below which a segment is a list of names
_FOREIGN_SHARE = 0.12  # of the other language's common words below which a segment is in neither
_CLEARLY = 1.5  # times as many common words outweigh what the letters say
_PLAIN_SHARE = 0.25  # of common words from which the letters are not doubted
_FEWEST_COMMON = 3  # common words that a language has at least where the letters say another
_CANDIDATES = 3  # languages by letters, and by sentences, that the words are tried for: each needs its word list


@dataclass(frozen=True, slots=True)
class Foreign:
    """A segment that is in another language than its document; ``confidence`` from 0 to 1."""

    segment: Segment
    language: str
    confidence: float


def detect(text: str) -> tuple[str, float]:
    """``(BCP 47 tag, confidence from 0 to 1)``; ``"und"`` where the text is too short or the languages too close.

    Where lingua's answer is not borne out by the common words of that language, the sentences vote, each for the
    language of which it has clearly the most common words or, where none stands out, for lingua's answer on it.
    """
    sample = _plain(text)[:_SAMPLE]
    words = _words(sample)
    if len(words) < _FEWEST_WORDS:
        return "und", 0.0
    tag, confidence = _best(sample)
    rival = max((_share(words, known) for known in PACKS if known != tag), default=0.0)
    sure = confidence >= _DOCUMENT_CONFIDENCE and _share(words, tag) >= max(_PLAIN_SHARE, _CLEARLY * rival)
    if tag not in NOT_LATIN and not sure:
        tag, confidence = _vote(sample, words, tag, confidence)
    return (tag, confidence) if confidence >= _DOCUMENT_CONFIDENCE else ("und", confidence)


def _vote(sample: str, words: Sequence[str], tag: str, confidence: float) -> tuple[str, float]:
    """The language that most words' sentences are in, and their share of those that could tell, where letters decided
    as far as lingua is sure. Where none could, or they are at odds, the common words of the whole decide; where they do
    not tell, lingua's answer on it stands, unless the words are mostly names."""
    sentences = [each for found in _SENTENCE_END.split(sample) if len(each := _words(found)) >= _FEWEST_WORDS]
    letters = [_best(" ".join(each)) for each in sentences]
    named: Counter[str] = Counter()
    for (name, _), each in zip(letters, sentences, strict=True):
        named[name] += len(each)
    candidates = {*PACKS, *(name for name, _ in (*_likeliest(sample, _CANDIDATES), *named.most_common(_CANDIDATES)))}
    votes: dict[str, float] = {}
    cast = 0
    for (name, certain), each in zip(letters, sentences, strict=True):
        shares = {candidate: _share(each, candidate) for candidate in sorted({*candidates, name})}
        best = max(shares, key=lambda candidate: shares[candidate])
        chosen, weight = (best, 1.0) if shares[best] >= _CLEARLY * shares[name] else (name, certain)
        if shares[chosen] >= _OWN_SHARE:
            votes[chosen] = votes.get(chosen, 0.0) + weight * len(each)
            cast += len(each)
    voted = ("und", 0.0)
    if votes:
        winner = max(votes, key=lambda candidate: votes[candidate])
        if winner == tag or len(_common_words(winner).intersection(words)) >= _FEWEST_COMMON:
            voted = winner, votes[winner] / cast
    if voted[1] >= _DOCUMENT_CONFIDENCE:
        return voted
    shares = {candidate: _share(words, candidate) for candidate in sorted({*candidates, tag})}
    first, second = sorted(shares, key=lambda candidate: -shares[candidate])[:2] if len(shares) > 1 else (tag, tag)
    told = len(_common_words(first).intersection(words)) >= _FEWEST_COMMON
    if told and shares[first] >= max(_OWN_SHARE, _CLEARLY * shares[second]):
        return first, shares[first] / (shares[first] + shares[second])
    if votes:
        return voted
    return (tag, confidence) if tag in PACKS or _mostly_lower(words) else ("und", 0.0)


def with_language(document: Document) -> Document:
    """``document`` with its language, which is detected unless it is declared, and what is quoted in another masked;
    and with that of its sources, which is detected, too, where nothing says it.

    What the file marks as in a language, or not to be translated, is not looked at; that in a language is, where the
    rest is less and does not tell.
    """
    document = _with_source_language(document)
    if document.declared:
        return _with_masks(document)
    running = [block for block in document.blocks if block.kind.judged]
    plain = _sample(document, [block for block in running if block.language is None]) if running else document.text
    language, _ = detect(plain)
    if language == "und":
        marked = _sample(document, [each for each in running if each.language not in (None, NO_LANGUAGE)], quoted=True)
        language = detect(marked)[0] if len(_words(marked)) > len(_words(plain)) else language
    return _with_masks(replace(document, language=language))


def _with_source_language(document: Document) -> Document:
    sources = [block.source for block in document.blocks if block.source]
    if document.source_language or not sources:
        return document
    language, _ = detect("\n".join(islice(sources, _SOURCES)))
    return document if language == "und" else replace(document, source_language=language)


def _sample(document: Document, blocks: Iterable[Block], *, quoted: bool = False) -> str:
    """The beginning of ``blocks``, with or without what is ``quoted`` in them."""
    size, parts = 0, []
    for block in blocks:
        text, at = [], block.span.start
        for each in () if quoted else block.quoted:
            text.append(document.text[at : each.span.start])
            at = each.span.end
        text.append(document.text[at : block.span.end])
        parts.append(Folding.of("".join(text)).text[:_SAMPLE])
        size += len(parts[-1])
        if size >= _SAMPLE:
            break
    return "\n".join(parts)


def _with_masks(document: Document) -> Document:
    """``document`` with what is quoted in another language than its own masked; one that cannot be told is read as if
    English."""
    if not any(block.quoted for block in document.blocks):
        return document
    own = primary("en" if document.language == "und" else document.language)
    blocks = []
    for block in document.blocks:
        others = (each.span for each in block.quoted if primary(each.language) != own)
        blocks.append(replace(block, quoted=(), masked=joined((*block.masked, *others))))
    return replace(document, blocks=tuple(blocks))


def foreign(segments: Iterable[Segment], language: str) -> tuple[Foreign, ...]:
    """The segments that are surely in another language than ``language``.

    A segment of at least six words is passed to lingua when few of its words are among the common ones of
    ``language``. The answer is believed where the script alone tells, or where most words are in lower case and some
    are common in the language that lingua names: lists of names are in no language. Nothing is foreign to ``"und"``,
    and nothing that the file itself declares to be in another language.
    """
    own = primary(language)
    if own == "und":
        return ()
    found: list[Foreign] = []
    for segment in segments:
        check_time()
        if segment.apart:
            continue
        text = _plain(_without_masks(segment))
        words = _words(text)
        ours = _share(words, own)
        if len(words) < _FEWEST_WORDS or ours >= _OWN_SHARE:
            continue
        tag, confidence = _best(text)
        if tag in (own, "und"):
            continue
        by_script = tag in UNSPACED or (tag in NOT_LATIN and own not in NOT_LATIN)
        by_words = (
            confidence >= _SEGMENT_CONFIDENCE
            and _mostly_lower(words)
            and _share(words, tag) >= max(_FOREIGN_SHARE, _CLEARLY * ours)
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


def _plain(text: str) -> str:
    text = Folding.of(text).text.replace("’", "'")
    for pack in PACKS.values():
        text = pack.spelled(text)
    return text


def _words(text: str) -> list[str]:
    """The words of a text, elisions in one piece (``ain't``), without the particles of names (``van den`` Berg); the
    first in lower case, since any word may stand there with a capital."""
    words = _WORD.findall(text.lower() if text.isupper() else text)
    kept: list[str] = []
    particles: list[str] = []
    after_name = True  # or at the beginning
    for word in words:
        if word.lower() in _PARTICLES and (after_name or word[0].isupper()):
            particles.append(word)
            continue
        if not word[0].isupper():
            kept += particles
        particles = []
        kept.append(word)
        after_name = word[0].isupper()
    kept += particles
    return [word.lower() if at == 0 else word for at, word in enumerate(kept)]


def _mostly_lower(words: Sequence[str]) -> bool:
    return sum(map(str.islower, words)) >= _LOWER_SHARE * len(words)


def _share(words: Sequence[str], language: str) -> float:
    """Of the words, how many are common ones of the language; those with a capital are names."""
    common = _common_words(language)
    return sum(word in common or _elided(word) in common for word in words) / max(len(words), 1)


def _elided(word: str) -> str:
    """What an elision leaves of the word before it ("ai" of "ain't"); nothing inside a name ("d'Abruzzo")."""
    before, _, after = word.partition("'")
    return "" if after[:1].isupper() else before


@lru_cache(maxsize=64)
def _common_words(language: str) -> frozenset[str]:
    pack = pack_of(language)
    return (most_common(language, _COMMON) | pack.common) - pack.ambiguous


def _best(text: str) -> tuple[str, float]:
    return _likeliest(text, 1)[0]


def _likeliest(text: str, count: int) -> list[tuple[str, float]]:
    """The languages that the letters suggest, with the confidence in each; ``"und"`` where they suggest none, as of
    codes and units. Text in Latin letters is in no language that is not written in them."""
    latin = _mostly_latin(text)
    likely = (
        (each.language.iso_code_639_1.name.lower(), each.value)
        for each in _detector().compute_language_confidence_values(text)
        if each.value > 0
    )
    return [each for each in likely if not (latin and each[0] in NOT_LATIN)][:count] or [("und", 0.0)]


def _mostly_latin(text: str) -> bool:
    """Whether more of its words are in Latin letters than in others."""
    words = _WORD.findall(text)
    return 2 * sum(_LATIN.match(word) is not None for word in words) > len(words)


@lru_cache(maxsize=1)
def _detector() -> LanguageDetector:
    from lingua import Language, LanguageDetectorBuilder

    languages = [getattr(Language, name) for name in _LANGUAGES.split()]
    # Its small models tell a sentence apart as well as the large ones, in a tenth of the memory.
    return LanguageDetectorBuilder.from_languages(*languages).with_low_accuracy_mode().build()
