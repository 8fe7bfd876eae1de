"""Test sets of WMT with the outputs of systems, which sacrebleu fetches: their files, and rows for detection made of
them."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from mtqa.core.errors import ConfigError, InputError

__all__ = ["DATA", "files_of", "is_system", "make"]

DATA = "segments.jsonl.gz"
_SUITE = """kind = "detection"
title = "Detection on {test_set}"
about = "Machine translations beside people's translations and English originals: {pairs}."
data = "{data}"
sha256 = {{ "{data}" = "{sha256}" }}
year = {year}
lengths = [5, 10, 20]
breakdown = 10
documents = 4
"""
_TOLD = frozenset(("src", "docid", "origlang", "domain"))
_ENGLISH = "en"


def files_of(test_set: str, pair: str) -> tuple[Mapping[str, Path], Sequence[Path]]:
    """The files of a test set by what they hold, a line a segment, and those of them that are its references; in
    sacrebleu's folder (``$SACREBLEU``, else ``~/.sacrebleu``), where sacrebleu puts what it downloads.

    Raises:
        ConfigError: there is no such test set or pair.
        InputError: it is not in that folder and cannot be downloaded.
    """
    from sacrebleu.dataset import DATASETS
    from sacrebleu.dataset.wmt_xml import WMTXMLDataset
    from sacrebleu.utils import SACREBLEU_DIR

    with_outputs = sorted(name for name, found in DATASETS.items() if isinstance(found, WMTXMLDataset))
    dataset: Any = DATASETS.get(test_set)
    if test_set not in with_outputs:
        raise ConfigError(
            f"sacrebleu has no test set '{test_set}' with system outputs; choose one of {', '.join(with_outputs)}"
        )
    if pair not in dataset.langpairs:
        known = ", ".join(sorted(dataset.langpairs))
        raise ConfigError(f"{test_set} has no pair {pair}; choose one of {known}")
    try:
        fields = dataset.fieldnames(pair)
        files = {name: Path(path).resolve() for name, path in zip(fields, dataset.get_files(pair), strict=True)}
        return files, [Path(path).resolve() for path in dataset.get_reference_files(pair)]
    except (OSError, SystemExit) as error:
        why = f" ({error})" if isinstance(error, OSError) else ""
        raise InputError(
            "",
            f"{test_set} is not in {SACREBLEU_DIR} and cannot be downloaded{why}; "
            f"where there is a network, run: sacrebleu -t {test_set} -l {pair} --echo src",
        ) from None


def is_system(field: str) -> bool:
    """Whether a field of a test set is the output of a system."""
    return field not in _TOLD and not field.startswith("ref")


def make(test_set: str, pairs: Sequence[str], folder: Path) -> tuple[Path, int]:
    """Write rows for detection, and a suite over them, into a folder: of pairs into English the systems' outputs and
    the references, of pairs from English the originals.

    Returns:
        The suite, and how many rows there are.

    Raises:
        ConfigError: a pair has no English in it, or there is no such test set or pair.
        InputError: it is not there and cannot be downloaded.
        OSError: the folder cannot be written.
    """
    year = 2000 + int(test_set.removeprefix("wmt")[:2])
    rows = [row for pair in pairs for row in _rows(test_set, pair, year)]
    raw = gzip.compress("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode(), mtime=0)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / DATA).write_bytes(raw)
    suite = folder / f"{test_set}.toml"
    digest = hashlib.sha256(raw).hexdigest()
    said = _SUITE.format(test_set=test_set, pairs=", ".join(pairs), data=DATA, sha256=digest, year=year)
    suite.write_text(said, encoding="utf-8")
    return suite, len(rows)


def _rows(test_set: str, pair: str, year: int) -> Iterator[dict[str, Any]]:
    source, _, target = pair.partition("-")
    if _ENGLISH not in (source, target):
        raise ConfigError(f"--pair {pair}: neither side is English; name one such as de-en or en-de")
    files, references = files_of(test_set, pair)
    docs = _lines(files["docid"])
    languages = _lines(files["origlang"])
    texts: dict[tuple[str, str | None], list[str]]
    if source == _ENGLISH:
        texts = {("original", None): _lines(files["src"])}
    else:
        texts = {("mt", name): _lines(path) for name, path in files.items() if is_system(name)}
        names = {path: name for name, path in files.items()}
        texts |= {("human", names.get(path, path.name)): _lines(path) for path in references}
    for (origin, system), lines in texts.items():
        for number, (text, doc, language) in enumerate(zip(lines, docs, languages, strict=False), 1):
            if text.strip() and language.partition("-")[0] == source:
                yield {
                    "text": text,
                    "origin": origin,
                    "year": year,
                    "pair": pair,
                    "seg": number,
                    "system": system,
                    "doc": doc,
                }


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").split("\n")
