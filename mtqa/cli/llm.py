"""``mtqa llm``: a language model of the user's own, tried and calibrated."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from mtqa.cli.llm_options import Llm, LlmBudget, LlmModel, LlmRemote, llm_of
from mtqa.cli.options import HowStrict, Model, Threads, WhichEditor
from mtqa.cli.terminal import check_target, complain, emit, working, write_report
from mtqa.core.errors import ConfigError, ModelError
from mtqa.core.settings import ARTICLES

__all__ = ["app"]

app = typer.Typer(help="Try and calibrate a language model of your own (--llm).", no_args_is_help=True)

_TRIED = 4  # sentences that a model is tried with
_NONE = "no language model is named; add --llm http://localhost:11434/v1 and --llm-model NAME"


@app.command()
def check(
    llm: Llm = None, llm_model: LlmModel = None, llm_remote: LlmRemote = False, llm_budget: LlmBudget = None
) -> None:
    """Ask the model about some sentences that are wrong on purpose, and say how it did."""
    asked = llm_of(llm, llm_model, llm_remote, llm_budget, cache=False)
    if asked is None:
        raise ConfigError(_NONE)
    from mtqa.languages import pack_of
    from mtqa.llm import engine_of
    from mtqa.llm.answers import Marks
    from mtqa.llm.engine import waited
    from mtqa.llm.judge import Judge, Line, Manuscript
    from mtqa.renderers.wording import counted

    engine = engine_of(asked)
    broken = pack_of("en").broken
    texts = broken[:: len(broken) // _TRIED]
    with working(f"Asking {asked.label}"):
        (found,) = waited(Judge(engine).mark([Manuscript(lines=list(map(Line, texts)), language="English")]))
    usage = engine.usage
    if not engine.answered:
        raise ModelError(f"{found[0]}; try again later, or look at what the server says")
    emit(f"{asked.label}\n")
    for text, said in zip(texts, found, strict=True):
        words = [f"“{mark.span.of(text)}”" for mark in said.placed] if isinstance(said, Marks) else []
        emit(f"  {text}\n    {said if isinstance(said, str) else ', '.join(words) or 'marks nothing'}\n")
    schema = "a schema for the answer" if engine.structured else "no schema for the answer; mtqa describes it"
    emit(
        f"the server takes {schema}\n"
        f"{counted(usage.requests, 'request')}, {usage.read + usage.written:,} tokens, {usage.seconds:.1f} s\n"
    )


@app.command()
def calibrate(
    labels: Annotated[
        Path, typer.Argument(metavar="LABELS.jsonl", help="Lines that an editor has marked; docs/llm.md says how.")
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE.toml", help="Where to write the calibration.")
    ],
    language: Annotated[str, typer.Option(metavar="TAG", help="Language of the lines.")] = "en",
    sample: Annotated[int | None, typer.Option(min=1, metavar="N", help="Use only N of the documents.")] = None,
    llm: Llm = None,
    llm_model: LlmModel = None,
    llm_remote: LlmRemote = False,
    llm_budget: LlmBudget = None,
    editor: WhichEditor = None,
    strictness: HowStrict = ARTICLES.strictness,
    model: Model = "mtqa-en",
    threads: Threads = None,
) -> None:
    """Measure how often the model's marks are right, so that they get probabilities and the gate can count them."""
    asked = llm_of(llm, llm_model, llm_remote, llm_budget)
    if asked is None:
        raise ConfigError(_NONE)
    check_target(output, [labels])
    if output.suffix != ".toml":
        raise ConfigError(f"--output {output}: a calibration is a .toml file; give it that suffix")
    from mtqa.bench.editor.calibrating import calibrate as calibrated
    from mtqa.checker import Checker

    bare = replace(asked, calibration=None)
    settings = replace(ARTICLES, model=model, editor=editor, strictness=strictness, threads=threads, llm=bare)
    with working(f"Asking {asked.label}"):
        found = calibrated(Checker.load(settings), labels, language=language, sample=sample, seed=1)
    write_report(output, found.text())
    complain(
        f"{found.lines:,} lines: {asked.model} marks {found.must_repair_marked:.0%} of those that must be repaired and "
        f"{found.sound_marked:.0%} of the sound ones; use it with --llm-calibration {output}"
    )
