"""Self-contained HTML pages in the house style: no script, no external request, and a policy that forbids both."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from mtqa.renderers.wording import moment, quoted, titled

__all__ = ["direction", "environment", "house_style", "page"]

_RIGHT_TO_LEFT = frozenset(("ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"))


def direction(language: str) -> str:
    """How text in a language runs, for HTML's ``dir``."""
    return "rtl" if language.partition("-")[0] in _RIGHT_TO_LEFT else "ltr"


def house_style() -> str:
    """Colours, type and what every page begins with."""
    return (Path(__file__).parent / "house.css").read_text(encoding="utf-8")


def environment(folder: Path) -> Environment:
    """The templates in a folder; what they are given is escaped. They may call the functions below."""
    found = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals.update(direction=direction, moment=moment, quoted=quoted, titled=titled)
    return found


def page(folder: Path, template: str, style: str, **values: object) -> str:
    """The page of a template with a style sheet, both in ``folder``. Besides ``values``, the template gets the style
    and its digest for the content security policy."""
    sheet = house_style() + (folder / style).read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()
    text = (
        environment(folder)
        .get_template(template)
        .render(
            style=Markup(sheet),  # noqa: S704 - files of this package
            digest=digest,
            **values,
        )
    )
    return text.rstrip() + "\n"
