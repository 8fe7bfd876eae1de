"""A sentence of five words or more in another language: half of its words or more are common there and rare in English.
One of six words or more whose language is sure is reported as `foreign-sentence`, with that language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.core.spans import Span
from mtqa.languages import frequencies
from mtqa.languages.en.lexicon import LATIN, foreign, zipf
from mtqa.languages.rule import Example, Hit, Rule
from mtqa.languages.sentence import Sentence


def is_foreign(sentence: Sentence) -> bool:
    """Whether the sentence has five words or more, of which half belong to one other language and few to English."""
    words = sentence.words
    suspects = [home for word in words if word.text.islower() and (home := foreign(word.text))]
    if len(words) < 5 or len(set(suspects)) < 3 or len(suspects) * 4 < len(words):
        return False
    language, _ = Counter(language for language, _ in suspects).most_common(1)[0]
    theirs = sum(frequencies.zipf(word.text, language) >= 3.5 for word in words)
    ours = sum(zipf(word.text) >= 4.5 for word in words)
    return language in LATIN and theirs * 2 >= len(words) and ours * 2 <= len(words)


def _find(sentence: Sentence) -> Iterator[Hit]:
    if is_foreign(sentence):
        words = sentence.words
        yield Hit(Span(words[0].start, words[-1].end), "this sentence is not in English; translate it")


RULE = Rule(
    name="untranslated-sentence",
    description=__doc__,
    category=Category.UNTRANSLATED,
    severity=Severity.MAJOR,
    find=_find,
    fires=(
        Example("Sie haben uns nichts gesagt.", ("Sie haben uns nichts gesagt",)),
        Example("El presidente quiere hablar hoy.", ("El presidente quiere hablar hoy",)),
    ),
    silent=(
        "The minister did not speak to us yesterday.",
        "Angela Merkel, Gerhard Schröder, Helmut Kohl and Willy Brandt.",
        "He reads Der Spiegel and Die Zeit every week.",
    ),
)
