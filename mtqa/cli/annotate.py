"""``mtqa annotate``: flags written into a translation file or a Word document."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from mtqa.cli.llm_options import Llm, LlmBudget, LlmCalibration, LlmModel, LlmRemote, llm_of
from mtqa.cli.options import HowStrict, Model, Source, Threads, WhichEditor
from mtqa.cli.terminal import check_target, complain, working, write_report
from mtqa.core.errors import InputError
from mtqa.core.findings import Severity
from mtqa.core.settings import ARTICLES
from mtqa.formats import annotate as annotated
from mtqa.formats import annotated_suffixes, beside, read_all
from mtqa.formats.annotations import ANNOTATORS

__all__ = ["annotate"]


def annotate(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="An XLIFF, PO or DOCX file.")],
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="FILE", help="Where to write the result; it may be FILE itself."),
    ],
    min_level: Annotated[Severity, typer.Option(help="Write flags of this severity or higher.")] = Severity.MINOR,
    language: Annotated[
        str | None, typer.Option(metavar="TAG", help="Language of the targets. By default as declared.")
    ] = None,
    source: Source = None,
    editor: WhichEditor = None,
    strictness: HowStrict = ARTICLES.strictness,
    llm: Llm = None,
    llm_model: LlmModel = None,
    llm_remote: LlmRemote = False,
    llm_budget: LlmBudget = None,
    llm_calibration: LlmCalibration = None,
    model: Model = "mtqa-en",
    threads: Threads = None,
) -> None:
    """Write flags into a translation file or a Word document.

    They become notes in XLIFF 1, ITS marks in XLIFF 2, comments and the fuzzy flag in PO, comments in DOCX.
    Flags that mtqa wrote earlier are replaced; nothing else changes.
    """
    check_target(output, ())
    asked = llm_of(llm, llm_model, llm_remote, llm_budget, llm_calibration)
    documents, _ = read_all(path, language=language)
    if any(document.format not in ANNOTATORS for document in documents):
        raise InputError(path, f"flags cannot be written into it; give one of {', '.join(annotated_suffixes())}")
    pairing = beside(documents, source)
    for note in pairing.notes:
        complain(note)
    with working("Loading the model"):
        from mtqa.checker import Checker

        checker = Checker.load(
            replace(ARTICLES, model=model, editor=editor, strictness=strictness, threads=threads, llm=asked)
        )
    with working("Judging"):
        report = checker.check(*pairing.documents)
    write_report(output, annotated(report.documents, min_level=min_level))
    count = sum(flag.severity.rank >= min_level.rank for flag in report.flags)
    complain(f"{count:,} flag{'s'[: count != 1]} written to {output}")
