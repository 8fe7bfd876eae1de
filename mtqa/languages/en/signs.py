"""Quotation marks and brackets that an English sentence talks about."""

from __future__ import annotations

import re

from mtqa.languages.sentence import Sentence

__all__ = ["names_sign"]

# A mark between spaces behind such a word is a sign that is talked about.
_TALKED = re.compile(
    r"\b(?:an?|and|as|brackets?|by|characters?|is|keys?|marks?|of|or|press|quotes?|signs?|symbols?|the|type|with|write)\s$",
    re.IGNORECASE,
)


def names_sign(sentence: Sentence, at: int) -> bool:
    """Whether the quotation mark or bracket at ``at`` is a sign that is talked about ("the mark ” ends it")."""
    alone = sentence.text[at + 1 : at + 2] in ("", " ", ",", ".", ";")
    return alone and _TALKED.search(sentence.text, max(0, at - 12), at) is not None
