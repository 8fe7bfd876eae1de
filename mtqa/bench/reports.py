"""A result, or a comparison of two, as HTML, Markdown, CSV or LaTeX."""

from __future__ import annotations

import base64
import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tabulate import tabulate

from mtqa.bench.comparing import Comparison, Outcome
from mtqa.bench.figures import svg
from mtqa.bench.results import Measure, Result, Table
from mtqa.bench.suites import suite_of
from mtqa.renderers.house import page
from mtqa.renderers.wording import visible

__all__ = ["RENDERERS", "comparison_text", "markdown_table"]

_NONE = "–"
_LATEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
}
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>|#])")
_SHOWN = 20  # failures and notes that are listed


def _cell(measure: Measure | None) -> tuple[str, str]:
    """A number and its interval as people read them: to three places, above 1 to two, from 1000 to none."""
    if measure is None or measure.value is None:
        return _NONE, ""
    if isinstance(measure.value, int):
        return f"{measure.value:,}", ""
    places = 3 if abs(measure.value) <= 1 else 2 if abs(measure.value) < 1000 else 0
    interval = ""
    if measure.low is not None and measure.high is not None:
        interval = f"{_rounded(measure.low, places)} to {_rounded(measure.high, places)}"
    return _rounded(measure.value, places), interval


def _rounded(value: float, places: int) -> str:
    return f"{round(value, places) + 0.0:,.{places}f}"  # plus zero: no -0.000


def _joined(measure: Measure | None) -> str:
    value, interval = _cell(measure)
    return f"{value} ({interval})" if interval else value


def _grid(table: Table) -> tuple[list[str], list[list[Measure | None]]]:
    return list(table.rows), [[row.get(column) for column in table.columns] for row in table.rows.values()]


def _aside(result: Result) -> list[tuple[str, list[str]]]:
    """What did not go into the numbers: heading and lines."""
    abstained = [f"{count:,}: {reason}" for reason, count in sorted(result.abstained.items())]
    return [
        (f"Abstentions: no score at all ({sum(result.abstained.values()):,})", _shortened(abstained)),
        (f"Failures ({len(result.failures):,})", _shortened(result.failures)),
        (f"Left out ({len(result.notes):,})", _shortened(result.notes)),
    ]


def _shortened(lines: Sequence[str]) -> list[str]:
    return [*lines[:_SHOWN], *([f"and {len(lines) - _SHOWN:,} more"] if len(lines) > _SHOWN else [])]


def _lead(result: Result) -> list[str]:
    """What comes first: what the result comes to, and that it is no result where only a sample was judged."""
    lines = [result.conclusion] if result.conclusion else []
    if result.sample:
        lines.insert(
            0,
            f"A sample of at most {result.sample:,} of each set, to look at, not to quote: where the text below says "
            "how much is judged, it means the whole suite.",
        )
    return lines


def _provenance(result: Result) -> list[tuple[str, str]]:
    suite = suite_of(result.settings, "the result")
    return [
        ("Signature", result.signature),
        *result.signatures.items(),
        *result.machine.items(),
        *((name, f"sha256 {digest}") for name, digest in result.data.items()),
        ("Seed", f"{suite.seed}, {suite.draws:,} bootstrap samples"),
        ("Sample", f"{result.sample:,} of each set" if result.sample else "all"),
        ("Command", result.command),
    ]


def _html(result: Result) -> str:
    """A self-contained page without script; curves are static images."""
    suite = suite_of(result.settings, "the result")
    images = [
        (figure, "data:image/svg+xml;base64," + base64.b64encode(svg(figure).encode()).decode())
        for figure in result.figures
    ]
    return page(
        Path(__file__).parent,
        "report.html.j2",
        "report.css",
        title=suite.title,
        lead=_lead(result),
        about=suite.about,
        result=result,
        visible=visible,
        images=images,
        grid=_grid,
        cell=_cell,
        aside=_aside(result),
        provenance=_provenance(result),
    )


def _markdown(result: Result) -> str:
    """For a pull request or a wiki."""
    suite = suite_of(result.settings, "the result")
    parts = [f"# {_escaped(suite.title)}", *(f"**{_escaped(line)}**" for line in _lead(result))]
    parts.append(_escaped(" ".join(suite.about.split())))
    for table in result.tables:
        parts += [f"## {_escaped(table.title)}", _escaped(table.note), markdown_table(table)]
    for example in result.examples:
        parts.append(
            f"### {_escaped(example.kind.capitalize())}: {_escaped(example.where)}\n\n{_escaped(example.said)}\n\n"
            + "\n".join(f"> {_escaped(line)}" for line in example.text.splitlines())
        )
    for heading, lines in _aside(result):
        parts.append(f"## {heading}" + ("\n\n" + "\n".join(f"- {_escaped(line)}" for line in lines) if lines else ""))
    made = "\n".join(f"- {_escaped(name)}: {_code(value)}" for name, value in _provenance(result))
    parts.append(f"## How this was made\n\n{made}")
    return "\n\n".join(part for part in parts if part) + "\n"


def markdown_table(table: Table) -> str:
    """The table with its numbers and intervals as people read them."""
    names, cells = _grid(table)
    return tabulate(
        [[_escaped(name), *map(_joined, row)] for name, row in zip(names, cells, strict=True)],
        ["", *map(_escaped, table.columns)],
        tablefmt="pipe",
        disable_numparse=True,
        colalign=("left", *("right",) * len(table.columns)),
    )


def _escaped(text: str) -> str:
    return _MARKDOWN.sub(r"\\\1", visible(text))


def _code(text: str) -> str:
    """A code span, fenced by more backticks than the text has in a row."""
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    return f"{fence}{visible(text)}{fence}" if len(fence) == 1 else f"{fence} {visible(text)} {fence}"


def _csv(result: Result) -> str:
    """A row for each number: table, row, column, value, low, high."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(("table", "row", "column", "value", "low", "high"))
    for table in result.tables:
        for name, row in table.rows.items():
            for column, measure in row.items():
                writer.writerow(
                    (table.name, _formula(name), _formula(column), measure.value, measure.low, measure.high)
                )
    return stream.getvalue()


def _formula(text: str) -> str:
    """``text``, which a spreadsheet is not to take for a formula."""
    text = visible(text)
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text


def _latex(result: Result) -> str:
    """The tables, for booktabs and adjustbox, each with a label, intervals in small print, which tabulate's format
    for booktabs would escape."""
    suite = suite_of(result.settings, "the result")
    sample = f" (a sample of at most {result.sample:,} of each set)" if result.sample else ""
    said = (*_lead(result), result.signature, *result.signatures.values(), result.command)
    parts = [f"% {visible(line)}" for line in said]
    for table in result.tables:
        names, cells = _grid(table)
        lines = [
            r"\begin{table}",
            r"\centering",
            f"\\caption{{{_latex_text(suite.title)}: {_latex_text(table.title)}{sample}}}",
            f"\\label{{tab:{_label(result.suite)}-{_label(table.name)}}}",
            r"\begin{adjustbox}{max width=\linewidth}",
            f"\\begin{{tabular}}{{l{'r' * len(table.columns)}}}",
            r"\toprule",
            " & ".join(["", *map(_latex_text, table.columns)]) + r" \\",
            r"\midrule",
            *(
                " & ".join([_latex_text(name), *map(_latex_cell, row)]) + r" \\"
                for name, row in zip(names, cells, strict=True)
            ),
            r"\bottomrule",
            r"\end{tabular}",
            r"\end{adjustbox}",
            r"\end{table}",
        ]
        parts.append("\n".join(lines))
    return "\n".join(parts) + "\n"


def _latex_text(text: str) -> str:
    return "".join(_LATEX.get(sign, sign) for sign in visible(text))


def _label(name: str) -> str:
    return re.sub(r"[^\w.-]", "-", name)


def _latex_cell(measure: Measure | None) -> str:
    value, interval = _cell(measure)
    value = "--" if value == _NONE else value
    return f"{value} {{\\scriptsize ({interval})}}" if interval else value


def comparison_text(found: Comparison, names: tuple[str, str]) -> str:
    """Both side by side and what changed, as plain text."""
    rows = []
    for change in found.changes:
        shift, interval, p = "", "", ""
        if change.difference is not None and change.p is not None:
            shift = f"{change.difference.value:+.3f}"
            interval = f"{change.difference.low:+.3f} {change.difference.high:+.3f}"
            p = f"{change.p:.3f}"
        before, after = (_cell(Measure(value))[0] for value in (change.before, change.after))
        rows.append((change.name, before, after, shift, interval, p, change.outcome.value))
    changes = tabulate(
        rows,
        ["", "before", "after", "change", "95% interval", "p", ""],
        tablefmt="plain",
        disable_numparse=True,
        colalign=("left", *("right",) * 5, "left"),
    )
    counts: Mapping[Outcome, int] = {o: sum(c.outcome is o for c in found.changes) for o in Outcome}
    lines = [f"before: {names[0]}", f"after:  {names[1]}", "", changes, ""]
    lines.append(", ".join(f"{count} {outcome.value}" for outcome, count in counts.items()))
    tests = f"{found.tests} test{'' if found.tests == 1 else 's'}"
    note = f"{found.shared:,} texts, paired bootstrap over sources, p adjusted for {tests}"
    lines.append(note + (f"; {found.apart:,} that only one has are left out" if found.apart else ""))
    return "\n".join(lines) + "\n"


RENDERERS: Mapping[str, Callable[[Result], str]] = {
    "html": _html,
    "md": _markdown,
    "csv": _csv,
    "latex": _latex,
}
"""By the name of their format."""
