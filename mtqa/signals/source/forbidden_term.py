"""A rendering that the list of terms forbids.

The list is what the setting `termbase` names. In a text without a source, such as an article in English, every
forbidden rendering of its language is found."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from mtqa.core.findings import Category, Severity
from mtqa.core.spans import Span
from mtqa.languages.rule import Hit
from mtqa.signals.source.compared import Compared
from mtqa.signals.source.rule import SourceExample, SourceRule
from mtqa.signals.source.shown import listed, shown
from mtqa.signals.source.termbase import Term, found_in


def _find(unit: Compared) -> Iterator[Hit]:
    yield from forbidden_in(unit.target.text, unit.terms)


def forbidden_in(text: str, terms: Iterable[Term]) -> Iterator[Hit]:
    """The renderings in a text that ``terms`` forbid."""
    for term in terms:
        for word in term.forbidden:
            place = found_in(word, text)
            if place is None or any(_covers(found_in(other, text), place) for other in term.required):
                continue
            instead = f"; use {listed(term.required, 'or')}" if term.required else ""
            what = f" for {shown(term.source)}" if term.source else ""
            edit = term.required[0] if len(term.required) == 1 else None
            yield Hit(Span(*place), f"the list of terms forbids this{what}{instead} ({term.place})", replacement=edit)


def _covers(one: tuple[int, int] | None, other: tuple[int, int]) -> bool:
    """Whether a required rendering is all of what seems to be a forbidden one."""
    return one is not None and one[0] <= other[0] and other[1] <= one[1]


RULE = SourceRule(
    name="forbidden-term",
    description=__doc__,
    category=Category.TERMINOLOGY,
    severity=Severity.MINOR,
    find=_find,
    fires=(
        SourceExample(
            pairs=(("Open the folder.", "Öffnen Sie das Verzeichnis."),),
            marked=("Verzeichnis",),
            terms=("folder,,Verzeichnis",),
        ),
        SourceExample(
            pairs=(("Sign in again.", "Loggen Sie sich neu ein."),), marked=("Loggen",), terms=(",,einloggen|loggen",)
        ),
    ),
    silent=(
        SourceExample(
            pairs=(("Open the list.", "Öffnen Sie das Verzeichnis."),), marked=(), terms=("folder,,Verzeichnis",)
        ),
        SourceExample(
            pairs=(("Open the folder.", "Öffnen Sie den Ordner."),), marked=(), terms=("folder,Ordner,Verzeichnis",)
        ),
    ),
)
