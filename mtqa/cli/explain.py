"""``mtqa explain``: what a rule finds, and what the other words of reports mean."""

from __future__ import annotations

from textwrap import fill, indent
from typing import Annotated

import typer

from mtqa.cli.terminal import emit

__all__ = ["explain"]


def explain(
    word: Annotated[
        str | None,
        typer.Argument(
            metavar="WORD", help="A rule, verdict, category, severity, number or any other word, as reports print it."
        ),
    ] = None,
) -> None:
    """Explain what a rule looks for, with examples, or what another word of a report means; without one, list all."""
    from mtqa.gate.rules import explanation, words

    if word is not None:
        emit(explanation(word).page())
        return
    emit("".join(f"{each.name}\n{indent(fill(each.summary, 76), '    ')}\n" for each in map(explanation, words())))
