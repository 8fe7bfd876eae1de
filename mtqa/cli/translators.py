"""``mtqa translators``: what can translate, and what to install for the rest."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mtqa.cli.options import Translators
from mtqa.cli.terminal import emit
from mtqa.core.errors import MtqaError

if TYPE_CHECKING:
    from mtqa.neural.translators import Offer

__all__ = ["translators"]

_SHOWN = 6  # pairs on a line


class Format(StrEnum):
    """Format of the list."""

    TEXT = "text"
    JSON = "json"


def translators(
    translator: Translators = None,
    format: Annotated[  # noqa: A002
        Format, typer.Option("--format", "-f", help="Format of the list.")
    ] = Format.TEXT,
) -> None:
    """List the machine translators: those that work, for which languages, and what to install for the rest."""
    from mtqa.neural.translators import offers
    from mtqa.renderers.json import dump

    rows = [_row(offer) for offer in offers(translator or ())]
    if format is Format.JSON:
        emit(dump(rows, indent=2))
        return
    width = max(len(row["name"]) for row in rows)
    for row in rows:
        pairs = [f"{source}-{target}" for source, target in row["pairs"]]
        shown = ", ".join(pairs[:_SHOWN]) + (f" and {len(pairs) - _SHOWN:,} more" if len(pairs) > _SHOWN else "")
        emit(f"{row['name']:<{width}}  {row['missing'] or shown}\n")


def _row(offer: Offer) -> dict[str, Any]:
    pairs: list[tuple[str, str]] = []
    signature, missing = None, offer.missing
    if offer.translator is not None:
        try:
            pairs, signature = sorted(offer.translator.pairs()), offer.translator.signature
        except MtqaError as error:
            missing = str(error)
    return {"name": offer.name, "signature": signature, "pairs": pairs, "missing": missing or None}
