"""The same word twice in a row ("the the", "was was", "in in the"), or two forms of a verb ("they came come").

Where two clauses meet, English may say a word twice: after a clause with "who" or "what" ("what it is is"), a verb and
its particle ("log in in the evening"), an opening clause ("if it is for you you may"). Such places are left alone, and
so are emphasis, names and words parted by punctuation."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.core.spans import Span
from mtqa.languages.en.doubling import SINGLE, is_slip, same_verb
from mtqa.languages.en.vocabulary import quotation_around, quotations
from mtqa.languages.rule import Example, Hit, Rule
from mtqa.languages.sentence import Sentence

_TWICE = re.compile(r"(?<![\w'’-])(?P<word>[^\W\d_]+)(?:[ \u00a0]|\r?\n)(?=(?P<again>(?i:(?P=word)))(?![\w'’-]))")
_NEAR = 90  # characters on either side that can say why a word is doubled
_FORMS = re.compile(
    r"(?:^|[.!?;:,“\"] ?)(?:(?:and|but|so|then) )?(?i:I|you|he|she|it|we|they) (?P<past>[a-z]+) (?P<present>[a-z]+)\b"
    r"(?! (?:what|hell|rain|the|[A-Z]))"
)


def _find(sentence: Sentence) -> Iterator[Hit]:
    text, quoted = sentence.text, quotations(sentence)
    for found in _TWICE.finditer(text):
        word, again = found["word"], found["again"]
        span = Span(found.start(), found.end("again"))
        before, after = text[max(0, span.start - _NEAR) : span.start], text[span.end : span.end + _NEAR]
        if is_slip(word, again, before, after):
            safe = word.lower() in SINGLE - {"i"} and again.islower() and (word.islower() or not before.strip())
            safe = safe and quotation_around(span, quoted) is None
            yield Hit(span, "the word is repeated", word, safe=safe)
    for found in _FORMS.finditer(text):
        if same_verb(found["past"], found["present"]):
            yield Hit(Span(found.start("past"), found.end()), "the verb is repeated", found["past"])


RULE = Rule(
    name="repeated-word",
    description=__doc__,
    category=Category.GRAMMAR,
    severity=Severity.MINOR,
    find=_find,
    fires=(
        Example("He closed the the door.", ("the the",), "He closed the door."),
        Example("She wrote “close the the door”.", ("the the",)),
        Example("They want to to leave.", ("to to",)),
        Example("The crew was was wet, and they sat in in the cabin.", ("was was", "in in")),
        Example("Make sure that that the file, which is is old, goes.", ("that that", "is is")),
        Example("But but the dog dog went out in in slippers.", ("But but", "dog dog", "in in")),
        Example("I I am signed in in to whatever they talk about about me.", ("I I", "in in", "about about")),
        Example("It was a talk that that lasted.\nHe gave it to to her.", ("that that", "to to")),
        Example("He said said nothing, and they came come home.", ("said said", "came come")),
    ),
    silent=(
        "She had had enough, and that that hurt was very very plain.",
        "I know that that is so, thanks to that that we found.",
        "No no, said Duran Duran in Walla Walla.",
        "Whoever goes, goes at once: bye bye.",
        "Plan A a success? Vitamin A a day is enough.",
        "What it is is a question of who can log in in the evening.",
        "Once he came to to find you you could have left.",
        "It is a pity that that ended: when we got there there was nobody to do the can can.",
    ),
)
