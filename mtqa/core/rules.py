"""What is known of a rule, whichever part of mtqa applies it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from textwrap import fill

__all__ = ["OF_DOCUMENT", "Explanation"]

OF_DOCUMENT = "document"
"""In the place of a category: that of a verdict on a whole document."""

_ORDINAL = r"(?<![\w.,])\d{1,2}\.(?= [A-Z])"
_SENTENCE = re.compile(rf'(?:"[^"]*"|{_ORDINAL}|[^".]|\.(?! [A-Z]|$))+\.')


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What a word of the reports means: a rule, a decision, a severity, a category, a number.

    Attributes:
        name: as reports give it.
        category: of a rule, MQM ``dimension/type``; of a decision ``OF_DOCUMENT``; empty for any other word, which has
            a description alone.
        severity: of a finding, in words where it depends.
        language: that it knows, in words.
        description: what it finds and what it leaves alone, in paragraphs.
        safe_edit: whether it knows an edit that may be applied without a person reading it.
        fires, silent: examples, each a line of Markdown.
        also: what reports call it besides.
    """

    name: str
    description: str
    category: str = ""
    severity: str = ""
    language: str = ""
    safe_edit: bool = False
    fires: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    also: tuple[str, ...] = ()

    @property
    def summary(self) -> str:
        """The first sentence of the description."""
        plain = " ".join(self.description.partition("\n\n")[0].split())
        found = _SENTENCE.match(plain)
        return found[0] if found else plain

    def page(self) -> str:
        """All of it, in Markdown."""
        lines = [f"# {self.name}", ""]
        for part in self.description.strip().split("\n\n"):
            lines += [_filled(part), ""]
        if not self.category:
            return "\n".join(lines)
        of_words = self.category != OF_DOCUMENT
        lines += [
            f"- MQM category: {self.category}" if of_words else "- applies to the whole document",
            f"- severity: {self.severity}",
            f"- language: {self.language}",
            *([f"- safe edit: {'yes' if self.safe_edit else 'no'}"] if of_words else ()),
        ]
        for title, examples in (("Fires on:", self.fires), ("Stays silent on:", self.silent)):
            if examples:
                lines += ["", title, "", *(f"- {example}" for example in examples)]
        return "\n".join(lines) + "\n"


def _filled(part: str) -> str:
    """A paragraph, or a list of which each line is an item, in lines of 80 columns."""
    rows = part.split("\n")
    if all(row.startswith("- ") for row in rows):
        return "\n".join(fill(row, 80, subsequent_indent="  ", break_on_hyphens=False) for row in rows)
    return fill(" ".join(part.split()), 80, break_on_hyphens=False)
