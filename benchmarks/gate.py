"""Time of `mtqa gate` on 200 articles, cold and warm, next to the grammar checker Harper on the same files in the same
run, and what each finds in machine translations and in what people wrote.

    python benchmarks/gate.py --data DATA [--harper PYTHON]

The articles are 20 consecutive segments each of WMT22, half of them the output of systems and half English originals;
in each half every other one is Markdown, the rest HTML. PYTHON is that of an environment with `harper-py`; without it
mtqa is measured alone. A process is timed from start to end, its start-up included. Harper reads no HTML: it is given
the text between the tags of those files. The warm run is on unchanged files. Floors: it takes less than a second and
loads neither PyTorch nor ONNX Runtime. The exit status is 1 where one is missed.
"""

from __future__ import annotations

import argparse
import gzip
import html
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from itertools import groupby, islice
from pathlib import Path
from typing import Any

from mtqa.bench.speed.processes import processor

ARTICLES, SENTENCES, YEAR = 100, 20, 2022  # articles of each origin
FLOOR = 1.0  # seconds of a warm run
HEAVY = ("torch", "onnxruntime")
ORIGINS = {"machine": "mt", "original": "original"}

HARPER = """
import html, importlib.metadata, json, re, sys
from harper import Linter
linter, found = Linter(), {}
for name in sys.argv[1:]:
    with open(name, encoding="utf-8") as file:
        text = file.read()
    if name.endswith(".html"):
        text = html.unescape(re.sub(r"<[^>]+>", "", text))
    found[name] = [lint.lint_kind for lint in linter.lint(text, language="markdown")]
json.dump({"version": importlib.metadata.version("harper-py"), "found": found}, sys.stdout)
"""

WARM = """
import sys
from mtqa.cli.app import main
try:
    main(sys.argv[1:])
except SystemExit as ended:
    sys.stderr.write(" ".join(sorted({name.partition(".")[0] for name in sys.modules})))
    raise
"""


def articles(data: Path, origin: str) -> Iterator[list[str]]:
    """Runs of consecutive segments: of one system and language pair, or of one pair's English source."""
    with gzip.open(data / "segments.en.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [row for row in map(json.loads, lines) if row["origin"] == origin and row["year"] == YEAR]

    def place(row: dict[str, Any]) -> tuple[str, str]:
        return row["pair"], row.get("system") or ""

    rows.sort(key=lambda row: (*place(row), row["seg"]))
    sets = [[row["text"] for row in group] for _, group in groupby(rows, key=place)]
    for at in range(0, max(map(len, sets)), SENTENCES):  # from each set in turn, so that all systems come in
        for texts in sets:
            if len(part := texts[at : at + SENTENCES]) == SENTENCES:
                yield part


def write(folder: Path, data: Path) -> dict[str, str]:
    """The articles as files in ``folder``; the text of each, by name."""
    texts = {}
    for kind, origin in ORIGINS.items():
        found = list(islice(articles(data, origin), ARTICLES))
        if len(found) < ARTICLES:
            raise SystemExit(f"the data has {len(found)} articles of {kind} segments; {ARTICLES} are needed")
        for number, sentences in enumerate(found):
            paragraphs = [" ".join(sentences[at : at + 4]) for at in range(0, SENTENCES, 4)]
            if number % 2:
                name, body = f"{kind}-{number:03}.html", "\n".join(f"<p>{html.escape(p)}</p>" for p in paragraphs)
                body = f'<!DOCTYPE html>\n<html lang="en">\n<body>\n<article>\n{body}\n</article>\n</body>\n</html>'
            else:
                name, body = f"{kind}-{number:03}.md", "\n\n".join(paragraphs)
            (folder / name).write_text(body + "\n", encoding="utf-8")
            texts[name] = " ".join(paragraphs)
    return texts


Times = tuple[float, float]
"""Seconds from start to end, and of the CPU."""


def timed(*command: str, folder: Path, environment: dict[str, str]) -> tuple[Times, subprocess.CompletedProcess[str]]:
    start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    took, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return (took, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime), done


def gate(folder: Path, cache: Path, threads: int, form: str = "text") -> tuple[Times, str, set[str]]:
    """Times, the report, and the packages that were loaded."""
    took, done = timed(
        sys.executable,
        *("-c", WARM, "gate", "--format", form, "--threads", str(threads), "--profile", "default", "."),
        folder=folder,
        environment=os.environ | {"XDG_CACHE_HOME": str(cache), "RAYON_NUM_THREADS": str(threads)},
    )
    if done.returncode not in (0, 1):
        raise SystemExit(f"mtqa gate failed: {done.stderr}")
    return took, done.stdout, set(done.stderr.split())


def found_by(kinds: dict[str, list[str]], words: dict[str, int]) -> dict[str, Any]:
    """What was found in each half: how much, in how many articles, and of which kinds; ``kinds`` by file."""
    report = {}
    for half in ORIGINS:
        names = [name for name in words if name.startswith(half)]
        counts = Counter(kind for name in names for kind in kinds.get(name, ()))
        report[half] = {
            "findings": counts.total(),
            "per_1000_words": round(1000 * counts.total() / sum(words[name] for name in names), 2),
            "articles_with_findings": sum(bool(kinds.get(name)) for name in names),
            "kinds": dict(counts.most_common()),
        }
    return report


def measure(data: Path, threads: int, repeat: int, harper: str | None) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as temporary:
        load = os.getloadavg()[0]
        folder, caches = Path(temporary) / "articles", Path(temporary) / "caches"
        folder.mkdir()
        texts = write(folder, data)
        words = {name: len(text.split()) for name, text in texts.items()}
        seconds: dict[str, list[Times]] = {"cold": [], "warm": [], "harper": []}
        loaded: set[str] = set()
        linted: dict[str, Any] = {}
        for number in range(repeat):
            took, first, packages = gate(folder, caches / str(number), threads)
            seconds["cold"].append(took)
            if "onnxruntime" not in packages:
                raise SystemExit("the cold run did not load the model, so it was not cold")
            took, second, packages = gate(folder, caches / str(number), threads)
            seconds["warm"].append(took)
            loaded |= packages.intersection(HEAVY)
            if second != first:
                raise SystemExit("the warm run says something else than the cold one")
            if harper:
                took, done = timed(harper, "-c", HARPER, *words, folder=folder, environment=dict(os.environ))
                if done.returncode:
                    raise SystemExit(f"Harper failed: {done.stderr}")
                seconds["harper"].append(took)
                linted = json.loads(done.stdout)
        _, text, _ = gate(folder, caches / "0", threads, "json")
    report = json.loads(text)
    found: dict[str, list[str]] = {}
    for finding in report["gate"]["findings"]:
        found.setdefault(finding["uri"], []).append(finding["rule"])
    total = sum(words.values())
    middle = {name: sorted(wall for wall, _ in took)[len(took) // 2] for name, took in seconds.items() if took}

    def system(name: str) -> dict[str, Any]:
        return {
            "seconds": [round(wall, 3) for wall, _ in seconds[name]],
            "cpu_seconds": [round(used, 3) for _, used in seconds[name]],
            "words_per_second": round(total / middle[name]),
            "seconds_per_1000_words": round(1000 * middle[name] / total, 4),
        }

    result: dict[str, Any] = {
        "cpu": processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "threads": threads,
        "load_before": round(load, 2),
        "signature": report["signature"]["string"],
        "articles": len(words),
        "words": total,
        "mtqa_gate": {
            "cold": system("cold"),
            "warm": {**system("warm"), "heavy_packages_loaded": sorted(loaded)},
            "found": found_by(found, words),
        },
        "floor_warm_seconds": FLOOR,
    }
    if harper:
        result["harper"] = {"version": linted["version"], **system("harper"), "found": found_by(linted["found"], words)}
        result["words_per_second_over_harper"] = {
            name: round(middle["harper"] / middle[name], 3) for name in ("cold", "warm")
        }
    return result | {"passed": middle["warm"] < FLOOR and not loaded}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the folder of segments.en.jsonl.gz")
    parser.add_argument("--harper", metavar="PYTHON", help="of an environment with harper-py")
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--output", type=Path, default=Path(__file__).parent / "results" / "gate.json")
    arguments = parser.parse_args()
    result = measure(arguments.data, arguments.threads, arguments.repeat, arguments.harper)
    arguments.output.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(json.dumps({name: value for name, value in result.items() if name != "signature"}, indent=1))
    return 0 if result["passed"] else 1


if __name__ == "__main__":
    sys.exit(main())
