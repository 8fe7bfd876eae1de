"""A currency sign on the wrong side or apart from its amount: "20 $", "20€", "$ 20", "3.5 million €"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.core.spans import Span
from mtqa.languages.en.figures import anglicised
from mtqa.languages.rule import Example, Hit, Rule
from mtqa.languages.sentence import Sentence

_NUMBER = r"\d[\d,.]*(?<=\d)"
_AMOUNT = rf"(?P<number>{_NUMBER})(?P<scale>(?:[ \u00a0](?:thousand|million|billion|trillion)\b)?)"
_AFTER = re.compile(rf"(?<![\w$€£¥.,-]){_AMOUNT}[ \u00a0]?(?P<sign>[$€£¥])(?![\w$€£¥]|[ \u00a0]?\d)")
_APART = re.compile(rf"(?<![\w$€£¥])(?P<sign>[$€£¥])[ \u00a0]{_AMOUNT}(?![\w%])")
_FOREIGN = re.compile(r",\d{1,2}(?!\d)|,\d{3}\.\d{3}|\.\d{3}(?!\d)")  # its points and commas want a look, too


def _find(sentence: Sentence) -> Iterator[Hit]:
    if not any(sign in sentence.text for sign in "$€£¥"):
        return
    for found in sorted((*_AFTER.finditer(sentence.text), *_APART.finditer(sentence.text)), key=lambda m: m.start()):
        foreign = _FOREIGN.search(found["number"]) is not None
        number = anglicised(found["number"]) if foreign else found["number"]
        yield Hit(
            Span(found.start(), found.end()),
            "English writes the sign before the amount, without a space",
            None if number is None else f"{found['sign']}{number}{found['scale']}",
            safe=not foreign,
        )


RULE = Rule(
    name="currency-order",
    description=__doc__,
    category=Category.CURRENCY_FORMAT,
    severity=Severity.MINOR,
    find=_find,
    fires=(
        Example("The ticket costs 20 $ at the door.", ("20 $",), "The ticket costs $20 at the door."),
        Example("It costs 12,50 € here.", ("12,50 €",)),
        Example("The damage came to 20 million $.", ("20 million $",), "The damage came to $20 million."),
        Example("Repairs cost 3,5 million € last year.", ("3,5 million €",)),
        Example("They paid € 1,500 in cash.", ("€ 1,500",), "They paid €1,500 in cash."),
        Example("A call costs 0.125 $ here.", ("0.125 $",)),
    ),
    silent=("The ticket costs $20 or 20 euros.", "They paid US$1,500 and EUR 30.", "The A$ fell; $5 is $5."),
)
