"""No space after a full stop, comma, semicolon, colon, question or exclamation mark. Addresses, file names,
abbreviations, initials, numbers and times are left alone: the neighbours must be English words, or a figure or an
acronym and a word that often begins a sentence. The edit is safe where a clause or a sentence must begin after the
mark: "name,date" and "end.The" may be an argument and the name of a file."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.core.spans import Span
from mtqa.languages.en.lexicon import zipf
from mtqa.languages.rule import Example, Hit, Rule
from mtqa.languages.sentence import Sentence
from mtqa.languages.words import words

_JOINED = re.compile(
    r"(?<![\w.@/=?&-])(?P<left>[^\W\d_]+[a-z])(?P<mark>[)”\"]?(?:[.:]|[?!]{1,3})[”\"]?(?=[A-Z])|[.,?!]”(?=[a-z])|[,;])(?P<right>[^\W\d_]{2,}|[AI])"
    r"(?![\w@/.-]\w)"
)
_AFTER_FIGURE = re.compile(
    r"(?<![\w.@/,-])(?P<left>(?:[$£€]\d|\d{2,}|\d[\d,]*\d)%?|[A-Z]{2,})(?P<mark>[)”\"]?[.?!][”\"]?)"
    r"(?P<right>[A-Z][a-z]+)(?![\w@/.-]\w)"
)
_BEFORE_QUOTATION = re.compile(r"(?<![\w.@/-])(?P<left>[^\W\d_]+)(?P<mark>[.?!,;:])(?P<right>“[^\W\d_]{2,})")
_NEAR = 30  # characters before it that are looked at
_RARE = 2.5
_COMMON = 5.0
"""Zipf frequency from which a word rather begins a sentence than ends a name such as "ASP.Net"."""

_CLAUSE = words(
    "and but or so yet because although though while when where which who whose that if as since until unless however "
    "therefore then he she it we they i you there this these those the a an his her its our their my your"
)
"""Words that begin a clause behind a comma, and are none of a list of names."""
_SUBJECT = words("he she it we they i you there this that these those")
_DETERMINER = words("the a an his her its our their my your no some many most all every each")
_NEXT = re.compile(r" (?P<next>[^\W\d_]+)(?= [^\W\d_])")
_JOINING = words(
    "and but or nor as at by for from in into near of off on onto out over than through to under upon with"
)
"""Words that stand behind the name of a file rather than behind one that begins a sentence."""
_NO_NOUN = words("are can had has have may then this too until was were will would")
_SHORTEST = 3  # letters of a noun
_NAMING = words(
    "file files folder script program module document command class function method called named name save saved open "
    "run load delete rename import read write see"
)
"""Words before the name of a file."""


def _find(sentence: Sentence) -> Iterator[Hit]:
    for found in _JOINED.finditer(sentence.text):
        left, mark, right = found["left"], found["mark"], found["right"]
        name = left[0].isupper() and (len(left) <= 4 or mark[0] in "!?") and "”" not in mark
        if not (zipf(left) < _RARE or zipf(right) < 3 or name or (len(right) > 1 and right.isupper())):
            yield _finding(found, safe=_begins(found))
    for found in _BEFORE_QUOTATION.finditer(sentence.text):
        if zipf(found["left"]) >= _RARE:
            yield _finding(found, safe=True)
    for found in _AFTER_FIGURE.finditer(sentence.text):
        if zipf(found["right"]) >= _COMMON:
            yield _finding(found, safe=_begins(found))


def _begins(found: re.Match[str]) -> bool:
    """Whether a clause must begin behind the mark, so that this is no argument, address or name of a file."""
    text, right = found.string, found["right"].lower()
    before = text[max(0, found.start() - _NEAR) : found.start()]
    if before[-1:].strip(' “("') or not _NAMING.isdisjoint(before.lower().split()[-1:]):
        return False
    if found["mark"] in ",;":
        return right in _CLAUSE
    following = _NEXT.match(text, found.end())
    if following is None or following["next"].lower() in _JOINING:
        return False
    noun = following["next"]
    return right in _SUBJECT or (right in _DETERMINER and len(noun) >= _SHORTEST and noun not in _NO_NOUN)


def _finding(found: re.Match[str], *, safe: bool) -> Hit:
    mark = found["mark"]
    return Hit(
        Span(found.start(), found.end()),
        "a space is missing after this mark",
        f"{found['left']}{mark} {found['right']}",
        safe=safe and len(mark) == 1 and mark != ":",
    )


RULE = Rule(
    name="missing-space",
    description=__doc__,
    category=Category.PUNCTUATION,
    severity=Severity.MINOR,
    find=_find,
    fires=(
        Example("That was the end.The crowd went home.", ("end.The",), "That was the end. The crowd went home."),
        Example("It rained,however we stayed.", ("rained,however",), "It rained, however we stayed."),
        Example(
            "It opened in 2019.The crowd left (late).Nobody spoke.",
            ("2019.The", "late).Nobody"),
            "It opened in 2019. The crowd left (late).Nobody spoke.",
        ),
        Example("Sort red,green by name,date as in --fields=name,date.", ("red,green", "name,date")),
        Example("The files end.The and start.Now are gone.", ("end.The", "start.Now")),
        Example("She said:“Never.”", ("said:“Never",)),
        Example("“Why?”he asked, and rain fell!!They ran.", ("Why?”he", "fell!!They")),
        Example("Is that so?We never knew.", ("so?We",), "Is that so? We never knew."),
    ),
    silent=(
        "The U.S.A. and the U.K. agreed at 10.30 on 1,500 tonnes.",
        "Write to press@example.com or see example.com/News today.",
        "The site runs on Node.js and Booking.com.",
        "St.John, e.g. the p.m. train.",
    ),
)
