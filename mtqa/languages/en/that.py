"""Whether "that that" is one word too many: the second may stand for something ("I know that that is so")."""

from __future__ import annotations

import re

from mtqa.languages.en.verbs import IRREGULAR, base_forms
from mtqa.languages.words import words

__all__ = ["PREPOSITIONS", "is_slip_of_that"]

PREPOSITIONS = words("in on at by to for of off with from about through as under after")
_DETERMINERS = words("the a an this these those my our your their we they he she i")
"""Words before which the second of two "that" stands for nothing."""
_THING = re.compile(r"(?:(?P<first>\w+) )?\b(?:an?|another|each|every|the) (?P<noun>[a-z]+) $", re.IGNORECASE)
_STATEMENT = re.compile(
    r"""\w+(?:[ts]ion|ment|ness|[ae]nce|ity|ism|ship)|\w*(?:day|time|night)
    | advice|alarm|answer|belief|bet|blessing|bonus|boast|case|cause|caveat|chance|charge|claim|clue|comfort|complaint
    | concern|consensus|crime|danger|degree|demand|detail|disaster|discovery|disgrace|doubt|dream|excuse|extent|fact
    | faith|favou?r|fear|feeling|finding|fluke|ground|guess|hint|hono[u]?r|hope|hour|hunch|idea|inkling|insight|instant
    | instinct|irony|joke|joy|knowledge|law|lesson|letter|lie|luck|marvel|meaning|memo|memory|message|minute|miracle
    | mistake|moment|month|morning|evening|mystery|myth|news|note|notice|oath|omen|order|oversight|pity|place|plan|plea
    | pleasure|pledge|point|premise|principle|problem|promise|proof|prophecy|proposal|proviso|puzzle|question|reason
    | record|regret|relief|reminder|reply|report|request|response|result|reward|risk|rule|rumou?r|ruling|saying|scandal
    | season|second|sense|shame|shock|sign|signal|story|surprise|tale|tenet|theorem|theory|thesis|thing|thought|threat
    | tip|tragedy|triumph|truth|understanding|verdict|view|vow|warning|way|week|wish|wonder|word|worry|year""",
    re.VERBOSE,
)
"""Nouns whose content may follow ("the idea that that could work"), and those of times ("the day that that came")."""
_TELLING = words(
    "add admit advise agree announce argue assure believe claim convince decide explain feel find hear hope inform "
    "insist know learn mean notice notify persuade promise realise realize remind report satisfy say see show "
    "suggest teach tell think understand warn write"
)
_FINITE = re.compile(
    r"(?:is|are|was|were|has|have|had|does|did|will|would|can|could|may|might|must|should|[a-z]{3,}ed)\b"
)


def is_slip_of_that(before: str, following: str) -> bool:
    """Whether one "that" is enough between the text ``before`` and the lower-case word ``following``: "make sure that
    that the file", "a meeting that that lasted"."""
    earlier = re.findall(r"[a-z]+", before.lower())
    if following in _DETERMINERS:
        return earlier[-1:] == [] or earlier[-1] not in PREPOSITIONS
    thing = _THING.search(before)
    if thing is None or not (_FINITE.match(following) or following in IRREGULAR):
        return False
    if (thing["first"] or "").lower() in PREPOSITIONS or _STATEMENT.fullmatch(thing["noun"].lower()):
        return False
    return not any(base_forms(each) & _TELLING for each in earlier)
