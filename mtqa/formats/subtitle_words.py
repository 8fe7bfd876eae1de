"""What is spoken in the lines of a cue, and how new words are shared out among them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import pairwise

from mtqa.formats.line_markup import How, Mark
from mtqa.formats.subtitle_cues import Cue

__all__ = ["Spoken", "apportioned", "goes_on", "spoken"]

_MARK = re.compile(
    r"""(?P<voice><v(?:\.[^<>\s]{0,60})?[ \t][^<>]{0,200}>)
    | <rt[^<>]{0,60}>[^<>]{0,200}</rt>
    | </?[A-Za-z][^<>]{0,200}> | <[\d:.]{1,20}> | \{\\[^{}]{0,200}\} | \{[A-Za-z]:[^{}]{0,60}\} | \\h
    | (?P<sound>\[[^\[\]]{1,200}\]) | (?P<note>[♪♫♬♩]+) | (?P<entity>&(?:\#\w{1,8}|[A-Za-z]\w{1,30});)""",
    re.VERBOSE,
)
_OPENING = re.compile(
    r"(?P<dash>(?:[-–‐‑]|—[ \t]?)(?=[^\s\d\-–—])[ \t]*|[-–‐‑][ \t]+(?=\S))?(?P<turn>>>+[ \t]*)?"
    r"(?P<name>(?:[A-Z][A-Z0-9.'’#&-]*(?: [A-Z0-9#&(][A-Z0-9.'’#&)-]*){0,4})[ \t]?:(?=\s)[ \t]*)?"
)
_SONG = re.compile(r"#+(?:[ \t]+(?=\S)|$)")
_SONG_END = re.compile(r"(?<=\s)#+$")
_ASIDE = re.compile(r"\([^()]{1,300}\)")
_ENDED = re.compile(r"[.!?…。！？؟।—:;][\"'”’»)\]]*$")
_TRAILS_OFF = re.compile(r"^(?:\.\.\.?|…|[\"'“‘«(\[-])*")
_INK = re.compile(r"\S")
_WORD = re.compile(r"\S+")
_TOKEN = re.compile(r"\w+(?:['’-]\w+)*|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Spoken:
    """A line of a cue.

    Attributes:
        start: of its characters in the file; ``stop`` is behind them.
        marks: what of them is not spoken.
        words: what is.
        begins: whether someone begins to speak.
        aside: whether it is a sound or a song.
        first: whether it is its cue's first line.
    """

    cue: Cue
    start: int
    stop: int
    marks: tuple[Mark, ...]
    words: str
    begins: bool = False
    aside: bool = False
    first: bool = False


def spoken(content: str, cue: Cue, *, web: bool) -> Iterator[Spoken]:
    """The lines of ``cue`` in which something is to be read."""
    for number, line in enumerate(cue.lines):
        text = line.text
        marks, begins, song = _marks(text, web=web)
        words = _shown(text, marks)
        sound = not words.strip() and any(mark.how is How.GONE for mark in marks)
        if sound:  # then it is all there is to read
            marks = [mark for mark in marks if mark.how is not How.GONE]
            words = _shown(text, marks)
        if words.strip():
            aside = sound or song or bool(_ASIDE.fullmatch(words.strip()))
            yield Spoken(cue, line.at, line.stop, tuple(marks), words.strip(), begins, aside, not number)


def _marks(text: str, *, web: bool) -> tuple[list[Mark], bool, bool]:
    """What is not spoken, whether someone begins to speak, and whether it is sung."""
    found: list[Mark] = []
    begins = song = False
    for mark in _MARK.finditer(text):
        begins = begins or bool(mark["voice"])
        song = song or bool(mark["note"])
        if mark["entity"]:
            words = html.unescape(mark[0]) if web else ""
            if words and words != mark[0]:
                found.append(Mark(*mark.span(), How.SPELLED, words))
        else:
            found.append(Mark(*mark.span(), How.GONE if mark["sound"] else How.DROPPED))
    at = _blank(text, 0)  # behind tags and spaces that the line begins with
    for one in found:
        if one.start != at:
            break
        at = _blank(text, one.end)
    opening = _OPENING.match(text, at)
    if opening and opening.end() > at:
        found.append(Mark(at, opening.end()))
        begins, at = True, opening.end()
    if sung := _SONG.match(text, at):
        found.append(Mark(at, sung.end()))
        song = True
        found += (Mark(*end.span()) for end in _SONG_END.finditer(text, sung.end()))
    return sorted(found, key=lambda mark: mark.start), begins, song


def _blank(text: str, at: int) -> int:
    """The first character from ``at`` on that is no white space."""
    found = _INK.search(text, at)
    return found.start() if found else len(text)


def _shown(text: str, marks: Sequence[Mark]) -> str:
    parts, at = [], 0
    for mark in marks:
        parts += [text[at : max(at, mark.start)], mark.text]
        at = max(at, mark.end)
    return "".join((*parts, text[at:]))


def goes_on(before: str, after: str) -> bool:
    """Whether the words of one cue go on in the next: in the middle of a sentence."""
    first = after[_trailing(after) :][:1]
    return first.islower() or not _ENDED.search(before)


def _trailing(text: str) -> int:
    found = _TRAILS_OFF.match(text)
    return found.end() if found else 0


def apportioned(lines: Sequence[Sequence[str]], text: str) -> list[list[str]]:
    """``text`` in the place of words that stand in ``lines``, each in parts with tags between them: as many lines of as
    many parts, cut between the words that stood on either side of the old cuts, or else as far along. Each line has a
    word where there are enough."""
    found: list[list[str]] = []
    for parts, line in zip(lines, _cut(["".join(parts) for parts in lines], text, _WORD, fewest=1), strict=True):
        texts = _cut(parts, line, _TOKEN, fewest=0)
        for number in range(len(texts) - 1):
            rest = texts[number + 1].lstrip()
            if parts[number][-1:].isspace() and len(rest) < len(texts[number + 1]):  # the space was before the tag
                texts[number] += " "
                texts[number + 1] = rest
        found.append(texts)
    for texts in found[1:]:
        first = next((number for number, part in enumerate(texts) if part.strip()), 0)
        texts[first] = texts[first].lstrip()
    return found


def _cut(parts: Sequence[str], text: str, unit: re.Pattern[str], *, fewest: int) -> list[str]:
    """``text`` in as many parts; each with ``fewest`` units at least, as long as there are any."""
    old = [unit.findall(part) for part in parts]
    new = list(unit.finditer(text))
    units = [one for part in old for one in part]
    steps = [step[1:] for step in SequenceMatcher(None, units, [one[0] for one in new], autojunk=False).get_opcodes()]
    places = [0]
    behind = done = 0
    for number, part in enumerate(old[:-1], start=1):
        behind += len(part)
        cut = max((_along(step, behind) for step in steps if step[0] <= behind <= step[1]), default=len(new))
        most = len(new) - fewest * (len(old) - number)
        done = max(done, min(max(cut, done + fewest), most))
        places.append(new[done - 1].end() if done else 0)
    return [text[low:high] for low, high in pairwise([*places, len(text)])]


def _along(step: tuple[int, int, int, int], at: int) -> int:
    low, high, start, end = step
    return start + round((at - low) / (high - low) * (end - start)) if low < high else end
