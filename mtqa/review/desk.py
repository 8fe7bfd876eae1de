"""An article on the desk: its report, what a person did to it, and what its sentences read now."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from mtqa.checker import Checker
from mtqa.config import Policy
from mtqa.core.differences import changes
from mtqa.core.documents import Document
from mtqa.core.errors import ConfigError, InputError, MtqaError
from mtqa.core.findings import Edit, Flag
from mtqa.core.report import DocumentReport, Signature
from mtqa.core.spans import Span
from mtqa.core.suggestions import Suggestion
from mtqa.formats import raw_bytes, tracks_changes
from mtqa.gate.ignores import Ignores
from mtqa.repair.actions import Action, FlagId, Kind, new_id, now
from mtqa.repair.apply import as_typed, repaired
from mtqa.repair.edited import Judged, as_edited, judged_as_read, rejudged
from mtqa.repair.history import Standing, actions_on, standings
from mtqa.repair.log import Log, Memory
from mtqa.repair.tracked import tracked
from mtqa.review.suggesting import Place, Search, Seeker, Wanted
from mtqa.web import is_url

__all__ = ["Desk", "Stale", "open_desks"]


class Stale(MtqaError):  # noqa: N818 - a state of the article, not a fault
    """An action on a sentence that has changed since it was shown, or on an article that has."""


class Desk:
    """One document under repair. Not to be used by two threads at once.

    Args:
        number: the document's ordinal in its file; ``documents`` are all of that file.
        log: where actions go; it may hold those of other articles, too.
        who: acts.
        seeker: looks for suggestions.
        policy: says which flags are findings.
        ignores: excuse findings.
        adviser: the language model that may be asked about a sentence, for people; empty for none.

    Attributes:
        flagged: ids of the sentences with findings as they were read, the likeliest to need repair first.
        to_repair: those of them that are to repair; the others are only remarked on.
    """

    def __init__(
        self,
        checker: Checker,
        report: DocumentReport,
        *,
        file: Path,
        number: int,
        documents: Sequence[Document],
        log: Log | Memory,
        who: str,
        seeker: Seeker,
        policy: Policy,
        ignores: Ignores,
        adviser: str = "",
    ) -> None:
        self._checker, self._unaided = checker, checker.unaided()
        self._asked: set[tuple[int, int]] = set()
        self._log = log
        self._who = who
        self._seeker = seeker
        self._policy = policy
        self._ignores = ignores
        self._judged: dict[int, tuple[int, Judged]] = {}
        self._edits: dict[tuple[int, Span, str], tuple[Edit, ...]] = {}
        self._known: tuple[int, dict[tuple[int, Span], Standing]] | None = None
        self.report, self.adviser = report, adviser
        self.file, self.number, self.documents = file, number, documents
        worst = sorted(report.verdicts, key=lambda verdict: (-verdict.p_repair, verdict.segment.id))
        as_read = {v.segment.id: self._findings(judged_as_read(report, v.segment.id), v.segment.id) for v in worst}
        self.flagged = tuple(number for number, found in as_read.items() if any(why is None for _, why in found))
        self.to_repair = tuple(
            each for each in self.flagged if any(why is None and self._asks(flag) for flag, why in as_read[each])
        )
        self.ids = {verdict.segment.span: verdict.segment.id for verdict in report.verdicts}
        for place in self._standings():
            if place[0] == number and place[1] not in self.ids:
                raise ConfigError(
                    f"{log.path}: was made with other sentences; use mtqa apply with it, then review the result"
                )

    @property
    def signature(self) -> Signature:
        """Of the models."""
        return self._checker.signature

    @property
    def edits_path(self) -> Path | None:
        """Where actions are kept; None where that is in memory alone."""
        return self._log.path

    @property
    def actions(self) -> tuple[Action, ...]:
        """Those on the article's file."""
        return actions_on(self.file, self.documents, self._log.actions)

    def standing(self, segment: int) -> Standing:
        """What became of a segment."""
        return self._standings().get((self.number, self._span(segment)), Standing())

    def judged(self, segment: int) -> Judged:
        """What is said of a segment as it reads now."""
        standing = self.standing(segment)
        if standing.text is None:
            return judged_as_read(self.report, segment)
        known = self._judged.get(segment)
        if known is None or known[0] != standing.revision:
            known = standing.revision, rejudged(self._unaided, self.report, segment, self.texts())
            self._judged[segment] = known
        return known[1]

    def text(self, segment: int) -> str:
        """What a segment reads now."""
        after = self.standing(segment).text
        return self.report.verdicts[segment].segment.text if after is None else after

    def texts(self) -> dict[Span, str]:
        """What edited segments read now."""
        return {
            span: standing.text
            for (number, span), standing in self._standings().items()
            if number == self.number and standing.text is not None
        }

    def open_flags(self, segment: int) -> tuple[Flag, ...]:
        """Findings on a segment as it reads now that nothing excuses and that were not dismissed."""
        dismissed = self.standing(segment).dismissed
        found = self._findings(self.judged(segment), segment)
        return tuple(flag for flag, excuse in found if excuse is None and flag.fingerprint not in dismissed)

    def ignored(self, segment: int) -> tuple[tuple[Flag, str], ...]:
        """Findings on a segment as it reads now that the project ignores, and why."""
        found = self._findings(self.judged(segment), segment)
        return tuple((flag, excuse) for flag, excuse in found if excuse is not None)

    def done(self, segment: int) -> bool:
        """Whether a person repaired a segment, or dismissed all findings that ask for a repair of it."""
        return self.standing(segment).text is not None or not self.asks(segment)

    def asks(self, segment: int) -> bool:
        """Whether a finding that is open asks for a repair of a segment as it reads now."""
        return any(self._asks(flag) for flag in self.open_flags(segment))

    def _asks(self, flag: Flag) -> bool:
        return flag.to_repair(self._policy.min_level)

    def shown(self) -> tuple[int, ...]:
        """Segments with findings, worst first, then those that a person edited besides."""
        own = [self.ids[span] for span in self.texts() if self.ids[span] not in self.flagged]
        return (*self.flagged, *own)

    def judge_again(self) -> DocumentReport:
        """The report on the whole document as it reads now."""
        edited, _ = as_edited(self.report.document, self.texts())
        return self._unaided.reports([edited])[0]

    def seek(self, *segments: int) -> None:
        """Have suggestions looked for, in this order and before all others, for those that have findings now."""
        self._seeker.want([self._wanted(segment) for segment in segments if self._sought(segment)])

    def ask(self, segment: int) -> None:
        """Have the adviser asked about a segment as it reads now, flagged or not, before all others."""
        if self.adviser and self._whole(segment):
            self._asked.add((segment, self.standing(segment).revision))
            self._seeker.want([replace(self._wanted(segment), ask=True)])

    def search(self, segment: int) -> Search | None:
        """What has become of it; None where there is nothing to look for."""
        revision = self.standing(segment).revision
        sought = self._sought(segment) or (segment, revision) in self._asked
        return self._seeker.search(self._place(segment), revision) if sought else None

    def offered(self, segment: int) -> tuple[Suggestion, ...]:
        """All that was found so far for a segment as it reads now, also what better ones have taken the place of."""
        return self._seeker.offered(self._place(segment), self.standing(segment).revision)

    def _wanted(self, segment: int) -> Wanted:
        judged = self.judged(segment)
        return Wanted(
            place=self._place(segment),
            revision=self.standing(segment).revision,
            report=judged.report,
            segment_id=judged.verdicts[0].segment.id,
        )

    def _sought(self, segment: int) -> bool:
        return self._whole(segment) and bool(self.open_flags(segment))

    def _whole(self, segment: int) -> bool:
        judged = self.judged(segment)
        return len(judged.verdicts) == 1 and judged.verdicts[0].segment.span == judged.span

    def rewrite(self, segment: int, revision: int, text: str) -> None:
        """Make a segment read ``text``. Raises Stale, InputError where the file cannot be edited so, ConfigError where
        the edit cannot be kept."""
        self._replace(Kind.EDIT, segment, revision, text, "")

    def accept(self, segment: int, revision: int, key: str) -> None:
        """Take the suggestion with that key, of those that were shown. Errors as of ``rewrite``."""
        self._check(segment, revision)
        taken = next((each for each in self.offered(segment) if each.key == key), None)
        if taken is None:
            raise Stale("this suggestion is gone; reload the page")
        self._replace(Kind.ACCEPT, segment, revision, taken.text, f"{taken.origin.value}: {taken.by}")

    def dismiss(self, segment: int, revision: int, fingerprint: str, reason: str) -> None:
        """Call a finding a false alarm. Errors as of ``rewrite``."""
        self._check(segment, revision)
        flag = next((f for f in self.open_flags(segment) if f.fingerprint == fingerprint), None)
        if flag is None:
            raise Stale("this finding is gone; reload the page")
        self._append(Kind.DISMISS, segment, findings=(self._finding(segment, flag),), reason=reason)

    def undo(self, segment: int, revision: int) -> None:
        """Take the last action on a segment back. Errors as of ``rewrite``."""
        self._check(segment, revision)
        live = self.standing(segment).live
        if not live:
            raise InputError("", "nothing to undo here")
        texts = self.texts() | {self._span(segment): Standing.of(live[:-1]).text or self._before(segment)}
        self._check_written(texts)
        self._append(Kind.UNDO, segment, undoes=live[-1].id)

    def repaired(self) -> bytes:
        """The article's file with all its edits. Raises Stale where it changed on disk."""
        self._check_file()
        return repaired(self.documents, self._texts_of_file())

    def tracked(self) -> bytes:
        """The same with the edits as tracked changes. Raises InputError where the format has none."""
        self._check_file()
        return tracked(self.documents, self._standings())

    @property
    def trackable(self) -> bool:
        """Whether the format has tracked changes."""
        return tracks_changes(self.report.document.format)

    def _replace(self, kind: Kind, segment: int, revision: int, text: str, reason: str) -> None:
        self._check(segment, revision)
        after = as_typed(text, self.report.document)
        if after == self.text(segment):
            return
        self._check_written(self.texts() | {self._span(segment): after})
        judged = self.judged(segment)
        changed = [change.span.shift(judged.span.start) for change in changes(self.text(segment), after)]
        findings = tuple(
            self._finding(segment, flag)
            for flag in self.open_flags(segment)
            if any(flag.span.overlaps(span) or flag.span.contains(span) for span in changed)
        )
        self._append(kind, segment, replacement=after, findings=findings, reason=reason)

    def _append(
        self,
        kind: Kind,
        segment: int,
        *,
        replacement: str | None = None,
        findings: tuple[FlagId, ...] = (),
        reason: str = "",
        undoes: str | None = None,
    ) -> None:
        self._log.append(
            Action(
                id=new_id(),
                kind=kind,
                uri=self.report.document.file,
                sha256=self.report.document.sha256,
                document=self.number,
                segment=self._span(segment),
                text=self._before(segment),
                revision=self.standing(segment).revision,
                replacement=replacement,
                findings=findings,
                reason=reason,
                who=self._who,
                when=now(),
                signature=str(self.signature),
                undoes=undoes,
            )
        )

    def _check(self, segment: int, revision: int) -> None:
        self._check_file()
        if self.standing(segment).revision != revision:
            raise Stale("this sentence has changed in the meantime, perhaps in another tab; nothing was overwritten")

    def _check_file(self) -> None:
        if is_url(self.report.document.file):
            return  # it is repaired as it was fetched
        try:
            same = hashlib.sha256(raw_bytes(self.file)).hexdigest() == self.report.document.sha256
        except InputError:
            same = False
        if not same:
            raise Stale("the article changed on disk, so nothing more is saved; restore it, or restart mtqa review")

    def _check_written(self, texts: dict[Span, str]) -> None:
        changed = {span: after for span, after in texts.items() if after != span.of(self.report.document.text)}
        others = {place: after for place, after in self._texts_of_file().items() if place[0] != self.number}
        try:
            own = {(self.number, span): after for span, after in changed.items()}
            repaired(self.documents, others | own, known=self._edits)
        except InputError as error:
            raise InputError("", f"this cannot be written into the file: {error.problem}") from None

    def _texts_of_file(self) -> dict[tuple[int, Span], str]:
        return {place: each.text for place, each in self._standings().items() if each.text is not None}

    def _standings(self) -> dict[tuple[int, Span], Standing]:
        if self._known is None or self._known[0] != len(self._log.actions):
            self._known = len(self._log.actions), standings(self.actions)
        return self._known[1]

    def _finding(self, segment: int, flag: Flag) -> FlagId:
        text = self.judged(segment).report.document.text
        return FlagId(flag.rule, flag.fingerprint, flag.span.of(text))

    def _findings(self, judged: Judged, segment: int) -> list[tuple[Flag, str | None]]:
        """What the policy looks at, each with why it is ignored: in a sentence that was edited, by where it stood."""
        found: list[tuple[Flag, str | None]] = []
        for flag in judged.flags:
            if self._policy.looks_at(flag):
                here = flag if judged.report is self.report else replace(flag, span=self._span(segment))
                words = flag.span.of(judged.report.document.text)
                found.append((flag, self._ignores.excuse(self.report.document, here, words=words)))
        return found

    def _place(self, segment: int) -> Place:
        return str(self.file), self.number, segment

    def _before(self, segment: int) -> str:
        return self.report.verdicts[segment].segment.text

    def _span(self, segment: int) -> Span:
        return self.report.verdicts[segment].segment.span


def open_desks(
    checker: Checker,
    file: Path,
    documents: Sequence[Document],
    *,
    log: Log | Memory,
    who: str,
    seeker: Seeker,
    policy: Policy,
    ignores: Ignores,
    adviser: str = "",
) -> list[Desk]:
    """A desk for each document of a file. Raises ConfigError where the edits in the log were made on another state of
    the file."""
    actions_on(file, documents, log.actions)
    return [
        Desk(
            checker,
            report,
            file=file,
            number=number,
            documents=documents,
            log=log,
            who=who,
            seeker=seeker,
            policy=policy,
            ignores=ignores,
            adviser=adviser,
        )
        for number, report in enumerate(checker.reports(documents))
    ]
