"""What the actions on a sentence come to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from mtqa.core.documents import Document
from mtqa.core.errors import ConfigError
from mtqa.core.spans import Span
from mtqa.repair.actions import Action, FlagId, Kind

__all__ = ["Standing", "actions_on", "standings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A sentence after its actions.

    Attributes:
        revision: number of actions, those taken back and the taking back included.
        live: the actions that were not taken back, in order; the last one is what undoing takes back.
    """

    revision: int = 0
    live: tuple[Action, ...] = field(default=())

    @classmethod
    def of(cls, actions: Sequence[Action]) -> Standing:
        """After the actions on one sentence."""
        gone = {action.undoes for action in actions}
        live = tuple(a for a in actions if a.kind is not Kind.UNDO and a.id not in gone)
        return cls(revision=len(actions), live=live)

    @property
    def replacement(self) -> Action | None:
        """The latest edit; None where the sentence reads as in the file."""
        return next((a for a in reversed(self.live) if a.replacement is not None), None)

    @property
    def text(self) -> str | None:
        """What it reads now; None where it reads as in the file."""
        latest = self.replacement
        return None if latest is None or latest.replacement == latest.text else latest.replacement

    @property
    def dismissed(self) -> Mapping[str, Action]:
        """Dismissals, by the fingerprint of the finding."""
        return {a.findings[0].fingerprint: a for a in self.live if a.kind is Kind.DISMISS}

    @property
    def confirmed(self) -> tuple[FlagId, ...]:
        """Findings whose words a person changed, and did not call false alarms."""
        found = dict.fromkeys(f for a in self.live if a.replacement is not None for f in a.findings)
        return tuple(f for f in found if f.fingerprint not in self.dismissed) if self.text is not None else ()


def actions_on(file: Path, documents: Sequence[Document], actions: Iterable[Action]) -> tuple[Action, ...]:
    """Those of the actions that were made on the documents of a file; others are of other files, or were written into
    this one.

    Raises:
        ConfigError: some were made on the file before it changed, or on what another version of mtqa read in it.
    """
    found = []
    known = tuple(actions)
    done = {action.sha256 for action in known if action.kind is Kind.APPLY}
    digest = documents[0].sha256
    for action in known:
        if action.kind is Kind.APPLY:
            continue
        if action.sha256 == digest:
            same = action.document < len(documents) and action.segment.of(documents[action.document].text)
            if same != action.text:
                raise ConfigError(
                    f"{file}: its edits were made on other sentences; use the version of mtqa that made them"
                )
            found.append(action)
        elif action.sha256 not in done and Path(action.uri).name == file.name:
            raise ConfigError(
                f"{file}: changed since its edits were made; restore it, or move the edits file away if they are done"
            )
    return tuple(found)


def standings(actions: Iterable[Action]) -> dict[tuple[int, Span], Standing]:
    """What became of each sentence that has actions, by its document's ordinal and its span, in text order."""
    grouped: dict[tuple[int, Span], list[Action]] = defaultdict(list)
    for action in actions:
        grouped[action.document, action.segment].append(action)
    return {place: Standing.of(grouped[place]) for place in sorted(grouped)}
