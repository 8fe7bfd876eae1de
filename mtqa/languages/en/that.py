"""Whether "that that" is one word too many: the second may stand for something ("I know that that is so")."""

from __future__ import annotations

import re

from mtqa.languages.en.verbs import IRREGULAR, base_forms
from mtqa.languages.words import words

__all__ = ["PREPOSITIONS", "is_slip_of_that"]

PREPOSITIONS = words("in on at by to for of off with from about through as under after")
_NEAR = 40  # characters behind that can say what the second one stands for
_DETERMINERS = words("the a an this these those my our your their we they he she i")
"""Words before which the second of two "that" stands for nothing."""
_THING = re.compile(r"(?:(?P<first>\w+) )?\b(?:an?|another|each|every|the) (?P<noun>[a-z]+) $", re.IGNORECASE)
_STATEMENT = re.compile(
    r"""\w+(?:[ts]ion|ment|ness|[ae]nce|ity|ism|ship)|\w*(?:day|time|night)
    | advice|alarm|answer|belief|bet|blessing|bonus|boast|case|cause|caveat|chance|charge|claim|clue|comfort|complaint
    | concern|consensus|crime|danger|degree|demand|detail|disaster|discovery|disgrace|doubt|dream|excuse|extent|fact
    | faith|favou?r|fear|feeling|finding|fluke|ground|guess|hint|honou?r|hope|hour|hunch|idea|inkling|insight|instant
    | instinct|irony|joke|joy|knowledge|law|lesson|letter|lie|luck|marvel|meaning|memo|memory|message|minute|miracle
    | mistake|moment|month|morning|evening|mystery|myth|news|note|notice|oath|omen|order|oversight|pity|place|plan|plea
    | pleasure|pledge|point|premise|principle|problem|promise|proof|prophecy|proposal|proviso|puzzle|question|reason
    | record|regret|relief|reminder|reply|report|request|response|result|reward|risk|rule|rumou?r|ruling|saying|scandal
    | season|second|sense|shame|shock|sign|signal|story|surprise|tale|tenet|theorem|theory|thesis|thing|thought|threat
    | tip|tragedy|triumph|truth|understanding|verdict|view|vow|warning|way|week|wish|wonder|word|worry|year
    | first|last|least|less|more|most|one|only|other|same""",
    re.VERBOSE,
)
"""Nouns whose content may follow ("the idea that that could work"), and those of times ("the day that that came")."""
_TELLING = words(
    "add admit advise agree announce argue assure believe claim convince decide explain feel find hear hope inform "
    "insist know learn mean notice notify persuade promise realise realize remind report satisfy say see show "
    "suggest teach tell think understand warn write"
)
_INTRANSITIVE = words(
    "appear arrive begin belong come disappear end exist fall go happen last live occur remain rise sit sleep "
    "stand stop vanish work"
)
_TWO_OBJECTS = words("bring buy cause cost deny do earn give leave make offer save send show take teach tell win")
_VERB = re.compile(r"(?:is|are|was|were|has|have|had|does|did|will|would|can|could|may|might|must|should|[a-z]{3,}ed)")
_OBJECT = words("the a an this these those my our your their its his him her it them me us")


def is_slip_of_that(before: str, after: str) -> bool:
    """Whether one "that" is enough between two texts: "make sure that that the file", "a meeting that that lasted"."""
    earlier = re.findall(r"[a-z]+", before.lower())
    following, *rest = re.findall(r"[a-z'’]+|[^\s\w]", after.lower()[:_NEAR]) or [""]
    if following in _DETERMINERS:
        return earlier[-1:] == [] or earlier[-1] not in PREPOSITIONS
    thing = _THING.search(before)
    if thing is None or (thing["first"] or "").lower() in PREPOSITIONS or _STATEMENT.fullmatch(thing["noun"].lower()):
        return False
    return not any(base_forms(each) & _TELLING for each in earlier) and _is_whole(following, rest)


def _is_whole(verb: str, rest: list[str]) -> bool:
    """Whether a clause that begins with a verb needs nothing of what stands before it: "lasted for hours", "bit him",
    "was passed", but not "caused", nor "was based on"."""
    passive = verb in ("is", "are", "was", "were") and rest[:1] != [] and _is_past(rest[0])
    if passive or base_forms(verb) & _INTRANSITIVE:
        stranded = rest[1:] if passive else rest
        return (
            stranded[:1] == []
            or stranded[0] not in PREPOSITIONS
            or (stranded[1:] != [] and stranded[1].isalpha() and not _is_verb(stranded[1]))
        )
    return _is_past(verb) and rest[:1] != [] and rest[0] in _OBJECT and not base_forms(verb) & _TWO_OBJECTS


def _is_past(word: str) -> bool:
    return word in IRREGULAR or re.fullmatch("[a-z]{3,}ed", word) is not None


def _is_verb(word: str) -> bool:
    return word in IRREGULAR or _VERB.fullmatch(word) is not None
