"""What a surface rule is: a named defect, told by a function, with examples that fire and that stay silent."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from mtqa.core.findings import Category, Severity
from mtqa.core.spans import Span
from mtqa.languages.sentence import Sentence

__all__ = ["Example", "Hit", "Rule"]


@dataclass(frozen=True, slots=True)
class Hit:
    """Words that a rule points at.

    Attributes:
        span: into the sentence's text.
        message: what is wrong, in a clause that does not repeat the words.
        replacement: what to put in place of the words, where that is known.
        safe: whether the replacement may be applied without a person reading it.
        severity: where it differs from the rule's.
    """

    span: Span
    message: str
    replacement: str | None = None
    safe: bool = False
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """A text that a rule fires on. Each line is a paragraph of one sentence.

    Attributes:
        marked: the words it marks, in order.
        edited: the text with the rule's safe edits applied, where it has any.
    """

    text: str
    marked: tuple[str, ...]
    edited: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A named defect.

    Attributes:
        name: kebab-case noun.
        description: what it finds and what it leaves alone.
        severity: of a hit that does not say otherwise.
        otherwise: which other severities hits have, and when, in words.
        find: the hits in a sentence, in text order.
        fires: examples, two or more.
        silent: texts it must leave alone, three or more; paragraphs as in ``Example``.
        prose: whether hits that touch an address, a handle, a tag, a file name or code are dropped; those inside
            code always are.
    """

    name: str
    description: str
    category: Category
    severity: Severity
    find: Callable[[Sentence], Iterable[Hit]]
    fires: tuple[Example, ...]
    silent: tuple[str, ...]
    prose: bool = True
    otherwise: str = ""

    @property
    def safe_edit(self) -> bool:
        """Whether the rule knows an edit that may be applied without a person reading it."""
        return any(example.edited is not None for example in self.fires)
