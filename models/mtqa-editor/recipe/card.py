"""The numbers of the card: ``python card.py MODEL`` puts those of MODEL/metrics.json and
MODEL/garbled.json between its markers.

Draws MODEL/reliability.svg, too.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from matplotlib import rc_context
from matplotlib.figure import Figure

from mtqa.core.settings import Strictness

NUMBERS, GARBLED = "numbers", "garbled"  # what stands between markers
FEWEST = 20  # lines of a kind that a curve is drawn of


def percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f} %"


def table(head: str, rows: list[list[str]]) -> str:
    width = head.count("|") + 1
    return "\n".join([f"| {head} |", "|" + "---|" * width, *(f"| {' | '.join(row)} |" for row in rows)])


def numbers(found: dict[str, Any]) -> str:
    settings = [
        [
            f"`{one}`",
            percent(found[one]["must_repair"]),
            percent(found[one]["should_repair"]),
            percent(found[one]["sound"]),
            f"{found[one]['words F1']:.2f}",
            f"{found[one]['words MCC']:.2f}",
            f"{found[one]['category']:.2f}",
        ]
        for one in map(str, Strictness)
    ]
    kinds = [
        [
            kind,
            f"{own['must']} + {own['sound']}",
            percent(own["must flagged"]),
            percent(own["sound flagged"]),
            f"{own['p(repair)']:.2f}",
            f"{own['must repair']:.2f}",
        ]
        for kind, own in found["kinds"].items()
    ]
    bins = [[str(lines), f"{p:.2f}", f"{share:.2f}"] for lines, p, share in found["reliability"]]
    agreed = found["agreed"]
    both = [
        [f"`{one}`", *(percent(agreed[one][key]) for key in ("must_repair", "sound"))] for one in map(str, Strictness)
    ]
    parts = [
        f"Of the {agreed['lines']} lines on whose level both editors agree, {agreed['must']} to repair and "
        f"{agreed['sound']} sound (AUROC of p(repair) {agreed['p(repair) AUROC']:.3f}; at the threshold that 5 % of "
        f"these sound lines reach, {percent(agreed['recall at 5 %'])} of those to repair do):",
        table("strictness | must be repaired: flagged | sound: flagged", both),
        f"Of all {found['lines']} lines, against the first editor alone:",
        table(
            "strictness | must be repaired: flagged | should be: flagged | sound: flagged | words: F1 | words: MCC | "
            "same category where both mark",
            settings,
        ),
        f"AUROC of p(repair), lines to repair against sound ones: {found['p(repair) AUROC']:.3f}. At the threshold "
        f"that 5 % of these sound lines reach, {percent(found['recall at 5 %'])} of those to repair do. Words: AUROC "
        f"{found['words AUROC']:.3f}, average precision {found['words AP']:.3f}.",
        "By kind of text, at `usual`; the last two columns are the mean p(repair) and the share that must be repaired:",
        table("kind | lines to repair + sound | flagged of those | of these | p(repair) | must be repaired", kinds),
        "Is p(repair) calibrated? Lines by tenths of p(repair), with its mean and the share that must be repaired.",
        "![Reliability diagram](reliability.svg)",
        table("lines | p(repair) | must be repaired", bins),
    ]
    return "\n\n".join(parts)


def garbled(found: dict[str, Any]) -> str:
    """Of the documents that no threshold was set on."""
    rows = [
        [kind, str(own["documents"]), f"{own['garbled']:.2f}", str(own["taken for machine output"])]
        for kind, own in found["kinds"].items()
    ]
    return table("kind | documents | share that is garbled | called machine output because of it", rows)


def between(text: str, name: str, new: str) -> str:
    """``text`` with ``new`` between the markers of that name."""
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    before, rest = text.split(begin)
    return f"{before}{begin}\n{new}\n{end}{rest.split(end)[1]}"


def draw(found: dict[str, Any], out: Path) -> None:
    """The reliability diagram: the nearer to the diagonal, the better."""
    figure = Figure(figsize=(4, 4))
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color="0.7", linewidth=1)
    _, p, share = zip(*found["reliability"], strict=True)
    axes.plot(p, share, marker="o", color="black", label="all lines")
    for kind, own in found["kinds"].items():
        if own["must"] + own["sound"] >= FEWEST:
            axes.plot(own["p(repair)"], own["must repair"], marker="x", linestyle="none", label=kind)
    axes.set(xlabel="p(repair)", ylabel="share that must be repaired", xlim=(0, 1), ylim=(0, 1), aspect="equal")
    axes.legend(fontsize=6, frameon=False)
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "mtqa"}):  # the same bytes each time
        figure.savefig(out, metadata={"Date": None}, bbox_inches="tight")


def main(model: Path) -> None:
    found, documents = (
        json.loads((model / f"{name}.json").read_text(encoding="utf-8")) for name in ("metrics", GARBLED)
    )
    readme = model / "README.md"
    text = between(readme.read_text(encoding="utf-8"), NUMBERS, numbers(found))
    readme.write_text(between(text, GARBLED, garbled(documents)), encoding="utf-8")
    draw(found, model / "reliability.svg")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
