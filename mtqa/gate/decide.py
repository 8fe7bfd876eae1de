"""The decision: a report, a policy for each file, a baseline and excuses to the one pass or fail."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from mtqa.config import Policy
from mtqa.config.policy import FEWEST_REPAIRS
from mtqa.core.details import RepairOdds
from mtqa.core.documents import WORD, Document, Segment
from mtqa.core.findings import UNCALIBRATED, Flag
from mtqa.core.report import DocumentReport, Finding, GateResult, Report, State
from mtqa.core.rules import OF_DOCUMENT
from mtqa.core.tags import language_name
from mtqa.gate.baseline import Baseline, Key, Opinion, covered_by
from mtqa.gate.findings import findings_of, flag_finding
from mtqa.gate.rules import explanations
from mtqa.gate.selection import listed
from mtqa.renderers.wording import elsewhere

__all__ = ["decide"]

Excuse = Callable[[Document, Flag], str | None]
Unchanged = Callable[[Document, Segment], str | None]


def decide(
    report: Report,
    policy_for: Callable[[str], Policy],
    *,
    baseline: Baseline | None = None,
    excuse: Excuse = lambda document, flag: None,
    unchanged: Unchanged = lambda document, segment: None,
    stale_ignores: Callable[[], tuple[str, ...]] = tuple,
    stale_fails: bool = False,
    gone: Callable[[str], bool] = lambda file: False,
    notes: Sequence[str] = (),
) -> GateResult:
    """Whether ``report`` may be published.

    Args:
        report: on all the documents.
        policy_for: a file's policy, by its name.
        baseline: findings that are tolerated, and people's judgements.
        excuse: why a flag is ignored, or None.
        unchanged: why a sentence's flags are none of this change's, or None.
        stale_ignores: asked last: ignores that excused nothing.
        stale_fails: whether stale entries of the baseline and stale ignores fail.
        gone: whether a file is no longer there, so that the baseline's entries of it are stale.
        notes: what was left out before anything was judged, a sentence each.
    """
    known = baseline or Baseline()
    left = Counter({key: entry.count for key, entry in known.entries.items()})
    findings: list[Finding] = []
    violations: list[str] = []
    policies = [policy_for(document.document.file) for document in report.documents]
    looked_at = [
        [(segment, finding, flag, excuse(document.document, flag) if flag else None) for segment, finding, flag in some]
        for document, some in zip(report.documents, map(_findings, report.documents, policies), strict=True)
    ]
    keys = iter(known.keys([finding for some in looked_at for _, finding, _, why in some if why is None]))
    for document, policy, some in zip(report.documents, policies, looked_at, strict=True):
        to_repair: dict[int, Segment] = {}
        for segment, finding, flag, why in some:
            state = State.NEW
            if why is not None:
                state = State.IGNORED
            elif (why := _known(next(keys), known, left)) or (
                segment is not None and (why := unchanged(document.document, segment))
            ):
                state = State.KNOWN
            fails = state is State.NEW and _fails(finding, policy)
            findings.append(replace(finding, state=state, excuse=why, fails=fails))
            if segment is not None and flag is not None and state is State.NEW and flag.to_repair(policy.min_level):
                to_repair[segment.id] = segment
        violations += _violations(document, list(to_repair.values()), policy)
    stale = (*_stale(known, left, covered_by(report, gone)), *stale_ignores())
    if stale_fails and stale:
        violations.append(f"{len(stale)} stale entr{'ies' if len(stale) > 1 else 'y'} of the baseline or ignores")
    return GateResult(
        findings=tuple(findings),
        violations=tuple(violations),
        stale=stale,
        notes=(*notes, *_not_judged(report), *_stood_in(report), *_uncounted(report, policies)),
        complete=not report.failures,
        baseline=baseline is not None,
        rules=explanations(finding.rule for finding in findings),
    )


def _not_judged(report: Report) -> Iterator[str]:
    """Which documents say nothing, and why, a sentence each."""
    blank = [each.document.uri for each in report.documents if each.blank]
    foreign = [
        f"{each.document.uri} ({language_name(each.document.language)})" for each in report.documents if each.foreign
    ]
    over = [each for each in report.documents if each.over_limit]
    by_reason: dict[str, list[str]] = defaultdict(list)
    for each in over:
        by_reason[each.reason].append(each.document.uri)
    yield from (f"{listed(uris)}: {reason}" for reason, uris in by_reason.items())
    if blank:
        yield f"nothing to judge in {listed(blank)}"
    if foreign:
        yield f"in a language that the model does not know, so not judged: {listed(foreign)}"
    if len(blank) + len(foreign) + len(over) == len(report.documents) and not report.failures:
        yield "the model judged nothing" if foreign else "nothing was judged"


def _stood_in(report: Report) -> Iterator[str]:
    """What another editor judged than the one that was asked for, and why, a sentence a reason."""
    by_reason: dict[str, list[str]] = defaultdict(list)
    for each in report.documents:
        reasons = {odds.instead for verdict in each.verdicts for odds in verdict.details(RepairOdds) if odds.instead}
        for why in sorted(reasons):
            by_reason[why].append(each.document.uri)
    yield from (f"{why}, so the fast editor judged {listed(uris)}" for why, uris in by_reason.items())


def _findings(report: DocumentReport, policy: Policy) -> Iterator[tuple[Segment | None, Finding, Flag | None]]:
    """What the policy looks at: the segment, the finding and its flag; both None for a verdict on the document."""
    for finding in findings_of(report, policy):
        yield None, finding, None
    for verdict in report.verdicts:
        for flag in verdict.flags:
            if policy.looks_at(flag) and _counts(flag, policy):
                yield verdict.segment, flag_finding(report.document, verdict.segment, flag), flag


def _counts(flag: Flag, policy: Policy) -> bool:
    """Whether it was measured how often such flags are right, or that does not matter."""
    return flag.rule != UNCALIBRATED or policy.count_uncalibrated


def _uncounted(report: Report, policies: Sequence[Policy]) -> Iterator[str]:
    """What a language model marked that does not count, and what it did not read, a sentence each."""
    left = sum(
        policy.looks_at(flag) and not _counts(flag, policy)
        for document, policy in zip(report.documents, policies, strict=True)
        for flag in document.flags
    )
    if left:
        yield (
            f"{left:,} {'marks' if left > 1 else 'mark'} of an uncalibrated language model "
            f"{'were' if left > 1 else 'was'} not counted; to count such marks, set count-uncalibrated = true or run "
            "mtqa llm calibrate"
        )
    unread = [each.document.uri for each in report.documents if each.incomplete]
    if unread:
        yield f"the language model did not judge every sentence of {listed(unread)}; run it again for the rest"


def _known(key: Key, known: Baseline, left: Counter[Key]) -> str | None:
    said = known.judgements.get(key)
    if said is not None and said.opinion is Opinion.FALSE_ALARM:
        left[key] -= key in known.entries
        return f"a false alarm, says {said.who} on {said.when}"
    if left[key] > 0:
        left[key] -= 1
        return "in the baseline"
    return None


def _fails(finding: Finding, policy: Policy) -> bool:
    if policy.fail_on is None:
        return False
    if finding.rule == "machine-translation":
        return policy.likely_mt
    return finding.category == OF_DOCUMENT or finding.severity.rank >= policy.fail_on.rank


def _violations(report: DocumentReport, to_repair: Sequence[Segment], policy: Policy) -> Iterator[str]:
    """What the policy does not allow of a document with so many sentences to repair."""
    if policy.fail_on is None:
        return
    uri, repairs = report.document.uri, len(to_repair)
    if policy.max_repairs is not None and repairs > policy.max_repairs:
        where = elsewhere(report, to_repair)
        yield f"{uri}: sentences to repair: {repairs}{where}; the policy allows {policy.max_repairs}"
    sentences, running = len(report.judged), sum(segment.kind.judged for segment in to_repair)
    if running >= FEWEST_REPAIRS and running > policy.max_repair_share * sentences:
        share = f"{policy.max_repair_share:.0%}"
        yield f"{uri}: sentences of running text to repair: {running} of {sentences}; the policy allows {share}"
    if policy.max_repairs_per_1000_words is not None:
        length = sum(len(WORD.findall(verdict.segment.text)) for verdict in report.verdicts)
        rate = 1000 * repairs / max(length, 1)
        if rate > policy.max_repairs_per_1000_words:
            allowed = policy.max_repairs_per_1000_words
            yield f"{uri}: sentences to repair per 1,000 words: {rate:.1f}; the policy allows {allowed:g}"


def _stale(known: Baseline, left: Counter[Key], covered: Callable[[str], bool]) -> Iterator[str]:
    """Entries of the documents ``covered`` by this run that tolerate more than there is."""
    for key, entry in known.entries.items():
        path, rule, fingerprint = key
        if covered(path) and left[key] > 0:
            words = f" “{entry.words}”" if entry.words else ""
            gone = (
                "is gone" if left[key] == entry.count else f"is found {entry.count - left[key]} of {entry.count} times"
            )
            yield f"{path}: the baseline's {rule}{words} ({fingerprint}) {gone}"
