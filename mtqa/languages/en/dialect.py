"""English as it is spelled to be heard: dropped letters, and function words of dialects."""

from __future__ import annotations

import re

from mtqa.languages.words import words

__all__ = ["FUNCTION_WORDS", "spelled"]

_DROPPED = re.compile(
    r"(?<![\w'’])['’](?=(?:ad|ands?|appen(?:ed)?|ard|arf|as|at|ave|aven't|e|ead|eard|eart|ell|elp|er|ere|ers|im|imself|is"
    r"|ome|orse|ospital|ot|ouse|ow|undred|urry|usband)(?:['’](?:d|ll|s|ve))?(?![\w'’]))",
    re.IGNORECASE,
)

FUNCTION_WORDS = words(
    "aboot ain't aye bain't cannae couldnae dae didnae dinna dinnae dunno finna gimme gonna gorn gotta guv'nor hae "
    "hadnae innit isnae jus kinda lemme luv missus nae nothin nowt nuffin nuffink nuttin oot outta owt s'pose "
    "sumfink summat tae thee thou thy tis twas wanna wasnae wee whit wi wisnae wot wouldnae y'all ye ye'll ye're "
    "yer yersel youse"
)
"""As they are found in a text: in lower case, without an apostrophe at either end."""


def spelled(text: str) -> str:
    """``text`` with the letter that an apostrophe at the beginning of a word stands for: ``'e`` is "he", ``'ome``
    "home"."""
    return _DROPPED.sub("h", text)
