"""The protocol: tools listed and called, answers as structured content, and what went wrong as an error of the tool."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

from mcp import types
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from pydantic import BaseModel, ValidationError

import mtqa
from mtqa.core.errors import MtqaError, UnknownName
from mtqa.core.faults import internal
from mtqa.core.limits import OutOfTime
from mtqa.mcp.desk import Desk
from mtqa.mcp.tools import TOOLS

__all__ = ["make_server", "run"]

_INSTRUCTIONS = (
    "mtqa says how likely an article is machine-translated and which of its words a careful editor would change. Check "
    "a text with list_flags before you publish it, and ask explain_rule about rules that you do not know."
)
_READS = types.ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)


def run(desk: Desk) -> None:
    """Serve one client over standard input and output until it ends."""

    async def session() -> None:
        server = make_server(desk)
        async with stdio_server() as (read, write):
            await server.run(read, write, server.create_initialization_options())

    try:
        asyncio.run(session())
    finally:
        desk.close()


def make_server(desk: Desk) -> Server[Any]:
    """A server of the tools, which is one client's."""

    async def listed(_: Any, __: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        return types.ListToolsResult(
            tools=[
                types.Tool(
                    name=name,
                    description=tool.description,
                    input_schema=tool.asked.model_json_schema(),
                    output_schema=tool.answered.model_json_schema(),
                    annotations=_READS,
                )
                for name, tool in TOOLS.items()
            ]
        )

    async def called(_: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
        try:
            return _result(await _answer(desk, params.name, params.arguments or {}))
        except ValidationError as error:
            return _refusal("; ".join(map(_fault, error.errors(include_url=False, include_input=False))))
        except MtqaError as error:
            return _refusal(str(error))
        except OutOfTime:
            return _refusal("nobody waits for it any more")
        except Exception as error:
            return _refusal(internal(error, params.name))

    return Server(
        "mtqa", version=mtqa.__version__, instructions=_INSTRUCTIONS, on_list_tools=listed, on_call_tool=called
    )


async def _answer(desk: Desk, name: str, arguments: dict[str, Any]) -> BaseModel:
    if name not in TOOLS:
        raise UnknownName("tool", name, TOOLS)
    tool = TOOLS[name]
    return await desk.done(partial(tool.work, desk, tool.asked.model_validate(arguments)))


def _result(answer: BaseModel) -> types.CallToolResult:
    content = answer.model_dump(mode="json")
    # The text is for clients that know no structured content.
    text = types.TextContent(type="text", text=answer.model_dump_json())
    return types.CallToolResult(content=[text], structured_content=content)


def _refusal(why: str) -> types.CallToolResult:
    return types.CallToolResult(content=[types.TextContent(type="text", text=why)], is_error=True)


def _fault(error: Any) -> str:
    where = ".".join(map(str, error["loc"])) or "arguments"
    return f"{where}: {error['msg'].removeprefix('Value error, ')}"
