"""Letters of another script: a Cyrillic, Greek, Armenian or Cherokee letter inside a Latin word, in any language, and
whole words in another script in an English sentence. Words in brackets or quotation marks, and scientific symbols, are
left alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mtqa.core.findings import Category, Severity
from mtqa.core.spans import Span
from mtqa.languages import pack_of
from mtqa.languages.rule import Example, Hit, Rule
from mtqa.languages.sentence import Sentence

_OTHER = "\u0370-\u052f\u0590-\u06ff\u0900-\u0dff\u0e00-\u0e7f\u3041-\u3096\u30a1-\u30fa\u3400-\u9fff\uac00-\ud7af"
_ALIKE = "\u0400-\u052f\u0531-\u0587\u13a0-\u13ff\uab70-\uabbf"
_GREEK = "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧο"  # that look like Latin ones; others are symbols (Δt, µm)
_MIXED = re.compile(
    rf"[A-Za-z][{_ALIKE}]|[{_ALIKE}][A-Za-z]|[a-z][α-ω][a-z]|[A-Za-z]{{2}}[{_GREEK}]|[{_GREEK}][a-z]{{2}}"
)
_WORDS = re.compile(f"[{_OTHER}]+(?: [{_OTHER}]+)*")
_SET_OFF = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|“[^“”]*”|\"[^\"]*\"|‘[^‘’]*’|«[^«»]*»|（[^（）]*）|「[^「」]*」")


def _find(sentence: Sentence) -> Iterator[Hit]:
    text = sentence.text
    if text.isascii():
        return
    mixed = [word.span for word in sentence.words if _MIXED.search(word.text)] if _MIXED.search(text) else []
    for span in mixed:
        yield Hit(span, "this word mixes letters of two scripts")
    if pack_of(sentence.segment.language).script != "Latn":
        return
    set_off = [Span(found.start(), found.end()) for found in _SET_OFF.finditer(text)]
    for found in _WORDS.finditer(text):
        span = Span(found.start(), found.end())
        symbol = len(span) == 1 and "\u0370" <= found.group() <= "\u03ff"
        if symbol or any(span.overlaps(other) for other in (*mixed, *set_off)):
            continue
        yield Hit(span, "not in the Latin script; translate it, or put it in brackets if it is intended")


RULE = Rule(
    name="wrong-script",
    description=__doc__,
    category=Category.UNTRANSLATED,
    severity=Severity.MAJOR,
    find=_find,
    fires=(
        Example("The pr\u0435sident spoke first.", ("pr\u0435sident",)),
        Example("The Αrmy and the p\u0585lice left.", ("Αrmy", "p\u0585lice")),
        Example("The company 公司 was founded in 1990.", ("公司",)),
        Example("He was born in город Москва in 1990.", ("город Москва",)),
    ),
    silent=(
        "The city of Kyiv (Київ) lies on the Dnieper.",
        "The angle α and 5 µm of β-carotene.",
        "The word “公司” means company.",
    ),
)
