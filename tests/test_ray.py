"""Workers on a Ray cluster of several nodes write what one process writes, whichever actor or node dies."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

ray = pytest.importorskip("ray", reason="needs ray: pip install 'mtqa[ray]'")

from ray.cluster_utils import Cluster  # noqa: E402
from test_workers import COLUMNS, corpus, dying, expected, without_model  # noqa: E402, F401

from mtqa.batch import Processes, Progress, TableJudge, Workers, cluster, run  # noqa: E402
from mtqa.checker import Checker  # noqa: E402
from mtqa.core.errors import ConfigError, ModelError  # noqa: E402

pytestmark = [pytest.mark.ray, pytest.mark.filterwarnings("default")]


@pytest.fixture(scope="module")
def nodes() -> Iterator[Cluster]:
    """Three nodes with a CPU each, the first of which holds no actors."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAY_USAGE_STATS_ENABLED", "0")
        patch.setenv("PYTHONPATH", os.pathsep.join(map(os.path.abspath, sys.path)))
        made = Cluster(initialize_head=True, head_node_args={"num_cpus": 0})
        for _ in range(2):
            made.add_node(num_cpus=1)
        patch.setenv("RAY_ADDRESS", made.address)
        yield made
    ray.shutdown()
    made.shutdown()


def test_an_actor_that_dies_costs_nothing(nodes: Cluster, corpus: Path, expected: bytes) -> None:  # noqa: F811
    out, told = corpus.with_name("out.jsonl"), list[str]()
    load = partial(dying, corpus.with_name("marker"), 0.05)
    with cluster(load, threads=1) as site, Workers(site, 2, report=told.append) as workers:
        run(workers, [corpus], out, columns=COLUMNS)
    assert len(told) == 1
    assert "a worker died (" in told[0]
    assert out.read_bytes() == expected


def test_the_row_that_kills_becomes_an_error(nodes: Cluster, corpus: Path, expected: bytes) -> None:  # noqa: F811
    out, told = corpus.with_name("out.jsonl"), list[str]()
    with cluster(dying, threads=1) as site, Workers(site, 2, report=told.append) as workers:
        assert run(workers, [corpus], out, columns=COLUMNS).errors == 2
    found = [json.loads(line) for line in out.read_bytes().splitlines()]
    wanted = [json.loads(line) for line in expected.splitlines()]
    assert "died twice" in found.pop(31)["error"]
    assert found == wanted[:31] + wanted[32:]


def test_a_node_that_goes_away_costs_nothing(nodes: Cluster, corpus: Path, expected: bytes) -> None:  # noqa: F811
    out, told = corpus.with_name("out.jsonl"), list[str]()
    extra = nodes.add_node(num_cpus=1)

    def away(progress: Progress) -> None:
        if extra in nodes.worker_nodes and progress.rows >= 8:
            nodes.remove_node(extra, allow_graceful=False)

    with cluster(partial(dying, corpus, 0.2), threads=1) as site, Workers(site, 3, report=told.append) as workers:
        run(workers, [corpus], out, columns=COLUMNS, progress=away)
    assert extra not in nodes.worker_nodes
    assert out.read_bytes() == expected


def test_an_interrupted_run_goes_on_without_ray(nodes: Cluster, corpus: Path, expected: bytes) -> None:  # noqa: F811
    out = corpus.with_name("out.jsonl")

    def stop(progress: Progress) -> None:
        if progress.rows >= 20:
            raise KeyboardInterrupt

    load = partial(dying, corpus)
    with (
        pytest.raises(KeyboardInterrupt),
        cluster(load, threads=1) as site,
        Workers(site, 2, report=print) as workers,
    ):
        run(workers, [corpus], out, columns=COLUMNS, progress=stop)
    with Workers(Processes(load), 1, report=print) as workers:
        assert run(workers, [corpus], out, columns=COLUMNS).resumed >= 20
    assert out.read_bytes() == expected


def test_actors_that_cannot_begin(nodes: Cluster) -> None:
    with (
        pytest.raises(ModelError, match="no such model"),
        cluster(without_model, threads=1) as site,
        Workers(site, 1, report=print),
    ):
        pass


@dataclass(kw_only=True, unsafe_hash=True)
class DyingJudge(TableJudge):
    """Kills its process on a text with a certain word, once."""

    marker: Path

    def load(self) -> Checker:
        return dying(self.marker, 0.1)


def test_ray_data_judges_every_row_once(nodes: Cluster, corpus: Path, expected: bytes) -> None:  # noqa: F811
    data = pytest.importorskip("ray.data", reason="needs Ray Data: pip install 'ray[data]'", exc_type=ImportError)
    folder, marker = corpus.with_name("corpus"), corpus.with_name("marker")
    folder.mkdir()
    given = [json.loads(line) for line in corpus.read_text(encoding="utf-8").splitlines() if line != "{"]
    for part in range(6):
        parquet.write_table(pa.Table.from_pylist(given[part::6]), folder / f"{part}.parquet")
    extra = nodes.add_node(num_cpus=1)  # reads and writes
    with cluster(dying, threads=1):
        judged = data.read_parquet(str(folder)).map_batches(
            DyingJudge,
            fn_constructor_kwargs={"columns": COLUMNS, "marker": marker},
            batch_format="pyarrow",
            batch_size=4,
            num_cpus=1,
            compute=data.ActorPoolStrategy(size=2),
        )
        judged.write_parquet(str(corpus.with_name("judged")))
    nodes.remove_node(extra)
    assert marker.exists()
    found = parquet.read_table(corpus.with_name("judged")).sort_by("id").to_pylist()
    wanted = [row for row in map(json.loads, expected.splitlines()) if "error" not in row]
    assert [{name: row[name] for name in wanted[0]} for row in found] == wanted


def test_a_cluster_that_is_not_there(nodes: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    ray.shutdown()
    monkeypatch.setenv("RAY_ADDRESS", "127.0.0.1:1")
    with pytest.raises(ConfigError, match="check RAY_ADDRESS"), cluster(dying, threads=1):
        pass
