"""A term of the list whose translation has none of its renderings.

The list is what the setting `termbase` names. Words are found in whatever form: an ending of up to three letters may
differ, and so may capitals."""

from __future__ import annotations

from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.languages.rule import Hit
from mtqa.signals.source.compared import Compared
from mtqa.signals.source.rule import SourceExample, SourceRule
from mtqa.signals.source.shown import listed, shown
from mtqa.signals.source.termbase import found_in


def _find(unit: Compared) -> Iterator[Hit]:
    for term in unit.terms:
        if term.source and term.required and not any(found_in(word, unit.target.text) for word in term.required):
            said = f"the list of terms has {listed(term.required, 'or')} for {shown(term.source)} ({term.place})"
            yield Hit(unit.whole, said)


RULE = SourceRule(
    name="missing-term",
    description=__doc__,
    category=Category.TERMINOLOGY,
    severity=Severity.MINOR,
    find=_find,
    fires=(
        SourceExample(
            pairs=(("Open the folder.", "Öffnen Sie das Verzeichnis."),),
            marked=("Öffnen Sie das Verzeichnis.",),
            terms=("folder,Ordner,",),
        ),
        SourceExample(
            pairs=(("Two pull requests", "Zwei Anfragen"),),
            marked=("Zwei Anfragen",),
            terms=("pull request,Pull Request|PR,",),
        ),
    ),
    silent=(
        SourceExample(pairs=(("Open the folders.", "Öffnen Sie die Ordnern."),), marked=(), terms=("folder,Ordner,",)),
        SourceExample(pairs=(("Open the holder.", "Öffnen Sie den Halter."),), marked=(), terms=("folder,Ordner,",)),
    ),
)
