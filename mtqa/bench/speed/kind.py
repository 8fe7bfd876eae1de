"""Speed: words a second, beside networks of other sizes on the same text; start-up, memory, growth."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import cycle
from pathlib import Path
from tempfile import TemporaryDirectory

from mtqa.bench.documents import in_batches
from mtqa.bench.kinds import Kind, Run
from mtqa.bench.speed.columns import CAREFUL, FLUENCY, MTQA, Group, SpeedSuite, Timing, Timings
from mtqa.bench.speed.processes import cost, machine
from mtqa.bench.speed.rivals import rivals
from mtqa.checker import Checker
from mtqa.core.errors import ConfigError, ModelError
from mtqa.core.settings import Editor
from mtqa.formats import from_text
from mtqa.neural.runtime import cores

__all__ = ["KIND"]

_AT_ONCE = 16  # documents to a batch
_ARTICLE = "article.txt"

Read = Callable[[Sequence[str]], object]


def _measure(suite: SpeedSuite, run: Run) -> Timings:
    sentences = [
        row["text"]
        for _, row in run.data.rows(suite.data)
        if row.get("origin") == suite.origin and len(row["text"].split()) > 1
    ]
    if not sentences:
        raise ConfigError(
            f"{run.data.path(suite.data)}: no rows of origin '{suite.origin}'; change origin of the suite"
        )
    threads = [n for n in suite.threads if n <= cores()]
    if not threads:
        raise ConfigError(f"this machine has {cores()} cores; put 1 among the threads of the suite")
    if skipped := [str(n) for n in suite.threads if n not in threads]:
        run.notes.append(f"{', '.join(skipped)} threads: left out, as this machine has {cores()} cores")
    run.machine = machine(threads)
    items = [
        *_in_process(suite, run, sentences, threads),
        *_processes(suite, run, sentences, threads[-1]),
    ]
    return Timings(items, suite)


def _timing(group: Group, name: str, place: int, words: int, seconds: float, megabytes: float | None = None) -> Timing:
    return Timing(
        id=f"{group}/{name}/{place}",
        group=group.value,
        name=name,
        place=str(place),
        words=words,
        seconds=seconds,
        megabytes=megabytes,
    )


def _in_process(suite: SpeedSuite, run: Run, sentences: Sequence[str], threads: Sequence[int]) -> Iterator[Timing]:
    """Words a second."""

    def parts(length: int, words: int) -> list[list[str]]:
        return _portions(sentences, length, words, suite, run.sample)

    checkers = {n: run.load(threads=n) for n in threads}
    fastest = checkers[threads[-1]]
    run.signature = str(fastest.signature)
    by_threads = {_counted(n, "thread"): _checks(checker, suite) for n, checker in checkers.items()}
    yield from _in_turns(Group.THREADS, by_threads, parts(suite.sentences, suite.words))
    for length in suite.lengths:
        one = {f"documents of {_counted(length, 'sentence')}": _checks(fastest, suite)}
        yield from _in_turns(Group.LENGTH, one, parts(length, suite.words))
    systems: dict[str, Read] = {MTQA: _checks(fastest, suite)}
    further = {CAREFUL: partial(run.load, editor=Editor.CAREFUL), FLUENCY: partial(run.load, fluency=True)}
    for name, load in further.items():
        try:
            systems[name] = _checks(load(threads=threads[-1]), suite)
        except ModelError as error:
            run.notes.append(f"{name}: left out: {error}")
    if suite.rivals:
        try:
            systems |= {f"{r.name}, {r.dtype}": r.read for r in rivals(run.load.model, threads=threads[-1])}
        except ModelError as error:
            run.notes.append(f"other networks: left out: {error}")
    yield from _in_turns(Group.SYSTEM, systems, parts(suite.sentences, suite.few_words))


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'s' if count > 1 else ''}"


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
                    f"{suite.data}: too little text for the suite; lower its words, repetitions or lengths"
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
        return [checker.check(*batch) for batch in in_batches(documents, _AT_ONCE)]

    return read


def _in_turns(group: Group, systems: dict[str, Read], parts: Sequence[Sequence[str]]) -> Iterator[Timing]:
    """Every system reads each part before any reads the next; the first part is a warm-up."""
    for place, part in enumerate(parts):
        for name, read in systems.items():
            start = time.perf_counter()
            read(part)
            seconds = time.perf_counter() - start
            if place:
                yield _timing(group, name, place - 1, _words(part), seconds)


def _processes(suite: SpeedSuite, run: Run, sentences: Sequence[str], threads: int) -> Iterator[Timing]:
    """Start-up, and growth with the size of the input."""
    documents = list(_documents(sentences, min(suite.sentences, len(sentences))))
    options = ["--model", _path(run.load.model), "--threads", str(threads)]
    score = ["-m", "mtqa", "score", _ARTICLE, "--language", suite.language, *options]
    batch = ["-m", "mtqa", "batch", "corpus.jsonl", "-o", "judged.jsonl", "--restart", *options]
    with TemporaryDirectory() as temporary:
        folder = Path(temporary)

        def timed(group: Group, name: str, place: int, command: Sequence[str], texts: Sequence[str] = ()) -> Timing:
            if command is score:
                (folder / _ARTICLE).write_text("\n\n".join(texts) + "\n", encoding="utf-8")
            elif command is batch:
                rows = (json.dumps({"id": str(n), "text": text}) + "\n" for n, text in enumerate(texts))
                (folder / "corpus.jsonl").write_text("".join(rows), encoding="utf-8")
            spent = cost(command, folder)
            return _timing(group, name, place, _words(texts), spent.seconds, spent.megabytes)

        for place in range(suite.repetitions):
            for statement in ("import mtqa", "from mtqa import Checker"):
                yield timed(Group.START, statement, place, ["-c", statement])
            yield timed(Group.START, "mtqa score", place, score, documents[:1])
        most = _words(documents[: run.sample]) if run.sample else None
        for group, what, command, sizes in (
            (Group.ARTICLE, "an article", score, suite.article),
            (Group.CORPUS, "a corpus", batch, suite.corpus),
        ):
            for size in sorted(sizes):
                name = f"{what} of {size:,} words"
                if most is not None and size > most:
                    run.notes.append(f"{name}: left out, as the sample has {most:,} words")
                    continue
                yield timed(group, name, 0, command, list(_as_many(documents, size)))


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


KIND = Kind(suite=SpeedSuite, item=Timing, columns=Timings, measure=_measure, pinned=False)
