"""A placeholder of the source that is missing, changed or added: `%s`, `%(name)s`, `{0}`, `{{ name }}`, `${name}`,
`%@`, an argument of an ICU message. Programs fail on it, or show it to the reader.

The order may change where placeholders have names or numbers. A form of a plural may leave its number out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.languages.rule import Hit
from mtqa.signals.source.compared import Compared, Side, balance
from mtqa.signals.source.rule import SourceRule, fires, silent
from mtqa.signals.source.shown import listed, missing
from mtqa.signals.source.signs import Sign

_KINDS = ("printf", "brace", "plural")
_PLACE = re.compile(r"%\d{1,2}\$")
_NAMED = re.compile(r"[({][\w.]|[({]{2}|%\w\w")
_WIDTH = re.compile(r"%[-+#0']*(?:\d+)?(?:\.\d+)?(?=[a-zA-Z]+$)")
_TIME = re.compile(r"%[-_^#EO]?[YHMSBbIyRTmk](?![A-Za-z])")
_ORDINAL = re.compile(r"\{\d\}")
_PLURAL = re.compile(r"\{([^,{}]+),.*\Z", re.DOTALL)


def _find(unit: Compared) -> Iterator[Hit]:
    if unit.is_copy or (_TIME.search(unit.source.text) and not unit.unit.placeholders):
        return
    numbered = _numbered(unit.source) and _numbered(unit.target)
    ours, theirs = _names(unit.source, numbered=numbered), _names(unit.target, numbered=numbered)
    if "{}" in ours:
        theirs = [_ORDINAL.sub("{}", name) for name in theirs]
    if unit.source.of("plural") or unit.target.of("plural"):  # branches repeat what is in them, as often as they like
        ours, theirs = list(dict.fromkeys(ours)), list(dict.fromkeys(theirs))
    lost, added = balance(ours, theirs)
    lost, added = (
        [name for name in lost if not _again(name, theirs)],
        [name for name in added if not _again(name, ours)],
    )
    if unit.other is not None:
        others = _names(unit.other, numbered=numbered)
        lost = [name for name in lost if name in others]
        lost = lost if len(lost) > 1 else []  # the number
        added = [name for name in added if name not in others]
    elif not lost and not added and not _numbered(unit.target) and _order(unit.source) != _order(unit.target):
        yield Hit(
            unit.whole, f"the order of the placeholders differs; in the source it is {listed(_order(unit.source))}"
        )
        return
    elif _unescaped(unit):
        yield Hit(unit.whole, "the source has “%%”; here it is a single “%”")
    gone, new = map(len, balance(*unit.unit.codes)) if unit.unit.codes else (0, 0)  # tag-mismatch says so
    lost, added = lost if len(lost) > gone else [], added if len(added) > new else []
    severity = Severity.CRITICAL if unit.unit.placeholders else Severity.MAJOR
    places = _surplus(unit.target, added, numbered=numbered)
    for sign in places:
        said = f"the source has {listed(lost)} instead" if lost else "the source has no such placeholder"
        yield Hit(sign.span, said, severity=severity)
    if lost and not places:
        yield Hit(unit.whole, missing(lost), severity=severity)


def _surplus(side: Side, added: list[str], *, numbered: bool) -> list[Sign]:
    """The placeholders that stand there once too often, of the same ones the last."""
    left, found = Counter(added), []
    for sign in reversed(side.of(*_KINDS)):
        name = _name(sign.text, numbered=numbered)
        if left[name]:
            left[name] -= 1
            found.append(sign)
    return found[::-1]


def _unescaped(unit: Compared) -> bool:
    """Whether a per cent sign is doubled in the source, as it has to be beside placeholders, and single here."""
    source, target = unit.source, unit.target
    return "%%" in source.prose and bool(source.of("printf")) and "%" in target.prose.replace("%%", "")


def _names(side: Side, *, numbered: bool) -> list[str]:
    """Its placeholders as they are compared."""
    return [_name(sign.text, numbered=numbered) for sign in side.of(*_KINDS)]


def _name(text: str, *, numbered: bool = False) -> str:
    """A placeholder without the blanks in it, its width and, unless all are ``numbered``, the number of its place."""
    text = re.sub(r"\s", "", text)
    text = text if numbered else _PLACE.sub("%", text)
    return _PLURAL.sub(r"{\1}", _WIDTH.sub("%", text))


def _again(name: str, others: list[str]) -> bool:
    """Whether a placeholder with a name stands in the other text, too: it may be repeated, or once is enough."""
    return name in others and _NAMED.search(name) is not None


def _order(side: Side) -> list[str]:
    """The kinds of those placeholders that stand for arguments in their order; none where some have a number."""
    return [] if _numbered(side) else [_name(sign.text) for sign in side.of("printf")]


def _numbered(side: Side) -> bool:
    """Whether some have a number or a name."""
    return any(_PLACE.match(sign.text) or sign.text[1:2] in "(123456789" for sign in side.of("printf"))


RULE = SourceRule(
    name="placeholder-mismatch",
    description=__doc__,
    category=Category.MARKUP,
    severity=Severity.MAJOR,
    otherwise="critical where the file says which placeholders the text has",
    find=_find,
    fires=(
        fires("Copied %s to %s.", "%s kopiert.", "%s kopiert."),
        fires("Hello, {name}!", "Hallo, {Name}!", "{Name}"),
        fires("Found %(count)d files.", "%(anzahl)d Dateien gefunden.", "%(anzahl)d"),
        fires("%s has %d files.", "%d Dateien hat %s.", "%d Dateien hat %s."),
        fires("Loaded %d%%", "%d% geladen", "%d% geladen"),
        fires("%s is not %s", "%s ist nicht %s %s", "%s"),
        fires("Signed in as {{ user }}", "Angemeldet als {{ user }", "{ user }"),
    ),
    silent=(
        silent("%s has %d files.", "%2$d Dateien hat %1$s."),
        silent("{a} and {b}", "{b} und {a}"),
        silent("It is 50% done.", "Zu 50 % die Hälfte."),
        silent(
            "{n, plural, one {# file} other {# files}}",
            "{n, plural, one {# plik} few {# pliki} many {# plików} other {# pliku}}",
            into="pl",
        ),
    ),
)
