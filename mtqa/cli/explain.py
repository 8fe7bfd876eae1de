"""``mtqa explain``: what a rule finds."""

from __future__ import annotations

from typing import Annotated

import typer

from mtqa.cli.terminal import emit
from mtqa.core.errors import UnknownName

__all__ = ["explain"]

_MODEL_RULES = {
    "garbled": """\
Words that an editor would change, by a neural network that reads each sentence among its neighbours. It was trained on
machine translations in which people, or a second translation, changed words.

- MQM category: accuracy/mistranslation
- severity: minor, or major where it is surer; both limits are in the model's model.toml
- language: those of the model
- safe edit: no

A flag is a place to look at. The network sees no source text, and it can be wrong about names and unusual style.
""",
    "surprising": """\
Words that a language model did not expect here, where other signals find fault as well. It runs with --fluency lm.

- MQM category: style/awkward-style
- language: English
- safe edit: no

A name is surprising and no error: capitalised words, and words that came up before, are never flagged for surprise.
""",
}


def explain(
    rule: Annotated[str | None, typer.Argument(metavar="RULE", help="A rule's name, as reports give it.")] = None,
) -> None:
    """What a rule finds, with examples; without a name, all rules."""
    from mtqa.signals.surface import RULES, describe

    if rule is None:
        emit("".join(f"{name}\n" for name in sorted([*RULES, *_MODEL_RULES])))
    elif rule in _MODEL_RULES:
        emit(f"# {rule}\n\n{_MODEL_RULES[rule]}")
    elif rule in RULES:
        emit(describe(rule))
    else:
        raise UnknownName("rule", rule, [*RULES, *_MODEL_RULES])
