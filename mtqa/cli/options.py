"""Options that mean the same to several commands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mtqa.cli.terminal import Colour
from mtqa.core.findings import Severity
from mtqa.core.limits import DocumentLimits
from mtqa.core.settings import ARTICLES, GATE, Editor, Strictness
from mtqa.formats import FORMATS

__all__ = [
    "EDITORS",
    "KIB",
    "AskedEditor",
    "AskedFalseAlarmRate",
    "AskedStrictness",
    "Color",
    "CorpusEditor",
    "FalseAlarmRate",
    "ForceExclude",
    "GateStrictness",
    "HowStrict",
    "InputFormat",
    "Language",
    "MaxDocument",
    "MinLevel",
    "Model",
    "NoCache",
    "Output",
    "Profile",
    "Source",
    "StdinFilename",
    "Threads",
    "Timeout",
    "Translators",
    "WhichEditor",
    "limits_of",
]

KIB = 1024

_RATE = typer.Option(metavar="RATE", help="The false-alarm rate aimed at: 0.05, 0.01 or 0.001.")

EDITORS = (
    "Who flags sentences: careful takes longer, finds more to repair and counts in the verdict; fast takes no "
    "extra time."
)
_STRICTNESS = (
    "How sure the editor must be of a sentence to flag it: strict flags the fewest, generous the most. Reports say how "
    "many sound ones are flagged."
)
_AS_SET = "By default as the settings say, otherwise"

AskedFalseAlarmRate = Annotated[float | None, _RATE]
"""None where the settings say it."""
Color = Annotated[Colour, typer.Option(help="Colour text; auto: on a terminal, unless NO_COLOR is set.")]
FalseAlarmRate = Annotated[float, _RATE]
WhichEditor = Annotated[Editor | None, typer.Option(help=f"{EDITORS} By default careful.")]
"""None for the careful one, where it is on this machine."""
CorpusEditor = Annotated[Editor, typer.Option(help=EDITORS)]
AskedEditor = Annotated[Editor | None, typer.Option(help=f"{EDITORS} {_AS_SET} careful.")]
"""None where the settings say it."""
HowStrict = Annotated[Strictness, typer.Option(help=_STRICTNESS)]
AskedStrictness = Annotated[
    Strictness | None, typer.Option(help=f"{_STRICTNESS} {_AS_SET} {ARTICLES.strictness.value}.")
]
"""None where the settings say it."""
GateStrictness = Annotated[Strictness | None, typer.Option(help=f"{_STRICTNESS} {_AS_SET} {GATE.strictness.value}.")]
"""The same for the gate and its baseline."""
ForceExclude = Annotated[bool, typer.Option("--force-exclude", help="Leave excluded files out even if you name them.")]
InputFormat = Annotated[
    str | None,
    typer.Option(
        metavar="NAME", help=f"Format of the articles: {', '.join(FORMATS)}. By default taken from the suffix."
    ),
]
Language = Annotated[
    str | None, typer.Option(metavar="TAG", help="Language of the articles, e.g. en. By default declared or detected.")
]
MaxDocument = Annotated[int, typer.Option(min=1, metavar="KIB", help="Judge no text larger than this.")]
MinLevel = Annotated[Severity | None, typer.Option(help="Ignore flags below this severity.")]
Model = Annotated[str, typer.Option(metavar="NAME|FOLDER", help="The model that judges.")]
NoCache = Annotated[bool, typer.Option("--no-cache", help="Judge everything anew and cache nothing.")]
Output = Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write here instead of printing.")]
Profile = Annotated[str | None, typer.Option(metavar="NAME", help="Named settings: strict, newsroom, docs or default.")]
Source = Annotated[
    str | None,
    typer.Option(
        "--source",
        metavar="FILE",
        help="What the article was translated from. For several articles a pattern, such as 'locales/de/{name}.json'; "
        "{folder} and {base}, the name without its locale, may also stand in it.",
    ),
]
StdinFilename = Annotated[
    str | None, typer.Option(metavar="NAME", help="A name for standard input; its suffix tells the format.")
]
Timeout = Annotated[
    float, typer.Option(min=0.1, max=86400, metavar="SECONDS", help="How long judging one document may take.")
]
Threads = Annotated[int | None, typer.Option(min=1, metavar="N", help="CPU threads. By default every core.")]
Translators = Annotated[
    list[str] | None,
    typer.Option(
        "--translator",
        metavar="NAME",
        envvar="MTQA_TRANSLATORS",
        help="The translator to use: an engine, a model's name or folder, or libretranslate:URL, which sends the text "
        "there. Give it again for more. By default every one on this machine; 'mtqa translators' lists them.",
    ),
]


def limits_of(max_document: int, timeout: float) -> DocumentLimits:
    """The limits that ``MaxDocument`` and ``Timeout`` set."""
    return DocumentLimits(size=max_document * KIB, seconds=timeout)
