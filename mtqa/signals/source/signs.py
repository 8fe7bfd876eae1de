"""What in a message is no prose and has to come through translation as it is: tags, addresses, placeholders, entities.

Placeholders: printf of C and Python, braces of Python, C#, JavaScript and ICU MessageFormat, Objective-C (``%@``), Qt
(``%1``, ``%n``), templates (``{{ name }}``, ``${name}``, ``%name%``, ``%{name}``, ``$t(key)``)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mtqa.core.spans import Span

__all__ = ["Sign", "plain_address", "signs_of"]


@dataclass(frozen=True, slots=True)
class Sign:
    """``kind`` is ``tag``, ``address``, ``printf``, ``brace``, ``plural`` or ``entity``; ``text`` is as it stands."""

    kind: str
    text: str
    span: Span


_PATTERN = r"""
    (?P<tag> (?<!\b[A-Z])<!--(?:[^-]|-(?!->)){0,500}--> | (?<!\b[A-Z])</?[A-Za-z][\w:.-]{0,40}(?:\s[^<>]{0,500})?/?> )
    | (?P<address> \b(?:https?|ftp)://[^\s<>"'“”‘’«»()\u3000-\u303f\uff00-\uffef]{1,500}
        | \bwww\.[\w-]{1,60}\.[^\s<>"'“”«»(),;]{1,200}
        | (?<![\w.+%-]) [\w.+-]{1,64} @ [\w-]{1,63} (?:\.[\w-]{1,63}){1,5} )
    | (?P<brace> \{\{[^{}]{0,200}\}\} | \{%[^{}]{0,200}%\} | <%[=\s-][^<>]{0,200}%> | [$%\#]\{[\w.:-]{1,60}\}
        | \$t\([^()\s]{1,100}\)
        | \{(?!\.)\s?[\w.$@-]{0,60}(?:\[[\w.]{1,40}\])?(?:![rsa])?(?::[^{}\s]{0,40})?\s?\}
        | \{\s?[\w.$-]{1,60}\s?,\s?(?:number|date|time|spellout|ordinal|duration|list)\b[^{}]{0,80}\} )
    | (?P<plural> \{\s{0,4}[\w.-]{1,60}\s{0,4},\s{0,4}(?:plural|select|selectordinal)\s{0,4}, )
    | (?P<escaped> %% )
    | (?P<printf> %(?:\([\w.\ -]{1,60}\)|\d{1,2}\$)[-+\#0']{0,4}\d{0,4}(?:\.\d{1,4})?
        (?:hh?|ll?|[Lqjzt])?[diouxXeEfFgGcsrpaA@]
        | %[-+\#0']{0,4}(?:\d{1,4}|\*)?(?:\.(?:\d{1,4}|\*))?
        (?:hh?|ll?|[Lqjzt])?[diouxXeEfFgGcsrpaA@](?:(?![A-Za-z\u00c0-\u024f]{2})|(?<=[a-z])(?=[A-Z][a-z]))
        | %[A-Za-z]\w{2,40}% | %L?[1-9]\d?(?![\d%\w]) | %n(?![^\W\d_]) )
    | (?P<entity> &(?:\#\d{1,7}|\#x[\dA-Fa-f]{1,6}|[A-Za-z]\w{1,20}); )
    """
_DOUBT = r"(?:(?![A-Za-z\u00c0-\u024f]{2})|(?<=[a-z])(?=[A-Z][a-z]))"  # a word rather than a placeholder and a word
_SIGN = re.compile(_PATTERN, re.VERBOSE)
_SURE = re.compile(_PATTERN.replace(_DOUBT, ""), re.VERBOSE)
_HTML = frozenset(
    [
        "a",
        "abbr",
        "b",
        "bdi",
        "bdo",
        "big",
        "blockquote",
        "br",
        "button",
        "caption",
        "center",
        "cite",
        "code",
        "dd",
        "del",
        "dfn",
        "div",
        "dl",
        "dt",
        "em",
        "font",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "i",
        "img",
        "input",
        "ins",
        "kbd",
        "label",
        "li",
        "mark",
        "ol",
        "p",
        "pre",
        "q",
        "s",
        "samp",
        "script",
        "small",
        "span",
        "strike",
        "strong",
        "style",
        "sub",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "tt",
        "u",
        "ul",
        "var",
        "wbr",
    ]
)
_ELEMENT = re.compile(r"</?([\w:.-]+)")
_LANGUAGE = re.compile(r"(?<=//)[a-z]{2}(?=\.)|(?<=[/=_.-])(?:[a-z]{2}(?:[-_][A-Za-z]{2,4})?|intl)(?=[/.?&#_-]|$)")
_TRAILING = ".,;:!?'’]}。，"


def signs_of(text: str, placeholders: frozenset[str]) -> Iterator[Sign]:
    """The signs of a text, in order. ``placeholders`` are the kinds that the file says it has; where it does not say, a
    per cent sign behind a figure is none."""
    if not any(sign in text for sign in "<{%&@$:w"):
        return
    for found in (_SURE if placeholders else _SIGN).finditer(text):
        kind, words = found.lastgroup or "", found[0]
        if kind == "tag" and not _is_tag(words, text):
            continue
        if kind == "address":
            words = words.rstrip(_TRAILING)
        elif kind == "printf" and not placeholders and found.start() and text[found.start() - 1].isdigit():
            continue
        if kind != "escaped":
            yield Sign(kind, words, Span(found.start(), found.start() + len(words)))


def _is_tag(words: str, text: str) -> bool:
    """Whether what stands in angle brackets is a tag rather than a word to be replaced, such as ``<file>``."""
    name = _ELEMENT.match(words)
    return (
        name is None
        or name[1].lower() in _HTML
        or words.endswith("/>")
        or "=" in words
        or (words[1] != "/" and f"</{name[1]}>" in text)
        or (words[1] == "/" and f"<{name[1]}" in text)
    )


def plain_address(address: str) -> str:
    """An address without the name of a language in it, so that those of a page in two languages are the same."""
    return _LANGUAGE.sub("", address).rstrip("/").lower()
