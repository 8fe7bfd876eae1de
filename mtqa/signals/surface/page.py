"""The documentation page of a rule."""

from __future__ import annotations

from textwrap import fill

from mtqa.signals.surface.registry import RULES
from mtqa.signals.surface.rule import Example, Rule

__all__ = ["describe", "rules_page"]


def describe(rule: str | Rule) -> str:
    """The page of a rule, given itself or by name, in Markdown: what it finds, its MQM category and severity, examples
    that fire and that stay silent, and whether it has a safe edit. Raises UnknownName."""
    if isinstance(rule, str):
        rule = RULES[rule]
    edit = "yes" if rule.safe_edit else "no"
    lines = [
        f"# {rule.name}",
        "",
        fill(" ".join(rule.description.split()), 80, break_on_hyphens=False),
        "",
        f"- MQM category: {rule.category.value}",
        f"- severity: {rule.severity.value}",
        f"- language: {'English' if rule.english else 'any'}",
        f"- safe edit: {edit}",
        "",
        "Fires on:",
        "",
        *(_firing(example) for example in rule.fires),
        "",
        "Stays silent on:",
        "",
        *(f"- {_line(text)}" for text in rule.silent),
    ]
    return "\n".join(lines) + "\n"


def rules_page() -> str:
    """The page of all rules, in Markdown: ``docs/rules.md``."""
    return "\n".join(("# Surface rules", "", *(describe(name).replace("# ", "## ", 1) for name in RULES)))


def _firing(example: Example) -> str:
    marked = ", ".join(f"`{words}`" for words in example.marked)
    edited = f", edited: {_line(example.edited)}" if example.edited is not None else ""
    return f"- {_line(example.text)} — marks {marked}{edited}"


def _line(text: str) -> str:
    return f"`{text.replace(chr(10), ' ¶ ')}`"
