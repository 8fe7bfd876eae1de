"""``mtqa bench``: what mtqa is worth on a corpus that people judged."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mtqa.cli.options import Model, Threads
from mtqa.cli.terminal import check_target, complain, emit, working, write_report
from mtqa.core.errors import ConfigError

if TYPE_CHECKING:
    from mtqa.bench.results import Result
    from mtqa.checker import Checker

__all__ = ["app"]

app = typer.Typer(help="Measure mtqa, or translation systems, on a corpus that people judged.", no_args_is_help=True)

_MISSED = 1

Against = Annotated[
    Path | None,
    typer.Option(metavar="FLOORS.toml", help="Exit with 1 where a number misses a floor pinned in this file."),
]


class Format(StrEnum):
    """Of a report."""

    HTML = "html"
    MD = "md"
    CSV = "csv"
    LATEX = "latex"


@app.command("list")
def list_() -> None:
    """List the suites that come with mtqa."""
    from mtqa.bench.suites import read_suite, shipped

    for name in shipped():
        suite = read_suite(name)
        emit(f"{name}: {suite.title}\n    {' '.join(suite.about.split())}\n    data: {suite.data}\n")


@app.command()
def run(
    suite: Annotated[str, typer.Argument(metavar="SUITE", help="A name that 'list' shows, or a suite's TOML file.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="RESULT.json", help="What was measured.")],
    data: Annotated[Path | None, typer.Option(metavar="DIR", help="The folder with the suite's data.")] = None,
    sample: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="At most N documents or sentences of each set.")
    ] = None,
    seed: Annotated[int | None, typer.Option(min=0, metavar="N", help="Of all that is drawn by chance.")] = None,
    against: Against = None,
    pair: Annotated[
        str | None, typer.Option(metavar="SOURCE-TARGET", help="Translation: the language pair, e.g. de-en.")
    ] = None,
    hypothesis: Annotated[
        list[str] | None,
        typer.Option(metavar="SYSTEM=FILE", help="Translation: a system's output, a line a segment; may be repeated."),
    ] = None,
    reference: Annotated[
        list[str] | None, typer.Option(metavar="FILE", help="Translation: a reference; may be repeated.")
    ] = None,
    test_set: Annotated[
        str | None, typer.Option(metavar="NAME", help="Translation: a test set of sacrebleu, e.g. wmt22.")
    ] = None,
    model: Model = "mtqa-en",
    threads: Threads = None,
) -> None:
    """Run a suite and write what was measured."""
    from mtqa import bench
    from mtqa.bench.floors import read_floors
    from mtqa.bench.results import as_text
    from mtqa.bench.suites import read_suite

    bench.check_installed()
    systems = _named(hypothesis)
    given = {"pair": pair, "hypotheses": systems, "references": reference, "test-set": test_set, "seed": seed}
    changes = {key: value for key, value in given.items() if value is not None}
    if read_suite(suite).kind != "translation" and len(changes) > (seed is not None):
        raise ConfigError(f"suite '{suite}' takes no --pair, --hypothesis, --reference or --test-set; leave them out")
    chosen = read_suite(suite, changes)
    inputs = [Path(suite), *map(Path, (systems or {}).values()), *map(Path, reference or ())]
    check_target(output, inputs if data is None else [*inputs, data / chosen.data])
    if against is not None:
        read_floors(against)  # a fault in them shows before the long run

    def load(*, fluency: bool = False, round_trip: tuple[str, ...] = ()) -> Checker:
        from mtqa.checker import Checker

        return Checker.load(model, fluency=fluency, round_trip=round_trip, threads=threads)

    with working(f"Running {chosen.name}"):
        result = bench.run(chosen, load, data=data, sample=sample)
    write_report(output, as_text(result))
    if result.failures:
        complain(f"{len(result.failures):,} rows or documents failed; the report lists them")
    if against is not None:
        _check(result, against)


@app.command()
def report(
    result: Annotated[Path, typer.Argument(metavar="RESULT.json", help="What 'run' wrote.")],
    format: Annotated[Format, typer.Option("--format", "-f", help="Of the report.")] = Format.HTML,  # noqa: A002
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write it here instead of printing it.")
    ] = None,
    against: Against = None,
) -> None:
    """Show a result to people."""
    from mtqa.bench import check_installed
    from mtqa.bench.reports import RENDERERS
    from mtqa.bench.results import read_result

    check_installed()
    if output is not None:
        check_target(output, [result])
    found = read_result(result)
    text = RENDERERS[format](found)
    if output is None:
        emit(text)
    else:
        write_report(output, text)
    if against is not None:
        _check(found, against)


@app.command()
def compare(
    before: Annotated[Path, typer.Argument(metavar="A.json", help="What 'run' wrote before a change.")],
    after: Annotated[Path, typer.Argument(metavar="B.json", help="What it wrote after.")],
) -> None:
    """Say what got better, what got worse, and what cannot be told apart."""
    from mtqa.bench import check_installed

    check_installed()
    from mtqa.bench.comparing import compare as compared
    from mtqa.bench.reports import comparison_text
    from mtqa.bench.results import read_result

    names = (str(before), str(after))
    found = compared(read_result(before), read_result(after), names)
    emit(comparison_text(found, names))


def _named(given: list[str] | None) -> dict[str, str] | None:
    """Systems and their files."""
    if given is None:
        return None
    found: dict[str, str] = {}
    for text in given:
        name, equals, path = text.partition("=")
        if not (name and equals and path):
            raise ConfigError(f"--hypothesis {text}: name the system and its file, such as ours=ours.txt")
        if name in found:
            raise ConfigError(f"--hypothesis {text}: there are two systems of that name; rename one")
        found[name] = path
    return found


def _check(result: Result, against: Path) -> None:
    from mtqa.bench.floors import missed, read_floors

    found = missed(result, read_floors(against), str(against))
    for sentence in found:
        complain(sentence)
    if found:
        raise typer.Exit(_MISSED)
