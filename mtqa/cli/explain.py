"""``mtqa explain``: what a rule finds."""

from __future__ import annotations

import re
from textwrap import fill, indent
from typing import Annotated

import typer

from mtqa.cli.terminal import emit
from mtqa.core.errors import UnknownName

__all__ = ["explain", "rule_names"]

_SENTENCE = re.compile(r'(?:"[^"]*"|[^".]|\.(?! [A-Z]|$))+\.')

_MODEL_RULES = {
    "foreign-sentence": """\
A sentence that is surely in another language than the document: left untranslated, or quoted without a translation.

- MQM category: accuracy/untranslated
- severity: major
- language: any that lingua can detect
- safe edit: no

Only sentences of six words and more are looked at. The model does not judge them.
""",
    "garbled": """\
Words that an editor would probably change, or a sentence that reads oddly as a whole, as a
neural network sees it that reads each sentence among its neighbours. It can tell where, but not what is wrong: the
category is always that of an unusual choice of words.

- MQM category: style/awkward-style
- severity: minor, or major where the network is surer; both limits are in the model's model.toml
- language: those of the model
- safe edit: no

The network sees no source text and can be wrong about names and unusual style. A flag says where to look.
""",
    "weak-spot": """\
A sentence of a likely machine-translated article that is likelier to need repair than most of its others, though no
word of it stands out: where to begin reading.

- MQM category: style/awkward-style
- severity: minor
- language: those of the model
- safe edit: no

It depends on the whole article, so the gate does not count it.
""",
    "surprising": """\
Words that nothing earlier in the document leads a language model to expect. It needs --fluency lm.

- MQM category: style/awkward-style; linguistic-conventions/spelling for a word that no lexicon has
- severity: neutral; minor for a word that no lexicon has
- language: English
- safe edit: no

A surprising name is not an error: capitalised words, numbers, addresses and words that the document used before are
never flagged.
""",
}


def explain(
    rule: Annotated[str | None, typer.Argument(metavar="RULE", help="A rule's name, as reports give it.")] = None,
) -> None:
    """Explain what a rule looks for, with examples; without a name, list all rules."""
    from mtqa.signals.surface import RULES, describe

    if rule is None:
        first = {name: _first_sentence(page) for name, page in _MODEL_RULES.items()}
        first |= {name: _first_sentence(RULES[name].description) for name in RULES}
        emit("".join(f"{name}\n{indent(fill(first[name], 76), '    ')}\n" for name in sorted(first)))
    elif rule in _MODEL_RULES:
        emit(f"# {rule}\n\n{_MODEL_RULES[rule]}")
    elif rule in RULES:
        emit(describe(rule))
    else:
        raise UnknownName("rule", rule, rule_names())


def rule_names() -> list[str]:
    """Names of all rules: those of the surface signal and those of the models."""
    from mtqa.signals.surface import RULES

    return sorted([*RULES, *_MODEL_RULES])


def _first_sentence(description: str) -> str:
    plain = " ".join(description.partition("\n\n")[0].split())
    found = _SENTENCE.match(plain)
    return found[0] if found else plain
