"""Files that mtqa wrote: its reports are no articles, though they lie among them, nor is what it keeps."""

from __future__ import annotations

import os
import re
from pathlib import Path

from mtqa.core.files import open_file

__all__ = ["is_own", "is_report"]

_ENOUGH = 65_536  # bytes of a file's begin and of its end that are looked at
_BEGIN = re.compile(
    rb'\A(?:\xef\xbb\xbf)?(?:\{\s*"schema": "mtqa\.report/|## mtqa gate: (?:passed|failed|error)\r?\n)'
    rb'|\A<!doctype html>.{0,400}<meta name="generator" content="mtqa">'
    rb'|\A\{"id":.*?"signature": ?"mtqa:[^"|\n]+\|model:'  # rows of a batch
    rb'|\A\{"uri": [^\n]*"post_edit": [^\n]*"hter": [^\n]*"flags": \['  # labels
    rb"|\A# [^\n]*\n\n\| [^|\n]* \| rows \| errors \| (?:not judged \| )?undecided \|"  # a corpus
    rb"|\Aline,kind,before,after,finding,reason,who,when\r?\n",  # changes
    re.DOTALL | re.IGNORECASE,
)
_END = re.compile(
    rb"(?:\A|\n)mtqa:[^|\s]+\|\s?model:[^\n]+(?:\n(?:violation: [^\n]*|PASSED|FAILED|ERROR|\w+:[^\s]+))*\n?\Z"
    rb"|(?:\A|\n)[\d,]+ new findings?(?: \([^\n]*\))?, (?:[\d,]+ known(?: from the baseline)?|no baseline in use), "
    rb"[\d,]+ ignored\n"  # annotations
    rb"(?:(?:note|violation): [^\n]*\n)*(?:PASSED|FAILED|ERROR)\n?\Z"
    rb"|\n(?:BLEU|TER|chrF\S*) -?[\d.]+  nrefs:1\|[^\n]*(?:\n[^\n]+){0,4}version:[\d.]+\n?\Z"  # a retranslation
)
_OWN_NAMES = ("mtqa.toml", "pyproject.toml")
_OWN_SUFFIXES = (".json", ".junit", ".sarif", ".toml", ".xml")
_OWN = re.compile(
    rb'\A\{\s*"version": \d+,\s*"signature": "(?:"|mtqa:)'  # a baseline
    rb'|\A\{\s*"\$schema": [^\n]*,\s*"title": "Settings of mtqa"'
    rb'|\A\{\s*"\$schema": "https://docs\.oasis-open\.org/sarif/.{0,200}"driver": \{\s*"name": "mtqa"'
    rb'|\A<\?xml[^>]*>\s*<testsuites name="mtqa"'
    rb"|\A# What marks of [^\n]* are worth, made by mtqa llm calibrate",
    re.DOTALL,
)


def is_own(path: Path) -> bool:
    """Whether a file that no format reads is one that mtqa reads or wrote for other programs: settings and their
    schema, a baseline, a calibration, a report."""
    if path.name in _OWN_NAMES:
        return True
    return path.suffix.lower() in _OWN_SUFFIXES and _says_so(path, _OWN, _BEGIN)


def is_report(path: Path) -> bool:
    """Whether mtqa wrote this file, by what its reports say of themselves. One that cannot be read is none."""
    return _says_so(path, _BEGIN)


def _says_so(path: Path, *begins: re.Pattern[bytes]) -> bool:
    """Whether a file begins in one of these ways, or ends like a report."""
    try:
        with open_file(path) as stream:
            begin = stream.read(_ENOUGH)
            if any(each.search(begin) for each in begins):
                return True
            stream.seek(max(0, os.fstat(stream.fileno()).st_size - _ENOUGH))
            return bool(_END.search(stream.read(_ENOUGH)))
    except OSError:
        return False
