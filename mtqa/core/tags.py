"""Language tags, BCP 47, and what their languages are called in English."""

from __future__ import annotations

import difflib

__all__ = ["has_name", "language_name", "likely_tag", "primary"]

_TABLE = """
af:Afrikaans am:Amharic ar:Arabic az:Azerbaijani be:Belarusian bg:Bulgarian bn:Bengali bs:Bosnian ca:Catalan cs:Czech
cy:Welsh da:Danish de:German el:Greek en:English eo:Esperanto es:Spanish et:Estonian eu:Basque fa:Persian fi:Finnish
fr:French ga:Irish gl:Galician gu:Gujarati ha:Hausa he:Hebrew hi:Hindi hr:Croatian hu:Hungarian hy:Armenian
id:Indonesian is:Icelandic it:Italian ja:Japanese ka:Georgian kk:Kazakh km:Khmer kn:Kannada ko:Korean ky:Kyrgyz
la:Latin lt:Lithuanian lv:Latvian mk:Macedonian ml:Malayalam mn:Mongolian mr:Marathi ms:Malay mt:Maltese my:Burmese
nb:Norwegian ne:Nepali nl:Dutch nn:Norwegian no:Norwegian pa:Punjabi pl:Polish ps:Pashto pt:Portuguese ro:Romanian
ru:Russian sk:Slovak sl:Slovenian so:Somali sq:Albanian sr:Serbian sv:Swedish sw:Swahili ta:Tamil te:Telugu th:Thai
tl:Tagalog tr:Turkish uk:Ukrainian ur:Urdu uz:Uzbek vi:Vietnamese xh:Xhosa yo:Yoruba zh:Chinese zu:Zulu
"""
# Of those that are detected, judged or translated; langcodes has all names only with 5 MB of data beside it.
_NAMES = dict(entry.split(":") for entry in _TABLE.split())


def primary(tag: str) -> str:
    """The language of a BCP 47 tag without its script, region and variants, in lower case."""
    return tag.partition("-")[0].lower()


def has_name(tag: str) -> bool:
    """Whether the language of a BCP 47 tag has a name here."""
    return primary(tag) in _NAMES


def language_name(tag: str) -> str:
    """The language of a BCP 47 tag: ``"German"``; with the tag where that says more, ``"Portuguese (pt-BR)"``; the
    tag in quotation marks where its language has no name here; of ``und``, which says so, an unidentified one."""
    if tag == "und":
        return "an unidentified language"
    name = _NAMES.get(primary(tag))
    if name is None:
        return f"'{tag}'"
    return f"{name} ({tag})" if "-" in tag else name


def likely_tag(word: str) -> str | None:
    """The tag that was meant by ``word``, such as ``"german"``, where it looks like the name of a language."""
    tags = {name.lower(): tag for tag, name in _NAMES.items()}
    near = difflib.get_close_matches(word.lower(), tags, n=1, cutoff=0.8)
    return tags[near[0]] if near else None
