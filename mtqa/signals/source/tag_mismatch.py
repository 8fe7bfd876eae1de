"""A tag of the source that is missing, changed or added: `<b>`, `</a>`, `<br/>`, an inline element of XLIFF.

Tags are compared by their names, and attributes that say where a link leads by their values. Words in angle brackets
that are not HTML tags, such as `<file>`, may be translated."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.languages.rule import Hit
from mtqa.signals.source.compared import Compared, Side, balance
from mtqa.signals.source.rule import SourceRule, fires, silent
from mtqa.signals.source.shown import listed, missing
from mtqa.signals.source.signs import Sign, plain_address

_NAME = re.compile(r"</?[A-Za-z][\w:.-]*")
_LINK = re.compile(r"""\b(href|src|id|name)\s*=\s*["']?([^\s"'>]{1,300})""", re.IGNORECASE)
_VOID = frozenset(("br", "hr", "img", "input", "wbr", "li", "p", "dd", "dt", "td", "tr"))  # that need not be closed
_OPTIONAL = frozenset(("<wbr>", "<sup>", "</sup>", "<ruby>", "</ruby>", "<rt>", "</rt>"))


def _find(unit: Compared) -> Iterator[Hit]:
    if unit.is_copy:
        return
    codes = unit.unit.codes
    if codes is not None and (gone := balance(*codes)) != ([], []):
        lost, added = gone
        said = missing(lost) if lost else f"the source has no {listed(added)}"
        yield Hit(unit.whole, said)
    ours, theirs = _tags(unit.source), _tags(unit.target)
    lost, added = balance(ours, theirs)
    if unit.other is not None:
        others = _tags(unit.other)
        lost, added = [tag for tag in lost if tag in others], [tag for tag in added if tag not in others]
    lost, added = ([tag for tag in tags if tag not in _OPTIONAL] for tags in (lost, added))
    places = [sign for sign in unit.target.of("tag") if _tag(sign.text) in added]
    for sign in places:
        severity = None if lost or not _in_pairs(added) else Severity.NEUTRAL  # other words stand out
        said = f"the source has {listed(lost)} instead" if lost else "the source has no such tag"
        yield Hit(sign.span, said, severity=severity)
    if lost and not places:
        yield Hit(unit.whole, missing(lost))
    elif not added and (crossed := _crossed(unit.target)) and not _crossed(unit.source):
        yield Hit(crossed.span, "this tag closes what is not open, unlike in the source")


def _crossed(side: Side) -> Sign | None:
    """The first tag that closes another element than the last that was opened, or none."""
    opened: list[str] = []
    for sign in side.of("tag"):
        name = _NAME.match(sign.text)
        if name is None or sign.text.endswith("/>"):
            continue
        bare = name[0].lower()
        if not bare.startswith("</"):
            opened.append(bare[1:])
        elif bare[2:] in opened[-1:]:
            opened.pop()
        elif bare[2:] not in opened or opened[-1] not in _VOID:
            return sign
        else:
            del opened[len(opened) - 1 - opened[::-1].index(bare[2:]) :]
    return None


def _in_pairs(tags: list[str]) -> bool:
    """Whether as many tags are opened as are closed."""
    return 2 * sum(tag.startswith("</") for tag in tags) == len(tags)


def _tags(side: Side) -> list[str]:
    return [_tag(sign.text) for sign in side.of("tag") if not sign.text.startswith("<!--")]


def _tag(text: str) -> str:
    """A tag as it is compared: its name, whether it opens or closes, and where it leads."""
    name = _NAME.match(text)
    links = "".join(f" {found[1].lower()}={plain_address(found[2])}" for found in _LINK.finditer(text))
    bare = name[0].lower() if name else text
    return f"{bare}{links}>".replace("</br", "<br")


RULE = SourceRule(
    name="tag-mismatch",
    description=__doc__,
    category=Category.MARKUP,
    severity=Severity.MAJOR,
    otherwise="neutral for a pair of tags that is only added",
    find=_find,
    fires=(
        fires("Press <b>Save</b> now.", "Drücken Sie <b>Speichern jetzt.", "Drücken Sie <b>Speichern jetzt."),
        fires('Read <a href="/faq">this</a>.', 'Lesen Sie <a href="/fqa">dies</a>.', '<a href="/fqa">'),
        fires("Press <b>Save</b> now.", "Drücken Sie </b>Speichern<b> jetzt.", "</b>"),
        fires("One<br>two", "Eins<hr>zwei", "<hr>"),
    ),
    silent=(
        silent("Press <b>Save</b> now.", "<b>Speichern</b> Sie jetzt."),
        silent("One<br>two", "Eins<br />zwei"),
        silent("Is 3 < 5 > 2?", "Ist 3 < 5 > 2?"),
    ),
)
