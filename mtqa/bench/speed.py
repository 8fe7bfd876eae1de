"""Speed: words a second, beside networks of other sizes on the same text; start-up, memory, growth."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory

from mtqa.bench.conclusions import of_speed
from mtqa.bench.data import Data
from mtqa.bench.processes import cost, machine
from mtqa.bench.results import VERSION, Result
from mtqa.bench.speed_tables import MTQA, Group, Item, Timings, figures, tables
from mtqa.bench.suites import Loader, SpeedSuite
from mtqa.checker import Checker
from mtqa.core.errors import ConfigError, ModelError
from mtqa.formats import from_text
from mtqa.neural.rivals import rivals
from mtqa.neural.runtime import cores

__all__ = ["run"]

_AT_ONCE = 16  # documents to a batch
_ARTICLE = "article.txt"

Read = Callable[[Sequence[str]], object]


@dataclass(slots=True)
class _Timed:
    """Timings, and what was left out."""

    items: list[Item] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, group: Group, name: str, place: int, words: int, seconds: float, peak: float | None = None) -> None:
        """A timing."""
        item = Item(
            id=f"{group}/{name}/{place}",
            group=group.value,
            name=name,
            place=str(place),
            words=words,
            seconds=seconds,
            megabytes=peak,
        )
        self.items.append(item)


def run(suite: SpeedSuite, load: Loader, *, data: Path, sample: int | None = None) -> Result:
    """What was measured; see `mtqa.bench.run`."""
    source = Data(data, suite.sha256)
    sentences = [
        row["text"]
        for _, row in source.rows(suite.data)
        if row.get("origin") == suite.origin and len(row["text"].split()) > 1
    ]
    if not sentences:
        raise ConfigError(f"{data / suite.data}: has no rows of origin '{suite.origin}'; change origin of the suite")
    threads = [n for n in suite.threads if n <= cores()]
    if not threads:
        raise ConfigError(f"this machine has {cores()} cores; put 1 among the threads of the suite")
    timed = _Timed()
    if skipped := [str(n) for n in suite.threads if n not in threads]:
        timed.notes.append(f"{', '.join(skipped)} threads: left out, as this machine has {cores()} cores")
    signature = _in_process(timed, suite, load, sentences, threads, sample)
    _processes(timed, suite, load, sentences, threads[-1], sample)
    timings = Timings(timed.items, suite)
    shown = tuple(table for table in tables(timings) if table.rows)
    return Result(
        version=VERSION,
        suite=suite.name,
        settings=asdict(suite),
        sample=sample,
        signature=signature,
        command=suite.command(sample),
        machine=machine(threads),
        data=source.digests,
        conclusion=of_speed(shown[0]),
        tables=shown,
        figures=tuple(figures(timings)),
        failures=tuple(source.failures),
        notes=tuple(timed.notes),
        items=tuple(asdict(item) for item in timed.items),
    )


def _in_process(
    timed: _Timed, suite: SpeedSuite, load: Loader, sentences: Sequence[str], threads: Sequence[int], sample: int | None
) -> str:
    """Words a second; the signature of the checker."""
    usual = _portions(sentences, suite.sentences, suite.words, suite, sample)
    checkers = {n: load(threads=n) for n in threads}
    fastest = checkers[threads[-1]]
    _in_turns(timed, Group.THREADS, {_threads(n): _checks(c, suite) for n, c in checkers.items()}, usual)
    for length in suite.lengths:
        parts = _portions(sentences, length, suite.words, suite, sample)
        _in_turns(
            timed,
            Group.LENGTH,
            {f"documents of {length} sentence{'s' if length > 1 else ''}": _checks(fastest, suite)},
            parts,
        )
    systems: dict[str, Read] = {MTQA: _checks(fastest, suite)}
    try:
        systems["mtqa --fluency lm"] = _checks(load(fluency=True, threads=threads[-1]), suite)
    except ModelError as error:
        timed.notes.append(f"mtqa --fluency lm: left out: {error}")
    if suite.rivals:
        try:
            systems |= {f"{r.name}, {r.dtype}": r.read for r in rivals(load.model, threads=threads[-1])}
        except ModelError as error:
            timed.notes.append(f"other networks: left out: {error}")
    _in_turns(timed, Group.SYSTEM, systems, _portions(sentences, suite.sentences, suite.few_words, suite, sample))
    return str(fastest.signature)


def _threads(count: int) -> str:
    return f"{count} thread{'s' if count > 1 else ''}"


def _portions(
    sentences: Sequence[str], length: int, words: int, suite: SpeedSuite, sample: int | None
) -> list[list[str]]:
    """A document for a warm-up; then, for each repetition, different documents of ``length`` sentences, of at least
    so many words, or as many documents as the sample has."""
    documents = _documents(sentences, length)
    found: list[list[str]] = []
    for _ in range(suite.repetitions + 1):
        part: list[str] = []
        most = (sample or words) if found else 1
        while _words(part) < words and len(part) < most:
            try:
                part.append(next(documents))
            except StopIteration:
                raise ConfigError(
                    f"{suite.data}: has too little text for the suite; lower its words, repetitions or lengths"
                ) from None
        found.append(part)
    return found


def _documents(sentences: Sequence[str], length: int) -> Iterator[str]:
    for at in range(0, len(sentences) - length + 1, length):
        yield "\n\n".join(sentences[at : at + length])


def _words(texts: Sequence[str]) -> int:
    return sum(len(text.split()) for text in texts)


def _checks(checker: Checker, suite: SpeedSuite) -> Read:
    def read(texts: Sequence[str]) -> object:
        documents = [from_text(text, uri=str(n), language=suite.language) for n, text in enumerate(texts)]
        return [checker.check(*documents[at : at + _AT_ONCE]) for at in range(0, len(documents), _AT_ONCE)]

    return read


def _in_turns(timed: _Timed, group: Group, systems: dict[str, Read], parts: Sequence[Sequence[str]]) -> None:
    """Every system reads each part before any reads the next; the first part is a warm-up."""
    for place, part in enumerate(parts):
        for name, read in systems.items():
            start = time.perf_counter()
            read(part)
            if place:
                timed.add(group, name, place - 1, _words(part), time.perf_counter() - start)


def _processes(
    timed: _Timed, suite: SpeedSuite, load: Loader, sentences: Sequence[str], threads: int, sample: int | None
) -> None:
    """Start-up, and growth with the size of the input."""
    documents = list(_documents(sentences, min(suite.sentences, len(sentences))))
    options = ["--model", _path(load.model), "--threads", str(threads)]
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / _ARTICLE).write_text(documents[0] + "\n", encoding="utf-8")
        score = ["-m", "mtqa", "score", _ARTICLE, "--language", suite.language, *options]
        for place in range(suite.repetitions):
            for statement in ("import mtqa", "from mtqa import Checker"):
                imported = cost(["-c", statement], folder)
                timed.add(Group.START, statement, place, 0, imported.seconds, imported.megabytes)
            judged = cost(score, folder)
            timed.add(Group.START, "mtqa score", place, _words(documents[:1]), judged.seconds, judged.megabytes)
        most = _words(documents[:sample]) if sample else None
        for group, sizes in ((Group.ARTICLE, suite.article), (Group.CORPUS, suite.corpus)):
            for size in sorted(sizes):
                name = f"{'an article' if group is Group.ARTICLE else 'a corpus'} of {size:,} words"
                if most is not None and size > most:
                    timed.notes.append(f"{name}: left out, as the sample has {most:,} words")
                    continue
                texts = list(_as_many(documents, size))
                command = score
                if group is Group.ARTICLE:
                    (folder / _ARTICLE).write_text("\n\n".join(texts) + "\n", encoding="utf-8")
                else:
                    rows = (json.dumps({"id": str(n), "text": text}) + "\n" for n, text in enumerate(texts))
                    (folder / "corpus.jsonl").write_text("".join(rows), encoding="utf-8")
                    command = ["-m", "mtqa", "batch", "corpus.jsonl", "-o", "judged.jsonl", "--restart", *options]
                spent = cost(command, folder)
                timed.add(group, name, 0, _words(texts), spent.seconds, spent.megabytes)


def _path(model: str) -> str:
    """A model's name, or its folder from anywhere."""
    return str(Path(model).resolve()) if Path(model).is_dir() else model


def _as_many(documents: Sequence[str], words: int) -> Iterator[str]:
    """Documents, from the first again after the last, of as many words."""
    left = words
    for document in cycle(documents):
        found = document.split()
        yield document if len(found) <= left else " ".join(found[:left])
        left -= len(found)
        if left <= 0:
            return
