"""``mtqa explain``: what a rule finds."""

from __future__ import annotations

from textwrap import fill, indent
from typing import Annotated

import typer

from mtqa.cli.terminal import emit

__all__ = ["explain"]


def explain(
    rule: Annotated[
        str | None, typer.Argument(metavar="RULE", help="A rule or a decision, as reports give it.")
    ] = None,
) -> None:
    """Explain what a rule looks for, with examples, or what a decision means; without a name, list them all."""
    from mtqa.gate.rules import explanation, words

    if rule is not None:
        emit(explanation(rule).page())
        return
    emit("".join(f"{each.name}\n{indent(fill(each.summary, 76), '    ')}\n" for each in map(explanation, words())))
