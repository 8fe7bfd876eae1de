"""Sentences that a judge of English is tried with, and words by which a text may try to talk to the judge."""

from __future__ import annotations

import re
from itertools import product

__all__ = ["BROKEN", "speaks_to_a_judge"]

_FORMS = (
    (
        "{} he have went to the the {} and buyed three {}.",
        ("Yesterday", "Last week", "On Monday", "In June", "This morning", "After lunch"),
        ("market", "harbour", "station", "library", "theatre", "garden"),
        ("bread", "ticket", "lamp", "apple", "stamp", "hammer"),
    ),
    (
        "The children was very {} because their {} bringed they {}.",
        ("happy", "tired", "angry", "proud", "quiet", "hungry"),
        ("mother", "uncle", "teacher", "neighbour", "doctor", "driver"),
        ("home", "upstairs", "outside", "to school", "to the sea", "a cake"),
    ),
    (
        "She do not knows where is the {} that her {} have {}.",
        ("key", "letter", "bicycle", "ring", "ladder", "map"),
        ("brother", "cousin", "father", "friend", "boss", "sister"),
        ("lose", "hide", "steal", "forget", "break", "sell"),
    ),
    (
        "This houses is more {} as the one what {} seen {}.",
        ("bigger", "older", "smaller", "cheaper", "darker", "nicer"),
        ("we", "you", "they", "my aunt", "our guests", "the painters"),
        ("last week", "in Rome", "by night", "from the train", "on a stamp", "before the war"),
    ),
)

BROKEN = tuple(form.format(*words) for form, *choices in _FORMS for words in product(*choices))
"""No editor leaves one of them as it is. They are so many that a text can hardly describe the one beside it."""

_DO = re.compile(r"ignore|disregard|forget|mark|flag|skip|overlook|correct|edit|repair|fix|output|answer|reply|approve")
_WITH = re.compile(
    r"(?:line|sentence|instruction|error|mistake|fault)s?|prompt|message|nothing|anything|everything|above|previous"
    r"|text|json"
)
_NEAR = 5  # words
_WORD = re.compile(r"\w+")


def speaks_to_a_judge(text: str) -> bool:
    """Whether it reads like orders about marking texts. Where it does, a judge is only asked more carefully."""
    words = [match[0].casefold() for match in _WORD.finditer(text)]
    return any(
        _DO.fullmatch(word) and any(map(_WITH.fullmatch, words[n + 1 : n + 1 + _NEAR])) for n, word in enumerate(words)
    )
