"""Articles and what fake models say of them."""

from __future__ import annotations

from functools import lru_cache

from fakes import SIGNATURE, fake_checker

from mtqa.checker import Checker
from mtqa.core.report import Report
from mtqa.formats import read_bytes

CLEAN = "We sat on the wall with our feet over the water and talked."
BAD = "He closed the the door before anybody could see the harbour."
"""A sentence with one minor finding, ``the the``."""
WORSE = "The café was called cafÃ© on the sign that hung over the street."
"""A sentence with one major finding, ``cafÃ©``."""


@lru_cache(maxsize=1)
def checker() -> Checker:
    return fake_checker()


def report_of(files: dict[str, str | bytes], language: str | None = "en") -> Report:
    """The report on files by their names."""
    documents, failures = [], []
    for name, content in files.items():
        raw = content if isinstance(content, bytes) else content.encode()
        found, bad = read_bytes(raw, name, language=language)
        documents += found
        failures += bad
    if not documents:
        return Report(documents=(), failures=tuple(failures), signature=SIGNATURE)
    return checker().check(*documents, failures=failures)


def paragraphs(*parts: str) -> str:
    return "\n\n".join(parts) + "\n"
