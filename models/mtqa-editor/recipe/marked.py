"""Marked documents from every source: ``python marked.py DATA OUT [PART…]``, by default all parts.

Writes OUT/<part>.jsonl, a document a line: {"marker", "kind", "group", "lines": [{"text", "spans": [[start, end,
level, category], …], "level"}]}. Levels: 2 must repair, 1 should repair, 0 fine, null not told. Documents with the same
``source`` may translate the same text. Parts:

- ``dev`` and ``test``: editors' labels of documents held out by block of the source;
- ``systems``: by system (others may have translated the same for ``train``);
- ``train``: the rest of the labels, and prose that was written for this project;
- ``written``: one in eight documents of that prose;
- ``before``: everything else: experts' marks, post-edits, planted errors, spoiled prose.

``test`` and ``systems`` are the data of ``mtqa bench run editor``.
"""

from __future__ import annotations

import difflib
import gzip
import json
import random
import re
import sys
import zlib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from agreement import AGAIN, twice
from corruption import garble
from labels import join

LINES = 8
HELD = ("dev", "test", "systems")
FAMILIES = dict.fromkeys(("segments", "human", "roundtrip"), "wmt")
"""Files whose lines are numbered alike."""
HERE = Path(__file__).parent
COUNTS = {"mqm": 500, "bio": 350, "tags": 300, "edits": 350, "planted": 250, "spoiled": 500}
HELD_SYSTEMS = {"Online-Y", "GPT3.5-davinci003-5shot", "TWB", "KYB", "Lan-Bridge", "SMU", "UF", "PROMT", "deepl"}
CATEGORY = [
    ("Accuracy/Mistranslation", "w"),
    ("Terminology/Inconsist", "i"),
    ("Fluency/Inconsistency", "i"),
    ("Terminology", "w"),
    ("Accuracy/Omission", "m"),
    ("Accuracy/Addition", "m"),
    ("Accuracy/Untranslated", "u"),
    ("Fluency/Grammar", "g"),
    ("Linguistic_conventions/Grammar", "g"),
    ("Fluency/Spelling", "s"),
    ("Linguistic_conventions/Spelling", "s"),
    ("Fluency/Punctuation", "s"),
    ("Linguistic_conventions/Punctuation", "s"),
    ("Fluency/Register", "r"),
    ("Linguistic_conventions/Register", "r"),
    ("Style", "r"),
    ("Non", "n"),
    ("Unintelligible", "n"),
    ("Locale", "u"),
]
PLAIN = {  # planted errors that show without the source
    "repeat2": "m",
    "repeat4": "m",
    "codemix": "u",
    "pp_removed": "m",
    "conj_removed": "m",
    "pos_shift": "g",
    "word_swap": "o",
    "case": "g",
    "function_word": "g",
    "tense": "g",
    "verb_removed": "m",
    "noun_removed": "m",
    "subj_removed": "m",
    "misspelled": "s",
    "char_removed": "s",
}
Row = dict[str, Any]


def read(path: Path) -> Iterator[Row]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def category(name: str) -> str | None:
    return next((short for start, short in CATEGORY if name.startswith(start)), None)


def line(text: str, spans: list[list[Any]], level: int | None) -> Row:
    return {"text": text, "spans": spans, "level": level}


def block(key: list[Any]) -> str:
    """The place of a line in its source, whatever system translated it."""
    return f"{key[0]}|{key[1]}|{key[2]}|{int(key[4]) // 100}"


def held(key: list[Any]) -> str | None:
    """The part that the block of this line is held out for."""
    return {0: "dev", 1: "test"}.get(zlib.crc32(block(key).encode()) % 12)


def part(key: list[Any]) -> str:
    return held(key) or ("systems" if key[3] in HELD_SYSTEMS else "train")


def place(key: list[Any]) -> tuple[Any, ...]:
    """Of a line in its source, whatever system translated it and whichever file has it."""
    return (FAMILIES.get(key[0], key[0]), *key[1:3], int(key[4]))


def identity(line: Row) -> tuple[str, str]:
    return json.dumps(line["key"]), line["text"]


def labels(data: Path) -> Iterator[tuple[str, Row]]:
    """Labelled documents of the first pass, and the part that each belongs to. Lines that a second editor marked, too,
    have that one's spans as ``again``. Documents that reach from another block into one that is held out are left out
    where a line of it is held out."""
    again = {identity(one): [span[:4] for span in other["spans"]] for _, _, one, other in twice(data)}
    documents = [document for document in join(data) if document["batch"] != AGAIN]
    kept = {
        place(each["key"])
        for document in documents
        if part(document["lines"][0]["key"]) in ("dev", "test")
        for each in document["lines"]
    }
    for document in documents:
        key = document["lines"][0]["key"]
        if part(key) == "train" and any(place(each["key"]) in kept for each in document["lines"]):
            continue
        lines = [
            line(each["text"], [span[:4] for span in each["spans"]], each["level"])
            | ({"again": again[identity(each)]} if identity(each) in again else {})
            for each in document["lines"]
        ]
        yield (
            part(key),
            {
                "marker": "editor",
                "kind": document["kind"],
                "group": [*key[:4]],
                "source": block(key),
                "lines": lines,
            },
        )


def written() -> Iterator[tuple[str, Row]]:
    """Documents that a language model wrote for this project: sound prose of many kinds, and prose with the faults of
    translations, whose words it marked as it wrote them. One in eight is held out."""
    for name in ("sound", "garbled"):
        for number, row in enumerate(map(json.loads, (HERE / f"{name}.en.jsonl").open(encoding="utf-8"))):
            lines = [
                line(one, [], 0) if isinstance(one, str) else line(one["text"], *spelt_out(one["text"], one["marks"]))
                for one in row["lines"]
            ]
            kind = row.get("genre") or row["kind"]
            document = {
                "marker": "editor",
                "kind": f"written-{name}",
                "group": [name, kind],
                "source": f"{name}|{number}",
            }
            yield ("written" if number % 8 == 7 else "train"), document | {"lines": lines}


def spelt_out(text: str, marks: list[list[Any]]) -> tuple[list[list[Any]], int]:
    """Spans for marked words, and the level of the line."""
    spans = []
    for level, why, words, _ in marks:
        start = text.index(words)
        spans.append([start, start + len(words), level, why])
    return sorted(spans), max((level for level, *_ in marks), default=0)


def fits(text: str) -> bool:
    return 3 <= len(text.split()) <= 60


def chunks(rows: list[Row]) -> list[list[Row]]:
    return [rows[i : i + LINES] for i in range(0, len(rows) - LINES + 1, LINES)]


def mqm(data: Path) -> list[Row]:
    grouped: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in read(data / "quality.en.jsonl.gz"):
        if row["dataset"] != "mqm" or row["split"] == "qe22-dev" or not fits(row["text"]):
            continue
        if row["split"] == "newstest2021" and held(["segments", 2021, row["pair"], None, row.get("seg") or 0]):
            continue
        spans, level = [], 0
        for _, name, severity, start, end in row["errors"] or []:
            if severity == "neutral":
                continue
            rank = 2 if severity in ("major", "critical") else 1
            level = max(level, rank)
            if start is not None and end > start:
                spans.append([start, end, rank, category(name)])
        grouped[row["split"], row["system"], row["doc"]].append(
            {"seg": row.get("seg") or len(grouped), **line(row["text"], spans, level)}
        )
    return documents("mqm", "mqm", grouped)


def bio(data: Path) -> list[Row]:
    grouped: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in read(data / "spans.en.jsonl.gz"):
        if not fits(row["text"]):
            continue
        spans = [
            [start, end, 2 if severity in ("Major", "Critical") else 1, category(name)]
            for start, end, severity, name, _ in row["spans"]
            if start is not None and severity != "Neutral" and name != "Source"
        ]
        level = max((span[2] for span in spans), default=0)
        grouped[row["pair"], row["doc"], row["system"]].append({"seg": row["seg"], **line(row["text"], spans, level)})
    return documents("mqm", "bio", grouped)


def documents(marker: str, kind: str, grouped: dict[tuple[Any, ...], list[Row]]) -> list[Row]:
    found = []
    for key, rows in grouped.items():
        rows.sort(key=lambda row: row.pop("seg") if "seg" in row else 0)
        for some in chunks(rows) or ([rows] if len(rows) >= 4 else []):
            found.append({"marker": marker, "kind": kind, "group": list(key), "lines": some})
    return found


def tags(data: Path, rng: random.Random) -> list[Row]:
    grouped: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in read(data / "quality.en.jsonl.gz"):
        if row["dataset"] != "mlqe-pe" or row["split"] != "train" or not row["tags"] or not fits(row["text"]):
            continue
        at, spans = 0, []
        for token, tag in zip(row["tok"].split(), row["tags"].split(), strict=True):
            found = row["text"].find(token, at)
            if found < 0:
                spans = None
                break
            at = found + len(token)
            if tag == "BAD":
                spans.append([found, at, 1, None])
        if spans is not None:
            grouped[("mlqe", row["pair"])].append(line(row["text"], spans, None))
    for rows in grouped.values():
        rng.shuffle(rows)
    return documents("tags", "mlqe", grouped)


def differences(text: str, other: str) -> list[list[Any]]:
    """The words of ``text`` that ``other`` has not, and the two around words that are missing."""
    left = [(m.start(), m.end(), m[0]) for m in re.finditer(r"\w+(?:['’-]\w+)*|[^\w\s]", text)]
    right = re.findall(r"\w+(?:['’-]\w+)*|[^\w\s]", other)
    spans = []
    matcher = difflib.SequenceMatcher(a=[word for *_, word in left], b=right, autojunk=False)
    for kind, i, j, _, _ in matcher.get_opcodes():
        if kind == "equal" or not left:
            continue
        if i == j:
            i, j = max(0, i - 1), min(len(left), i + 1)
        spans.append([left[i][0], left[j - 1][1], 1, None])
    return spans


def edits(data: Path, rng: random.Random) -> list[Row]:
    rows = []
    for row in read(data / "postedits.en.jsonl.gz"):
        if fits(row["text"]) and row["hter"] < 0.6:
            rows.append(line(row["text"], differences(row["text"], row["post_edit"]), None))
            if rng.random() < 0.15:
                rows.append(line(row["post_edit"], [], None))
    rng.shuffle(rows)
    return documents("edits", "postedits", {("postedits",): rows})


def planted(data: Path, rng: random.Random) -> list[Row]:
    grouped: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in read(data / "planted.en.jsonl.gz"):
        if row["name"] not in PLAIN or not fits(row["text"]):
            continue
        spans = []
        for start, end in (span[:2] for span in row["spans"]):
            if start == end:
                before = re.search(r"\S+\s*$", row["text"][:start])
                after = re.match(r"\s*\S+", row["text"][start:])
                start, end = before.start() if before else start, start + (after.end() if after else 0)
            if end > start:
                spans.append([start, end, 2, PLAIN[row["name"]]])
        grouped[("planted", row["pair"])].append(line(row["text"], spans, 2))
        if rng.random() < 0.5:
            grouped[("planted", row["pair"])].append(line(row["reference"], [], 0))
    for rows in grouped.values():
        rng.shuffle(rows)
    return documents("made", "planted", grouped)


def spoiled(data: Path, rng: random.Random) -> list[Row]:
    grouped: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    stock: list[str] = []
    for row in read(data / "human.en.jsonl.gz"):
        key = ["human", row["year"], row["pair"], row["system"], row["seg"]]
        if row["origin"] != "original" or not fits(row["text"]) or held(key):
            continue
        stock += [word for word in re.findall(r"\b[a-z]{4,}\b", row["text"]) if rng.random() < 0.05]
        text, spans = row["text"], []
        if rng.random() < 0.45 and len(stock) > 50:
            text, found = garble(text, rng, stock[-2000:])
            spans = [[start, end, 2, None] for start, end in found]
        grouped[(row["year"], row["pair"])].append(line(text, spans, 2 if spans else 0))
    return documents("made", "spoiled", grouped)


def main(data: Path, out: Path, *wanted: str) -> None:
    out.mkdir(parents=True, exist_ok=True)
    parts: dict[str, list[Row]] = defaultdict(list)
    for name, document in labels(data):
        parts[name].append(document)
    for name, document in written():
        parts[name].append(document)
    if not wanted or "before" in wanted:
        parts["before"] = before(data, {each["text"] for name in HELD for one in parts[name] for each in one["lines"]})
    for name in wanted or parts:
        found = parts[name]
        random.Random(name).shuffle(found)
        print(name, len(found))
        with (out / f"{name}.jsonl").open("w", encoding="utf-8") as lines:
            lines.writelines(json.dumps(document, ensure_ascii=False) + "\n" for document in found)


def before(data: Path, kept: set[str]) -> list[Row]:
    """What is learned from first: as many documents of each source as it has weight, none with a line of ``kept``."""
    rng = random.Random(7)
    chosen = []
    makers = {
        "mqm": mqm(data),
        "bio": bio(data),
        "tags": tags(data, rng),
        "edits": edits(data, rng),
        "planted": planted(data, rng),
        "spoiled": spoiled(data, rng),
    }
    for name, found in makers.items():
        print(name, len(found), "documents")
        found = [document for document in found if kept.isdisjoint(line["text"] for line in document["lines"])]
        chosen += rng.sample(found, min(len(found), COUNTS[name]))
    return chosen


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), *sys.argv[3:])
