"""Letters garbled by a wrong decoding ("Ã©" for "é", "â€™" for "’") or lost in one (U+FFFD). The edit is safe
where it has two letters or more: a lone sign may be what the text is about."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.core.spans import Span
from mtqa.languages.rule import Example, Hit, Rule
from mtqa.languages.sentence import Sentence

_WORD = re.compile(r"[^ \t\r\n]+")
_OUTER = ".,;:!?”“\"'()[]"
_CODE = "`"
_LOST = "\ufffd"


def _repaired(words: str) -> str | None:
    from ftfy import fix_encoding

    repaired = fix_encoding(words)
    if repaired == words:  # it leaves Czech and Turkish alone
        try:
            repaired = words.encode("cp1252").decode("utf-8")
        except UnicodeError:
            return None
    return repaired if repaired != words and repaired.isprintable() else None


def _find(sentence: Sentence) -> Iterator[Hit]:
    if sentence.text.isascii():
        return
    from ftfy.badness import is_bad

    for found in _WORD.finditer(sentence.text):
        if found[0].isascii():
            continue
        inner = found[0].strip(_OUTER) or found[0]
        repaired = None if _LOST in inner else _repaired(inner)
        if repaired is None and _LOST not in inner and not is_bad(inner):
            continue
        start = found.start() + found[0].index(inner)
        yield Hit(
            Span(start, start + len(inner)),
            "letters were garbled by a wrong encoding" if repaired else "letters were lost in a wrong encoding",
            repaired,
            safe=repaired is not None and _CODE not in found[0] and sum(map(str.isalpha, repaired)) > 1,
        )


RULE = Rule(
    name="mojibake",
    description=__doc__,
    category=Category.ENCODING,
    severity=Severity.MAJOR,
    find=_find,
    prose=False,
    fires=(
        Example("The cafÃ© was closed.", ("cafÃ©",), "The café was closed."),
        Example("It wasnâ€™t open.", ("wasnâ€™t",), "It wasn’t open."),
        Example("The sequence Ã© appears, and `cafÃ©` too.", ("Ã©", "`cafÃ©`")),
        Example("A na\ufffdve idea.", ("na\ufffdve",)),
        Example("PrezydentÃ³w byÅ‚o dwÃ³ch.", ("PrezydentÃ³w", "byÅ‚o", "dwÃ³ch"), "Prezydentów było dwóch."),
        Example("It was РїСЂРёРІРµС‚ again.", ("РїСЂРёРІРµС‚",), "It was привет again."),
        Example("The mayor of EskiÅŸehir left.", ("EskiÅŸehir",), "The mayor of Eskişehir left."),
    ),
    silent=("The café was closed.", "SÃO PAULO and ÅRHUS are cities.", "It wasn’t €5 – it was £6."),
)
