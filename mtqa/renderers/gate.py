"""The gate's result for people, for continuous integration and for machines: one format a file. Renderers decide
nothing."""

from __future__ import annotations

from collections.abc import Callable

from mtqa.core.registry import Registry
from mtqa.core.report import GateResult, Report

__all__ = ["GATE_RENDERERS", "render_gate"]

GATE_RENDERERS: Registry[Callable[[Report, GateResult], str]] = Registry(
    "gate format",
    {
        "text": "mtqa.renderers.gate_text:render_gate_text",
        "json": "mtqa.renderers.gate_json:render_gate_json",
        "jsonl": "mtqa.renderers.gate_json:render_gate_jsonl",
        "sarif": "mtqa.renderers.sarif:render_sarif",
        "junit": "mtqa.renderers.junit:render_junit",
        "github": "mtqa.renderers.github:render_github",
        "gitlab": "mtqa.renderers.gitlab:render_gitlab",
        "html": "mtqa.renderers.html:render_gate_html",
    },
)


def render_gate(report: Report, result: GateResult, format: str) -> str:  # noqa: A002
    """``report`` and the gate's ``result`` on it in the named format, ending with a line feed.

    Args:
        report: what the run says of its documents.
        result: what the gate made of it.
        format: a name in ``GATE_RENDERERS``.

    Raises:
        UnknownName: no such format.
    """
    return GATE_RENDERERS[format](report, result)
