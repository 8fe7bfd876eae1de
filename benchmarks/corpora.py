"""Corpora at scale: memory, workers, Ray and kills of `mtqa batch`, each run a process of its own.

    python benchmarks/corpora.py --data DATA --work WORK [--only PART]

The corpus is documents of 20 consecutive segments of WMT21 and WMT22, by people and by machines, in an order drawn
once; a smaller corpus is the beginning of a larger one. A run that is done is kept in WORK and shared by the parts that
need it, so that an interrupted measurement goes on; empty WORK to measure anew. Run it on an otherwise idle machine.

    memory   the most memory that the processes of a run hold together, at a tenth of the words and at all of them:
             alone, and with two workers
    workers  words a second of two workers with a thread each, over those of one with one thread
    kill     the process group killed with SIGKILL three times, each at a random moment after further rows were kept,
             and the same command each time: the bytes are those of a run that nothing disturbed
    ray      words a second of two actors, over those of two processes

Words a second are counted from the end of the first chunk to the end of the last, without what it takes to begin. CPU
seconds a word, of all processes of a run, are less sensitive to what else the machine does. The exit status is 1 where
a floor is missed.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import accumulate, groupby
from pathlib import Path
from typing import Any

from mtqa.bench.speed.processes import processor

SENTENCES = 20  # a document
SEED = 20
KILLS = 3
TICK = 0.1  # seconds between two looks at a run
GROWTH, SPEEDUP, RAY = 1.10, 1.70, 0.85  # floors: the first is not to be exceeded
PAGE = os.sysconf("SC_PAGE_SIZE")
TICKS = os.sysconf("SC_CLK_TCK")

RUNS = {  # options, and which share of the words it reads
    "alone, a tenth": ((), 0.1),
    "alone, all": ((), 1.0),
    "two, a tenth": (("--workers", "2"), 0.1),
    "two, all": (("--workers", "2"), 1.0),
    "one thread": (("--threads", "1"), 0.2),
    "ray": (("--engine", "ray", "--workers", "2"), 0.4),
}


def documents(data: Path) -> Iterator[str]:
    """Texts of consecutive segments of one system, person or newspaper, in an order drawn once."""
    with gzip.open(data / "segments.en.jsonl.gz", "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]

    def place(row: dict[str, Any]) -> tuple[Any, ...]:
        return row["year"], row["pair"], row["origin"], row["system"] or ""

    rows.sort(key=lambda row: (*place(row), row["seg"]))
    sets = [[row["text"] for row in group] for _, group in groupby(rows, key=place)]
    found = [" ".join(texts[at : at + SENTENCES]) for texts in sets for at in range(0, len(texts), SENTENCES)]
    random.Random(SEED).shuffle(found)
    yield from found


def corpus(data: Path, work: Path, words: int) -> Path:
    """A file with at least ``words`` words, made unless it is there."""
    path = work / f"{words}.jsonl"
    if not path.exists():
        count, new = 0, path.with_suffix(".new")
        with new.open("w", encoding="utf-8") as out:
            for number, text in enumerate(documents(data)):
                out.write(json.dumps({"id": number, "text": text}, ensure_ascii=False) + "\n")
                count += len(text.split())
                if count >= words:
                    break
            else:
                raise SystemExit(f"the data has {count:,} words; lower --words")
        new.replace(path)
    return path


def command(source: Path, output: Path, *options: str) -> list[str]:
    return [sys.executable, "-m", "mtqa", "batch", str(source), "--output", str(output), *options]


def family(pid: int) -> list[int]:
    """A process and its descendants that are there now."""
    try:
        tasks = Path(f"/proc/{pid}/task").glob("*/children")
        return [pid, *(each for task in tasks for child in task.read_text().split() for each in family(int(child)))]
    except OSError:
        return [pid]


def held(pid: int) -> tuple[str, int, float]:
    """What a process is, the bytes that it holds, and the CPU seconds that it and its dead children have used."""
    folder = Path(f"/proc/{pid}")
    words = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
    kind = "worker" if "spawn_main" in words or words.startswith("ray::_Judging") else "other"
    used = (folder / "stat").read_text().rpartition(")")[2].split()[11:15]
    return kind, int((folder / "statm").read_text().split()[1]) * PAGE, sum(map(int, used)) / TICKS


class Watch:
    """What the processes of a run hold and use, and how far it was when."""

    def __init__(self, process: subprocess.Popen[bytes], output: Path) -> None:
        self._root = process.pid
        self._state = output.with_name(output.name + ".part.state")
        self.peak = 0
        self.each: dict[int, tuple[str, int]] = {}
        self._cpu: dict[int, float] = {}
        self.rows: dict[int, float] = {}

    def look(self) -> None:
        total = 0
        for pid in family(self._root):
            try:
                kind, size, used = held(pid)
            except (OSError, IndexError):  # it has just ended
                continue
            if not size:  # it has ended and is not yet buried: it has no name any more
                continue
            total += size
            self.each[pid] = ("main" if pid == self._root else kind, max(size, self.each.get(pid, ("", 0))[1]))
            self._cpu[pid] = used
        self.peak = max(self.peak, total)
        try:
            when, state = self._state.stat().st_mtime, json.loads(self._state.read_bytes())
        except (OSError, ValueError):
            return
        if state["rows"]:
            self.rows.setdefault(state["rows"], when)

    def cpu(self, words: int) -> dict[str, float]:
        """CPU seconds for 1000 words, of all processes and of the first one."""
        used = {"all": sum(self._cpu.values()), "main": self._cpu[self._root]}
        return {name: round(seconds / words * 1000, 4) for name, seconds in used.items()}


def measured(name: str, source: Path, work: Path) -> dict[str, Any]:
    """One undisturbed run."""
    options = RUNS[name][0]
    output = work / f"{name.replace(', ', '-').replace(' ', '-')}.judged.jsonl"
    counts = [len(json.loads(line)["text"].split()) for line in source.open(encoding="utf-8")]
    words = list(accumulate(counts))
    start = time.time()
    with subprocess.Popen(command(source, output, "--restart", *options)) as process:
        watch = Watch(process, output)
        while process.poll() is None:
            watch.look()
            time.sleep(TICK)
    if process.returncode:
        raise SystemExit(f"{name}: mtqa batch ended with {process.returncode}")
    watch.rows[len(words)] = output.stat().st_mtime  # of the last rows: the file is renamed at the end
    first, last = min(watch.rows), max(watch.rows)
    took = watch.rows[last] - watch.rows[first]
    by_kind: dict[str, list[float]] = {}
    for kind, size in watch.each.values():
        by_kind.setdefault(kind, []).append(megabytes(size))
    print(f"{name}: {words[-1]:,} words in {time.time() - start:.0f} s", flush=True)
    return {
        "options": " ".join(options),
        "signature": signature(output),
        "words": words[-1],
        "seconds": round(time.time() - start, 1),
        "seconds_to_first_chunk": round(watch.rows[first] - start, 1),
        "words_per_second": round((words[last - 1] - words[first - 1]) / took, 1) if took else None,
        "cpu_seconds_per_1000_words": watch.cpu(words[-1]),
        "peak_mb": megabytes(watch.peak),
        "peak_mb_of_each": {kind: sorted(sizes, reverse=True)[:4] for kind, sizes in by_kind.items()},
    }


def signature(output: Path) -> str:
    """That of the rows of a finished run."""
    with output.open(encoding="utf-8") as rows:
        return str(json.loads(next(rows))["signature"])


def megabytes(size: int) -> float:
    return round(size / 2**20, 1)


def done_in(state: Path) -> int:
    """Rows that a run has kept, as its state says."""
    return int(json.loads(state.read_bytes())["rows"]) if state.exists() else 0


def killed(source: Path, work: Path, wanted: Path, seconds: float) -> dict[str, Any]:
    """A run that is killed at random moments and taken up again. Each kill comes after further rows were kept: one that
    comes before would show nothing.

    Args:
        seconds: that an undisturbed run takes.
    """
    output = work / "killed.jsonl"
    state = output.with_name(output.name + ".part.state")
    for path in work.glob("killed.jsonl*"):
        path.unlink()
    moments = []
    for _ in range(KILLS):
        before, start = done_in(state), time.monotonic()
        with subprocess.Popen(command(source, output, "--workers", "2"), start_new_session=True) as process:
            while process.poll() is None and done_in(state) <= before:
                time.sleep(TICK)
            time.sleep(random.uniform(0, seconds / KILLS / 4))
            if process.poll() is not None:
                raise SystemExit("the run had ended before it was killed; raise --words")
            os.killpg(process.pid, signal.SIGKILL)
        moments.append({"after_seconds": round(time.monotonic() - start, 2), "rows_done": done_in(state)})
    done = subprocess.run(command(source, output, "--workers", "2"), check=False)
    same = done.returncode == 0 and output.read_bytes() == wanted.read_bytes()
    return {"kills": moments, "same_bytes": same}


class Measurement:
    """The runs, each measured when it is first asked for."""

    def __init__(self, data: Path, work: Path, words: int) -> None:
        self._data, self._work, self._words = data, work, words
        self._kept = work / "runs.json"
        self.runs: dict[str, Any] = json.loads(self._kept.read_bytes()) if self._kept.exists() else {}

    def source(self, name: str) -> Path:
        return corpus(self._data, self._work, int(self._words * RUNS[name][1]))

    def run(self, name: str) -> dict[str, Any]:
        if name not in self.runs:
            self.keep(name, measured(name, self.source(name), self._work))
        return dict(self.runs[name])

    def keep(self, name: str, found: dict[str, Any]) -> None:
        self.runs[name] = found
        self._kept.write_text(json.dumps(self.runs, indent=2) + "\n", encoding="utf-8")

    def memory(self) -> dict[str, Any]:
        found = {}
        for kind in ("alone", "two"):
            small, large = self.run(f"{kind}, a tenth"), self.run(f"{kind}, all")
            found[kind] = round(large["peak_mb"] / small["peak_mb"], 3)
        return {"growth": found, "most": GROWTH, "good": all(each <= GROWTH for each in found.values())}

    def workers(self) -> dict[str, Any]:
        return self._ratio("two, all", "one thread", SPEEDUP)

    def ray(self) -> dict[str, Any]:
        return self._ratio("ray", "two, all", RAY)

    def _ratio(self, name: str, base: str, least: float) -> dict[str, Any]:
        above, below = self.run(name), self.run(base)
        ratio = round(above["words_per_second"] / below["words_per_second"], 3)
        cpu_ratio = above["cpu_seconds_per_1000_words"]["all"] / below["cpu_seconds_per_1000_words"]["all"]
        return {"ratio": ratio, "cpu_ratio": round(cpu_ratio, 3), "least": least, "good": ratio >= least}

    def kill(self) -> dict[str, Any]:
        whole = self.run("one thread")
        wanted = self._work / "one-thread.judged.jsonl"
        if "killed" not in self.runs:
            seconds = whole["seconds"] / 2  # two workers
            self.keep("killed", killed(self.source("one thread"), self._work, wanted, seconds))
        return {"good": self.runs["killed"]["same_bytes"]}


PARTS = ("memory", "workers", "kill", "ray")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder of WMT data")
    parser.add_argument("--work", type=Path, required=True, help="folder for corpora, outputs and finished runs")
    parser.add_argument("--only", action="append", choices=PARTS, help="a part; again for more")
    parser.add_argument("--words", type=int, default=1_000_000)
    parser.add_argument("--output", type=Path, default=Path(__file__).parent / "results" / "corpora.json")
    arguments = parser.parse_args()

    arguments.work.mkdir(parents=True, exist_ok=True)
    measurement = Measurement(arguments.data, arguments.work, arguments.words)
    parts = {name: getattr(measurement, name)() for name in arguments.only or PARTS}
    found = {"cpu": processor(), "cores": len(os.sched_getaffinity(0)), "words": arguments.words}
    arguments.output.parent.mkdir(parents=True, exist_ok=True)
    arguments.output.write_text(
        json.dumps(found | {"parts": parts, "runs": measurement.runs}, indent=2) + "\n", encoding="utf-8"
    )
    for name, part in parts.items():
        print(f"{name:8} {json.dumps(part)}")
    return int(not all(part["good"] for part in parts.values()))


if __name__ == "__main__":
    sys.exit(main())
