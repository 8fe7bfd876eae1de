"""The key of a menu entry or button, marked by `&` or `_` before a letter, that the translation lacks, or has twice.

Languages that are not written in Latin letters put it after the text, in brackets (`文件(_F)`). Only short texts with
one such mark are checked."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.languages.rule import Hit
from mtqa.signals.source.compared import Compared
from mtqa.signals.source.rule import SourceRule, fires, silent

_LONGEST = 120
_MARKS = {
    "&": re.compile(r"(?<!&)(?!(?<=[A-Z])&[A-Z])&(?![&\s])([^\W_])(?!\w{0,20};)"),
    "_": re.compile(r"(?<!_)_([^\W_])"),
}
_IDENTIFIER = re.compile(
    r"\w_\w+_|[A-Z]_[A-Z]|/\w*_|[a-z]_[a-z]+[=.(]|[^\W\d_A-Z]_[A-Z]|\w_\w+\.\w|\b[a-z]{3,}_[a-z]{3,}\b"
)


def _find(unit: Compared) -> Iterator[Hit]:
    source = unit.source.prose
    if unit.is_copy or len(source) > _LONGEST or "`" in source:
        return
    for mark, pattern in _MARKS.items():
        ours = pattern.findall(source)
        if len(ours) != 1 or not _is_label(source, mark):
            continue
        theirs = pattern.findall(unit.target.prose)
        if not theirs:
            yield Hit(unit.whole, f"no access key here; the source has one ({mark}{ours[0]})")
        elif len(theirs) > 1:
            yield Hit(unit.whole, f"{len(theirs)} access keys here; the source has one ({mark}{ours[0]})")


def _is_label(text: str, mark: str) -> bool:
    """Whether the mark is that of a key: text with other underscores or ampersands is of another kind."""
    return text.count(mark) == 1 and not _IDENTIFIER.search(text)


RULE = SourceRule(
    name="accelerator-mismatch",
    description=__doc__,
    category=Category.MARKUP,
    severity=Severity.MINOR,
    find=_find,
    custom=True,
    fires=(
        fires("_Save as…", "Speichern unter…", "Speichern unter…"),
        fires("E&xit", "&Be&enden", "&Be&enden"),
    ),
    silent=(
        silent("_Save as…", "Speichern _unter…"),
        silent("_Save", "保存(_S)", into="zh"),
        silent("Salt & pepper", "Salz und Pfeffer"),
        silent("Set max_size and min_size", "max_size und min_size setzen"),
    ),
)
