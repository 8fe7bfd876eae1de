"""The tools: a question about an article to an answer, each a function that runs in the checker's thread."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel

from mtqa.core.documents import Document
from mtqa.core.errors import InputError
from mtqa.core.findings import Applicability, Edit, Flag, Severity
from mtqa.core.report import DocumentReport, Failure, Report
from mtqa.core.spans import Span
from mtqa.formats import FORMATS, crosses_markup, read_bytes
from mtqa.gate.ignores import Ignores
from mtqa.gate.rules import explanation, words
from mtqa.mcp import schema
from mtqa.mcp.desk import Desk
from mtqa.renderers.json import number_json

__all__ = ["TOOLS", "Tool"]

_TEXT = "text"


@dataclass(frozen=True, slots=True)
class Tool:
    """What a client may call.

    Attributes:
        asked, answered: what it is called with, and what it gives.
        work: does it. Raises MtqaError, whose message tells the client what to do.
    """

    description: str
    asked: type[BaseModel]
    answered: type[BaseModel]
    work: Callable[[Desk, Any], BaseModel]


def score(desk: Desk, asked: schema.Article) -> schema.Scores:
    """The verdict on each article."""
    report = _report(desk, asked)
    level = desk.policy(asked.path).min_level
    return schema.Scores(
        articles=[_verdict(each, level) for each in report.documents],
        failures=_failures(report),
        false_alarms=report.signature.fpr,
        signature=str(report.signature),
    )


def list_flags(desk: Desk, asked: schema.Listed) -> schema.Flags:
    """The flags that the project looks at and nothing excuses, of the likeliest sentences first."""
    report = _report(desk, asked)
    policy = desk.policy(asked.path)
    level = asked.min_level or policy.min_level
    articles = []
    for each in report.documents:
        flags = [
            (verdict.segment.id, flag)
            for verdict in each.worth_reading(level)
            for flag in verdict.flags
            if flag.severity.rank >= level.rank and flag.rule not in policy.rules_off
        ]
        listed = [_flagged(each.document, sentence, flag) for sentence, flag in flags[: asked.most]]
        articles.append(schema.FlaggedArticle(name=each.document.uri, flags=listed, left_out=len(flags) - len(listed)))
    return schema.Flags(articles=articles, failures=_failures(report), signature=str(report.signature))


def propose_repairs(desk: Desk, asked: schema.Proposed) -> schema.Proposals:
    """Other texts for flagged sentences."""
    report = _report(desk, asked)
    there = {verdict.segment.id for each in report.documents for verdict in each.verdicts}
    if unknown := set(asked.sentences or ()) - there:
        raise InputError(report.documents[0].document.uri, f"no sentence {min(unknown)}; list_flags numbers them")
    suggester = desk.suggester
    articles = []
    for each in report.documents:
        flagged = each.worth_reading(desk.policy(asked.path).min_level)
        if asked.sentences is None:
            wanted = flagged[: asked.most]
        else:
            wanted = tuple(verdict for verdict in flagged if verdict.segment.id in asked.sentences)
        sentences = []
        for verdict in wanted:
            found = suggester.suggest(each, verdict.segment.id)
            sentences.append(
                schema.Sentence(
                    sentence=verdict.segment.id,
                    text=verdict.segment.text,
                    at=_place(each.document, verdict.segment.span),
                    p_repair=number_json(verdict.p_repair) or 0.0,
                    proposals=[
                        schema.Proposal(
                            text=kept.text,
                            origin=kept.origin.value,
                            gain=number_json(kept.gain) or 0.0,
                            safe=kept.caution is Applicability.SAFE,
                            reasons=list(kept.reasons),
                        )
                        for kept in found.kept
                    ],
                )
            )
        articles.append(schema.SentencesOf(name=each.document.uri, sentences=sentences))
    return schema.Proposals(articles=articles, failures=_failures(report), signature=str(report.signature))


def explain_rule(_: Desk, asked: schema.Word) -> schema.Explanations:
    """What a word of the answers means."""
    if asked.word is None:
        found = [schema.Explained(word=name, summary=explanation(name).summary) for name in words()]
        return schema.Explanations(words=found)
    one = explanation(asked.word)
    return schema.Explanations(words=[schema.Explained(word=one.name, summary=one.summary, page=one.page())])


_ARTICLE = "Give its text, or the path of a file."

TOOLS: Mapping[str, Tool] = {
    "score": Tool(
        "Say how likely an article is machine-translated, why, and how many of its sentences need repair. A verdict is "
        f"not proof. {_ARTICLE}",
        schema.Article,
        schema.Scores,
        score,
    ),
    "list_flags": Tool(
        "List the words of an article that a careful editor would probably change: where they are, what is wrong "
        f"with them, and repairs that are known. {_ARTICLE}",
        schema.Listed,
        schema.Flags,
        list_flags,
    ),
    "propose_repairs": Tool(
        "Propose other texts for the flagged sentences of an article. They may be worse or say something else: compare "
        f"them with the source. Nothing is changed. {_ARTICLE}",
        schema.Proposed,
        schema.Proposals,
        propose_repairs,
    ),
    "explain_rule": Tool(
        "Explain what a rule looks for, with examples, or what another word of the answers means; without a word, list "
        "all of them.",
        schema.Word,
        schema.Explanations,
        explain_rule,
    ),
}


def _report(desk: Desk, asked: schema.Article) -> Report:
    """On what was asked about, without excused flags. Raises InputError where nothing of it could be read or judged."""
    documents, failures = _read(desk, asked)
    report = desk.checker.check(*documents, failures=failures)
    if report.failures and not report.documents:
        raise InputError(report.failures[0].uri, report.failures[0].message)
    found = tuple(map(Ignores(terms=desk.terms).without_excused, report.documents))
    return replace(report, documents=found)


def _read(desk: Desk, asked: schema.Article) -> tuple[list[Document], list[Failure]]:
    if asked.path is not None:
        return read_bytes(desk.file(asked.path), asked.path, format=asked.format, language=asked.language)
    format_ = asked.format or _TEXT
    if not FORMATS[format_].text:
        raise InputError("text", f"no text is in the format {format_}; give the path of a file")
    # The mark keeps a declaration in the text ("charset=…") from being believed: it came as characters.
    raw = BOM_UTF8 + (asked.text or "").encode("utf-8", "replace")
    return read_bytes(raw, _TEXT, format=format_, language=asked.language)


def _failures(report: Report) -> list[schema.Unjudged]:
    return [schema.Unjudged(name=each.uri, why=each.message) for each in report.failures]


def _verdict(report: DocumentReport, level: Severity) -> schema.Verdict:
    return schema.Verdict(
        name=report.document.uri,
        decision=report.decision.value,
        p_mt=number_json(report.p_mt),
        reason=report.reason,
        language=report.document.language,
        translated_from=report.translated_from,
        remarks=list(report.remarks),
        sentences=len(report.verdicts),
        to_repair=len(report.to_repair(level)),
    )


def _flagged(document: Document, sentence: int, flag: Flag) -> schema.Flagged:
    return schema.Flagged(
        sentence=sentence,
        words=flag.span.of(document.text),
        at=_place(document, flag.span),
        rule=flag.rule,
        category=flag.category.value,
        severity=flag.severity,
        probability=number_json(flag.probability) or 0.0,
        message=flag.message,
        reasons=list(flag.reasons),
        repairs=[_repair(document, flag, edits) for edits in flag.alternatives()],
    )


def _repair(document: Document, flag: Flag, edits: tuple[Edit, ...]) -> schema.Repair:
    whole = FORMATS[document.format].text and not any(crosses_markup(document, edit.span) for edit in edits)
    changes = [
        schema.Change(start=there.start, end=there.end, text=edit.text)
        for edit in edits
        for there in [document.source_map.nearest(edit.span)]
    ]
    return schema.Repair(
        changes=changes if whole else [],
        words=_after(document.text, flag.span, edits),
        safe=Applicability.of(edits) is Applicability.SAFE,
    )


def _after(text: str, span: Span, edits: tuple[Edit, ...]) -> str:
    """What the words at ``span``, and whatever else the edits touch, read after them."""
    start = min(span.start, edits[0].span.start)
    end = max(span.end, *(edit.span.end for edit in edits))
    pieces, at = [], start
    for edit in edits:
        pieces += [text[at : edit.span.start], edit.text]
        at = edit.span.end
    return "".join([*pieces, text[at:end]])


def _place(document: Document, span: Span) -> schema.Place:
    location = document.locate(span)
    there = document.source_map.nearest(span) if FORMATS[document.format].text else None
    lines = location.lines
    return schema.Place(
        start=there.start if there else None,
        end=there.end if there else None,
        line=lines.line if lines else None,
        column=lines.column if lines else None,
        end_line=lines.end_line if lines else None,
        end_column=lines.end_column if lines else None,
        where=location.name,
    )
