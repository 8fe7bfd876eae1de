"""A language model of the user's own, as the command line names it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mtqa.config.llm import llm_in
from mtqa.core.llm import Allowance, LlmSettings

__all__ = ["Llm", "LlmBudget", "LlmCalibration", "LlmModel", "LlmRemote", "llm_of"]

_PANEL = "A language model of your own"

Llm = Annotated[
    str | None,
    typer.Option(
        "--llm",
        metavar="URL",
        rich_help_panel=_PANEL,
        help="Also ask a language model: the address of a chat API like OpenAI's, such as http://localhost:11434/v1.",
    ),
]
LlmModel = Annotated[
    str | None,
    typer.Option("--llm-model", metavar="NAME", rich_help_panel=_PANEL, help="The model, as that server calls it."),
]
LlmRemote = Annotated[
    bool,
    typer.Option(
        "--llm-remote",
        rich_help_panel=_PANEL,
        help="The server may be another machine, and your text may be sent there.",
    ),
]
LlmBudget = Annotated[
    str | None,
    typer.Option(
        "--llm-budget",
        metavar="LIMITS",
        rich_help_panel=_PANEL,
        help="What a run may cost: requests=500,tokens=200000,seconds=600, or some of these.",
    ),
]
LlmCalibration = Annotated[
    Path | None,
    typer.Option(
        "--llm-calibration",
        metavar="FILE",
        rich_help_panel=_PANEL,
        help="What 'mtqa llm calibrate' wrote for this model. Without it the model's marks are uncalibrated.",
    ),
]


def llm_of(
    url: str | None,
    model: str | None,
    remote: bool,
    budget: str | None,
    calibration: Path | None = None,
    *,
    cache: bool = True,
) -> LlmSettings | None:
    """The language model that the options and the settings that hold in this folder name; None where they name none.
    Raises ConfigError."""
    return llm_in(
        Path.cwd(),
        {
            "url": url,
            "model": model,
            "remote": remote,
            "budget": None if budget is None else Allowance.parse(budget),
            "calibration": calibration,
        },
        cache=cache,
    )
