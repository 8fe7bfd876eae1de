"""A word that the document spells in the British way in one place and in the American way in another ("colour" and
"color"); different words are not compared ("labour" and "center"). The way in which such words are spelled oftener is
taken to be right, or else the one that comes first. Names and quotations are left alone, and so are words that both
varieties spell in two ways for different things ("metre" and "meter", "licence" and "license")."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.languages.en.rules.untranslated_sentence import is_foreign
from mtqa.languages.en.spellings import strays
from mtqa.languages.en.vocabulary import unquoted
from mtqa.languages.rule import Example, Hit, Rule
from mtqa.languages.sentence import Sentence, Surroundings


def _strays(document: Surroundings) -> dict[str, str]:
    own = (sentence for sentence in document.sentences if not is_foreign(sentence))
    return strays(Counter(word.text for sentence in own for word in unquoted(sentence)))


def _find(sentence: Sentence) -> Iterator[Hit]:
    found = {} if is_foreign(sentence) else sentence.document.once(_strays)
    for word in unquoted(sentence) if found else ():
        if other := found.get(word.text):
            yield Hit(word.span, f"“{other}” elsewhere in this text; keep to British or to American spelling", other)


RULE = Rule(
    name="mixed-spelling",
    description=__doc__,
    category=Category.INCONSISTENT,
    severity=Severity.MINOR,
    find=_find,
    fires=(
        Example("The colour is bright.\nNo other color is as bright.", ("color",)),
        Example("They realized it at the center.\nAt the centre, few realized it.", ("centre",)),
    ),
    silent=(
        "The colour is bright.\nThe Color Purple is a novel.",
        "The colour is bright.\n“What a color!” she cried, and set color: red.",
        "The meter stands a metre from the wall.",
        "Her licence was lost.\nThey license software.",
        "It was surprising.\nThe prize was a surprise.",
    ),
)
