"""mtqa: machine-translation quality checker.

    import mtqa

    checker = mtqa.Checker.load()
    report = checker.check(mtqa.read("article.html"))
    for flag in report.flags:
        print(flag.message, flag.reasons)
    print(mtqa.render(report, "json"))

Names are imported when they are first used, so ``import mtqa`` is quick and loads no neural network.
"""

from __future__ import annotations

__version__ = "0.1.0"

TYPE_CHECKING = False  # typing would take longer to import than all of this
if TYPE_CHECKING:
    from typing import Any

    from mtqa.checker import Checker, check
    from mtqa.core.documents import Block, BlockKind, Document, Lines, Location, Segment
    from mtqa.core.errors import ConfigError, InputError, ModelError, MtqaError, UnknownName
    from mtqa.core.findings import Category, Edit, ErrorSpan, Evidence, Flag, Severity, Verdict
    from mtqa.core.report import Decision, DocumentReport, Failure, Report, Signature
    from mtqa.core.settings import CheckerSettings, Editor, Strictness
    from mtqa.core.spans import Span
    from mtqa.formats import annotate, from_text, read, read_all, write
    from mtqa.renderers import render

__all__ = [
    "Block",
    "BlockKind",
    "Category",
    "Checker",
    "CheckerSettings",
    "ConfigError",
    "Decision",
    "Document",
    "DocumentReport",
    "Edit",
    "Editor",
    "ErrorSpan",
    "Evidence",
    "Failure",
    "Flag",
    "InputError",
    "Lines",
    "Location",
    "ModelError",
    "MtqaError",
    "Report",
    "Segment",
    "Severity",
    "Signature",
    "Span",
    "Strictness",
    "UnknownName",
    "Verdict",
    "annotate",
    "check",
    "from_text",
    "read",
    "read_all",
    "render",
    "write",
]

_HOMES = {
    "mtqa.checker": ("Checker", "check"),
    "mtqa.core.documents": ("Block", "BlockKind", "Document", "Lines", "Location", "Segment"),
    "mtqa.core.errors": ("ConfigError", "InputError", "ModelError", "MtqaError", "UnknownName"),
    "mtqa.core.findings": ("Category", "Edit", "ErrorSpan", "Evidence", "Flag", "Severity", "Verdict"),
    "mtqa.core.report": ("Decision", "DocumentReport", "Failure", "Report", "Signature"),
    "mtqa.core.settings": ("CheckerSettings", "Editor", "Strictness"),
    "mtqa.core.spans": ("Span",),
    "mtqa.formats": ("annotate", "from_text", "read", "read_all", "write"),
    "mtqa.renderers": ("render",),
}


def __getattr__(name: str) -> Any:
    from importlib import import_module

    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(home), name)
    raise AttributeError(f"module 'mtqa' has no attribute '{name}'")


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
