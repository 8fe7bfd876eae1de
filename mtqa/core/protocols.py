"""The seams: what a format and the models must do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from mtqa.core.documents import Document
from mtqa.core.findings import Edit
from mtqa.core.proofreading import ProofCalibration, Proofread
from mtqa.core.report import Failure
from mtqa.core.spans import Span

__all__ = [
    "Format",
    "LanguageModel",
    "Models",
    "Passage",
    "Proofreader",
    "SegmentScore",
    "TokenScore",
    "Translation",
    "Translator",
]


class Format(Protocol):
    """Bytes to a document and back.

    Attributes:
        name: under which it is registered.
        suffixes: of its files' names, in lower case, with their dot.
        text: whether its files are text, and no archive.
        installed: whether the extra that it needs is; without it, files that a person names are refused with the
            remedy, and those in folders are left out.
    """

    name: str
    suffixes: tuple[str, ...]
    text: bool = True
    installed: bool = True

    def read(self, raw: bytes, uri: str, language: str | None) -> tuple[Document | Failure, ...]:
        """The documents in ``raw``: one, except for containers such as JSON Lines, where a part that cannot be read is
        a failure among them. The ``file`` of each is ``uri``. Raises InputError where nothing can be read."""

    def write(self, document: Document, edits: Sequence[Edit]) -> bytes:
        """The file with ``edits`` applied and every other byte as it was."""

    def takes(self, path: Path) -> bool:
        """Whether a file with one of its suffixes that nobody named, as it was found in a folder, is one of its
        articles. Other files may have the same suffix."""
        return True


@dataclass(frozen=True, slots=True)
class TokenScore:
    """A word and a raw score; ``span`` counts code points of the text that was passed in."""

    span: Span
    score: float


@dataclass(frozen=True, slots=True)
class Passage:
    """What the encoder reads: a text and, where it is known, what it was translated from."""

    text: str
    source: str | None = None


@dataclass(frozen=True, slots=True)
class SegmentScore:
    """What the encoder says of one text: raw logits, higher is worse.

    Attributes:
        mt: that the text came out of a machine translator.
        habits: the part of ``mt`` that the n-grams of the text and those around it have.
        proofread: what an editor would say of it.
        surprisal: of a word to a language model, in bits, on average and as the encoder estimates it.
        sourced: whether ``proofread`` knows what the text was translated from.
        origins: if a machine translated it, a logit for each language that it may have come from, by BCP 47 tag.
    """

    mt: float
    proofread: Proofread
    surprisal: float = 0.0
    habits: float = 0.0
    sourced: bool = False
    origins: Mapping[str, float] = field(default_factory=dict)


class Models(Protocol):
    """The wall between signals and neural networks: lists in, lists out, plain Python values."""

    def encode(self, documents: Sequence[Sequence[Passage]]) -> list[list[SegmentScore]]:
        """Scores of each passage of each document; those of a document are consecutive and judged in context."""

    def proofreader(self) -> Proofreader | None:
        """The careful editor; None where the fast one is asked for, or none is and it is not there."""

    def language_model(self) -> LanguageModel | None:
        """The language model, where one is configured."""

    def translators(self) -> Sequence[Translator]:
        """The configured translators in order of preference, or every one that is installed."""


class Proofreader(Protocol):
    """A network that marks what a copy editor would change.

    Attributes:
        signature: ``name@digest``.
        calibration: what its marks mean, and the languages that it reads.
    """

    signature: str
    calibration: ProofCalibration

    def prepare(self) -> None:
        """Begins to read the weights, beside whatever else is done: they will be asked for soon."""

    def proofread(self, documents: Sequence[Sequence[str]]) -> list[list[Proofread]]:
        """What an editor would say of each sentence of each document. It depends on the sentences around it, never on
        other documents."""


class LanguageModel(Protocol):
    """A causal language model.

    Attributes:
        signature: ``name@digest``.
        languages: BCP 47 primary subtags of the languages it reads.
        surprising: bits above the median of a document's words from which a word is surprising.
    """

    signature: str
    languages: tuple[str, ...]
    surprising: float

    def surprisal(self, documents: Sequence[Sequence[str]]) -> list[list[tuple[TokenScore, ...]]]:
        """Surprisal in bits of each word of each text, in the context of the document up to it."""


@dataclass(frozen=True, slots=True)
class Translation:
    """What an engine made of a text.

    Attributes:
        score: mean log-probability of the translation's tokens in nats; None where the engine does not say.
    """

    text: str
    score: float | None = None


class Translator(Protocol):
    """A machine-translation engine.

    Attributes:
        name: of the engine, as ``mtqa translators`` lists it.
        signature: ``name@version`` of what translates, weights included: equal ones translate alike.
    """

    name: str
    signature: str

    def pairs(self) -> frozenset[tuple[str, str]]:
        """BCP 47 tags of the languages that it translates from and into."""

    def translate(self, texts: Sequence[str], *, source: str, target: str) -> list[Translation]:
        """Translations of each text, in order. An empty text stays empty. Raises ModelError where the engine fails and
        ConfigError for a pair that it does not translate."""
