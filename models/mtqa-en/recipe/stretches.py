"""Stretches of texts out of which windows are made: what the two collections of the recipe have in common."""

from __future__ import annotations

import random
from abc import ABC, abstractmethod

from windows import Sentence, Window

LONGEST = 24  # sentences of a window


class Stretches(ABC):
    """``roundtrips`` (engine -> set -> seg -> (text, original)), ``prose`` (kind -> documents of (original, text)),
    ``originals`` (set -> seg -> text) and ``web`` are what stretches are taken from; ``window`` is the most pieces."""

    @abstractmethod
    def sentence(self, text: str) -> Sentence:
        """``text`` without targets."""

    @abstractmethod
    def translated(self, rng: random.Random) -> tuple[Window, Window]:
        """An output and a reference of the same source: what is drawn where nothing fits into a window."""

    def trip_run(self, rng: random.Random, engine: str) -> list[tuple[str, str]]:
        """Consecutive sentences of news and their round trips."""
        sets = self.roundtrips[rng.choice([e for e in sorted(self.roundtrips) if e.startswith(engine)])]
        keys = sorted(sets, key=str)
        chosen = sets[rng.choices(keys, [len(sets[k]) for k in keys])[0]]
        return [chosen[seg][::-1] for seg in self.run(rng, sorted(chosen), lambda s: None)]

    def prose_run(self, rng: random.Random) -> list[tuple[str, str]]:
        """Consecutive sentences of other prose and their round trips."""
        return self.part(rng, rng.choice(self.prose[rng.choice(list(self.prose))]), 8)

    def part(self, rng: random.Random, document: list[tuple[str, str]], least: int) -> list[tuple[str, str]]:
        """From any place of ``document`` on, ``least`` sentences before its end at the latest."""
        start = rng.randrange(max(1, len(document) - least))
        return document[start : start + LONGEST]

    def original(self, rng: random.Random) -> Window:
        """News of 2020 and 2021 by its size; one time in eight web text, one in four other prose."""
        kind = rng.random()
        if kind < 0.125:
            texts = rng.choice(self.web)
            start = rng.randrange(len(texts))
            run = texts[start : start + LONGEST]
        elif kind < 0.375:
            run = [original for original, _ in self.prose_run(rng)]
        else:
            keys = sorted(k for k in self.originals if k[1].startswith("en"))
            chosen = self.originals[rng.choices(keys, [len(self.originals[k]) for k in keys])[0]]
            run = [chosen[seg] for seg in self.run(rng, sorted(chosen), lambda s: None)]
        found = [self.sentence(text) for text in run]
        return self.fitting(rng, found, found)[1]

    def run(self, rng, segs, doc):
        """Consecutive segments, of one document where documents are known."""
        start = rng.randrange(len(segs))
        run = segs[start : start + LONGEST]
        return [s for s in run if doc(s) == doc(run[0])]

    def fitting(
        self, rng: random.Random, machine: list[Sentence], human: list[Sentence], source: int = -1
    ) -> tuple[Window, Window]:
        """As many sentences of both as a window holds, or as are drawn."""
        most = rng.choice((2, 4, 6, 8, LONGEST, LONGEST, LONGEST))
        kept, size = 0, 1
        for m, h in zip(machine[:most], human[:most], strict=True):
            size += max(len(m.ids), len(h.ids)) + 1
            if size > self.window:
                break
            kept += 1
        if not kept:
            return self.translated(rng)
        return Window(machine[:kept], 1.0, source), Window(human[:kept], 0.0)
