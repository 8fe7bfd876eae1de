"""What to measure, and on which data: a suite is a TOML file, whose keys are the fields below with hyphens."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar, Protocol

from mtqa.checker import Checker
from mtqa.core.errors import ConfigError, UnknownName
from mtqa.core.registry import Registry
from mtqa.core.settings import CORPORA, Editor
from mtqa.core.tables import built, read_table

__all__ = ["KINDS", "Condition", "Loader", "Suite", "measuring", "read_suite", "shipped", "suite_of"]

KINDS: Registry[Any] = Registry(
    "kind of suite",
    {
        "decisions": "mtqa.bench.decisions:KIND",
        "detection": "mtqa.bench.detection.kind:KIND",
        "editor": "mtqa.bench.editor.kind:KIND",
        "errors": "mtqa.bench.errors.kind:KIND",
        "speed": "mtqa.bench.speed.kind:KIND",
        "translation": "mtqa.bench.translation.kind:KIND",
    },
)
"""Every `mtqa.bench.kinds.Kind`, by the ``kind`` of its suites."""

Condition = Mapping[str, str | int]
"""Keys of a row and the values that they must have."""


class Loader(Protocol):
    """Loads a checker."""

    @property
    def model(self) -> str:
        """Name or folder of its model."""

    def __call__(
        self,
        *,
        fluency: bool = False,
        round_trip: tuple[str, ...] = (),
        threads: int | None = None,
        editor: Editor | None = CORPORA.editor,
    ) -> Checker:
        """One with the language model, or with round trips, among its signals; on as many threads of the CPU as are
        given, else as many as it was told to use; with the editor that it was told to use, else ``editor``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """What all suites have.

    Attributes:
        by_options: keys that options of ``mtqa bench run`` may change.
        kind: one of `KINDS`.
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

    @property
    def files(self) -> tuple[str, ...]:
        """In the folder with the data."""
        return (self.data,)

    @property
    def carries_data(self) -> bool:
        """Whether it needs no folder with data."""
        return False


_DESCRIPTIVE = frozenset(("title", "about", "hypotheses", "references"))


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
    return suite_of({"name": path.stem, **read_table(path, pipes=True), **(changes or {})}, str(path))


def measuring(settings: Mapping[str, object]) -> dict[str, object]:
    """The settings of a suite that its numbers depend on: neither words for people nor where files are, as digests say
    what is in them."""
    return {key: value for key, value in settings.items() if key not in _DESCRIPTIVE}


def suite_of(table: Mapping[str, object], where: str) -> Suite:
    """The suite of a table. Raises ConfigError where it is none."""
    kind = table.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise ConfigError(f"{where}: kind must be one of {', '.join(KINDS)}; put it right")
    suite: Suite = built(KINDS[kind].suite, table, where)
    return suite
