"""Whether a word that stands twice in a row is a slip, or English has two reasons to say it there."""

from __future__ import annotations

import re
from itertools import pairwise

from mtqa.languages.en.lexicon import zipf
from mtqa.languages.en.that import PREPOSITIONS, is_slip_of_that
from mtqa.languages.en.verbs import IRREGULAR, base_forms
from mtqa.languages.words import words

__all__ = ["SINGLE", "is_slip", "same_verb"]

_TOKEN = re.compile(r"\w+(?:['’]\w+)*|[^\w\s]")

_EMPHATIC = words(
    "no so very really many much far long big too never now well yes bye ha knock plus double way more years up "
    "down out over again ever boo wow oh la da ho hey hip please go come same different just all little old had "
    "that her you"
)
"""Doubled for emphasis, or rightly too often to tell."""
SINGLE = words("the a an and or my our your their its than because into whether although we they i")
"""Words that neither end nor begin a clause twice over: one of the two is too many wherever they stand."""
_STARTING = words("this what these those here who which when where why how")
"""Words that may end a clause and begin the next: doubled for certain only where a clause begins."""
_OBJECTS = words("it me him us them")
"""Words that may end an opening clause, but do not begin one."""
_RELATIVE = words(
    "what who whom whose which that where when why how whoever whatever all whichever wherever whenever everything "
    "anything something nothing time day way place moment thing reason one ones those"
)
_OPENING = words(
    "if as when while once since after before because although though until unless whenever wherever for to in on "
    "with without like from of about"
)
_PERSONS = words("you me him us them")
_BEGINNING = words("but not do does did is are was were has have would could should some any only also other how")
"""Words that begin a sentence and are no names."""
_LINKING = words("and but or so then yet nor")
_SUBJECTS = words("i you he she it we they")
_SAYING = words("said says say think thinks thought know knows knew believe believed hope felt")
_PARTICLES = {  # verbs with what may stand behind them alone: "log in", "come to"
    "in": "bring break call cave check chip come drop fall fill fit get give go hand jump key kick let lock log move "
    "pay phone pitch plug pull push put rub send set settle sign sink stay step take tie tune turn type walk write",
    "on": "bring build call carry catch come dawn drag drive get go hang have hold keep leave live log look move pass "
    "pile press pull push put rely run settle sign switch take tell touch try turn wait walk work",
    "off": "break call come cut drop fall get give go hold lay leave log pay pull put rip run send set show sign "
    "switch take tell turn wear write",
    "to": "bring come fall set turn",
    "by": "come drop get go pass put stand stop",
    "about": "come set",
    "through": "break carry come fall follow get go pull put run see",
    "under": "buckle go knuckle",
}
_VERBS = {particle: frozenset(verbs.split()) for particle, verbs in _PARTICLES.items()}
_BE = words("is are was were be been")
_SOMEWHERE = re.compile(
    r" (?:the|an?|this|that|my|your|his|her|its|our|their) "
    r"(?!(?:same |next |first |last )?(?:day|night|morning|evening|afternoon|week|month|year|eve|hour))[a-z]"
)
_THERE = re.compile(
    r" (?:is|was|are|were|has|have|had|will|would|can|could|may|might|must|seem|appear|exist|remain|came|stood|lived)"
)
"""What stands behind a "there" that says that something is."""
_COMFORT = words("oh ah hush now well and")
_ARTICLES = words("the a an this that my our your their his her its to")
"""Words before a dance, the can can, and before doing it."""
_RAREST = {1: 5.6, 2: 5.6, 3: 4.7}
"""Zipf frequency from which a short word, by its length, is no abbreviation."""


def is_slip(word: str, again: str, before: str, after: str) -> bool:
    """Whether ``word`` and ``again``, which differ at most in capitals, are one word too many between the texts
    ``before`` and ``after`` of the sentence."""
    lower = word.lower()
    following = after.lower().split()[:1]
    if word == "A" and before.rstrip()[-1:].isalnum():  # a label: "vitamin A a day"
        return False
    if lower in (*before.lower().split()[-1:], *following):  # three times
        return False
    if lower == "that":
        return is_slip_of_that(before, after)
    if lower in _EMPHATIC or (again[0].isupper() and again != "I") or zipf(lower) < _RAREST.get(len(lower), 3):
        return False
    if lower in SINGLE:
        return True
    clause = _clause(before)
    if lower == "can" and (not _ARTICLES.isdisjoint(clause[-1:]) or after[1:].startswith("danc")):
        return False
    if lower == "there":
        return _is_slip_of_there(clause, after)
    begins = not clause or clause[-1] in _LINKING or clause[-1] == ","
    if lower in _BE and clause[-2:-1] in ([], [","]) and clause[-1:] and clause[-1] in ("which", "who"):
        return True
    if lower in _STARTING:
        return begins and after[:1] == " "
    if lower in _OBJECTS:
        return begins or clause[-1] in _RELATIVE or not (clause[0] in _OPENING or _relative(clause))
    if word[0].isupper() and lower not in PREPOSITIONS | _OPENING | _SUBJECTS | _BEGINNING:
        return False  # a name, or an exclamation
    if lower in PREPOSITIONS:
        if clause[-1:] and clause[-1] in _BE:  # it was on on Sunday, but not on on the table
            return clause[-2:-1] != [] and clause[-2] not in _SUBJECTS and _SOMEWHERE.match(after) is not None
        if lower in ("in", "on") and following == ["to"]:
            return True
        if any(base_forms(each) & _VERBS.get(lower, frozenset()) for each in _within_reach(clause)):
            return False
        return not _relative(clause) or not _PERSONS.isdisjoint(re.findall(r"\w+", after[:6])[:1])
    if lower in ("are", "were"):  # "when" begins no subject of theirs: "when you are are done", "where they are are"
        clause = ["if" if each == "when" else each for each in clause]
    return not _relative(clause)


def _is_slip_of_there(clause: list[str], after: str) -> bool:
    """Where a clause begins, "there there" is a word of comfort or one too many before a verb; within it, before such a
    verb, it is two clauses ("once there there was no way back"), and elsewhere one too many."""
    begins = not clause or clause[-1] in _LINKING or clause[-1] == ","
    return begins == (_THERE.match(after) is not None) and (begins or clause[-1] not in _SAYING | _COMFORT)


def _clause(before: str) -> list[str]:
    """Lower-case words and commas since the sentence, or what stands for one, began."""
    clause: list[str] = []
    for each in _TOKEN.findall(before):
        if each[0].isalnum() or each == ",":
            clause.append(each.lower())
        elif each not in "'’":
            clause = []
    return clause


def _within_reach(clause: list[str]) -> list[str]:
    """The words whose particle may come next: the last three, but none before another particle."""
    reach = clause[-3:]
    for at in range(len(reach) - 1, -1, -1):
        if reach[at] in PREPOSITIONS or reach[at] in ("out", "up", "down", "away", "back"):
            return reach[at + 1 :]
    return reach


def _relative(clause: list[str]) -> bool:
    """Whether a clause within a clause may end here: "what it is", "those who ran", "the man I gave it to"."""
    if not _RELATIVE.isdisjoint(clause):
        return True
    return any(
        subject in _SUBJECTS
        and head.isalpha()
        and not (head in _LINKING or head in _OPENING or head in _SAYING)
        and not (subject in ("it", "you") and head in IRREGULAR)  # an object: "he gave it"
        for head, subject in pairwise(clause)
    )


def same_verb(past: str, present: str) -> bool:
    """Whether the first is an irregular form of the second ("came", "come")."""
    return IRREGULAR.get(past) == present
