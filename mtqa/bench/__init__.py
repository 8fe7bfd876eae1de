"""The benchmarks: what mtqa is worth on a corpus that people judged. Needs the extra ``mtqa[bench]``."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

from mtqa.bench.results import Result
from mtqa.bench.suites import Loader, Suite, TranslationSuite
from mtqa.core.errors import ConfigError
from mtqa.core.registry import Registry

__all__ = ["check_installed", "run"]

_RUNNERS: Registry[Callable[..., Result]] = Registry(
    "kind of suite",
    {
        "detection": "mtqa.bench.detection:run",
        "errors": "mtqa.bench.errors:run",
        "speed": "mtqa.bench.speed:run",
        "translation": "mtqa.bench.translation:run",
    },
)


def check_installed() -> None:
    """Raises ConfigError unless the extra is installed."""
    if missing := [name for name in ("matplotlib", "sacrebleu", "scipy", "sklearn") if find_spec(name) is None]:
        raise ConfigError(f"benchmarks need {missing[0]}, which is not installed; pip install 'mtqa[bench]'")


def run(suite: Suite, load: Loader, *, data: Path | None, sample: int | None = None) -> Result:
    """What was measured.

    Args:
        suite: what to measure.
        load: a checker, given which further signals it is to have.
        data: the folder with the files that the suite names.
        sample: the most documents, or sentences, of each set or timing; by default as many as the suite says.

    Raises:
        ConfigError: the extra, or ``data``, is missing, or the data is not what the suite pins.
        InputError: a data file cannot be read.
        ModelError: a model that the suite asks for is not installed.
    """
    check_installed()
    if data is None and not (isinstance(suite, TranslationSuite) and suite.carries_data):
        raise ConfigError(f"suite '{suite.name}' needs the folder with its data; name it with --data")
    return _RUNNERS[suite.kind](suite, load, data=data, sample=sample)
