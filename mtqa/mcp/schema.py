"""What tools are called with, and what they answer: the published schemas are made of these."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from mtqa.core.errors import ConfigError, UnknownName
from mtqa.core.findings import Severity
from mtqa.formats import FORMATS
from mtqa.formats.languages import given_language

__all__ = [
    "Article",
    "Change",
    "Explained",
    "Explanations",
    "Flagged",
    "FlaggedArticle",
    "Flags",
    "Listed",
    "Place",
    "Proposal",
    "Proposals",
    "Proposed",
    "Repair",
    "Scores",
    "Sentence",
    "SentencesOf",
    "Unjudged",
    "Verdict",
    "Word",
]


def _format(name: str) -> str:
    try:
        FORMATS[name]
    except UnknownName as error:
        raise ValueError(str(error)) from None
    return name


def _language(tag: str) -> str:
    try:
        return given_language(tag) or ""
    except ConfigError as error:
        raise ValueError(str(error)) from None


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)


class Article(_Model):
    """A text, or a file: one of the two."""

    text: Annotated[str, Field(min_length=1)] | None = None
    """The article, or the content of its file."""
    path: str | None = None
    """Of a file below the folders that may be read."""
    format: Annotated[str, AfterValidator(_format)] | None = None
    """Of the article; by default told from the suffix of the path, and of a text plain text."""
    language: Annotated[str, AfterValidator(_language)] | None = None
    """BCP 47 tag; declared or detected by default."""

    @model_validator(mode="after")
    def _one(self) -> Article:
        if (self.text is None) == (self.path is None):
            raise ValueError("give either text or path")
        return self


class Listed(Article):
    """Of which flags are listed."""

    min_level: Severity | None = None
    """Flags below this severity are left out; by default what the project says, else minor."""
    most: Annotated[int, Field(ge=1, le=1000)] = 50
    """How many flags to list, those of the sentences likeliest to need repair first."""


class Proposed(Article):
    """For which repairs are proposed."""

    sentences: Annotated[list[int], Field(max_length=100)] | None = None
    """Numbers of sentences, as list_flags gives them; by default those likeliest to need repair."""
    most: Annotated[int, Field(ge=1, le=100)] = 5
    """How many sentences, where none are given."""


class Word(_Model):
    """A word of the answers."""

    word: str | None = None
    """A rule, decision, category, severity or number; without one, all are listed."""


class Unjudged(_Model):
    """An article, or a row of a file, that could not be read or judged."""

    name: str
    why: str


class Verdict(_Model):
    """What is said of one article."""

    name: str
    decision: Literal["likely-mt", "likely-human", "undecided"]
    p_mt: float | None
    """Calibrated probability that it is machine-translated; null where that cannot be told."""
    reason: str
    language: str
    translated_from: str | None
    """The language that a likely-mt article was probably translated from."""
    remarks: list[str]
    sentences: int
    to_repair: int
    """Sentences with a flag that asks for a repair."""


class Scores(_Model):
    """The verdicts, and how their numbers were made."""

    articles: list[Verdict]
    failures: list[Unjudged]
    false_alarms: float
    """The share of articles by people that are called likely-mt, at worst."""
    signature: str


class Place(_Model):
    """Where words stand: in characters (Unicode code points, from 0) and lines and columns (from 1) of the text or the
    decoded file, from the first character to behind the last, markup between them included."""

    start: int | None
    """Null in a file that is no text, such as an archive; so is the end."""
    end: int | None
    line: int | None
    """Null in a file without lines to see; so are the columns."""
    column: int | None
    end_line: int | None
    end_column: int | None
    where: str
    """For people: "line 12", "cue 7"."""


class Change(_Model):
    """Characters from start to end are to be replaced by text, which is not escaped."""

    start: int
    end: int
    text: str


class Repair(_Model):
    """Of the flagged words; its changes belong together."""

    changes: list[Change]
    """Empty where markup lies inside, so that only a person can make it."""
    words: str
    """What the flagged words then read."""
    safe: bool
    """Whether it may be made without a person reading it."""


class Flagged(_Model):
    """Words to look at."""

    sentence: int
    """The number of the sentence in the article, from 0."""
    words: str
    """As they read, without markup."""
    at: Place
    rule: str
    category: str
    """MQM dimension/type."""
    severity: Severity
    probability: float
    """Calibrated, that an editor would change these words."""
    message: str
    reasons: list[str]
    repairs: list[Repair]


class FlaggedArticle(_Model):
    """The flags of one article."""

    name: str
    flags: list[Flagged]
    left_out: int
    """Flags beyond the most that were asked for."""


class Flags(_Model):
    """The flags of all articles of a text or file."""

    articles: list[FlaggedArticle]
    failures: list[Unjudged]
    signature: str


class Proposal(_Model):
    """Another text for a sentence, to be chosen by someone who knows what it should say."""

    text: str
    origin: str
    """How it was made: rule, source, round-trip or recombination."""
    gain: float
    """By how much the probability that it needs repair falls."""
    safe: bool
    reasons: list[str]


class Sentence(_Model):
    """A flagged sentence, and what it could read."""

    sentence: int
    text: str
    at: Place
    p_repair: float
    proposals: list[Proposal]
    """At most three, best first; none is an answer."""


class SentencesOf(_Model):
    """The flagged sentences of one article."""

    name: str
    sentences: list[Sentence]


class Proposals(_Model):
    """The proposals for all articles of a text or file."""

    articles: list[SentencesOf]
    failures: list[Unjudged]
    signature: str


class Explained(_Model):
    """A word of the answers."""

    word: str
    summary: str
    page: str | None = None
    """All that is known of it, in Markdown, with examples."""


class Explanations(_Model):
    """The word that was asked for, or all of them without their pages."""

    words: list[Explained]
