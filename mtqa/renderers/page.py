"""Self-contained HTML pages in the house style: no script, no external request, and a policy that forbids both."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

__all__ = ["environment", "house_style", "page"]


def house_style() -> str:
    """Colours, type and what every page begins with."""
    return (Path(__file__).parent / "house.css").read_text(encoding="utf-8")


def environment(folder: Path) -> Environment:
    """The templates in a folder; what they are given is escaped."""
    return Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page(folder: Path, name: str, **values: object) -> str:
    """The page of the template ``name.html.j2`` with the style ``name.css``, both in ``folder``. Besides ``values``,
    the template gets the style and its digest for the content security policy."""
    style = house_style() + (folder / f"{name}.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    text = (
        environment(folder)
        .get_template(f"{name}.html.j2")
        .render(
            style=Markup(style),  # noqa: S704 - files of this package
            digest=digest,
            **values,
        )
    )
    return text.rstrip() + "\n"
