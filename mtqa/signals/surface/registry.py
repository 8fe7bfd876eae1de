"""The surface rules by name: those of every language's pack, and those that hold in any language."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mtqa.core.errors import UnknownName
from mtqa.core.registry import Registry
from mtqa.languages import PACKS
from mtqa.languages.pack import rules_in
from mtqa.languages.rule import Rule

__all__ = ["ANY", "RULES", "language_of"]

ANY = rules_in(
    "mtqa.signals.surface",
    (
        "wrong-script",
        "hallucinated-loop",
        "mojibake",
        "leftover-placeholder",
        "leftover-markup",
        "undecoded-entity",
    ),
)
"""Those that hold in any language."""


class _Rules(Mapping[str, Rule]):
    """All rules, as the packs are registered; each is imported on first use. Raises UnknownName."""

    def __getitem__(self, name: str) -> Rule:
        for rules in self._registries():
            if name in rules:
                return rules[name]
        raise UnknownName("rule", name, self)

    def __contains__(self, name: object) -> bool:
        return any(name in rules for rules in self._registries())

    def __iter__(self) -> Iterator[str]:
        for rules in self._registries():
            yield from rules

    def __len__(self) -> int:
        return sum(map(len, self._registries()))

    def _registries(self) -> tuple[Registry[Rule], ...]:
        return (*(pack.rules for pack in PACKS.values()), ANY)


RULES: Mapping[str, Rule] = _Rules()


def language_of(rule: str) -> str:
    """The language that a rule is for, by its name in English: ``"English"``; ``"any"`` where it holds in all."""
    return next((pack.name for pack in PACKS.values() if rule in pack.rules), "any")
