"""What no suggestion may change: numbers, names, quotations, negation, addresses and placeholders.

A translator that goes astray loses exactly these, and a reader of a fluent sentence overlooks it. They are compared as
written, but for a number's separators and the kind of quotation marks; in doubt they count as changed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from mtqa.core.documents import WORD

__all__ = ["breaches", "names"]

_QUOTATION = re.compile(r'"([^"]+)"|[“„”]([^“”„"]+)[”“]|«([^»]+)»|»([^«]+)«|(?<!\w)[‘\']([^‘’\']+)[’\'](?!\w)')
_ADDRESS = re.compile(
    r"""
    (?: https?:// | www\. ) [^\s<>"”»]* [^\s<>"”».,;:!?)]              # URL
    | (?<! [\w.+-] ) [\w.+-]++ @ [\w-]+ (?: \. [\w-]+ )+               # e-mail
    | (?<! \w ) [@\#] \w+ \#?                                          # handle, tag
    | (?<! [\w.-] ) [\w-]++ (?: \. [\w-]+ )* \. [a-z]{2,4} \b (?: / [^\s<>"”»)]* )?   # domain, file
    """,
    re.VERBOSE,
)
_PLACEHOLDER = re.compile(
    r"\{\{[^{}]*\}\}|[$#%]?\{[^{}]*\}|(?<![\w%])%(?:\(\w+\)|\d+\$)?[\d.]*[sdfiux@]\b|%\w+%|\$[A-Z_]{2,}|__\w+?__"
    r"|\[\[[^\[\]]*\]\]|⟦[^⟦⟧]*⟧|#[A-Z_]+#"
)
_NEGATION = re.compile(
    r"\b(?:not|cannot|no|never|none|nobody|nothing|nowhere|neither|nor|without|hardly|barely|scarcely|unless)\b"
    r"|n[’']t\b",
    re.IGNORECASE,
)

_SIGN = "[€$£¥₹₽₩₴%‰°]"
_NUMBER = re.compile(
    rf"(?P<before>{_SIGN})?\s?(?P<digits>\d+(?:[.,'’\u00a0\u202f]\d+)*)(?P<ordinal>(?:st|nd|rd|th)\b)?"
    rf"[\s-]?(?P<after>{_SIGN}[CF]?|[^\W\d_]+(?:\s+cent\b)?)?"
)
_UNITS = frozenset(
    (
        *("mm", "cm", "m", "km", "g", "kg", "mg", "t", "l", "ml", "ms", "s", "min", "h", "am", "pm", "mph", "v", "w"),
        *("hz", "khz", "mhz", "ghz", "kb", "mb", "gb", "tb", "kw", "mw", "bn", "mn", "usd", "eur", "gbp", "percent"),
        *(
            "hundred",
            "thousand",
            "million",
            "billion",
            "trillion",
            "dozen",
            "dollar",
            "euro",
            "pound",
            "cent",
            "degree",
        ),
        *(
            "year",
            "month",
            "week",
            "day",
            "hour",
            "minute",
            "second",
            "mile",
            "foot",
            "inch",
            "yard",
            "acre",
            "hectare",
        ),
        *("kilometre", "kilometer", "metre", "meter", "kilogram", "gram", "tonne", "ton", "litre", "liter"),
    )
)
_OTHER_UNITS = {"feet": "foot", "inches": "inch", "%": "percent", "per cent": "percent"}
_SPELLED = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen"
    r"|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|billion|trillion|dozen"
    r"|half|twice|third|quarter|double)s?\b",
    re.IGNORECASE,
)
_SENTENCE_START = re.compile(r"(?:^|[.!?:…])[\s\"'“”‘’«»„(\[–—-]*$")
_PRONOUN = re.compile(r"I(?:['’]\w+)?")


def breaches(
    before: str, after: str, *, known_names: Collection[str] = (), verbatim: Sequence[str] = ()
) -> tuple[str, ...]:
    """What ``after`` changes of ``before`` that it must not, a clause each; empty where it changes nothing of the kind.

    Args:
        before: the text as it stands.
        after: the text proposed instead.
        known_names: words that are names at the start of a sentence too, where capitals tell nothing.
        verbatim: pieces of ``before`` that must stand in ``after`` as often, such as code.
    """
    found = []
    for what, parts in _KINDS.items():
        lost, added = parts(before) - parts(after), parts(after) - parts(before)
        if lost or added:
            found.append(f"changes {what} ({_shown(lost)} → {_shown(added)})")
    lost, added = _changed_names(before, after, known_names)
    if lost or added:
        found.append(f"changes a name ({_shown(lost)} → {_shown(added)})")
    broken = Counter({piece: 1 for piece in verbatim if before.count(piece) != after.count(piece)})
    if broken:
        found.append(f"changes what is not prose ({_shown(broken)})")
    return tuple(found)


def names(text: str) -> Counter[str]:
    """Words of ``text`` with a capital that start no sentence, without a possessive ending."""
    return Counter(word for word, start in _words(text) if not start and word != word.lower())


def _changed_names(before: str, after: str, known: Collection[str]) -> tuple[Counter[str], Counter[str]]:
    """Names lost and added; one may move to the start of a sentence or away from it."""

    def sure(text: str) -> Counter[str]:
        return Counter(w for w, start in _words(text) if w != w.lower() and (not start or w in known))

    def possible(text: str) -> Counter[str]:
        return Counter(w for w, _ in _words(text))

    return sure(before) - possible(after), sure(after) - possible(before)


def _words(text: str) -> Iterator[tuple[str, bool]]:
    """Words without possessive endings, and whether they start a sentence; not the pronoun "I"."""
    for match in WORD.finditer(text):
        word = re.sub(r"['’]s$", "", match.group())
        if not _PRONOUN.fullmatch(word):
            yield word, _SENTENCE_START.search(text, 0, match.start()) is not None


def _numbers(text: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for match in _NUMBER.finditer(text):
        unit = match["before"] or _unit(match["after"] or "")
        found[f"{_value(match['digits'])}{'th' if match['ordinal'] else ''} {unit}".strip()] += 1
    for match in _SPELLED.finditer(text):
        found[match.group().lower().removesuffix("s")] += 1
    return found


def _value(digits: str) -> str:
    """The number without separators of thousands, and with a point: of several kinds of separators the last is the
    decimal one, and one that three digits follow separates thousands."""
    digits = re.sub(r"['’\u00a0\u202f]", "", digits)
    parts = re.split(r"[.,]", digits)
    marks = re.findall(r"[.,]", digits)
    decimal = len(set(marks)) > 1 or (len(marks) == 1 and len(parts[-1]) != 3)
    return f"{''.join(parts[:-1])}.{parts[-1]}" if decimal else "".join(parts)


def _unit(after: str) -> str:
    word = " ".join(after.lower().split())
    word = _OTHER_UNITS.get(word, word)
    if not word[:1].isalpha():
        return after
    singular = word.removesuffix("s")
    return word if word in _UNITS else singular if singular in _UNITS else ""


def _quotations(text: str) -> Counter[str]:
    return Counter(match[match.lastindex or 0].strip(" .,") for match in _QUOTATION.finditer(text))


def _negations(text: str) -> Counter[str]:
    return Counter("not" for _ in _NEGATION.finditer(text))


def _each(pattern: re.Pattern[str]) -> Callable[[str], Counter[str]]:
    return lambda text: Counter(match.group() for match in pattern.finditer(text))


_KINDS: Mapping[str, Callable[[str], Counter[str]]] = {
    "a number": _numbers,
    "a quotation": _quotations,
    "a negation": _negations,
    "an address": _each(_ADDRESS),
    "a placeholder": _each(_PLACEHOLDER),
}


def _shown(parts: Counter[str]) -> str:
    return ", ".join(parts.elements()) or "nothing"
