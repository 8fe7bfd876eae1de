"""The benchmarks: what mtqa is worth on a corpus that people judged. Needs the extra ``mtqa[bench]``."""

from __future__ import annotations

from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from mtqa.core.errors import ConfigError

if TYPE_CHECKING:
    from mtqa.bench.results import Result
    from mtqa.bench.suites import Loader, Suite

__all__ = ["check_installed", "run"]


def check_installed() -> None:
    """Raises ConfigError unless the extra is installed."""
    wanted = ("matplotlib", "sacrebleu", "scipy", "sklearn", "tabulate")
    if missing := [name for name in wanted if find_spec(name) is None]:
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
    from mtqa.bench.data import Data
    from mtqa.bench.kinds import Run, kind_of
    from mtqa.bench.results import VERSION, Result

    if suite.carries_data:
        data = None
    elif data is None:
        raise ConfigError(f"suite '{suite.name}' needs the folder with its data; name it with --data")
    given = Run(load=load, data=Data(data, suite.sha256), sample=sample)
    columns = kind_of(suite).measure(suite, given)
    summary, *details = columns.tables()
    return Result(
        version=VERSION,
        suite=suite.name,
        settings=asdict(suite),
        sample=sample,
        signature=given.signature,
        signatures=given.signatures,
        command=suite.command(sample),
        machine=given.machine,
        data=given.data.digests,
        conclusion=columns.conclusion(summary),
        tables=tuple(table for table in (summary, *details) if table.rows),
        figures=tuple(columns.figures()),
        examples=tuple(columns.examples()),
        abstained=dict(given.abstained),
        failures=(*given.data.failures, *given.failures),
        notes=tuple(given.notes),
        items=tuple(asdict(item) for item in columns.items),
    )
