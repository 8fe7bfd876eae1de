"""Neither the key nor a sentence is in anything that is written, but for the sentences in reports on their own text."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from llm_server import KEY, Fault, LlmServer
from program import Run
from test_bench_editor import filled, marked
from test_llm_cli import page_of

from mtqa.core.errors import ConfigError
from mtqa.core.llm import LlmSettings
from mtqa.llm.engine import Engine

SENTENCE = "Quillfeather should be a last way out for 5 towns."
ECHO = f"{KEY} {SENTENCE}"


@pytest.fixture
def server(mtqa: Run, monkeypatch: pytest.MonkeyPatch) -> Iterator[LlmServer]:
    monkeypatch.setenv("MTQA_LLM_KEY", KEY)
    monkeypatch.setattr("mtqa.neural.translators.installed", lambda **_: ())
    Path("a.txt").write_text(f"The ferry came in at noon.\n\n{SENTENCE}\n", encoding="utf-8")
    with LlmServer().running() as server:
        yield server


def written(*folders: Path) -> Iterator[tuple[str, bytes]]:
    """Names and contents of all files."""
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file():
                yield str(path.relative_to(folder)), path.read_bytes()


def everything() -> list[tuple[str, bytes]]:
    return list(written(Path.cwd(), Path(os.environ["XDG_CACHE_HOME"]).parent))


COMMANDS = (
    "score a.txt --language en --format text",
    "score a.txt --language en --format json -o score.json",
    "score a.txt --language en --format html -o score.html",
    "score a.txt --language en --format jsonl",
    "gate a.txt --language en --format text -o gate.txt --format sarif -o gate.sarif --format junit -o gate.xml"
    " --format github -o github.txt --format gitlab -o gitlab.json --format html -o gate.html --format json -o g.json",
    "suggest a.txt --language en --format json --dropped",
    "annotate a.txt --language en -o annotated.txt",
    "retranslate a.txt --via de --translator llm --language en",
    "baseline write a.txt --language en",
    "llm check",
    "llm calibrate labels.jsonl -o tiny.toml",
    "bench run made-up.toml --data . -o result.json",
)


def run_all(mtqa: Run, server: LlmServer) -> Iterator[tuple[str, str, str]]:
    filled(Path.cwd())
    Path("labels.jsonl").write_text("".join(json.dumps(row) + "\n" for row in marked() + marked()), encoding="utf-8")
    for command in COMMANDS:
        ran = mtqa("--debug", *command.split(), "--llm", server.url, "--llm-model", "tiny")
        yield command, ran.out, ran.err


def test_no_command_writes_the_key(mtqa: Run, server: LlmServer, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        for command, out, err in run_all(mtqa, server):
            assert KEY not in out + err, command
            assert "Quillfeather" not in err, command
    assert set(server.keys) == {f"Bearer {KEY}"}
    assert KEY not in caplog.text
    assert "Quillfeather" not in caplog.text
    found = everything()
    assert {"score.json", "gate.sarif", "gate.xml", "result.json", "tiny.toml"} <= {name for name, _ in found}
    assert [name for name, content in found if KEY in name or KEY.encode() in content] == []
    assert [name for name, _ in found if "uillfeather" in name or "last way" in name] == []


ECHOES = {
    "key": Fault(401, {"WWW-Authenticate": ECHO}, ECHO.encode()),
    "refusal": Fault(400, {}, json.dumps({"error": {"message": ECHO}}).encode()),
    "failure": Fault(500, {"Retry-After": ECHO}, ECHO.encode()),
    "redirect": Fault(302, {"Location": f"http://{KEY}.example/{SENTENCE.split()[0]}"}),
    "no JSON": Fault(200, {}, ECHO.encode()),
    "no answer": Fault(content=ECHO),
    "reason": Fault(500, {"Retry-After": "0"}, reason=ECHO),
    "another model": Fault(model=f"Quillfeather {KEY}"),
    "model of the key": Fault(model=KEY),
}


@pytest.mark.parametrize("name", ECHOES)
def test_no_failure_repeats_what_a_server_says(
    mtqa: Run, server: LlmServer, name: str, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def at_once(seconds: float) -> None:
        pass

    monkeypatch.setitem(Engine.__init__.__kwdefaults__, "sleep", at_once)
    server.faults[:] = [ECHOES[name]] * 10_000
    with caplog.at_level(logging.DEBUG):
        for command, out, err in run_all(mtqa, server):
            assert KEY not in out + err, command
            assert "Quillfeather" not in err, command
    assert KEY not in caplog.text
    assert "Quillfeather" not in caplog.text
    assert [name for name, content in everything() if KEY in name or KEY.encode() in content] == []
    for name, content in everything():  # what is written for people has the sentence as text, not as a reason
        assert b"Quillfeather" not in content or name in ("a.txt", "annotated.txt") or name.startswith(("score", "g"))


def test_the_page_and_its_answers_have_no_key(server: LlmServer, tmp_path: Path) -> None:
    with page_of(Path("a.txt"), LlmSettings(url=server.url, model="tiny"), tmp_path) as page:
        answers = [page.get(""), page.post("d/0/s/1/ask", json={})]
        while answers[-1].json().get("looking"):
            answers.append(page.get("d/0/s/1/suggestions"))
        server.faults[:] = [Fault(400, body=ECHO.encode())] * 100
        answers += [page.post("d/0/s/0/ask", json={})]
        while answers[-1].json().get("looking"):
            answers.append(page.get("d/0/s/0/suggestions"))
        answers += [page.get("d/0/s/99/suggestions"), page.post("d/0/s/1", json={})]
    assert f"Bearer {KEY}" in server.keys
    for answer in answers:
        assert KEY not in answer.text + repr(answer.headers)
    assert [name for name, content in everything() if KEY.encode() in content] == []


@pytest.mark.parametrize("url", ["http://ada:{}@local host/v1", "localhost:8080/v1?key={}", "ftp://{}@localhost/#{}"])
def test_an_address_with_a_key_in_it_is_not_repeated(url: str) -> None:
    with pytest.raises(ConfigError) as error:
        LlmSettings(url=url.format(KEY, KEY), model="m")
    assert KEY not in str(error.value)
