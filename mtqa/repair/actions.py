"""What a person did to a sentence: the rows of an edits file."""

from __future__ import annotations

import getpass
import uuid
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

import msgspec

from mtqa.core.spans import Span

__all__ = ["Action", "FlagId", "Kind", "login_name", "new_id", "now"]


class Kind(StrEnum):
    """What was done: a suggestion accepted, the sentence rewritten, a finding called a false alarm, one of these taken
    back; or all of them written into the file, which ends them."""

    ACCEPT = "accept"
    EDIT = "edit"
    DISMISS = "dismiss"
    UNDO = "undo"
    APPLY = "apply"


@dataclass(frozen=True, slots=True)
class FlagId:
    """A flag that an action is about: its rule, its fingerprint and the words it stands on."""

    rule: str
    fingerprint: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One row of an edits file; it never changes. One that stands for the whole file has an empty segment.

    Attributes:
        id: 32 hexadecimal digits.
        uri: the file, as it was named.
        sha256: of the file's bytes, before any repair.
        document: ordinal in the file, from 0; only files of many documents have others.
        segment: of the document's text, code points.
        text: of the segment in the file.
        revision: how many actions the segment had already; each may be made on the latest alone.
        replacement: the whole segment's new text; None unless it was accepted or edited.
        findings: of an edit, those whose words it changes; of a dismissal, the one dismissed.
        reason: a person's; of a suggestion what made it; of writing the digest of the file as it is since.
        who, when: a name, and a time in ISO 8601, UTC.
        signature: of the models whose findings were shown; of writing the version of mtqa.
        undoes: id of the action that is taken back.
    """

    id: str
    kind: Kind
    uri: str
    sha256: str
    document: Annotated[int, msgspec.Meta(ge=0)]
    segment: Span
    text: str
    revision: Annotated[int, msgspec.Meta(ge=0)]
    replacement: str | None = None
    findings: tuple[FlagId, ...] = field(default=())
    reason: str = ""
    who: str
    when: str
    signature: str
    undoes: str | None = None

    def row(self) -> dict[str, Any]:
        """As JSON types, in the order of the attributes."""
        return {**asdict(self), "segment": [self.segment.start, self.segment.end]}

    @classmethod
    def from_row(cls, row: bytes) -> Action:
        """The action of a row, JSON. Raises ValueError where it is none."""
        try:
            values = msgspec.json.decode(row, type=dict[str, Any])
            start, end = values["segment"]
            action = msgspec.convert({**values, "segment": {"start": start, "end": end}}, cls)
        except (msgspec.MsgspecError, KeyError, TypeError, RecursionError) as error:
            raise ValueError("not an action") from error
        needed = {Kind.UNDO: action.undoes is not None, Kind.DISMISS: len(action.findings) == 1, Kind.APPLY: True}
        if not needed.get(action.kind, action.replacement is not None):
            raise ValueError(action.kind)
        return action


def new_id() -> str:
    """An id that no other action has."""
    return uuid.uuid4().hex


def now() -> str:
    """This moment in ISO 8601, UTC, to the millisecond."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def login_name() -> str:
    """Who is logged in; ``"unknown"`` where the system does not say."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # no such user, no such variable
        return "unknown"
