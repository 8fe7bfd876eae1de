"""A document and its machine translation: there and back by another language, or from the sources in the file."""

from __future__ import annotations

from collections.abc import Sequence

from mtqa.core.documents import WORD, Document, Location
from mtqa.core.errors import ConfigError, InputError
from mtqa.core.folding import Folding
from mtqa.core.protocols import Translation, Translator
from mtqa.core.retranslation import AlignedSentence, Retranslation
from mtqa.core.tags import language_name
from mtqa.language import with_language
from mtqa.segmentation import segment
from mtqa.signals.likeness import alike
from mtqa.signals.round_trip import AUTO, routes, spoken

__all__ = ["from_source", "there_and_back"]


def there_and_back(document: Document, translators: Sequence[Translator], via: str = AUTO) -> Retranslation:
    """The document after a round trip, sentence by sentence.

    Args:
        document: in any language that a translator knows.
        translators: in order of preference.
        via: BCP 47 tag of the pivot; by default the preferred one of those that there are.

    Raises:
        ConfigError: there is no such way.
        InputError: the document has no sentences, or nobody knows in which language they are.
        ModelError: a translator failed.
    """
    document = _identified(document)
    segments = [s for s in segment(document) if WORD.search(s.text)]
    if not segments:
        raise InputError(document.uri, "no sentences in it; give it a text")
    _check_any(translators)
    ways = routes(translators, document.language, (via,))
    if not ways:
        name = language_name(document.language)
        raise ConfigError(f"no translator here takes {name} into another language and back; run: mtqa translators")
    way = ways[0]
    texts = [(document.locate(s.span), " ".join(Folding.of(s.text).text.split())) for s in segments]
    others = way.travel([text for _, text in texts])
    return _retranslation(document, way.pivot, texts, others, way.engines, sourced=False)


def from_source(document: Document, translators: Sequence[Translator]) -> Retranslation:
    """The sources in the file, translated anew, beside the document's blocks. Raises as `there_and_back` does, and
    ConfigError for a document without sources, or with some too short to tell their language."""
    document = _identified(document)
    blocks = [block for block in document.blocks if block.source]
    if not blocks:
        raise ConfigError(f"{document.uri} holds no sources to translate; use --via")
    spoke = document.source_language
    if spoke is None:
        raise ConfigError(f"{document.uri}: its sources are too short to tell their language; use --via")
    _check_any(translators)
    for translator in translators:
        pairs = translator.pairs()
        source = spoken(spoke, sorted({a for a, _ in pairs}))
        target = spoken(document.language, sorted(b for a, b in pairs if a == source))
        if source is not None and target is not None:
            break
    else:
        into = language_name(document.language)
        raise ConfigError(f"no translator here goes from {language_name(spoke)} into {into}; run: mtqa translators")
    texts = [(document.locate(b.span), " ".join(b.span.of(document.text).split())) for b in blocks]
    others = translator.translate([block.source or "" for block in blocks], source=source, target=target)
    return _retranslation(document, source, texts, others, (translator.signature,), sourced=True)


def _identified(document: Document) -> Document:
    document = with_language(document)
    if document.language == "und" and WORD.search(document.text):
        raise InputError(document.uri, "its language could not be identified; name it with --language, e.g. en")
    return document


def _check_any(translators: Sequence[Translator]) -> None:
    if not translators:
        raise ConfigError("no translator is installed; 'mtqa translators' says how to get one")


def _retranslation(
    document: Document,
    via: str,
    texts: Sequence[tuple[Location, str]],
    others: Sequence[Translation],
    engines: tuple[str, ...],
    *,
    sourced: bool,
) -> Retranslation:
    return Retranslation(
        uri=document.uri,
        language=document.language,
        via=via,
        from_source=sourced,
        engines=engines,
        sentences=tuple(
            AlignedSentence(location=location, text=text, other=other.text, score=other.score)
            for (location, text), other in zip(texts, others, strict=True)
        ),
        likeness=alike([text for _, text in texts], [other.text for other in others]),
    )
