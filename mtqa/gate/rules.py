"""The one table of the words of reports: the surface and the source rules, those of the model, verdicts on whole
documents, severities, categories, numbers and parts of signatures, and what signals that were registered bring with
them."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources

from mtqa.core.errors import UnknownName
from mtqa.core.rules import OF_DOCUMENT, Explanation
from mtqa.signals import SIGNALS
from mtqa.signals.source import SOURCE_RULES, SourceExample, SourceRule
from mtqa.signals.surface import RULES, Example, Rule, language_of

__all__ = [
    "EMPTY",
    "explanation",
    "explanations",
    "nearest_rule",
    "rule_names",
    "rules_page",
    "said_of_documents",
    "words",
]

EMPTY = "empty-translation"
"""The rule of a unit that has no translation: it has no words that a signal could point at."""

_FREQUENT = "neutral where it is frequent in a file"
_SHOWN = 3  # units of an example


def words() -> list[str]:
    """Every word that is explained, sorted as in a dictionary."""
    return sorted({*RULES, *SOURCE_RULES, *_others()}, key=str.casefold)


def rule_names() -> list[str]:
    """The rules whose findings are about words of a text, which can be switched off and ignored one by one; sorted."""
    return [name for name in words() if explanation(name).category not in ("", OF_DOCUMENT)]


def said_of_documents() -> list[str]:
    """What is said of a document or a file as a whole."""
    return [each.name for each in _others().values() if each.category == OF_DOCUMENT]


def explanation(word: str) -> Explanation:
    """What a word means: as JSON gives it or as people read it, with capitals, in the plural, an MQM category with or
    without its dimension (``To repair``, ``style/awkward-style``). Raises UnknownName, with the nearest one."""
    word = word.rpartition("/")[2].replace(" ", "-")
    others = _others()
    name = word if word in RULES or word in SOURCE_RULES or word in others else _meant(word)
    if name in RULES:
        return _of_surface(RULES[name])
    if name in SOURCE_RULES:
        return _of_source(SOURCE_RULES[name])
    if name in others:
        return others[name]
    raise UnknownName("word", word, words(), "'mtqa explain' lists those that it knows")


def explanations(names: Iterable[str]) -> tuple[Explanation, ...]:
    """Those of rules that are known here, each once, by name."""
    named = set(names)
    return tuple(explanation(name) for name in words() if name in named)


def nearest_rule(name: str) -> str | None:
    """The rule that was probably meant by ``name``."""
    near = difflib.get_close_matches(name, rule_names(), n=1)
    return near[0] if near else None


def rules_page() -> str:
    """The page of all of them, in Markdown: ``docs/rules.md``."""
    documents = said_of_documents()
    models = [name for name in _others() if name in rule_names() and name != EMPTY]
    rest = [name for name, each in _others().items() if not each.category]
    parts = ["# Rules\n"]
    for title, names in (
        ("Surface rules", RULES),
        ("Source rules", (*SOURCE_RULES, EMPTY)),
        ("The model's rules", models),
        ("Documents", documents),
        ("Other words", rest),
    ):
        parts.append(f"## {title}\n")
        parts += [explanation(name).page().replace("# ", "### ", 1) for name in names]
    return "\n".join(parts)


def _meant(word: str) -> str:
    """The word that is explained, of one that reports give in other letters, in the plural, or instead; ``word`` itself
    if there is none."""
    also = {_key(other): each.name for each in _others().values() for other in each.also}
    named = {**also, **{_key(name): name for name in words()}}
    key = _key(word)
    singular = f"{key.removesuffix('ies')}y" if key.endswith("ies") else key.removesuffix("s")
    return named.get(key) or named.get(singular, word)


def _key(word: str) -> str:
    return word.casefold().replace(" ", "-")


def _others() -> Mapping[str, Explanation]:
    """The words that no module of their own explains."""
    registered = {each.name: each for name in SIGNALS.added for each in SIGNALS[name].explained}
    return {**registered, **_table()}


@cache
def _table() -> Mapping[str, Explanation]:
    table = tomllib.loads((resources.files(__package__) / "rules.toml").read_text(encoding="utf-8"))
    return {
        name: Explanation(name=name, **{**entry, "also": tuple(entry.get("also", ()))}) for name, entry in table.items()
    }


def _of_surface(rule: Rule) -> Explanation:
    return Explanation(
        name=rule.name,
        category=rule.category,
        severity="; ".join(filter(None, (rule.severity, rule.otherwise))),
        language=language_of(rule.name),
        description=rule.description.replace("\n\n", "\n"),
        safe_edit=rule.safe_edit,
        fires=tuple(map(_firing, rule.fires)),
        silent=tuple(map(_line, rule.silent)),
    )


def _of_source(rule: SourceRule) -> Explanation:
    return Explanation(
        name=rule.name,
        category=rule.category,
        severity="; ".join(filter(None, (rule.severity, rule.otherwise, _FREQUENT if rule.custom else ""))),
        language="any, beside any other",
        description=rule.description,
        safe_edit=rule.safe_edit,
        fires=tuple(map(_beside_source, rule.fires)),
        silent=tuple(map(_beside_source, rule.silent)),
    )


def _beside_source(example: SourceExample) -> str:
    """Units, each with its source before the arrow."""
    units = " and ".join(f"{_line(source)} → {_line(target)}" for source, target in example.pairs[-_SHOWN:])
    marked = ", ".join(map(_line, example.marked))
    edited = f", edited: {_line(example.edited)}" if example.edited is not None else ""
    terms = f" with the list of terms {', '.join(map(_line, example.terms))}" if example.terms else ""
    return f"{units}{terms}{f' — marks {marked}' if marked else ''}{edited}"


def _firing(example: Example) -> str:
    marked = ", ".join(f"`{words}`" for words in example.marked)
    edited = f", edited: {_line(example.edited)}" if example.edited is not None else ""
    return f"{_line(example.text)} — marks {marked}{edited}"


def _line(text: str) -> str:
    return f"`{text.replace(chr(10), ' ¶ ')}`"
