"""The source rules by name."""

from __future__ import annotations

from mtqa.core.registry import Registry
from mtqa.signals.source.rule import SourceRule

__all__ = ["SOURCE_RULES"]

SOURCE_RULES: Registry[SourceRule] = Registry(
    "rule",
    {
        name: f"mtqa.signals.source.{name.replace('-', '_')}:RULE"
        for name in (
            "placeholder-mismatch",
            "tag-mismatch",
            "address-mismatch",
            "code-mismatch",
            "number-mismatch",
            "number-convention",
            "unit-mismatch",
            "date-mismatch",
            "copied-source",
            "untranslated-text",
            "shared-translation",
            "inconsistent-translation",
            "missing-term",
            "forbidden-term",
            "overlong-translation",
            "accelerator-mismatch",
            "line-break-mismatch",
            "margin-mismatch",
            "final-punctuation",
            "full-stop-mismatch",
            "locale-punctuation",
            "quotation-mismatch",
            "bracket-mismatch",
            "initial-case",
            "doubled-word",
            "double-space",
        )
    },
)
"""All of them, in the order they are shown in; each is imported on first use."""
