"""What a pack may have. Whatever it leaves out is not asked of its language."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from mtqa.core.registry import Registry
from mtqa.languages.rule import Rule

__all__ = ["Essentials", "Pack", "rules_in"]

_NOTHING = re.compile(r"(?!)")


def _no(_: str) -> bool:
    return False


def _never(_: str, __: str) -> bool:
    return False


def _silent(_: str) -> str:
    return ""


def rules_in(package: str, names: Sequence[str]) -> Registry[Rule]:
    """Rules by name, of which each is the ``RULE`` of the module of its name in ``package``; in the order they are
    shown in."""
    return Registry("rule", {name: f"{package}.{name.replace('-', '_')}:RULE" for name in names})


@dataclass(frozen=True, slots=True, kw_only=True)
class Essentials:
    """Words that no suggestion may lose or add.

    Attributes:
        negation: a word, or an ending, that negates.
        numeral: a number in words.
        measure: of the text behind a figure, what it says of it, to be read right behind the figure: that it is an
            ordinal ("th"), its unit (" km"); empty for nothing.
        pronoun: a word with a capital that is no name.
    """

    negation: re.Pattern[str] = _NOTHING
    numeral: re.Pattern[str] = _NOTHING
    measure: Callable[[str], str] = _silent
    pronoun: re.Pattern[str] = _NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """One language.

    Attributes:
        tag: its primary BCP 47 tag.
        name: in English.
        script: ISO 15924 code of its letters; empty where that is not asked.
        rules: those of the surface signal for it alone; the names of all languages' rules differ.
        spelling: those of them that take a word they do not know for an error: a list of terms excuses their findings.
        common: words that tell the language, as frequent ones do, but that no frequency list has (dialect spellings),
            in lower case. All that are frequent, in a language of which wordfreq has no list.
        ambiguous: frequent words that are as frequent in others.
        spelled: a text with the dialect spellings that no word by itself tells replaced by the standard ones.
        knows: whether a word belongs to the language.
        foreign: whether a word that turns up in it, too, is at home in another one ("Gesetz").
        formal: whether a word belongs to contracts and deeds, which no model knows.
        is_boilerplate: whether a line of at most 400 characters belongs to a page and not to its article.
        is_caption: whether a line of at most 700 characters names the source of a picture.
        goes_on: whether a sentence goes on between two texts, though it may seem to end there: the last characters of
            the first, up to 40, and the first of the second.
        unabbreviated: words before a full stop that end a sentence there, though they may look like abbreviations.
        essentials: what no suggestion may change.
        broken: sentences that no editor leaves as they are, whatever stands around them: what a judge must mark to be
            believed. Judges of a language without any are tried with the English ones, which are out of place there.
        speaks_to_a_judge: whether words read like orders about marking texts.
    """

    tag: str
    name: str
    script: str = ""
    rules: Registry[Rule] = field(default_factory=lambda: rules_in("", ()))
    spelling: frozenset[str] = frozenset()
    common: frozenset[str] = frozenset()
    ambiguous: frozenset[str] = frozenset()
    spelled: Callable[[str], str] = str
    knows: Callable[[str], bool] = _no
    foreign: Callable[[str], bool] = _no
    formal: Callable[[str], bool] = _no
    is_boilerplate: Callable[[str], bool] = _no
    is_caption: Callable[[str], bool] = _no
    goes_on: Callable[[str, str], bool] = _never
    unabbreviated: re.Pattern[str] = _NOTHING
    essentials: Essentials = Essentials()
    broken: tuple[str, ...] = ()
    speaks_to_a_judge: Callable[[str], bool] = _no
