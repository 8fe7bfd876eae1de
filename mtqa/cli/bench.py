"""``mtqa bench``: what mtqa is worth on a corpus that people judged."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from textwrap import fill, indent
from typing import TYPE_CHECKING, Annotated

import typer

from mtqa.cli.llm_options import Llm, LlmBudget, LlmCalibration, LlmModel, LlmRemote, llm_of
from mtqa.cli.options import EDITORS, HowStrict, Model, Threads
from mtqa.cli.terminal import check_target, columns, complain, emit, show, working, write_report
from mtqa.core.errors import ConfigError
from mtqa.core.files import is_folder, is_there
from mtqa.core.llm import LlmSettings
from mtqa.core.settings import CORPORA, LANGUAGE_MODEL, Editor, Strictness

if TYPE_CHECKING:
    from mtqa.bench.results import Result
    from mtqa.checker import Checker

__all__ = ["app"]

app = typer.Typer(help="Measure mtqa, or translation systems, on a corpus that people judged.", no_args_is_help=True)

_MISSED = 1
_MODEL = "mtqa-en"
_STRICTNESS = CORPORA.strictness
_PAIRS = ("de-en", "en-de")
_SUFFIXES = {"latex": "tex"}

Against = Annotated[
    Path | None,
    typer.Option(
        metavar="FLOORS",
        help="Exit with 1 if a number misses its floor in this file, or in NAME.toml of this folder.",
    ),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Loader:
    """Checkers with the model and the editor, and on the threads, that were asked for; no editor is the suite's own."""

    model: str
    threads: int | None
    editor: Editor | None
    strictness: Strictness
    llm: LlmSettings | None = None

    @property
    def options(self) -> str:
        """Those that differ from their defaults, for the command that makes a result again."""
        named = ["--model", self.model] if self.model != _MODEL else []
        named += ["--editor", self.editor] if self.editor else []
        named += ["--strictness", self.strictness] if self.strictness is not _STRICTNESS else []
        if self.llm is not None:
            named += ["--llm", self.llm.address, "--llm-model", self.llm.model]
            named += [] if self.llm.local else ["--llm-remote"]
            named += ["--llm-calibration", str(self.llm.calibration)] if self.llm.calibration else []
        return shlex.join([*named, *(["--threads", str(self.threads)] if self.threads else [])])

    def __call__(
        self,
        *,
        fluency: bool = False,
        round_trip: tuple[str, ...] = (),
        threads: int | None = None,
        editor: Editor | None = CORPORA.editor,
    ) -> Checker:
        """See `mtqa.bench.suites.Loader`."""
        from mtqa.checker import Checker

        judging = replace(
            CORPORA,
            model=self.model,
            editor=self.editor or editor,
            strictness=self.strictness,
            language_model=LANGUAGE_MODEL if fluency else None,
            round_trip=round_trip,
            threads=threads or self.threads,
            llm=self.llm,
        )
        return Checker.load(judging)


class Format(StrEnum):
    """Of a report."""

    HTML = "html"
    MD = "md"
    CSV = "csv"
    LATEX = "latex"


@app.command("list")
def list_() -> None:
    """List the suites that come with mtqa."""
    from mtqa.bench.suites import shipped
    from mtqa.core.tables import read_table

    for name, path in shipped().items():
        suite = read_table(path, pipes=True)
        about = fill(" ".join(suite["about"].split()), columns() - 4)
        emit(f"{name}: {suite['title']}\n{indent(about, '    ')}\n    data: {', '.join(suite['sha256'])}\n")


@app.command()
def run(
    suites: Annotated[
        list[str], typer.Argument(metavar="SUITE…", help="Names from 'mtqa bench list', or TOML files of suites.")
    ],
    output: Annotated[
        Path,
        typer.Option(
            "--output",
            "-o",
            metavar="RESULT.json",
            help="Where to write the result; for several suites, a folder that gets a NAME.json for each.",
        ),
    ],
    data: Annotated[Path | None, typer.Option(metavar="DIR", help="The folder with the suite's data.")] = None,
    sample: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="At most N documents or sentences of each set or timing.")
    ] = None,
    seed: Annotated[int | None, typer.Option(min=0, metavar="N", help="Seed of everything drawn at random.")] = None,
    against: Against = None,
    pair: Annotated[
        str | None, typer.Option(metavar="SOURCE-TARGET", help="Translation: the language pair, e.g. de-en.")
    ] = None,
    hypothesis: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SYSTEM=FILE", help="Translation: a system's output, one segment per line; repeat for more."
        ),
    ] = None,
    reference: Annotated[
        list[str] | None, typer.Option(metavar="FILE", help="Translation: a reference; repeat for more.")
    ] = None,
    test_set: Annotated[
        str | None, typer.Option(metavar="NAME", help="Translation: a test set of sacrebleu, e.g. wmt22.")
    ] = None,
    model: Model = _MODEL,
    editor: Annotated[
        Editor | None, typer.Option(help=f"{EDITORS} By default the one that the suite names, otherwise fast.")
    ] = None,
    strictness: HowStrict = _STRICTNESS,
    llm: Llm = None,
    llm_model: LlmModel = None,
    llm_remote: LlmRemote = False,
    llm_budget: LlmBudget = None,
    llm_calibration: LlmCalibration = None,
    threads: Threads = None,
) -> None:
    """Run suites and write what was measured."""
    from mtqa import bench
    from mtqa.bench.floors import check_run, floors_for, read_floors
    from mtqa.bench.results import as_text
    from mtqa.bench.suites import read_suite

    bench.check_installed()
    systems = _named(hypothesis)
    given = {"seed": seed, "pair": pair, "hypotheses": systems, "references": reference, "test_set": test_set}
    changes: dict[str, object] = {key: value for key, value in given.items() if value is not None}
    if systems is not None and pair is None:
        changes["pair"] = ""  # not the suite's, which is that of its own data
    taken = {name: set(read_suite(name).by_options) for name in suites}
    if editor is not None and any("editor" in keys for keys in taken.values()):
        changes["editor"] = editor.value
    if not set(changes).issubset(set().union(*taken.values())):
        raise ConfigError(
            f"suite '{suites[0]}' takes no --pair, --hypothesis, --reference or --test-set; leave them out"
        )
    chosen = [
        read_suite(name, {key: value for key, value in changes.items() if key in keys}) for name, keys in taken.items()
    ]
    if len({suite.name for suite in chosen}) < len(suites):
        raise ConfigError("two of the suites have the same name, and so would their results; run them one by one")
    inputs = [*map(Path, suites), *map(Path, (systems or {}).values()), *map(Path, reference or ())]
    outputs = [output / f"{suite.name}.json" for suite in chosen] if len(chosen) > 1 else [output]
    if len(chosen) > 1:
        _make_folder(output)
    elif output.suffix != ".json":
        raise ConfigError(f"--output {output}: a result is a .json file; give it that suffix")
    for suite, target in zip(chosen, outputs, strict=True):
        check_target(target, inputs if data is None else [*inputs, *(data / name for name in suite.files)])
        if against is not None:
            path = floors_for(suite.name, against)
            check_run(read_floors(path), asdict(suite), sample, str(path))  # a fault in them shows before the long run
    asked = llm_of(llm, llm_model, llm_remote, llm_budget, llm_calibration)
    if asked is not None and any(suite.kind != "editor" for suite in chosen):
        raise ConfigError("--llm is for suites of the kind editor; leave it, or the other suites, out")
    load = _Loader(model=model, threads=threads, editor=editor, strictness=strictness, llm=asked)
    found = []
    for suite, target in zip(chosen, outputs, strict=True):
        with working(f"Running {suite.name}"):
            result = bench.run(suite, load, data=data, sample=sample)
        found.append(replace(result, command=f"{result.command} {load.options}".rstrip()))
        write_report(target, as_text(found[-1]))
        if failures := found[-1].failures:
            complain(f"{len(failures):,} rows or documents failed; the report on {target} lists them")
    if against is not None:
        _check(found, against)


@app.command()
def data(
    test_set: Annotated[str, typer.Argument(metavar="NAME", help="A test set of sacrebleu, such as wmt22.")],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="DIR", help="The folder that gets the rows and a suite over them.")
    ],
    pair: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SOURCE-TARGET", help="Into or out of English; may be repeated. By default de-en and en-de."
        ),
    ] = None,
) -> None:
    """Make data for the detection suite from a WMT test set, which sacrebleu downloads if it does not have it."""
    from mtqa.bench import check_installed

    check_installed()
    from mtqa.bench.translation.test_sets import make

    if is_there(output) and (not is_folder(output) or any(output.iterdir())):
        raise ConfigError(f"--output {output}: not empty; name a new folder")
    try:
        with working(f"Fetching {test_set}"):
            suite, count = make(test_set, pair or _PAIRS, output)
    except OSError as error:
        raise ConfigError(f"--output {output}: cannot be written ({error.strerror}); name another folder") from None
    complain(f"{count:,} rows; now run: mtqa bench run {suite} --data {output} -o result.json")


@app.command()
def floors(
    result: Annotated[Path, typer.Argument(metavar="RESULT.json", help="What 'run' wrote.")],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FLOORS.toml", help="Write them here instead of printing them."),
    ] = None,
) -> None:
    """Pin the worse end of each interval of a result as a floor; a file of floors is never lowered."""
    from mtqa.bench import check_installed

    check_installed()
    from mtqa.bench.floors import floors_of, lowered, pinned, read_floors
    from mtqa.bench.results import read_result

    text = pinned(read_result(result), str(result))
    if output is None:
        emit(text)
        return
    check_target(output, [result])
    if output.exists() and (found := lowered(read_floors(output), floors_of(text, str(output)))):
        more = f", and {len(found) - 1} more" if len(found) > 1 else ""
        raise ConfigError(f"{output}: would be lowered: {found[0]}{more}; remove the file if you mean to lower it")
    write_report(output, text)


@app.command()
def report(
    result: Annotated[Path, typer.Argument(metavar="RESULT.json", help="What 'run' wrote.")],
    format: Annotated[Format, typer.Option("--format", "-f", help="Format of the report.")] = Format.HTML,  # noqa: A002
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write it here instead of printing it.")
    ] = None,
    against: Against = None,
) -> None:
    """Make a readable report of a result."""
    from mtqa.bench import check_installed

    check_installed()
    from mtqa.bench.reports import RENDERERS
    from mtqa.bench.results import read_result

    if output is not None:
        check_target(output, [result])
    found = read_result(result)
    show(RENDERERS[format](found), output, instead=Path(f"{result.stem}.{_SUFFIXES.get(format, format)}"))
    if against is not None:
        _check([found], against)


@app.command()
def compare(
    before: Annotated[Path, typer.Argument(metavar="A.json", help="A result from before a change.")],
    after: Annotated[Path, typer.Argument(metavar="B.json", help="The result from after it.")],
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


def _make_folder(output: Path) -> None:
    try:
        output.mkdir(exist_ok=True)
    except OSError as error:
        raise ConfigError(
            f"--output {output}: of several suites, must be a folder ({error.strerror}); name one"
        ) from None


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
        if not name.isprintable():
            raise ConfigError(f"--hypothesis {text}: a line break or the like in the system's name; rename it")
        found[name] = path
    return found


def _check(results: Sequence[Result], against: Path) -> None:
    from mtqa.bench.floors import floors_for, missed, read_floors

    found = []
    for result in results:
        path = floors_for(result.suite, against)
        found += missed(result, read_floors(path), str(path))
    for sentence in found:
        complain(sentence)
    if found:
        raise typer.Exit(_MISSED)
