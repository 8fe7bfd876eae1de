"""What all engines share: texts made fit for one line, language tags, pairs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from langcodes import Language
from langcodes.tag_parser import LanguageTagError

from mtqa.core.errors import ConfigError
from mtqa.core.protocols import Translation

__all__ = ["each", "require", "tag_of"]

_UNREADABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def each(texts: Sequence[str], translate: Callable[[list[str]], Iterable[Translation]]) -> list[Translation]:
    """Translations of ``texts`` by ``translate``, which is given every different one once, on a single line without
    control characters. Empty texts stay empty."""
    lines = [" ".join(_UNREADABLE.sub(" ", text).split()) for text in texts]
    distinct = [line for line in dict.fromkeys(lines) if line]
    found = dict(zip(distinct, translate(distinct), strict=True)) if distinct else {}
    return [found.get(line) or Translation("") for line in lines]


def tag_of(code: str) -> str | None:
    """The BCP 47 tag of an engine's code for a language, None for what is none: ``"eng_Latn"`` is ``"en"``,
    ``"zho_Hans"`` ``"zh-Hans"``."""
    try:
        language = Language.get(code.strip("_")).simplify_script()
    except LanguageTagError:
        return None
    return language.to_tag() if language.is_valid() else None


def require(name: str, pairs: frozenset[tuple[str, str]], source: str, target: str) -> None:
    """Raises ConfigError unless ``name`` translates from ``source`` into ``target``."""
    if (source, target) not in pairs:
        known = ", ".join(sorted(f"{a}-{b}" for a, b in pairs)[:10]) + (", …" if len(pairs) > 10 else "")
        raise ConfigError(f"{name} does not translate from '{source}' into '{target}'; it knows {known or 'no pair'}")
