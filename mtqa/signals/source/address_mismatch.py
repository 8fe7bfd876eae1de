"""A web or mail address of the source that is missing, changed or added.

A page may have another address in another language: addresses are compared without the name of a language in them
(`/en/`, `en.`), and a different ending of the same host is left alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.languages.rule import Hit
from mtqa.signals.source.compared import Compared, Side, balance
from mtqa.signals.source.rule import SourceRule, fires, silent
from mtqa.signals.source.shown import listed, missing
from mtqa.signals.source.signs import plain_address

_HOST = re.compile(r"(?:\w+://)?(?:www\.)?([\w.-]+)")
_PARTS = re.compile(r"[/.?=&#_-]")
_TAG = re.compile(r"[a-z]{2}|com|org|net|www|intl")


def _find(unit: Compared) -> Iterator[Hit]:
    if unit.is_copy:
        return
    ours, theirs = _addresses(unit.source), _addresses(unit.target)
    lost, added = balance(map(plain_address, ours), map(plain_address, theirs))
    lost, added = (
        [text for text in ours if plain_address(text) in lost],
        [text for text in theirs if plain_address(text) in added],
    )
    for sign in unit.target.of("address"):
        if sign.text in added and not _elsewhere(sign.text, lost):
            yield Hit(sign.span, f"the source has {listed(lost)} instead" if lost else "the source has no such address")
    if lost and not added and not _paraphrased(unit.target.text, lost):
        yield Hit(unit.whole, missing(lost))


def _addresses(side: Side) -> list[str]:
    return [sign.text for sign in side.of("address")]


def _elsewhere(address: str, others: list[str]) -> bool:
    """Whether an address is that of a page in another language on a host of the source's."""
    host = _HOST.match(address)
    return bool(host) and any(_is_localised(address, other) for other in others)


def _is_localised(one: str, other: str) -> bool:
    """Whether two addresses differ in the name of a language, or in their host's ending, alone."""
    parts, others = (_PARTS.split(text.lower()) for text in (one, other))
    return len(parts) == len(others) and all(
        a == b or (_TAG.fullmatch(a) and _TAG.fullmatch(b)) for a, b in zip(parts, others, strict=True)
    )


def _paraphrased(text: str, addresses: list[str]) -> bool:
    """Whether the text has the host of each address all the same."""
    return all((host := _HOST.match(address)) and host[1].lower() in text.lower() for address in addresses)


RULE = SourceRule(
    name="address-mismatch",
    description=__doc__,
    category=Category.MISTRANSLATION,
    severity=Severity.MAJOR,
    find=_find,
    fires=(
        fires("See https://example.org/guide.", "Siehe https://example.org/giude.", "https://example.org/giude"),
        fires("Write to help@example.org.", "Schreiben Sie an hilfe@example.org.", "hilfe@example.org"),
        fires("See https://example.org/guide.", "Siehe die Anleitung.", "Siehe die Anleitung."),
    ),
    silent=(
        silent("See https://example.org/en/guide.", "Siehe https://example.org/de/guide."),
        silent("See https://example.org/guide.", "Siehe „https://example.org/guide“."),
    ),
)
