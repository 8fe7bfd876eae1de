"""How many planted faults the source rules find in translation files, and how often they fire on the rest.

    python benchmarks/source_rules.py --work FOLDER FILE.po... [--results results/source_rules.json] [--pofilter]

Of every file up to 1,000 messages are taken that are translated, and one fault each is planted in three of them for
every kind below, by a fixed seed. A fault counts as found where any rule above neutral fires on its message; an alarm
is a message without one on which a rule fires. The files are as their translators left them, so some alarms are faults:
``--show`` prints them. With ``--pofilter``, the tests of the Translate Toolkit run on the same files.

The floor: 95 of 100 planted faults are found.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from translate.storage import po

from mtqa.core.findings import Severity
from mtqa.core.folding import folded
from mtqa.core.pairs import pairs_of
from mtqa.formats import read
from mtqa.segmentation import segment
from mtqa.signals.source import SOURCE_RULES
from mtqa.signals.source.compared import File
from mtqa.signals.source.signal import hits
from mtqa.signals.source.termbase import Termbase

FLOOR = 0.95
MESSAGES, EACH, SEED = 1000, 3, 20261129
SMALL = 4  # words of a message that is no label

Plant = Callable[[str, str, random.Random], str | None]


def swapped(pattern: str, put: Callable[[re.Match[str]], str], *, also: str = "") -> Plant:
    """Puts something else for one match of a pattern, where the source has one of it, or of ``also``, too."""

    def plant(source: str, target: str, chance: random.Random) -> str | None:
        found = list(re.finditer(pattern, target))
        if not found or not re.search(also or pattern, source):
            return None
        one = chance.choice(found)
        return target[: one.start()] + put(one) + target[one.end() :]

    return plant


def _number(found: re.Match[str]) -> str:
    return str(int(found[0]) + 7) if len(found[0]) < 9 else found[0][:-1]


def _half(source: str, target: str, chance: random.Random) -> str | None:
    ours, theirs = source.split(), target.split()
    if len(ours) < 8 or len(theirs) < 6 or "%" in source or "{" in source or "<" in source:
        return None
    return " ".join((*theirs[: len(theirs) // 2], *ours[len(ours) // 2 :]))


def _doubled(_: str, target: str, chance: random.Random) -> str | None:
    words = list(re.finditer(r"(?<=\s)[^\W\d_]{5,}(?=\s)", target))
    if not words:
        return None
    one = chance.choice(words)
    return f"{target[: one.end()]} {one[0]}{target[one.end() :]}"


def _copied(source: str, _: str, __: random.Random) -> str | None:
    return source if len(re.findall(r"\b[a-z]{3,}\b", source)) >= SMALL else None


def _at_end(mark: str, instead: str) -> Plant:
    def plant(source: str, target: str, _: random.Random) -> str | None:
        long = len(source.split()) > SMALL + 2 and len(target.split()) > SMALL + 2
        return target[: -len(mark)] + instead if long and source.endswith(mark) and target.endswith(mark) else None

    return plant


PLACEHOLDER = r"%\(\w+\)[sd]|%[sd]|\{\w+\}"
PLANTS: dict[str, Plant] = {
    "number changed": swapped(r"(?<![\w%{(.])\d{2,}(?![\w})])", _number),
    "number lost": swapped(r"(?<![\w%{(.,])\d{2,} ?(?![\w}).,])", lambda found: ""),
    "placeholder lost": swapped(f"(?:{PLACEHOLDER}) ?", lambda found: ""),
    "placeholder changed": swapped(r"(?<=%\()\w+(?=\))|(?<=\{)[a-z]\w+(?=\})", lambda found: found[0][::-1] + "x"),
    "placeholder broken": swapped(r"%\(\w+\)[sd]", lambda found: found[0][:-1] + " "),
    "tag lost": swapped(r"</\w+>", lambda found: ""),
    "tag changed": swapped(r"<(?:b|i|strong|em|code|a)\b", lambda found: "<u"),
    "address changed": swapped(r"https?://[^\s<>\"]+[a-z]", lambda found: found[0][:-1] + "q"),
    "code changed": swapped(r"\b[A-Z]{2,}[-_]?\d+\b", lambda found: found[0][:-1] + "9x"),
    "option changed": swapped(r"(?<![\w-])--[a-z]{3,}", lambda found: found[0] + "en"),
    "copied": _copied,
    "half translated": _half,
    "word doubled": _doubled,
    "space doubled": swapped(r"(?<=\w) (?=\w)", lambda found: "  ", also=r"^(?!.*  )"),
    "space added": lambda source, target, _: (
        target + " " if source == source.strip() == target == target.strip() else None
    ),
    "line break lost": swapped(r"\n\Z", lambda found: ""),
    "paragraphs joined": swapped(r"\n\n", lambda found: " "),
    "question lost": _at_end("?", "."),
    "colon lost": _at_end(":", ""),
    "full stop lost": _at_end(".", ""),
    "bracket lost": swapped(r"(?<=\w)\)(?=[\s.,]|$)", lambda found: "", also=r"\(\w[^()]*\)"),
    "quotation mark lost": swapped(r"[”“»](?=[\s.,]|$)", lambda found: "", also=r"[“\"]"),
    "small letter": lambda source, target, _: (
        target[0].lower() + target[1:]
        if len(source.split()) > SMALL + 2
        and source[0].isupper()
        and source[-1] in ".?:"
        and target[0].isupper()
        and target[1].islower()
        else None
    ),
    "key lost": swapped(r"_(?=[^\W\d_])", lambda found: "", also=r"^[^_]{0,40}_[^_]{0,40}$"),
}


def usable(unit: po.pounit) -> bool:
    return bool(
        not unit.isheader() and not unit.isobsolete() and not unit.isfuzzy() and not unit.hasplural()
        and unit.source and unit.target and unit.source != unit.target and "translator" not in unit.source[:14]
    )  # fmt: skip


def planted(path: Path, work: Path, chance: random.Random) -> tuple[Path, dict[str, str], int]:
    """The file with faults in it, which kind stands where, and how many messages it has."""
    store = po.pofile.parsefile(str(path))
    units = [unit for unit in store.units if usable(unit)]
    chance.shuffle(units)
    units, kinds = units[:MESSAGES], {}
    for name, plant in PLANTS.items():
        left = EACH
        for unit in units:
            key = f"{unit.getcontext()}|{unit.source}" if unit.getcontext() else unit.source
            if not left:
                break
            faulty = None if key in kinds else plant(unit.source, unit.target, chance)
            if faulty is not None and faulty != unit.target:
                unit.target, kinds[key], left = faulty, name, left - 1
    kept = po.pofile()
    kept.units = [unit for unit in store.units if unit.isheader()] + units
    place = work / f"{path.parts[-4]}-{path.parts[-3]}-{path.name}"
    kept.savefile(str(place))
    return place, kinds, len(units)


def findings(path: Path) -> dict[str, list[str]]:
    """By message, the rules above neutral that fire on it."""
    document = read(path)
    document = replace(document, source_language=document.source_language or "en")
    found = segment(document)
    file = File(pairs_of(document, found, tuple(map(folded, found))), Termbase())
    said: dict[str, list[str]] = {}
    for unit, rule, hit in hits(file, list(SOURCE_RULES.values())):
        if (hit.severity or rule.severity) is not Severity.NEUTRAL:
            said.setdefault(unit.pair.key, []).append(rule.name)
    return said


def of_pofilter(path: Path, work: Path) -> dict[str, list[str]]:
    """By message, the tests of pofilter that fail."""
    out = work / f"{path.stem}.filtered.po"
    command = [str(Path(sys.executable).parent / "pofilter"), "--progress=none", str(path), str(out)]
    subprocess.run(command, check=True, capture_output=True)
    if not out.exists():
        return {}
    said: dict[str, list[str]] = {}
    for unit in po.pofile.parsefile(str(out)).units:
        names = re.findall(r"\(pofilter\) (\w+)", unit.getnotes())
        if names and unit.source:
            said[f"{unit.getcontext()}|{unit.source}" if unit.getcontext() else unit.source] = names
    return said


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--results", type=Path)
    parser.add_argument("--pofilter", action="store_true")
    parser.add_argument("--show", action="store_true")
    asked = parser.parse_args()
    asked.work.mkdir(parents=True, exist_ok=True)
    chance = random.Random(SEED)
    checkers = {"mtqa": findings}
    if asked.pofilter:
        checkers["pofilter"] = lambda path: of_pofilter(path, asked.work)
    total = messages = 0
    kinds: Counter[str] = Counter()
    found = {name: Counter() for name in checkers}
    alarms = {name: Counter() for name in checkers}
    alarmed = Counter()
    for path in asked.files:
        place, faults, count = planted(path, asked.work, chance)
        total, messages = total + len(faults), messages + count - len(faults)
        kinds.update(faults.values())
        for name, checker in checkers.items():
            said = checker(place)
            found[name].update(kind for key, kind in faults.items() if key in said)
            for key, rules in said.items():
                if key not in faults:
                    alarmed[name] += 1
                    alarms[name].update(set(rules))
            if asked.show and name == "mtqa":
                print(place.name)
                for key, kind in faults.items():
                    if key not in said:
                        print(f"  MISSED {kind}: {key!r}")
                for key, rules in said.items():
                    if key not in faults:
                        print(f"  ALARM {', '.join(rules)}: {key[:150]!r}")
    results = {
        "files": len(asked.files), "planted": total, "sound": messages,
        **{
            name: {
                "found": found[name].total(), "share": round(found[name].total() / max(1, total), 4),
                "alarms": alarmed[name], "alarms per 1000": round(1000 * alarmed[name] / max(1, messages), 2),
                "kinds": {kind: f"{found[name][kind]} of {number}" for kind, number in kinds.items()},
                "rules": dict(alarms[name].most_common()),
            }
            for name in checkers
        },
    }  # fmt: skip
    print(json.dumps(results, indent=1, ensure_ascii=False))
    if asked.results:
        asked.results.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return int(found["mtqa"].total() < FLOOR * total)


if __name__ == "__main__":
    sys.exit(main())
