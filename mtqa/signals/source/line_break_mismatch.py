"""More or fewer line breaks than the source has, or escapes such as a tab written as a backslash and a letter.

Running text may be broken elsewhere: only line breaks at the ends of a text, empty lines, and lines that are items of
their own are compared."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.languages.rule import Hit
from mtqa.signals.source.compared import Compared, balance
from mtqa.signals.source.margin_mismatch import margins
from mtqa.signals.source.rule import SourceRule, fires, silent

_ESCAPE = re.compile(r"(?<!\\)\\[ntr](?![A-Za-z]{2})|(?<!\\)\\[nt](?=[A-Z])")
_MANY = 12  # line breaks of a text that is laid out by hand
_SHORT = 50  # characters of a line that nobody broke for its length
_GOES_ON = re.compile(r"\s*[a-z]")


def _find(unit: Compared) -> Iterator[Hit]:
    if unit.is_copy:
        return
    source, target = unit.source.text, unit.target.text
    lost, added = balance(_ESCAPE.findall(source), _ESCAPE.findall(target))
    if (lost or added) and len(set(lost + added)) <= 1:
        found = (lost or added)[0]
        ours, theirs = source.count(found), target.count(found)
        yield Hit(unit.whole, f"the source has {ours or 'no'} “{found}”; this has {theirs or 'none'}")
    for wanted, here, where in margins(unit):
        if ("\n" in wanted) is not ("\n" in here):
            what, this = ("a line break", "does not") if "\n" in wanted else ("no line break", "does")
            yield Hit(unit.whole, f"the source has {what} {where} the text; this {this}")
    ours, theirs = source.count("\n"), target.count("\n")
    if ours != theirs and (_listed(source) or source.count("\n\n") != target.count("\n\n")):
        severity = Severity.NEUTRAL if max(ours, theirs) > _MANY else None
        said = f"the source has {ours or 'no'} line break{'s'[: ours != 1]}; this has {theirs or 'none'}"
        yield Hit(unit.whole, said, severity=severity)


def _listed(text: str) -> bool:
    """Whether the lines of a text are short and of their own, rather than broken where they were long."""
    lines = text.split("\n")
    return len(lines) > 1 and max(map(len, lines[:-1])) < _SHORT and not any(map(_GOES_ON.match, lines[1:]))


RULE = SourceRule(
    name="line-break-mismatch",
    description=__doc__,
    category=Category.MARKUP,
    severity=Severity.MINOR,
    otherwise="neutral in texts of many lines",
    find=_find,
    fires=(
        fires("Name\nAddress\nCity", "Name\nAdresse Ort", "Name\nAdresse Ort"),
        fires("Done.\\nContinue?", "Fertig. Weiter?", "Fertig. Weiter?"),
    ),
    silent=(
        silent("Name\nAddress", "Name\nAdresse"),
        silent(
            "This sentence is so long that it was broken into two lines by whoever\nwrote it in an editor.",
            "Dieser Satz ist so lang, dass er im Editor in zwei Zeilen umbrochen wurde.",
        ),
    ),
)
