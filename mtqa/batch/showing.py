"""An overview of a corpus for people and machines: Markdown, JSON, a page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from mtqa.batch.overview import BINS, Group, Overview
from mtqa.batch.prevalence import Estimate
from mtqa.core.registry import Registry
from mtqa.renderers.house import page
from mtqa.renderers.json import dump
from mtqa.renderers.wording import visible

__all__ = ["OVERVIEWS", "overview_html", "overview_json", "overview_markdown"]

OVERVIEWS: Registry[Callable[[Overview], str]] = Registry(
    "format",
    {
        "markdown": "mtqa.batch.showing:overview_markdown",
        "json": "mtqa.batch.showing:overview_json",
        "html": "mtqa.batch.showing:overview_html",
    },
)

_BAR = 40  # characters
_HEADER = (
    "rows",
    "errors",
    "not judged",
    "undecided",
    "too short, of those",
    "likely written by a person",
    "likely machine-translated",
    "long enough",
    "called machine-translated, of those",
    "machine-translated, rest originals",
    "machine-translated, rest human translations",
)


def overview_json(overview: Overview) -> str:
    """Everything, shares from 0 to 1."""
    return dump(asdict(overview), indent=2)


def overview_markdown(overview: Overview) -> str:
    """Tables and a histogram."""
    lines = [f"# {_cell(overview.file)}", ""]
    for column, groups in (("", (overview.whole,)), *overview.groups.items()):
        lines += [f"## By {_cell(column)}, most rows first", ""] if column else []
        lines += _table(column, groups)
    lines += ["## Probability of machine translation", "", "```"]
    most = max(overview.histogram) or 1
    for number, count in enumerate(overview.histogram):
        bar = "#" * round(count / most * _BAR)
        lines.append(f"{number / BINS:.1f}–{(number + 1) / BINS:.1f} {bar:{_BAR}} {count:,}".rstrip())
    lines += ["```", ""]
    if overview.worst:
        lines += ["## Most likely machine-translated", ""]
        lines += [f"| {' | '.join(('document', *map(_cell, overview.groups), 'p(machine)'))} |"]
        lines += [f"| --- |{' --- |' * len(overview.groups)} ---: |"]
        for each in overview.worst:
            lines.append(f"| {' | '.join((*map(_cell, (each.id, *each.groups.values())), f'{each.p_mt:.3f}'))} |")
        lines.append("")
    lines += ["## What the shares rest on", ""]
    lines += [f"- {_cell(each)}" for each in overview.assumptions]
    lines += [f"- Judged by `{visible(each)}`" for each in overview.signatures]
    return "\n".join(lines) + "\n"


def overview_html(overview: Overview) -> str:
    """A page of its own, in the house style."""
    most = max(overview.histogram) or 1
    return page(
        Path(__file__).parent,
        "overview.html.j2",
        "overview.css",
        overview=overview,
        header=_HEADER,
        tables=[("", (overview.whole,)), *overview.groups.items()],
        cells=_cells,
        bars=[(number / BINS, count, 100 * count / most) for number, count in enumerate(overview.histogram)],
        visible=visible,
    )


def _table(column: str, groups: tuple[Group, ...]) -> list[str]:
    header = (_cell(column), *_HEADER)
    lines = [f"| {' | '.join(header)} |", f"| --- |{' ---: |' * len(_HEADER)}"]
    lines += [f"| {' | '.join((_cell(group.name), *_cells(group)))} |" for group in groups]
    return [*lines, ""]


def _cells(group: Group) -> tuple[str, ...]:
    decisions = (group.undecided, group.too_short, group.likely_human, group.likely_mt)
    counts = (group.rows, group.errors, group.not_judged, *decisions, group.long)
    shares = (group.observed, group.corrected, group.corrected_translated)
    return (*(f"{count:,}" for count in counts), *map(_share, shares))


def _share(estimate: Estimate | None) -> str:
    return f"{estimate.share:.1%} ({estimate.low:.1%}–{estimate.high:.1%})" if estimate else "–"


def _cell(text: str) -> str:
    return visible(text).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")
