"""Curves as static SVG, drawn by matplotlib: the same numbers give the same bytes."""

from __future__ import annotations

import io
import warnings
from typing import Any

from mtqa.bench.results import Figure
from mtqa.renderers.wording import visible

__all__ = ["svg"]

# Okabe and Ito's colours (2008), told apart by people who are colour-blind; then dashes.
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#000000")
_DASHES = ("-", "--", ":")
_MARKERS = ("o", "s", "^")
_FEW = 20  # points that are marked
_SETTINGS: Any = {
    "text.parse_math": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "mtqa",
    "font.family": "sans-serif",
    "font.size": 9.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#9a9a9a",
    "axes.labelcolor": "#33373d",
    "xtick.color": "#5b6068",
    "ytick.color": "#5b6068",
}
_SQUARE, _BESIDE = 3.5, 2.9  # inches: the plot, and the names of its lines


def svg(figure: Figure) -> str:
    """The figure as an SVG document with its text as text."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure as Canvas

    with rc_context(_SETTINGS), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing")  # text stays text, for the reader's own fonts
        canvas = Canvas(figsize=(_SQUARE + _BESIDE, _SQUARE), layout="constrained")
        axes = canvas.subplots()
        shares = all(0 <= value <= 1 for line in figure.lines for value in (*line.x, *line.y))
        if figure.diagonal:
            axes.plot(
                (0, 1), (0, 1), color="#b0b0b0", linewidth=1, linestyle=(0, (2, 3)), label=visible(figure.diagonal)
            )
        for number, line in enumerate(figure.lines):
            axes.plot(
                line.x,
                line.y,
                color=_COLOURS[number % len(_COLOURS)],
                linestyle=_DASHES[number // len(_COLOURS) % len(_DASHES)] if len(line.x) > 1 else "none",
                linewidth=1.6,
                marker=_MARKERS[number // len(_COLOURS) % len(_MARKERS)] if len(line.x) <= _FEW else None,
                markersize=3.5 if len(line.x) > 1 else 6,
                label=visible(line.name),
            )
        if shares:
            axes.set_xlim(-0.01, 1.01)
            axes.set_ylim(
                -0.01, max(1.0 if figure.diagonal else 0.0, *(y for line in figure.lines for y in line.y)) + 0.01
            )
        if figure.logarithmic:
            axes.set_xscale("log")
            axes.set_yscale("log")
        axes.set_xlabel(visible(figure.x))
        axes.set_ylabel(visible(figure.y))
        axes.grid(color="#ececec", linewidth=0.8)
        axes.set_axisbelow(True)
        axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False, fontsize=8.5)
        stream = io.StringIO()
        canvas.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    return stream.getvalue()
