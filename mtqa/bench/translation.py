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

from mtqa.bench.conclusions import of_translation
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
    ordered = _best_first(_drawn(outputs(source, suite), suite, sample))
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
        conclusion=_conclusion(ordered, bootstrap, suite),
        tables=tuple(
            table
            for table in (
                summary_of(outcomes),
                _systems(bootstrap, outcomes),
                _tests(bootstrap, randomised),
                agreement(outcomes, corpus),
            )
            if table.rows
        ),
        figures=tuple(figures(outcomes, corpus)),
        abstained=dict(abstained),
        failures=tuple(source.failures),
        notes=(*ordered.notes, *_same(ordered.systems)),
        items=tuple(asdict(item) for item in items),
    )


def _drawn(found: Outputs, suite: TranslationSuite, sample: int | None) -> Outputs:
    """As many segments as the suite and ``sample`` allow."""
    limits = [n for n in (sample, None if suite.carries_data else suite.segments) if n]
    count = len(found.numbers)
    kept = chosen(count, min(limits, default=None), str(suite.seed))
    drawn = (f"{len(kept):,} of {count:,} segments drawn by chance",) if len(kept) < count else ()
    return replace(
        found,
        numbers=[found.numbers[n] for n in kept],
        notes=(*found.notes, *drawn),
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


def _same(systems: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """A sentence on each system whose output is that of the first: the tests' p means nothing there."""
    first, *others = systems
    for name in others:
        if systems[name] == systems[first]:
            yield f"{name}: has the output of {first}, so that the tests between them say nothing"


def _systems(bootstrap: _Tested, outcomes: Outcomes) -> Table:
    rows: dict[str, dict[str, Measure]] = {}
    for rank, name in enumerate(next(iter(bootstrap.scores.values())), 1):
        row = {"rank": Measure(rank)}
        for metric, scores in bootstrap.scores.items():
            mean, ci = float(scores[name].mean), float(scores[name].ci)
            row[metric] = Measure(float(scores[name].score), mean - ci, mean + ci)
        rows[name] = row | outcomes.of_system(name)
    return Table(
        name="systems",
        title="Systems",
        note="Ranked by BLEU, with sacrebleu's intervals: of TER, lower is better. The last columns are mtqa's mean "
        "probabilities, which know no reference.",
        rows=rows,
    )


def _tests(bootstrap: _Tested, randomised: _Tested) -> Table:
    """Of each system but the first, whether it differs from that."""
    first, *others = next(iter(bootstrap.scores.values()))
    return Table(
        name="tests",
        title=f"Differences from {first}",
        note="p: the probability of a difference that large by chance, by sacrebleu's paired bootstrap and approximate "
        "randomisation, not adjusted for their number.",
        rows={
            name: {
                f"{metric}, {test}": Measure(of.scores[metric][name].p_value)
                for metric in bootstrap.scores
                for test, of in (("bootstrap", bootstrap), ("randomisation", randomised))
            }
            for name in others
        },
    )


def _conclusion(found: Outputs, bootstrap: _Tested, suite: TranslationSuite) -> str:
    metric, scores = next(iter(bootstrap.scores.items()))
    return of_translation(
        {name: float(said.score) for name, said in scores.items()},
        {name: said.p_value for name, said in scores.items()},
        metric=metric,
        direction=suite.pair,
        segments=len(found.numbers),
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
            place = str(found.numbers[number])
            yield Item(
                id=f"{name}/{place}",
                system=name,
                place=place,
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
