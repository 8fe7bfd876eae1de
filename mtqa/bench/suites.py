"""What to measure, and on which data: a suite is a TOML file, whose keys are the fields below with hyphens."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import ClassVar, Protocol

from mtqa.bench.reading import built, read_table
from mtqa.checker import Checker
from mtqa.core.errors import ConfigError, UnknownName

__all__ = [
    "Baselines",
    "Condition",
    "DetectionSuite",
    "ErrorsSuite",
    "JudgedSet",
    "Loader",
    "Repair",
    "SpeedSuite",
    "Suite",
    "TranslationSuite",
    "measuring",
    "read_suite",
    "shipped",
    "suite_of",
]

Condition = Mapping[str, str | int]
"""Keys of a row and the values that they must have."""


class Loader(Protocol):
    """Loads a checker."""

    @property
    def model(self) -> str:
        """Name or folder of its model."""

    def __call__(
        self, *, fluency: bool = False, round_trip: tuple[str, ...] = (), threads: int | None = None
    ) -> Checker:
        """One with the language model, or with round trips, among its signals; on as many threads of the CPU as are
        given, else as many as it was told to use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """What all suites have.

    Attributes:
        kind: detection, errors, speed or translation.
        name: by default that of the file.
        title: for the heading of the report.
        about: what is measured and what was left out, in a few sentences.
        language: BCP 47 tag of the texts that are judged.
        data: the file, JSON Lines, plain or gzipped, in the folder that is given with --data.
        sha256: digest of each file that the numbers hold for; another file is refused.
        seed: of everything drawn by chance.
        draws: bootstrap samples for each interval.
    """

    by_options: ClassVar[tuple[str, ...]] = ("seed",)

    kind: str
    name: str
    title: str
    about: str = ""
    language: str = "en"
    data: str = ""
    sha256: Mapping[str, str] = field(default_factory=dict)
    seed: int = 1
    draws: int = 500

    def __post_init__(self) -> None:
        if not re.fullmatch(r"\w[\w.-]*", self.name):
            raise ValueError(
                f"name must be letters, digits, dots and hyphens, a letter or digit first, not '{self.name}'; rename it"
            )
        if self.draws < 1 or self.seed < 0:
            raise ValueError("draws must be 1 or more and seed 0 or more; change them")
        if wrong := [n for n, digest in self.sha256.items() if not re.fullmatch(r"[0-9a-f]{64}", digest)]:
            raise ValueError(f"sha256 of '{wrong[0]}' must be 64 hexadecimal digits; run sha256sum on the file")
        if self.sha256 and self.data and self.data not in self.sha256:
            raise ValueError(f"sha256 has no digest of {self.data}; add it")

    def command(self, sample: int | None) -> str:
        """That runs it."""
        name = self.name if self._is_shipped() else f"{self.name}.toml"
        options = [*self.sources(), "--seed", str(self.seed), *(["--sample", str(sample)] if sample else [])]
        return shlex.join(["mtqa", "bench", "run", name, *options, "-o", "RESULT.json"])

    def _is_shipped(self) -> bool:
        """Whether it is the one that comes with mtqa, but for what options change."""
        if self.name not in shipped():
            return False
        own = read_suite(self.name)
        return type(own) is type(self) and replace(own, **{key: getattr(self, key) for key in self.by_options}) == self

    def sources(self) -> list[str]:
        """Options that say where the data is."""
        return ["--data", "DATA"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Baselines:
    """Other detectors, run on the same documents.

    Attributes:
        ngrams_year: train a logistic regression on TF-IDF of character n-grams on the rows of this year, and for each
            machine system on what the other systems and people wrote in the year that is judged; 0 for none.
        round_trip: documents of each kind (machine, human translation, original) on which is measured how much of a
            text survives a machine translation there and back; 0 for none.
        perplexity: documents of each kind on which is measured the surprisal by the language model that ``mtqa models
            pull smollm2-135m`` gets; 0 for none.
    """

    ngrams_year: int = 0
    round_trip: int = 0
    perplexity: int = 0

    def __post_init__(self) -> None:
        if min(self.ngrams_year, self.round_trip, self.perplexity) < 0:
            raise ValueError("baselines must be 0 or more; change them")


@dataclass(frozen=True, slots=True, kw_only=True)
class DetectionSuite(Suite):
    """Machine-translated documents against people's.

    Rows are those of WMT: ``text``, ``origin`` (mt, human or original), ``year``, ``pair``, ``seg``, ``system``, and
    ``same`` for further systems with the same output; ``doc`` where there are domains.

    Attributes:
        year: of the test set.
        left_out: rows that meet one of these conditions.
        lengths: of documents, in segments.
        breakdown: the length that systems, pairs, curves and examples are shown at.
        documents: the most of each machine system, pair and length, drawn by chance; 0 for all. People's are all used.
        domains: name of a kind of text to what its ``doc`` begins with; the others are of the domain ``other``.
        baselines: other detectors.
    """

    year: int
    left_out: tuple[Condition, ...] = ()
    lengths: tuple[int, ...] = (5, 10, 20, 40)
    breakdown: int = 10
    documents: int = 0
    domains: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    baselines: Baselines = field(default_factory=Baselines)

    def __post_init__(self) -> None:
        super(DetectionSuite, self).__post_init__()
        if not self.lengths or min(self.lengths) < 1 or self.breakdown not in self.lengths:
            raise ValueError("lengths must be 1 or more, and breakdown one of them; change them")
        if self.documents < 0:
            raise ValueError("documents must be 0, for all, or more; change it")
        if self.baselines.ngrams_year == self.year:
            raise ValueError("ngrams-year must not be the year that is judged; choose another")


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """When a sentence counts as in need of repair: its ``key`` is at least, or at most, so much."""

    key: str
    at_least: float | None = None
    at_most: float | None = None

    def __post_init__(self) -> None:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("repair takes either at-least or at-most; give one")

    def __call__(self, value: float) -> bool:
        """Whether a row with this value needs repair."""
        return value >= self.at_least if self.at_least is not None else value <= (self.at_most or 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedSet:
    """Sentences that were judged in one way.

    Attributes:
        where: the rows that belong to it.
        scores: name of a human score to the key that has it; a minus before the key where higher is worse.
        repair: when a sentence needs repair; absent where the data does not say.
        in_documents: whether rows of the same ``system`` and ``doc`` are judged as consecutive sentences.
        every: take one segment (``seg``) in so many.
    """

    name: str
    where: Condition
    scores: Mapping[str, str] = field(default_factory=dict)
    repair: Repair | None = None
    in_documents: bool = False
    every: int = 1

    def __post_init__(self) -> None:
        if self.every < 1:
            raise ValueError("every must be 1 or more; change it")


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorsSuite(Suite):
    """Sentences that people scored, and words that they tagged.

    Rows have ``text``, the keys that the sets name, ``tok`` and ``tags`` (words and OK or BAD for each), and ``errors``
    (``[annotator, category, severity, start, end]``) where there are such.

    Attributes:
        sets: of sentences.
        sentences: the most of each set.
        source: whether the model may read what was translated (``source``).
    """

    sets: tuple[JudgedSet, ...]
    sentences: int = 3000
    source: bool = False

    def __post_init__(self) -> None:
        super(ErrorsSuite, self).__post_init__()
        names = [each.name for each in self.sets]
        if not names or len(set(names)) < len(names):
            raise ValueError("sets must be one or more, each with its own name; rename them")
        if self.sentences < 1:
            raise ValueError("sentences must be 1 or more; change it")


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


@dataclass(frozen=True, slots=True, kw_only=True)
class TranslationSuite(Suite):
    """System outputs against references, from one of three places: rows of WMT, plain text files, or a test set of
    sacrebleu.

    Attributes:
        year, pair: of the rows of WMT.
        segments: the most of the rows of WMT, drawn by chance; 0 for all. TER takes long.
        left_out: rows that meet one of these conditions.
        test_set: of sacrebleu, with its system outputs, e.g. ``"wmt22"``, in the direction ``pair``.
        hypotheses: name of a system to a plain text file, a line a segment.
        references: plain text files with the same lines.
        trials: of approximate randomisation; ``draws`` are those of the paired bootstrap.
    """

    by_options: ClassVar[tuple[str, ...]] = ("seed", "pair", "hypotheses", "references", "test_set")

    year: int = 0
    pair: str = ""
    segments: int = 0
    left_out: tuple[Condition, ...] = ()
    test_set: str = ""
    hypotheses: Mapping[str, str] = field(default_factory=dict)
    references: tuple[str, ...] = ()
    trials: int = 1000

    def __post_init__(self) -> None:
        super(TranslationSuite, self).__post_init__()
        if bool(self.hypotheses) != bool(self.references):
            raise ValueError("hypotheses and references go together; give both")
        if self.hypotheses and self.test_set:
            raise ValueError("a test set has its own references; leave one of the two out")
        if not self.hypotheses and not re.fullmatch(r"[a-z]{2,3}-[a-z]{2,3}", self.pair):
            raise ValueError(f"pair must be such as de-en, not '{self.pair}'; name it")
        if self.trials < 1 or self.segments < 0:
            raise ValueError("trials must be 1 or more and segments 0 or more; change them")

    def sources(self) -> list[str]:
        """Options that say where the data is."""
        found = ["--pair", self.pair] if self.pair else []
        if self.hypotheses:
            found += [f"--hypothesis={name}={path}" for name, path in self.hypotheses.items()]
            return [*found, *(f"--reference={path}" for path in self.references)]
        return [*found, "--test-set", self.test_set] if self.test_set else [*found, "--data", "DATA"]

    @property
    def carries_data(self) -> bool:
        """Whether it needs no folder with data."""
        return bool(self.hypotheses or self.test_set)


_DESCRIPTIVE = frozenset(("title", "about", "hypotheses", "references"))
_KINDS: Mapping[str, type[Suite]] = {
    "detection": DetectionSuite,
    "errors": ErrorsSuite,
    "speed": SpeedSuite,
    "translation": TranslationSuite,
}


def shipped() -> dict[str, Path]:
    """The suites that come with mtqa: their names and files."""
    package = Path(__file__).parent.parent
    installed = package / "suites"
    folder = installed if installed.is_dir() else package.parent / "benchmarks" / "suites"
    return {path.stem: path for path in sorted(folder.glob("*.toml"))}


def read_suite(name: str, changes: Mapping[str, object] | None = None) -> Suite:
    """The suite of that name, or in the file of that path, with ``changes`` to its keys.

    Raises:
        UnknownName: there is neither.
        ConfigError: the file is none of a suite.
    """
    known = shipped()
    path = known.get(name, Path(name))
    if path.suffix != ".toml":
        raise UnknownName("suite", name, known)
    return suite_of({"name": path.stem, **read_table(path), **(changes or {})}, str(path))


def measuring(settings: Mapping[str, object]) -> dict[str, object]:
    """The settings of a suite that its numbers depend on: neither words for people nor where files are, as digests say
    what is in them."""
    return {key: value for key, value in settings.items() if key not in _DESCRIPTIVE}


def suite_of(table: Mapping[str, object], where: str) -> Suite:
    """The suite of a table. Raises ConfigError where it is none."""
    kind = table.get("kind")
    if not isinstance(kind, str) or kind not in _KINDS:
        raise ConfigError(f"{where}: kind must be one of {', '.join(_KINDS)}; put it right")
    return built(_KINDS[kind], table, where)
