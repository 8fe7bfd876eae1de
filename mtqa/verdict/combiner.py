"""Evidence on one segment to its verdict: calibrated probabilities and flags."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from mtqa.core.calibration import Calibration
from mtqa.core.details import MachineLogit, RepairOdds, SecondOpinion
from mtqa.core.documents import Segment
from mtqa.core.findings import GARBLED, UNCALIBRATED, VAGUE, Category, ErrorSpan, Evidence, Flag, Severity, Verdict
from mtqa.core.scaling import sigmoid
from mtqa.core.spans import Span

__all__ = ["CalibratedCombiner"]

_WORD = re.compile(r"\w+(?:['’\-]\w+)*|[^\w\s]")


class CalibratedCombiner:
    """Calibrated probabilities of what the models say, joined with what the rules say.

    A sentence needs repair as likely as the editor in use says. What rules point at counts as independent: the
    probability that it needs repair is one minus the product of the probabilities that it does not. Models answer one
    question, so the surest of them counts.

    A second opinion, of a language model of the user's own, takes nothing away: what the others find stays as it is,
    and no less likely. Where it is calibrated and agrees, words and sentence are likelier to need repair; where it
    disagrees, the flag says so. Where it is not calibrated, no probability but its own flags' depends on it.
    """

    def __init__(self, calibration: Calibration) -> None:
        self._calibration = calibration

    def judge(self, segment: Segment, evidence: Sequence[Evidence]) -> Verdict:
        """The joint judgement of one segment."""
        tokens = [(m.start(), m.end(), m.group()) for m in _WORD.finditer(segment.text)]
        opinions = [e for e in evidence if isinstance(e.details, SecondOpinion)]
        pointed = _pointed(segment, [e for e in evidence if e not in opinions])
        groups = [_Group(*one) for one in _corroborated(segment, pointed)]
        for opinion in opinions:
            groups = _with_opinion(segment, groups, opinion, any(isinstance(e.details, RepairOdds) for e in evidence))
        flags = tuple(self._flag(segment, tokens, group) for group in groups)
        return Verdict(
            segment=segment,
            p_mt=self._p_mt(evidence),
            p_edit=self._p_edit(evidence),
            flags=flags,
            evidence=tuple(evidence),
        )

    def _p_mt(self, evidence: Sequence[Evidence]) -> float | None:
        logits = [said.details.logit for said in evidence if isinstance(said.details, MachineLogit)]
        machine = [said.details.machine for said in evidence if isinstance(said.details, RepairOdds)][:1]
        calibration = self._calibration.of(machine)
        return max((calibration.sentence_mt(calibration.score([one], machine)) for one in logits), default=None)

    def _p_edit(self, evidence: Sequence[Evidence]) -> float | None:
        of_models: list[float] = []
        of_others: list[float] = []
        odds = [said.details.log_odds for said in evidence if isinstance(said.details, RepairOdds)]
        for said in evidence:
            if isinstance(said.details, SecondOpinion):
                of_models += [sigmoid(said.details.joined(max(odds)))] if odds else []
            elif isinstance(said.details, RepairOdds):
                of_models.append(sigmoid(said.details.log_odds))
            else:
                of_others += (self._probability(s) for s in said.spans if s.severity is not Severity.NEUTRAL)
        return _either([max(of_models), *of_others]) if of_models else None

    def _flag(self, segment: Segment, tokens: Sequence[tuple[int, int, str]], group: _Group) -> Flag:
        own, more = group.own, group.more
        rules = tuple(dict.fromkeys(span.rule for span in (own, *more)))
        counted = [own, *(span for span in more if UNCALIBRATED not in (own.rule, span.rule))]
        reasons = [span.message for span in (own, *more) if _says_more(own, span)]
        return Flag(
            rule=own.rule,
            span=own.span,
            category=own.category,
            severity=own.severity,
            probability=_either(map(self._probability, counted)),
            message=own.message,
            reasons=tuple(dict.fromkeys((*reasons, *group.doubts))),
            fingerprint=_fingerprint(segment, tokens, own.rule, own.span),
            edits=own.edits,
            rules=rules if len(rules) > 1 else (),
        )

    def _probability(self, span: ErrorSpan) -> float:
        return self._calibration.rule_prior[span.severity] if span.probability is None else span.probability


def _either(probabilities: Iterable[float]) -> float:
    neither = 1.0
    for p in probabilities:
        neither *= 1 - p
    return 1 - neither


@dataclass(frozen=True, slots=True)
class _Group:
    """What becomes a flag: a finding, what else points at its words, and who doubts it, a clause each."""

    own: ErrorSpan
    more: Sequence[ErrorSpan]
    doubts: Sequence[str] = ()


def _pointed(segment: Segment, evidence: Sequence[Evidence]) -> list[ErrorSpan]:
    """The spans to make flags of: the model's word that a sentence is odd though no word of it stands out adds nothing
    where other evidence points at words of it that ask for a repair."""
    models = [e for e in evidence if isinstance(e.details, RepairOdds)]
    whole = [s for e in models for s in e.spans if s.span == segment.span and s.category is Category.AWKWARD]
    others = [s for e in evidence for s in e.spans if s not in whole]
    return others if any(span.severity is not Severity.NEUTRAL for span in others) else [*others, *whole]


def _corroborated(segment: Segment, spans: Sequence[ErrorSpan]) -> list[tuple[ErrorSpan, list[ErrorSpan]]]:
    """Each finding with the models' spans that only bear it out, in text order.

    A rule's finding stays what it is whatever a model marks beside it. A model knows where something is wrong, not
    what: its mark of words that a rule would have repaired, no severer than the rule says, is evidence for that finding
    and none of its own. Where a rule remarks on a word, such as an unknown one, the model may stumble over no more than
    that: its mark of this word is minor at most. A finding about a sentence as a whole, such as that a number of its
    source is missing, says nothing of the words that the model marks in it. Two rules that say of the same words that
    they are not translated, or that would repair them alike, make one finding.
    """
    found: list[tuple[ErrorSpan, list[ErrorSpan]]] = []
    around: list[tuple[ErrorSpan, list[ErrorSpan]]] = []  # those that may cover what comes: the longer come first
    for span in sorted(spans, key=lambda s: (s.span.start, -s.span.end, s.rule in VAGUE, s.rule)):
        around = [one for one in around if one[0].span.end > span.span.start]
        over = [
            one
            for one in around
            if span.rule in VAGUE
            and one[0].span.contains(span.span)
            and (one[0].span != segment.span or one[0].rule in VAGUE)
        ]
        enough = [one for one in over if _is_enough(one[0], span)] or [one for one in around if _is_same(one[0], span)]
        if enough:
            max(enough, key=lambda one: (one[0].rule not in VAGUE, one[0].severity.rank))[1].append(span)
            continue
        if any(own.span == span.span and own.severity is Severity.NEUTRAL for own, _ in over):
            span = replace(span, severity=min(span.severity, Severity.MINOR, key=lambda severity: severity.rank))
        found.append((span, []))
        around.append(found[-1])
    return sorted(found, key=lambda one: (one[0].span, one[0].rule in VAGUE, one[0].rule))


def _with_opinion(segment: Segment, groups: Sequence[_Group], opinion: Evidence, edited: bool) -> list[_Group]:
    """The findings with a second opinion: borne out where it marks some of their words, else in doubt; and what it
    marks besides, in doubt likewise where mtqa's own editor ``edited`` the sentence."""
    if opinion.score is None or not isinstance(opinion.details, SecondOpinion):
        return list(groups)
    found: list[_Group] = []
    inside: set[ErrorSpan] = set()
    for group in groups:
        own = group.own
        here = [span for span in opinion.spans if span.span.overlaps(own.span) and own.severity is not Severity.NEUTRAL]
        if own.span != segment.span:
            inside |= {s for s in here if own.span.contains(s.span) and own.severity.rank >= s.severity.rank}
        doubts = [f"{opinion.details.model} read the sentence and marked nothing here"]
        doubted = own.rule in VAGUE and not here
        found.append(_Group(own, [*group.more, *here], [*group.doubts, *(doubts if doubted else ())]))
    for span in opinion.spans:
        if span not in inside:
            borne = [one.own for one in groups if one.own.span.overlaps(span.span) and one.own.rule in VAGUE]
            doubted = edited and not borne
            found.append(_Group(span, borne, ["mtqa's own editor does not point at these words"] if doubted else []))
    return sorted(found, key=lambda one: (one.own.span, one.own.rule in VAGUE, one.own.rule))


def _is_enough(own: ErrorSpan, mark: ErrorSpan) -> bool:
    """Whether a finding says all that a model's mark of some of its words does."""
    knows = own.span == mark.span and own.severity is not Severity.NEUTRAL
    return knows or own.severity.rank >= mark.severity.rank


def _is_same(own: ErrorSpan, other: ErrorSpan) -> bool:
    """Whether two rules say the same of the same words: that they are not translated, or how to repair them."""
    known = own.rule not in VAGUE and other.rule not in VAGUE
    if not known or own.span != other.span or own.category is not other.category:
        return False
    untranslated = own.category is Category.UNTRANSLATED and not other.edits
    return (untranslated or _repairs(own) == _repairs(other) != []) and own.severity.rank >= other.severity.rank


def _repairs(error: ErrorSpan) -> list[tuple[Span, str]]:
    """What it would put in place of which words."""
    return [(edit.span, edit.text) for edit in error.edits]


def _says_more(own: ErrorSpan, other: ErrorSpan) -> bool:
    """Whether there is something in what another span says: where a rule says what is wrong, an editor's mark does not
    say it better."""
    return other is own or own.rule in VAGUE or other.rule != GARBLED


def _fingerprint(segment: Segment, tokens: Sequence[tuple[int, int, str]], rule: str, span: Span) -> str:
    """Identity of a flag that survives moving its paragraph: the rule, the words, two tokens on each side."""
    local = span.shift(-segment.span.start)
    first = bisect_right(tokens, local.start, key=lambda token: token[1])
    last = bisect_left(tokens, local.end, key=lambda token: token[0])
    before = [text for _, _, text in tokens[max(0, first - 2) : first]]
    after = [text for _, _, text in tokens[last : last + 2]]
    key = "\x1f".join((rule, *before, "\x1e", local.of(segment.text), "\x1e", *after))
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:16]
