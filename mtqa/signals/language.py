"""Language: sentences in another one than their document."""

from __future__ import annotations

from mtqa.core.details import OtherLanguage
from mtqa.core.documents import Segment
from mtqa.core.findings import Category, ErrorSpan, Evidence, Severity
from mtqa.core.signals import Reading, Signal
from mtqa.core.tags import language_name

__all__ = ["LanguageSignal"]


class LanguageSignal(Signal):
    """Points at each sentence whose language was told apart from its document's; of the others it says nothing."""

    name = "language"

    def read(self, reading: Reading) -> list[Evidence]:
        """Evidence on the sentences in another language; the score is 1."""
        if reading.language is None:
            return []
        return [self._evidence(s, reading.language) for s in reading.segments if s.language != reading.language]

    def _evidence(self, segment: Segment, language: str) -> Evidence:
        span = ErrorSpan(
            span=segment.span,
            rule="foreign-sentence",
            category=Category.UNTRANSLATED,
            severity=Severity.MAJOR,
            message=f"this sentence is in {language_name(segment.language)}, the document in {language_name(language)}",
        )
        details = OtherLanguage(language=segment.language)
        return Evidence(signal=self.name, segment_id=segment.id, score=1.0, spans=(span,), details=details)
