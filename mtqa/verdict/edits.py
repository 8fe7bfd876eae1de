"""Which edits are safe after all."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeVar

from mtqa.core.findings import Applicability, Edit, ErrorSpan, Flag, Verdict
from mtqa.core.spans import Span

__all__ = ["with_care"]

_Edited = TypeVar("_Edited", ErrorSpan, Flag)


def with_care(verdict: Verdict, crosses_markup: Callable[[Span], bool]) -> Verdict:
    """No edit of it is safe that crosses markup, or that another finding's edit would undo, whatever the signal says
    that made it."""
    disputed = _disputed((edit.span, edit.text) for flag in verdict.flags for edit in flag.edits)

    def careful(edit: Edit) -> Edit:
        safe = edit.applicability is Applicability.SAFE
        doubtful = safe and ((edit.span, edit.text) in disputed or crosses_markup(edit.span))
        return replace(edit, applicability=Applicability.UNSAFE) if doubtful else edit

    def of(spans: tuple[_Edited, ...]) -> tuple[_Edited, ...]:
        return tuple(replace(s, edits=tuple(map(careful, s.edits))) if s.edits else s for s in spans)

    evidence = tuple(replace(found, spans=of(found.spans)) for found in verdict.evidence)
    return replace(verdict, flags=of(verdict.flags), evidence=evidence)


def _disputed(edits: Iterable[tuple[Span, str]]) -> set[tuple[Span, str]]:
    """The edits that share characters with another one."""
    found: set[tuple[Span, str]] = set()
    farthest: tuple[Span, str] | None = None
    for edit in sorted(set(edits), key=lambda edit: (edit[0].start, edit[0].end, edit[1])):
        if farthest is not None and edit[0].overlaps(farthest[0]):
            found |= {edit, farthest}
        if farthest is None or edit[0].end > farthest[0].end:
            farthest = edit
    return found
