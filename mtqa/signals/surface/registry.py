"""The surface rules by name, in the order they run."""

from __future__ import annotations

from mtqa.core.registry import Registry
from mtqa.signals.surface.rule import Rule

__all__ = ["RULES"]

_NAMES = (
    "space-before-punctuation",
    "space-before-hyphen",
    "missing-space",
    "double-punctuation",
    "unbalanced-quotation-mark",
    "unbalanced-bracket",
    "foreign-quotation-mark",
    "foreign-number-format",
    "foreign-date-format",
    "currency-order",
    "unrendered-compound",
    "misspelling",
    "unknown-word",
    "untranslated-word",
    "untranslated-sentence",
    "wrong-script",
    "repeated-word",
    "repeated-phrase",
    "hallucinated-loop",
    "double-determiner",
    "double-negation",
    "article-mismatch",
    "truncated-sentence",
    "mojibake",
    "leftover-placeholder",
    "leftover-markup",
    "undecoded-entity",
)

RULES: Registry[Rule] = Registry(
    "rule", {name: f"mtqa.signals.surface.{name.replace('-', '_')}:RULE" for name in _NAMES}
)
