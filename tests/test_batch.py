"""Corpora: every row is answered in order, whatever the rows are like and however the run ends."""

from __future__ import annotations

import gzip
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import zstandard
from fakes import JUDGED, SIGNATURE, fake_checker
from program import Run

from mtqa.batch import Alone, Columns, Reading, Summary, chunks
from mtqa.batch import run as run_all
from mtqa.batch.record import Record
from mtqa.batch.records import Corpus
from mtqa.batch.rows import BadRow, parse
from mtqa.checker import Checker
from mtqa.core.documents import Document
from mtqa.core.errors import ConfigError, InputError
from mtqa.core.report import DocumentReport, Failure

TEXT = "The ferry was late, and nobody minded. We sat on the wall with our feet over the water and talked."
GARBLED = "The ferry zzwas late, and nobody minded. We sat on the zzwall with our feet over the water and talked."


def row(number: int, text: str = TEXT, **more: object) -> str:
    return json.dumps({"id": number, "text": f"{text} This was day {number}.", "language": "en"} | more)


def run(checker: Checker, source: Path, output: Path, **options: Any) -> Summary:
    """One file, one checker."""
    return run_all(Alone(checker), [source], output, columns=Columns(), **options)


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Forty rows, some of them bad, in chunks of a few rows."""
    monkeypatch.setattr(chunks, "BYTES", 500)
    lines = [row(n, GARBLED if n % 3 else TEXT) for n in range(40)]
    lines[7] = "{"
    lines[20] = ""
    path = tmp_path / "in.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


class Stopping(Checker):
    """Runs ``stop`` instead of judging its third batch."""

    def __init__(self, stop: Callable[[], object]) -> None:
        self.inner, self.signature, self.stop, self.left = fake_checker(), JUDGED, stop, 2

    def outcomes(self, documents: Sequence[Document]) -> list[DocumentReport | Failure]:
        if not self.left:
            self.stop()
        self.left -= 1
        return self.inner.outcomes(documents)


def interrupt() -> None:
    raise KeyboardInterrupt


def unfinished(corpus: Path) -> Path:
    out = corpus.with_name("out.jsonl")
    with pytest.raises(KeyboardInterrupt):
        run(Stopping(interrupt), corpus, out)
    assert not out.exists()
    return out


def whole(corpus: Path) -> bytes:
    out = corpus.with_name("whole.jsonl")
    run(fake_checker(), corpus, out)
    return out.read_bytes()


@pytest.mark.parametrize(
    ("line", "id_", "error"),
    [
        (b"nope", None, "not JSON"),
        (b"[1]", None, "not a JSON object"),
        (b"\xff\xfe\x00", None, "not UTF-8"),
        (b"[" * 100_000, None, "not JSON"),
        (b'{"id": ' + b"9" * 5000 + b', "text": "Hi."}', None, "not JSON"),
        (b'{"id": 1}', 1, "no text"),
        (b'{"text": "Hi."}', None, "no id"),
        (b'{"id": true, "text": "Hi."}', None, "the id"),
        (b'{"id": 1.5, "text": "Hi."}', None, "the id"),
        (b'{"id": 1, "text": ["Hi."]}', 1, '"text"'),
        (b'{"id": 1, "text": "a\\u0000b"}', 1, "NUL"),
        (b'{"id": 1, "text": "Hi.", "language": 3}', 1, '"language"'),
        (b'{"id": 1, "text": "Hi.", "language": "english!"}', 1, "language tag"),
        (b'{"id": 1, "text": "Hi.", "source": 3}', 1, '"source"'),
        (b'{"id": 1, "text": "Hi.", "text": "Ho."}', None, "twice"),
        (b'{"id": 1, "text": "Hi.", "weight": NaN}', None, "NaN"),
    ],
)
def test_a_bad_row_says_what_is_wrong(line: bytes, id_: object, error: str) -> None:
    bad = parse(Record(file="in.jsonl", line=3, raw=line), Columns())
    assert isinstance(bad, BadRow)
    assert (bad.line, bad.id) == (3, id_)
    assert error in bad.error
    assert "\n" not in bad.error


@pytest.mark.parametrize("text", ["", " \n "])
def test_a_row_with_nothing_to_judge_is_undecided(tmp_path: Path, text: str) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text(json.dumps({"id": 1, "text": text}) + "\n", encoding="utf-8")
    assert run(fake_checker(), path, tmp_path / "out.jsonl") == Summary(rows=1, errors=0, resumed=0, not_judged=1)
    (row,) = rows(tmp_path / "out.jsonl")
    assert (row["decision"], row["reason"]) == ("undecided", "it is blank, so there is nothing to judge")
    assert (row["p_mt"], row["segments"]) == (None, [])


def test_rows_come_back_in_order(corpus: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    assert run(fake_checker(), corpus, out) == Summary(rows=39, errors=1, resumed=0)
    found = rows(out)
    assert [each["id"] for each in found] == [*range(7), None, *range(8, 20), *range(21, 40)]
    assert found[7] == {"id": None, "file": str(corpus), "line": 8, "error": found[7]["error"]}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", "out.jsonl"]


def test_a_row_tells_everything(tmp_path: Path) -> None:
    text = "\nCafé 🙈 opened.\r\n\r\nThe zzferry was late, and nobody minded it, as we sat \ud800 on the wall."
    source = tmp_path / "in.jsonl"
    source.write_text(json.dumps({"id": "x", "text": text, "language": "en"}), encoding="utf-8")
    run(fake_checker(), source, tmp_path / "out.jsonl")
    (found,) = rows(tmp_path / "out.jsonl")
    assert set(found) == {"id", "p_mt", "decision", "reason", "source_language", "language", "segments", "signature"}
    assert 0 <= found["p_mt"] <= 1
    assert found["decision"] in ("likely-mt", "likely-human", "undecided")
    assert found["signature"] == str(JUDGED)
    assert [text[each["start"] : each["end"]][:4] for each in found["segments"]] == ["Café", "The "]
    flags = [flag for segment in found["segments"] for flag in segment["flags"]]
    assert "zzferry" in [text[flag["start"] : flag["end"]] for flag in flags]
    assert set(flags[0]) == {"rule", "start", "end", "category", "severity", "probability", "message"}


def test_an_unsupported_language_has_no_probability(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_text(row(1, "Die Fähre kam zu spät, und niemanden störte es.", language="de"), encoding="utf-8")
    assert run(fake_checker(), source, tmp_path / "out.jsonl").errors == 0
    (found,) = rows(tmp_path / "out.jsonl")
    assert (found["p_mt"], found["decision"]) == (None, "undecided")


def test_a_row_does_not_depend_on_its_neighbours(corpus: Path, tmp_path: Path) -> None:
    together = whole(corpus).splitlines()
    alone = tmp_path / "alone.jsonl"
    for number in (0, 13, 39):
        alone.write_text(corpus.read_text(encoding="utf-8").split("\n")[number], encoding="utf-8")
        run(fake_checker(), alone, tmp_path / "one.jsonl", restart=True)
        assert (tmp_path / "one.jsonl").read_bytes().rstrip() in together


@pytest.mark.parametrize("garbage", [b"", b'{"id": 5, "p_m'])
def test_an_interrupted_run_goes_on(corpus: Path, garbage: bytes) -> None:
    out = unfinished(corpus)
    with out.with_name("out.jsonl.part").open("ab") as part:
        part.write(garbage)
    assert run(fake_checker(), corpus, out).resumed > 0
    assert out.read_bytes() == whole(corpus)


def test_a_killed_run_goes_on(corpus: Path) -> None:
    out = corpus.with_name("out.jsonl")
    script = (
        "import os, signal, sys; from pathlib import Path; import test_batch as t; t.chunks.BYTES = 500;"
        "t.run(t.Stopping(lambda: os.kill(os.getpid(), signal.SIGKILL)), Path(sys.argv[1]), Path(sys.argv[2]))"
    )
    path = os.pathsep.join(map(os.path.abspath, sys.path))
    killed = subprocess.run([sys.executable, "-c", script, corpus, out], env={"PYTHONPATH": path}, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert not out.exists()
    assert run(fake_checker(), corpus, out).resumed > 0
    assert out.read_bytes() == whole(corpus)


def test_a_run_goes_on_only_with_what_it_began_with(corpus: Path) -> None:
    out = unfinished(corpus)
    other = corpus.with_name("other.jsonl")
    other.write_text(row(99), encoding="utf-8")
    with pytest.raises(ConfigError, match="another input; start over with --restart"):
        run(fake_checker(), other, out)
    newer = fake_checker(signature=replace(SIGNATURE, model="fake@11111111"))
    with pytest.raises(ConfigError, match=r"fake@00000000.*--restart"):
        run(newer, corpus, out)
    out.with_name("out.jsonl.part.state").write_text("{}", encoding="utf-8")
    with pytest.raises(ConfigError, match="damaged"):
        run(fake_checker(), corpus, out)
    assert run(newer, corpus, out, restart=True).resumed == 0
    assert {each["signature"] for each in rows(out) if "error" not in each} == {str(newer.signature)}


@pytest.mark.parametrize(
    "change",
    [
        lambda state: re.sub(rb'"written":\d+', b'"written":10', state),
        lambda state: re.sub(rb'"written":\d+', b'"written":-1', state),
        lambda state: re.sub(rb'"rows":\d+', b'"rows":-1', state),
        lambda state: re.sub(rb'"errors":\d+', b'"errors":-5', state),
        lambda state: b'{"more":' + b"[" * 20_000 + b"]" * 20_000 + b"," + state[1:],
        lambda state: state + b" " * 2**20,
        lambda state: b"",
    ],
)
def test_a_state_that_no_run_left_is_refused(corpus: Path, change: Callable[[bytes], bytes]) -> None:
    out = unfinished(corpus)
    part, saved = out.with_name("out.jsonl.part"), out.with_name("out.jsonl.part.state")
    rows_before, changed = part.read_bytes(), change(saved.read_bytes())
    saved.write_bytes(changed)
    with pytest.raises(ConfigError, match=r"state is damaged; start over with --restart"):
        run(fake_checker(), corpus, out)
    assert (part.read_bytes(), saved.read_bytes()) == (rows_before, changed)
    run(fake_checker(), corpus, out, restart=True)
    assert out.read_bytes() == whole(corpus)


@pytest.mark.parametrize(
    "change",
    [
        lambda part, saved: part.write_bytes(part.read_bytes().replace(b"p_mt", b"p_tm", 1)),
        lambda part, saved: part.write_bytes(part.read_bytes()[:-1]),
        lambda part, saved: saved.unlink(),
    ],
)
def test_rows_that_no_run_left_are_refused(corpus: Path, change: Callable[[Path, Path], object]) -> None:
    out = unfinished(corpus)
    part = out.with_name("out.jsonl.part")
    change(part, out.with_name("out.jsonl.part.state"))
    rows_before = part.read_bytes()
    with pytest.raises(ConfigError, match=r"changed since its run stopped; start over with --restart"):
        run(fake_checker(), corpus, out)
    assert part.read_bytes() == rows_before


def test_a_finished_output_is_kept(corpus: Path) -> None:
    out = corpus.with_name("out.jsonl")
    out.write_text("mine", encoding="utf-8")
    with pytest.raises(ConfigError, match="exists"):
        run(fake_checker(), corpus, out)
    with pytest.raises(KeyboardInterrupt):
        run(Stopping(interrupt), corpus, out, restart=True)
    assert out.read_text(encoding="utf-8") == "mine"
    run(fake_checker(), corpus, out)  # goes on, as what it replaces was given up when it began
    assert out.read_bytes() == whole(corpus)


def test_of_articles_the_share_that_was_read_is_told_by_their_number(tmp_path: Path) -> None:
    """A picture in one of them may have more bytes than all texts."""
    (tmp_path / "a.html").write_text(f"<p>{TEXT}</p><!--{'x' * 100_000}-->")
    (tmp_path / "b.txt").write_text(TEXT)
    (tmp_path / "c.jsonl").write_text(json.dumps({"text": TEXT}) + "\n")
    articles = Corpus([tmp_path / "b.txt", tmp_path / "a.html"], Columns())
    assert [articles.share for _ in articles] == [0.5, 1.0]
    mixed = Corpus([tmp_path / "c.jsonl", tmp_path / "a.html"], Columns())
    assert [share is not None and share < 0.1 for share in (mixed.share for _ in mixed)] == [True, False]


def test_two_runs_cannot_share_an_output(corpus: Path) -> None:
    out = corpus.with_name("out.jsonl")
    refused = []

    def second() -> None:
        with pytest.raises(ConfigError, match="another run") as error:
            run(fake_checker(), corpus, out)
        refused.append(error)

    run(Stopping(second), corpus, out)
    assert refused
    assert out.read_bytes() == whole(corpus)


def test_gzip_marks_and_long_lines(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl.gz"
    source.write_bytes(gzip.compress(f"\ufeff{row(1)}\r\n{row(2, TEXT * 20)}\n{row(3)}".encode()))
    run(fake_checker(), source, tmp_path / "out.jsonl", reading=Reading(row=500))
    first, long, last = rows(tmp_path / "out.jsonl")
    assert (first["id"], last["id"]) == (1, 3)
    assert (long["line"], long["error"].startswith("over the limit of 500 bytes; split it")) == (2, True)


def in_frames(data: bytes) -> bytes:
    return b"".join(zstandard.compress(data[at : at + 500]) for at in range(0, len(data), 500))


@pytest.mark.parametrize("pack", [gzip.compress, in_frames])
def test_a_cut_file_is_told_and_its_rows_are_kept(corpus: Path, pack: Callable[[bytes], bytes]) -> None:
    expected = whole(corpus)
    good = pack(corpus.read_bytes())
    corpus.write_bytes(good[: len(good) // 2])
    out = corpus.with_name("out.jsonl")
    other = corpus.with_name("other.jsonl")
    other.write_text(row(99), encoding="utf-8")
    run_all(Alone(fake_checker()), [corpus, other], out, columns=Columns())
    *found, told, last = rows(out)
    assert (told["id"], told["line"], last["id"]) == (str(corpus), None, 99)
    assert "cannot be read to its end" in told["error"]
    assert found == [json.loads(line) for line in expected.splitlines()[: len(found)]]


def test_a_chunk_ends_before_memory_does(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(chunks, "ROWS", 4)
    source = tmp_path / "in.jsonl"
    source.write_text("nope\n" * 10, encoding="utf-8")
    seen: list[int] = []
    run(fake_checker(), source, tmp_path / "out.jsonl", progress=lambda progress: seen.append(progress.rows))
    assert seen == [4, 8, 10]


@pytest.mark.parametrize("target", ["in.jsonl", "missing/out.jsonl", "folder", "x" * 250, "x" * 5000 + "/out.jsonl"])
def test_impossible_outputs(corpus: Path, target: str) -> None:
    corpus.with_name("folder").mkdir()
    before = corpus.read_bytes()
    with pytest.raises(ConfigError):
        run(fake_checker(), corpus, corpus.parent / target, restart=True)
    assert corpus.read_bytes() == before


@pytest.mark.parametrize(
    ("name", "match"), [("missing.jsonl", "no such file"), (".", ": a folder"), ("x" * 5000, "no such file")]
)
def test_impossible_inputs(tmp_path: Path, name: str, match: str) -> None:
    with pytest.raises(InputError, match=match):
        run(fake_checker(), tmp_path / name, tmp_path / "out.jsonl")
    assert not list(tmp_path.iterdir())


def test_utf_16_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "in.jsonl"
    source.write_bytes(row(1).encode("utf-16"))
    with pytest.raises(InputError, match="UTF-16"):
        run(fake_checker(), source, tmp_path / "out.jsonl")


def test_a_kill_just_after_the_output_was_put_in_place_leaves_nothing(mtqa: Run, tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text('{"id": 1, "text": "The ferry was late, and nobody minded."}\n')
    assert mtqa("batch", "in.jsonl", "-o", "out.jsonl").code == 0
    (tmp_path / "out.jsonl.part.state").write_text("{}")
    ran = mtqa("batch", "in.jsonl", "-o", "out.jsonl")
    assert (ran.code, "exists; name another file" in ran.err) == (2, True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", "out.jsonl"]
