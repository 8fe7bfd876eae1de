"""A report as text for people and for machines: one format a file. Renderers decide nothing."""

from __future__ import annotations

import inspect
from collections.abc import Callable

from mtqa.core.errors import ConfigError
from mtqa.core.registry import Registry
from mtqa.core.report import Report

__all__ = ["RENDERERS", "render"]

RENDERERS: Registry[Callable[..., str]] = Registry(
    "output format",
    {
        "text": "mtqa.renderers.text:render_text",
        "json": "mtqa.renderers.json:render_json",
        "jsonl": "mtqa.renderers.jsonl:render_jsonl",
        "html": "mtqa.renderers.html:render_html",
    },
)


def render(report: Report, format: str, **options: object) -> str:  # noqa: A002
    """``report`` in the named format, ending with a line feed.

    Args:
        report: what to show.
        format: a name in ``RENDERERS``.
        options: keyword arguments of that renderer, e.g. ``min_level``, which every format takes.

    Raises:
        UnknownName: no such format.
        ConfigError: the format does not take one of the options, or not that value of it.
    """
    renderer = RENDERERS[format]
    known = list(inspect.signature(renderer).parameters)[1:]
    for name in options:
        if name not in known:
            raise ConfigError(f"output format '{format}' takes no '{name}'; it takes {', '.join(known)}")
    return renderer(report, **options)
