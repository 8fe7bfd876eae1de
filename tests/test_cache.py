"""What is kept of reports between runs."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from articles import BAD, CLEAN, WORSE, checker, paragraphs, report_of
from fakes import fake_checker
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from program import Ran, Run

from mtqa.checker import Checker
from mtqa.core.documents import Block, Comment
from mtqa.core.registry import Registry
from mtqa.core.report import DocumentReport, Failure
from mtqa.core.spans import Span
from mtqa.formats import FORMATS, read_bytes
from mtqa.gate.cache import Cache, cache_folder
from mtqa.languages import PACKS
from mtqa.signals import SIGNALS

# Reports

_PARTS = st.lists(
    st.sampled_from([
        CLEAN, BAD, WORSE, "🙈 👩‍👩‍👧 e\u0301", "a\ttab zzgarbled", "the <b>the</b> &amp; <i>zz<b>a</b></i>",
        "**the** *the*", "one <!-- a comment --> more", "words <!-- one\nalone -->",
        "[x](http://a.example)", "Der Minister hat gestern nicht mit uns gesprochen.", "&Atilde;&copy;", "日本語。",
    ]),
    min_size=1,
    max_size=5,
)  # fmt: skip
_WRITERS: dict[str, Callable[[list[str], str], str]] = {
    "a.txt": lambda parts, end: end.join(parts),
    "a.md": lambda parts, end: f"---{end}lang: en{end}---{end}" + (end * 2).join(parts),
    "a.html": lambda parts, end: f"<html lang=en><title>t</title>{end}" + end.join(f"<p>{p}</p>" for p in parts),
    "a.jsonl": lambda parts, end: "\n".join(
        json.dumps({"id": n, "text": f"{p}{end}{end}{BAD}", "source": p, "language": "en"}) for n, p in enumerate(parts)
    ),
}


def same(reports: Sequence[DocumentReport], raw: bytes) -> None:
    with TemporaryDirectory() as folder:
        cache, uri = Cache(Path(folder), ()), reports[0].document.file
        cache.put(raw, uri, reports, [])
        assert cache.get(raw, uri) == (list(reports), [])


@pytest.mark.parametrize("name", _WRITERS)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(_PARTS, st.sampled_from(["\n", "\r\n", "\r"]), st.sampled_from([b"", b"\xef\xbb\xbf"]), st.booleans())
def test_what_is_kept_is_the_report(name: str, parts: list[str], end: str, mark: bytes, fluency: bool) -> None:
    raw = mark + _WRITERS[name](parts, end).encode()
    documents, failures = read_bytes(raw, name, language="en" if name == "a.txt" else None)
    assert not failures
    judge = fake_checker(fluency=True) if fluency else checker()
    same(judge.check(*documents).documents, raw)


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60))
def test_what_is_kept_is_the_report_on_any_text(text: str) -> None:
    same(report_of({"a.txt": f"{text}{BAD}"}).documents, f"{text}{BAD}".encode())


def test_what_is_kept_holds_what_no_format_gives() -> None:
    (report,) = report_of({"a.txt": BAD}).documents
    block = Block(span=Span(0, 4), key="k", source="s", references=("a", "b"), masked=(Span(1, 2),))
    document = replace(report.document, blocks=(block,), source_language="de", encoding="cp1252", declared=True)
    document = replace(document, comments=(Comment(Span(0, 4), " c "),))
    segment = replace(report.verdicts[0].segment, references=("x",), source="s", masked=(Span(0, 1),))
    verdict = replace(report.verdicts[0], segment=segment, p_mt=None, p_edit=None)
    document = replace(document, content="other", uri="a.txt#b")
    same(
        [report, replace(report, document=document, verdicts=(verdict,), p_mt=None, remarks=("r",))],
        report.document.raw,
    )


# The cache


def kept(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def filled(folder: Path, uri: str = "a.txt", conditions: tuple[str, ...] = ("s", "en")) -> tuple[Cache, bytes]:
    report, cache = report_of({uri: BAD}), Cache(folder, conditions)
    cache.put(BAD.encode(), uri, report.documents, [Failure(uri="a:3", message="m")])
    return cache, BAD.encode()


def test_what_was_put_is_got(tmp_path: Path) -> None:
    cache, raw = filled(tmp_path)
    assert cache.get(raw, "a.txt") == (list(report_of({"a.txt": BAD}).documents), [Failure(uri="a:3", message="m")])
    assert Cache(tmp_path, ("s", "en")).get(raw, "a.txt") == cache.get(raw, "a.txt")


@pytest.mark.parametrize(
    ("conditions", "raw", "uri"),
    [
        (("s2", "en"), BAD, "a.txt"),
        (("s", "de"), BAD, "a.txt"),
        (("s", ""), BAD, "a.txt"),
        (("s", "en"), BAD + " ", "a.txt"),
        (("s", "en"), BAD, "b.txt"),
        (("s", "en"), BAD, "a.md"),
    ],
)
def test_nothing_else_is_got(tmp_path: Path, conditions: tuple[str, ...], raw: str, uri: str) -> None:
    filled(tmp_path)
    assert Cache(tmp_path, conditions).get(raw.encode(), uri) is None


def _flipped(whole: bytes) -> bytes:
    return whole[:-20] + bytes([whole[-20] ^ 1]) + whole[-19:]


@pytest.mark.parametrize(
    "damage",
    [_flipped, lambda whole: whole[:-1], lambda whole: whole[:64], lambda whole: b"", lambda whole: whole + b"\n",
     lambda whole: b"\0" * len(whole), lambda whole: whole[65:]],
)  # fmt: skip
def test_a_damaged_file_counts_as_absent_and_is_written_anew(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    cache, raw = filled(tmp_path)
    (file,) = kept(tmp_path)
    whole = file.read_bytes()
    file.write_bytes(damage(whole))
    assert cache.get(raw, "a.txt") is None
    filled(tmp_path)
    assert file.read_bytes() == whole


@pytest.mark.parametrize("payload", [b"{}", b"[]", b"null", b'{"documents": [{}], "failures": []}', b"{", b"\xff"])
def test_a_foreign_file_with_the_right_digest_counts_as_absent(tmp_path: Path, payload: bytes) -> None:
    import hashlib

    cache, raw = filled(tmp_path)
    (file,) = kept(tmp_path)
    file.write_bytes(hashlib.sha256(payload).hexdigest().encode() + b"\n" + payload)
    assert cache.get(raw, "a.txt") is None


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    cache, raw = filled(tmp_path / "file" / "reports")
    assert cache.get(raw, "a.txt") is None
    (tmp_path / "reports").mkdir()
    name = kept(filled(tmp_path / "other")[0]._folder)[0].relative_to(tmp_path / "other")
    (tmp_path / "reports" / name).mkdir(parents=True)  # a folder where the file should be
    cache, raw = filled(tmp_path / "reports")
    assert cache.get(raw, "a.txt") is None
    assert kept(tmp_path / "reports") == []


# The program


COMMAND = ("gate", "a.md", "b.html", "c.jsonl", "--fail-on", "minor", "--format", "json")


def _no_model(*_: object, **__: object) -> None:
    raise AssertionError("a model was loaded")


@pytest.fixture
def files(mtqa: Run) -> Run:
    """Three articles in the folder."""
    Path("a.md").write_text("---\nlang: en\n---\n\n" + paragraphs(BAD, "🙈 " + CLEAN), encoding="utf-8")
    Path("b.html").write_text(f"<html lang=en><p>{WORSE}</p><p>{BAD}</p></html>", encoding="utf-8")
    row = json.dumps({"id": 1, "language": "en", "text": BAD})
    Path("c.jsonl").write_text(f"{row}\n{row}\n{{\n", encoding="utf-8")
    return mtqa


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch, mtqa: Run) -> list[int]:
    """Grows by one with each loading of the model."""
    found: list[int] = []

    def load(*_: object, **__: object) -> Checker:
        found.append(1)
        return checker()

    monkeypatch.setattr(Checker, "load", load)
    return found


def test_a_second_run_loads_no_model_and_says_the_same(files: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    first = files(*COMMAND)
    assert first.code == 2  # a bad row
    assert len(json.loads(first.out)["gate"]["findings"]) == 5
    monkeypatch.setattr(Checker, "load", _no_model)
    assert files(*COMMAND) == first
    for name in ("text", "sarif", "html", "junit"):
        assert files(*COMMAND[:-1], name).code == 2
    assert "internal error: AssertionError" in files(*COMMAND, "--no-cache").err
    assert "internal error: AssertionError" in files(*COMMAND, "--language", "de").err


def test_only_what_changed_is_judged(files: Run, loads: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    first = files(*COMMAND)
    judged: list[str] = []
    outcomes = Checker.outcomes

    def noted(self: Checker, documents: Any) -> Any:
        judged.extend(document.uri for document in documents)
        return outcomes(self, documents)

    monkeypatch.setattr(Checker, "outcomes", noted)
    Path("a.md").write_text(Path("a.md").read_text(encoding="utf-8") + "\n" + CLEAN + "\n", encoding="utf-8")
    again = files(*COMMAND)
    assert judged == ["a.md"]
    uris = [[each["uri"] for each in json.loads(ran.out)["documents"]] for ran in (first, again)]
    assert uris[0] == uris[1] == ["a.md", "b.html", "c.jsonl#1", "c.jsonl#1"]
    Path("a.md").rename("d.md")
    files("gate", "d.md")
    assert judged == ["a.md", "d.md"]


def test_another_model_judges_anew(files: Run, loads: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    import mtqa as package

    files(*COMMAND)
    files(*COMMAND)
    assert len(loads) == 1
    monkeypatch.setattr(package, "__version__", "9.9.9")
    assert "mtqa:9.9.9|" in files(*COMMAND).out
    assert len(loads) == 2


@pytest.mark.parametrize(
    ("registry", "name", "target"),
    [
        (SIGNALS, "distant", "toy_signals:DistantSignal"),
        (FORMATS, "cues", "toy_formats:CUES"),
        (PACKS, "de", "toy_german:PACK"),
    ],
    ids=["signal", "format", "language"],
)
def test_what_is_registered_besides_judges_anew(
    files: Run,
    loads: list[int],
    monkeypatch: pytest.MonkeyPatch,
    registry: Registry[object],
    name: str,
    target: str,
) -> None:
    files(*COMMAND)
    monkeypatch.setattr(registry, "_entries", {**registry._entries})
    registry.register(name, target)
    files(*COMMAND)
    files(*COMMAND)
    assert len(loads) == 2


@pytest.mark.parametrize("tag", ["", "xx-nowhere"])
def test_no_language_is_none_whatever_is_kept(files: Run, loads: list[int], tag: str) -> None:
    files(*COMMAND)
    (refused,) = {files(*COMMAND, "--language", tag, *more) for more in ((), ("--no-cache",))}
    assert refused.code == 2
    assert "language" in refused.err
    Path("none").mkdir()
    assert files("gate", "none/*.md", "--language", tag).err == refused.err


def test_damaged_files_of_the_cache_are_judged_again(files: Run, loads: list[int]) -> None:
    first = files(*COMMAND)
    before = {path: path.read_bytes() for path in kept(cache_folder())}
    assert len(before) == 3
    for path in before:
        path.write_bytes(path.read_bytes()[:100])
    assert files(*COMMAND) == first
    assert len(loads) == 2
    assert {path: path.read_bytes() for path in kept(cache_folder())} == before


def test_a_cache_that_cannot_be_written_is_none(files: Run, monkeypatch: pytest.MonkeyPatch, loads: list[int]) -> None:
    first = files(*COMMAND)
    Path("blocked").write_text("", encoding="utf-8")
    for place in ("blocked", "blocked/deeper", "/proc/none"):
        monkeypatch.setenv("XDG_CACHE_HOME", str(Path.cwd() / place))
        assert files(*COMMAND) == first
    assert len(loads) == 4


def test_runs_may_share_the_cache(tmp_path: Path) -> None:
    report = report_of({"a.txt": BAD})
    expected = list(report.documents), []
    wrong: list[object] = []

    def work() -> None:
        cache = Cache(tmp_path, ("s",))
        for _ in range(30):
            cache.put(BAD.encode(), "a.txt", report.documents, [])
            found = cache.get(BAD.encode(), "a.txt")
            if found != expected:
                wrong.append(found)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert len(kept(tmp_path)) == 1


def test_the_commands_of_the_cache(files: Run) -> None:
    folder = cache_folder()
    assert files("cache", "path") == Ran(0, f"{folder}\n", "")
    assert files("cache", "clear") == Ran(0, f"{folder}: 0 dropped\n", "")
    files(*COMMAND)
    assert files("cache", "clear") == Ran(0, f"{folder}: 3 dropped\n", "")
    assert not folder.exists()
