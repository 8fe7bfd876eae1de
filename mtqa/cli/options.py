"""Options that mean the same to several commands."""

from __future__ import annotations

from typing import Annotated

import typer

from mtqa.core.findings import Severity

__all__ = ["FalseAlarmRate", "ForceExclude", "Language", "MinLevel", "Model", "NoCache", "Profile", "Threads"]

Profile = Annotated[str | None, typer.Option(metavar="NAME", help="strict, newsroom, docs or default.")]
MinLevel = Annotated[Severity | None, typer.Option(help="Flags below this severity are no findings.")]
FalseAlarmRate = Annotated[
    float, typer.Option(metavar="RATE", help="Share of human articles called likely-mt: 0.05, 0.01 or 0.001.")
]
ForceExclude = Annotated[
    bool, typer.Option("--force-exclude", help="Leave excluded files out even where they are named.")
]
Language = Annotated[str | None, typer.Option(metavar="TAG", help="Of the articles, e.g. en.")]
Model = Annotated[str, typer.Option(metavar="NAME|FOLDER", help="The model that judges.")]
Threads = Annotated[int | None, typer.Option(min=1, metavar="N", help="CPU threads.")]
NoCache = Annotated[bool, typer.Option("--no-cache", help="Judge everything anew, and keep nothing.")]
