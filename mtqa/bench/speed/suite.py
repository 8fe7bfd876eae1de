"""What to time."""

from __future__ import annotations

from dataclasses import dataclass

from mtqa.bench.suites import Suite

__all__ = ["SpeedSuite"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeedSuite(Suite):
    """How fast mtqa is, and how its time and memory grow.

    Rows have ``text`` and ``origin``; consecutive rows are joined into documents.

    Attributes:
        origin: of the rows that are read.
        words: read in each repetition.
        few_words: likewise, where slower networks read them too.
        repetitions: of each timing, after a warm-up; each reads new text.
        threads: of the CPU; those beyond the machine's cores are left out, and all else is timed with the last.
        sentences: of a document.
        lengths: of further documents, in sentences.
        article, corpus: words of one article that ``mtqa score`` reads, and of a corpus that ``mtqa batch`` reads.
        rivals: whether networks of the size of GPT-2 small and XLM-R large read the same text.
    """

    origin: str = "original"
    words: int = 4000
    few_words: int = 1000
    repetitions: int = 5
    threads: tuple[int, ...] = (1, 2)
    sentences: int = 20
    lengths: tuple[int, ...] = (1, 5, 20, 80)
    article: tuple[int, ...] = (1_000, 10_000, 100_000)
    corpus: tuple[int, ...] = (1_000, 10_000, 100_000, 1_000_000)
    rivals: bool = True

    def __post_init__(self) -> None:
        super(SpeedSuite, self).__post_init__()
        numbers = (
            self.words,
            self.few_words,
            self.repetitions,
            self.sentences,
            *self.threads,
            *self.lengths,
            *self.article,
        )
        if not self.threads or min(*numbers, *self.corpus) < 1:
            raise ValueError("words, repetitions, threads, sentences and sizes must be 1 or more; change them")
        if list(self.threads) != sorted(set(self.threads)):
            raise ValueError("threads must rise; sort them")
