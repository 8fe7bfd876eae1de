"""Tools for programs that write, with the official client of the protocol."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from fakes import fake_checker
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client

from mtqa.checker import Checker
from mtqa.core.limits import OutOfTime, check_time
from mtqa.gate.run import settings_in
from mtqa.mcp.desk import Desk
from mtqa.mcp.server import make_server
from mtqa.mcp.tools import TOOLS
from mtqa.repair import Suggester

PROGRAM = Path(__file__).with_name("gate_program.py")
TEXT = "# Old 🙈 news\n\nThe *zzferry* was late after a hour, and nobody minded. The talks were one -sided at best.\n"
LONGEST = 30.0  # seconds


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "none"))
    return Desk(
        fake_checker, lambda checker: Suggester.load(checker, []), settings=settings_in(tmp_path), roots=[tmp_path]
    )


def talk(desk: Desk, what: Callable[[Client], Awaitable[None]]) -> None:
    async def session() -> None:
        async with Client(make_server(desk)) as client:
            await asyncio.wait_for(what(client), LONGEST)

    try:
        asyncio.run(session())
    finally:
        desk.close()


async def answer(client: Client, tool: str, **arguments: object) -> dict[str, Any]:
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    assert result.structured_content is not None
    return result.structured_content


async def refusal(client: Client, tool: str, arguments: dict[str, Any]) -> str:
    result = await client.call_tool(tool, arguments)
    assert result.is_error
    (said,) = result.content
    return said.text  # type: ignore[union-attr]


def test_flags_point_at_the_characters_of_the_text(desk: Desk) -> None:
    async def what(client: Client) -> None:
        listed = {tool.name: tool for tool in (await client.list_tools()).tools}
        assert set(listed) == set(TOOLS)
        assert all(tool.output_schema and tool.description for tool in listed.values())
        (article,) = (await answer(client, "list_flags", text=TEXT, format="markdown", language="en"))["articles"]
        rules = {flag["rule"]: flag for flag in article["flags"]}
        for rule in ("article-mismatch", "space-before-hyphen"):
            at = rules[rule]["at"]
            assert TEXT[at["start"] : at["end"]] == rules[rule]["words"]
            assert at["line"] == 3
            (repair,) = rules[rule]["repairs"]
            text = TEXT
            for change in reversed(repair["changes"]):
                text = text[: change["start"]] + change["text"] + text[change["end"] :]
            assert ("an hour" if rule == "article-mismatch" else "one-sided") in text
            assert repair["safe"]
        (first,) = (await answer(client, "list_flags", text=TEXT, format="markdown", most=1))["articles"]
        assert (len(first["flags"]), first["left_out"]) == (1, len(article["flags"]) - 1)

    talk(desk, what)


def test_score_explain_and_propose(desk: Desk) -> None:
    async def what(client: Client) -> None:
        scores = await answer(client, "score", text=TEXT, language="en")
        (verdict,) = scores["articles"]
        assert verdict["decision"] in ("likely-mt", "likely-human", "undecided")
        assert verdict["to_repair"] == 2
        assert scores["signature"].startswith("mtqa:")
        (sentences,) = (await answer(client, "propose_repairs", text=TEXT, language="en"))["articles"]
        proposed = [each["text"] for one in sentences["sentences"] for each in one["proposals"]]
        assert any("one-sided" in text for text in proposed)
        number = sentences["sentences"][0]["sentence"]
        (one,) = (await answer(client, "propose_repairs", text=TEXT, language="en", sentences=[number]))["articles"]
        assert [each["sentence"] for each in one["sentences"]] == [number]
        (word,) = (await answer(client, "explain_rule", word="article-mismatch"))["words"]
        assert word["page"].startswith("# article-mismatch")
        everything = (await answer(client, "explain_rule"))["words"]
        assert word["summary"] in {each["summary"] for each in everything}

    talk(desk, what)


def test_files_are_read_below_the_roots_alone(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "mtqa.toml").write_text('rules-off = ["article-mismatch"]\n')
    outside = tmp_path.parent / f"{tmp_path.name}.txt"
    outside.write_text(TEXT)
    (tmp_path / "a.txt").write_text(TEXT)
    (tmp_path / "link.txt").symlink_to(outside)
    (tmp_path / "b.bin").write_bytes(b"\x89PNG\0")

    async def what(client: Client) -> None:
        (article,) = (await answer(client, "score", path="a.txt"))["articles"]
        assert article["name"] == "a.txt"
        for path in (str(outside), "link.txt", "../" + outside.name, "/dev/zero"):
            assert "outside the folders that may be read" in await refusal(client, "score", {"path": path})
        assert "no such file" in await refusal(client, "score", {"path": "c.txt"})
        assert "no such file" in await refusal(client, "score", {"path": "."})
        assert "no format has the suffix .bin" in await refusal(client, "score", {"path": "b.bin"})
        assert "binary" in await refusal(client, "score", {"path": "b.bin", "format": "text"})

    talk(desk, what)


@pytest.mark.parametrize(
    ("tool", "arguments", "why"),
    [
        ("scor", {"text": "x"}, "unknown tool 'scor'; did you mean 'score'?"),
        ("score", {}, "give either text or path"),
        ("score", {"text": "x", "path": "y"}, "give either text or path"),
        ("score", {"text": ""}, "text: "),
        ("score", {"text": 1}, "text: "),
        ("score", {"text": "x", "min_levle": "minor"}, "min_levle: "),
        ("score", {"text": "x", "format": "markdwon"}, "format: unknown format 'markdwon'; did you mean 'markdown'?"),
        ("score", {"text": "x", "language": "no tag"}, "language: "),
        ("score", {"text": "{", "format": "jsonl"}, "JSON"),
        ("score", {"path": "a\0b"}, "not a file name"),
        ("list_flags", {"text": "x", "most": 0}, "most: "),
        ("list_flags", {"text": "x", "min_level": "grave"}, "min_level: "),
        ("propose_repairs", {"text": "x", "sentences": ["one"]}, "sentences.0: "),
        ("propose_repairs", {"text": "The ferry was late.", "language": "en", "sentences": [0, 99]}, "no sentence 99"),
        ("explain_rule", {"word": "article-mismtch"}, "did you mean 'article-mismatch'?"),
    ],
)
def test_a_malformed_call_is_told_what_is_wrong(desk: Desk, tool: str, arguments: dict[str, Any], why: str) -> None:
    async def what(client: Client) -> None:
        assert why in await refusal(client, tool, arguments)
        assert (await answer(client, "score", text="The ferry was late."))["articles"]

    talk(desk, what)


def test_what_nobody_waits_for_is_ended(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    began, ended = threading.Event(), threading.Event()

    def judged(*_: object, **__: object) -> None:
        began.set()
        try:
            while True:
                check_time()
        except OutOfTime:
            ended.set()
            raise

    async def what(client: Client) -> None:
        with monkeypatch.context() as patched:
            patched.setattr(Checker, "check", judged)
            asked = asyncio.ensure_future(client.call_tool("score", {"text": TEXT}))
            assert await asyncio.to_thread(began.wait, LONGEST)
            asked.cancel()
            assert await asyncio.to_thread(ended.wait, LONGEST)
        assert await answer(client, "score", text=TEXT)

    talk(desk, what)


def test_the_program_speaks_nothing_but_the_protocol(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT)
    server = StdioServerParameters(
        command=sys.executable,
        args=[str(PROGRAM), "mcp"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(PROGRAM.parent.parent), "XDG_CONFIG_HOME": str(tmp_path / "none")},
    )

    async def session() -> None:
        async with Client(stdio_client(server)) as client:
            assert client.server_info.name == "mtqa"
            assert (await answer(client, "list_flags", path="a.txt"))["articles"][0]["flags"]
            assert "outside" in await refusal(client, "score", {"path": "/etc/passwd"})

    asyncio.run(asyncio.wait_for(session(), LONGEST))
