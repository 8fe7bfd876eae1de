"""Translation: the classic report on system outputs, and mtqa's own scores without a reference beside it.

All of BLEU, chrF++ and TER is sacrebleu's, tests between systems included: its command gives the same digits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF
from sacrebleu.metrics.ter import TER
from sacrebleu.significance import PairedTest

from mtqa.bench.data import Data, chosen
from mtqa.bench.documents import consecutive
from mtqa.bench.outputs import Outputs, outputs
from mtqa.bench.results import VERSION, Measure, Result, Table
from mtqa.bench.suites import Loader, TranslationSuite
from mtqa.bench.translation_tables import Item, Outcomes, agreement, figures, summary_of
from mtqa.checker import Checker
from mtqa.core.errors import ConfigError
from mtqa.core.findings import Verdict

__all__ = ["run"]

_AT_ONCE = 32  # runs to a batch
_LONGEST = 10  # segments of a run


def run(suite: TranslationSuite, load: Loader, *, data: Path | None, sample: int | None = None) -> Result:
    """What was measured; see `mtqa.bench.run`."""
    source = Data(None if suite.carries_data else data, suite.sha256)
    found = _sampled(outputs(source, suite), sample, suite.seed)
    ordered = _best_first(found)
    metrics = {"bleu": _bleu(ordered.target), "chrf": CHRF(word_order=2), "ter": TER()}
    for metric in metrics.values():
        _keep_statistics(metric)
    bootstrap = _paired(ordered, metrics, suite.draws, "bs")
    randomised = _paired(ordered, metrics, suite.trials, "ar")
    checker = load()
    abstained: Counter[str] = Counter()
    items = list(_items(checker, ordered, suite, abstained))
    outcomes = Outcomes(items, suite)
    corpus = {
        name: {metric: float(row[name].score) for metric, row in bootstrap.scores.items()} for name in ordered.systems
    }
    return Result(
        version=VERSION,
        suite=suite.name,
        settings=asdict(suite),
        sample=sample,
        signature=str(checker.signature),
        signatures={
            **{f"{metric}, bootstrap": text for metric, text in bootstrap.signatures.items()},
            **{f"{metric}, randomisation": text for metric, text in randomised.signatures.items()},
        },
        command=suite.command(sample),
        data=source.digests,
        tables=tuple(
            table
            for table in (
                summary_of(outcomes),
                _systems(bootstrap, randomised, outcomes),
                agreement(outcomes, corpus),
            )
            if table.rows
        ),
        figures=tuple(figures(outcomes, corpus)),
        abstained=abstained,
        failures=tuple(source.failures),
        notes=ordered.notes,
        items=tuple(asdict(item) for item in items),
    )


def _sampled(found: Outputs, sample: int | None, seed: int) -> Outputs:
    kept = chosen(len(found.references[0]), sample, str(seed))
    return replace(
        found,
        systems={name: [lines[n] for n in kept] for name, lines in found.systems.items()},
        references=[[lines[n] for n in kept] for lines in found.references],
    )


def _bleu(target: str) -> BLEU:
    """With the tokeniser that sacrebleu has for a language."""
    try:
        return BLEU(trg_lang=target)
    except (ImportError, RuntimeError):
        raise ConfigError(f"sacrebleu needs more to tokenise '{target}'; pip install 'sacrebleu[{target}]'") from None


def _best_first(found: Outputs) -> Outputs:
    """The systems from the highest BLEU: the first is what the others are tested against."""
    bleu = _bleu(found.target)
    scores = {name: bleu.corpus_score(lines, found.references).score for name, lines in found.systems.items()}
    names = sorted(found.systems, key=lambda name: -scores[name])
    return replace(found, systems={name: found.systems[name] for name in names})


@dataclass(frozen=True, slots=True)
class _Tested:
    """sacrebleu's results by metric and system, and its signatures by metric."""

    scores: Mapping[str, Mapping[str, Any]]
    signatures: Mapping[str, str]


def _keep_statistics(metric: Any) -> None:
    """Has a metric count each system's segments once for both tests: TER takes long."""
    counted: dict[int, Any] = {}
    count = metric._extract_corpus_statistics

    def once(hypotheses: Sequence[str], references: Sequence[Sequence[str]]) -> Any:
        if id(hypotheses) not in counted:
            counted[id(hypotheses)] = count(hypotheses, references)
        return counted[id(hypotheses)]

    metric._extract_corpus_statistics = once


def _paired(found: Outputs, metrics: Mapping[str, Any], samples: int, kind: str) -> _Tested:
    test = PairedTest(list(found.systems.items()), metrics, found.references, kind, n_samples=samples)
    signatures, scores = test()
    names = scores.pop("System")
    return _Tested(
        {metric: dict(zip(map(str, names), row, strict=True)) for metric, row in scores.items()},
        {metric: signature.format() for metric, signature in signatures.items()},
    )


def _systems(bootstrap: _Tested, randomised: _Tested, outcomes: Outcomes) -> Table:
    rows: dict[str, dict[str, Measure]] = {}
    metrics = list(bootstrap.scores)
    for rank, name in enumerate(bootstrap.scores[metrics[0]], 1):
        row = {"rank": Measure(rank)}
        for metric in metrics:
            said = bootstrap.scores[metric][name]
            mean, ci = float(said.mean), float(said.ci)
            row[metric] = Measure(float(said.score), mean - ci, mean + ci)
            row[f"{metric}: p, bootstrap"] = Measure(said.p_value)
            row[f"{metric}: p, randomisation"] = Measure(randomised.scores[metric][name].p_value)
        rows[name] = row | outcomes.of_system(name)
    return Table(
        name="systems",
        title="Systems",
        note="Ranked by BLEU. Intervals and both tests are sacrebleu's; p is the probability of a difference from the "
        "first system that large by chance. The last columns are mtqa's mean probabilities, which know no reference.",
        rows=rows,
    )


def _items(checker: Checker, found: Outputs, suite: TranslationSuite, abstained: Counter[str]) -> Iterator[Item]:
    language = found.target or suite.language
    chrf = CHRF(word_order=2)
    for name, lines in found.systems.items():
        for number, verdict in enumerate(_verdicts(checker, lines, language)):
            if verdict.p_edit is None or verdict.p_mt is None:
                abstained["; ".join(sorted({e.abstained for e in verdict.evidence if e.abstained}))] += 1
                continue
            references = [reference[number] for reference in found.references]
            yield Item(
                id=f"{name}/{number}",
                system=name,
                place=str(number),
                p_edit=verdict.p_edit,
                p_mt=verdict.p_mt,
                chrf=chrf.sentence_score(lines[number], references).score,
            )


def _verdicts(checker: Checker, lines: Sequence[str], language: str) -> Iterator[Verdict]:
    """Of each line, in the context of its neighbours."""
    runs = [consecutive(lines[at : at + _LONGEST], language) for at in range(0, len(lines), _LONGEST)]
    for at in range(0, len(runs), _AT_ONCE):
        for verdicts in checker.verdicts(runs[at : at + _AT_ONCE]):
            yield from verdicts
