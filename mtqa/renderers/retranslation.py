"""A retranslation as text, JSON or HTML: every sentence beside what it became, with the words that differ marked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.text import Text

from mtqa.core.differences import differences
from mtqa.core.documents import Location
from mtqa.core.errors import UnknownName
from mtqa.core.retranslation import Retranslation
from mtqa.core.spans import Span
from mtqa.renderers.house import page
from mtqa.renderers.json import dump, number_json
from mtqa.renderers.page import Page
from mtqa.renderers.wording import different_pieces, visible

__all__ = ["RETRANSLATION_RENDERERS", "render_retranslation"]

SCHEMA = "mtqa.retranslation/1"


def render_retranslation(found: Retranslation, format: str, *, width: int = 80, colour: bool = False) -> str:  # noqa: A002
    """``found`` in a format of RETRANSLATION_RENDERERS. ``width`` and ``colour`` are for text. Raises UnknownName."""
    if format not in RETRANSLATION_RENDERERS:
        raise UnknownName("format", format, RETRANSLATION_RENDERERS)
    if format == "text":
        return _text(found, width=width, colour=colour)
    return RETRANSLATION_RENDERERS[format](found)


def _title(found: Retranslation) -> str:
    way = f"translated from its sources ({found.via})" if found.from_source else f"there and back via {found.via}"
    return f"{visible(found.uri)}: {way} by {visible(', '.join(found.engines))}"


def _text(found: Retranslation, *, width: int = 80, colour: bool = False) -> str:
    lines = Page(width)
    lines.write(Text(_title(found), "bold"))
    for sentence in found.sentences:
        lines.gap()
        lead = f"{visible(sentence.location.label):>5}  "
        lines.aligned(("text", sentence.text), (found.via, sentence.other), lead)
    lines.gap()
    for likeness in found.likeness:
        lines.write(Text(f"{likeness.metric} {likeness.score:.1f}  {likeness.signature}"), breaks="|")
    return lines.text(colour)


def _json(found: Retranslation) -> str:
    return dump(
        {
            "schema": SCHEMA,
            "uri": found.uri,
            "language": found.language,
            "via": found.via,
            "from_source": found.from_source,
            "engines": list(found.engines),
            "likeness": [
                {"metric": each.metric, "score": number_json(each.score), "signature": each.signature}
                for each in found.likeness
            ],
            "sentences": [
                {
                    **_place(each.location),
                    "text": each.text,
                    "other": each.other,
                    "score": number_json(each.score),
                    **_differences(each.text, each.other),
                }
                for each in found.sentences
            ],
        },
        indent=2,
    )


def _place(location: Location) -> dict[str, Any]:
    return {"line": location.lines.line} if location.lines else {"place": location.name}


def _differences(text: str, other: str) -> dict[str, Any]:
    def pairs(spans: tuple[Span, ...]) -> list[list[int]]:
        return [[span.start, span.end] for span in spans]

    of_text, of_other = differences(text, other)
    return {"text_differs": pairs(of_text), "other_differs": pairs(of_other)}


def _html(found: Retranslation) -> str:
    return page(
        Path(__file__).parent,
        "retranslation.html.j2",
        "report.css",
        title=_title(found),
        language=found.language,
        via=found.via,
        likeness=found.likeness,
        sentences=[
            (visible(each.location.label), *different_pieces(each.text, each.other)) for each in found.sentences
        ],
    )


RETRANSLATION_RENDERERS: dict[str, Callable[[Retranslation], str]] = {"text": _text, "json": _json, "html": _html}
"""By the name that ``--format`` takes."""
