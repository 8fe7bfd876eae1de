"""Documents that probabilities and thresholds are made of, and judged on: consecutive lines that the detector's own
layers never learned from. (Version 3, from which those of version 5 start, had learned from round trips of people's
translations of 2019, from Apertium's Galician of other texts, and from most of WMT21.)

Each set has lines of one writer. Its origin is ``mt``, ``ht`` (people's translations), ``orig`` (English as it was
written) or ``learner``; its kind is ``…, known`` where other lines of its systems, years or books were learned from;
and its part is one of

- ``fit``: for probabilities: half of what is ``apart`` (``matched.py``), and of the round trips of 2019;
- ``limit``: for false-alarm thresholds: people's texts of 2019, news originals of 2017 and 2018, radio news, speeches,
  web text, and originals with a learner's slips, a half of each;
- ``judge``: the other halves; blocks that were kept back of what was learned from; JFLEG, which serves nothing else;
  and texts by a language model that writes as speakers of ten first languages would.
"""

from __future__ import annotations

import random
import zlib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from corpora import LEFT_OUT, rows
from corruption import learner
from matched import BLOCK, HELD, SUMMARISER, apart, garbled, kept_back
from prose import LEARNERS, written

# Consecutive documents of ten, and of five, that are read of a set, at most; by part for people's.
TENS = {"mt": 24, "fit": 36, "limit": 200, "judge": 80}
FIVES = {"mt": 6, "fit": 9, "limit": 20, "judge": 20}
SYSTEMS = 3  # times fewer of each of WMT's systems,
STATED = "wmt 2022"  # the rates that are stated are of this kind,
MORE = 4  # and so many times as much of it is read
TRANSLATIONS = 3  # and of each set of people's translations, of which there are many
FEWEST = 40  # lines of a set
EARLIER = "earlier news"
KINDS = {"news-rural": "radio rural", "news-science": "radio science"}


class Lines(NamedTuple):
    name: str
    origin: str
    kind: str
    part: str
    lines: list[str]

    def _read(self, size: int, most: dict[str, int]) -> list[list[str]]:
        allowed = most["mt" if self.origin == "mt" else self.part]
        if self.origin == "mt":
            allowed //= SYSTEMS if self.kind.startswith("wmt") else 1
        else:
            allowed = allowed // (TRANSLATIONS if self.origin == "ht" else 1) * (MORE if self.kind == STATED else 1)
        count = min(max(1, allowed), len(self.lines) // size)
        return [self.lines[k * size : (k + 1) * size] for k in range(count)]

    @property
    def tens(self) -> list[list[str]]:
        """What documents of ten and more are made of: they are read in windows of about ten."""
        return self._read(10, TENS)

    @property
    def fives(self) -> list[list[str]]:
        return self._read(5, FIVES)


def half(name: str) -> bool:
    return zlib.crc32(name.encode()) >> 16 & 1 == 0


def part_of(file: str, section: object, source: str, seg: int) -> str | None:
    """Whether a line is for fitting or for judging, or was learned from."""
    if apart(file, section, source):
        return "fit" if half(f"{section}/{seg // BLOCK}") else "judge"
    return "judge" if kept_back(source, seg) else None


def kind_of(kind: str, *, learned: bool) -> str:
    return f"{kind}, known" if learned else kind


def sets(data: Path) -> list[Lines]:
    """All sets of lines."""
    found: dict[tuple[str, str, str, str], dict[int, str]] = defaultdict(dict)
    older = {row["text"] for row in rows(data / "human.en.jsonl.gz") if row["year"] >= 2019}  # stand in WMT22, too
    for row in rows(data / "segments.en.jsonl.gz"):
        year, pair, seg, system = row["year"], row["pair"], row["seg"], row["system"]
        part = part_of("segments", year, pair, seg)
        if part is None or pair == "liv-en" or (year, pair, system) in LEFT_OUT or row["text"] in older:
            continue
        origin = {"mt": "mt", "human": "ht", "original": "orig"}[row["origin"]]
        for name in [system or "", *row.get("same", ())]:
            kind = kind_of(f"wmt {year}", learned=not apart("segments", year, pair))
            found[f"{year} {pair} {name}".strip(), origin, kind, part][seg] = row["text"]
    for row in rows(data / "htmt.en.jsonl.gz"):
        year, side, seg = row["year"], row["side"], row["seg"]
        part = part_of("htmt", year, f"{side} {year}", seg)
        if part is None:
            continue
        origin = {"mt": "mt", "human": "ht", "original": "orig"}[row["origin"]]
        kind = kind_of(side, learned=not apart("htmt", year))
        if part == "fit" and origin == "orig":
            part, kind = "limit", EARLIER
        found[f"{side} {year} {row['system'] or ''}".strip(), origin, kind, part][seg] = row["text"]
    for row in rows(data / "literary.en.jsonl.gz"):
        if not row["book"].startswith("book") or row["system"] == SUMMARISER:  # posts stand in WMT22, or twice
            continue
        where = f"{row['book']} {row['part']}"
        learned = not apart("literary", row["book"])
        fits = "fit" if half(where) else "judge"
        part = ("judge" if kept_back(where, 0) else None) if learned else fits
        if part is None:
            continue
        kind = kind_of("novel", learned=learned)
        name, origin = f"{row['book']} {row['system']}", "mt" if row["origin"] == "mt" else "ht"
        lines = found[name, origin, kind, part]
        lines.update(enumerate(row["lines"], len(lines)))
    _round_trips(data, found)
    _people(data, found)
    for number, (_, lines) in enumerate(garbled()):
        if number % HELD == HELD - 1:
            kept = found["written garbled", "mt", "written as translators garble", "judge"]
            kept.update(enumerate((text for _, text in lines), len(kept)))
    made = [
        Lines(name, origin, kind, part, [lines[seg] for seg in sorted(lines)])
        for (name, origin, kind, part), lines in found.items()
        if len(lines) >= FEWEST
    ]
    return made + list(_learners(data, made))


def _round_trips(data: Path, found: dict) -> None:
    """Of originals of 2019."""
    for row in rows(data / "roundtrip.en.jsonl.gz"):
        if row["year"] == 2019 and row["origin"] == "original":
            part = "fit" if half(f"{row['pair']}/{row['seg'] // BLOCK}") else "judge"
            name = f"{row['engine']} {row['origin']} {row['pair']}"
            found[name, "mt", row["engine"], part][row["seg"]] = row["text"]


def _people(data: Path, found: dict) -> None:
    """News and translations of 2019, radio, speeches and the web."""
    for row in rows(data / "human.en.jsonl.gz"):
        if row["year"] == 2019:
            origin = "orig" if row["origin"] == "original" else "ht"
            part = "limit" if half(f"{row['pair']}/{row['seg'] // BLOCK}") else "judge"
            found[f"2019 {row['pair']}", origin, "news", part][row["seg"]] = row["text"]
    seen: dict[str, int] = defaultdict(int)
    for row in rows(data / "genres.en.jsonl.gz"):
        kind = KINDS.get(row["genre"], row["genre"])
        seen[kind] += 1
        if row["corpus"] == "webtext" and seen[kind] % 2:
            continue  # learned from
        part = "limit" if seen[kind] // 2 % 2 else "judge"
        if row["corpus"] == "abc" and seen[kind] > 240:
            continue
        lines = found[kind, "orig", kind, part]
        lines.update(enumerate(row["sentences"], len(lines)))


def _learners(data: Path, made: list[Lines]) -> Iterator[Lines]:
    """What learners wrote, and news with slips like theirs."""
    yield Lines("JFLEG", "learner", "learner", "judge", [row["text"] for row in rows(data / "learner.en.jsonl.gz")])
    for number, row in enumerate(written(LEARNERS)):
        if row.get("held"):
            name = f"{row['first_language']} {number}"
            yield Lines(name, "learner", "written like second-language speakers", "judge", row["lines"])
    rng = random.Random(4)
    for one in made:
        if one.part == "limit" and one.origin == "orig" and one.kind == "news":
            yield Lines(f"{one.name} with slips", "learner", "slips", "limit", [learner(t, rng)[0] for t in one.lines])
