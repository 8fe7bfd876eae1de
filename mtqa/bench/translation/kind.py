"""Translation: the classic report on system outputs, and mtqa's own scores without a reference beside it.

All of BLEU, chrF++ and TER is sacrebleu's, tests between systems included: its command gives the same digits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sacrebleu.metrics.bleu import BLEU
from sacrebleu.metrics.chrf import CHRF
from sacrebleu.metrics.ter import TER
from sacrebleu.significance import PairedTest

from mtqa.bench.data import chosen
from mtqa.bench.documents import consecutive, in_batches
from mtqa.bench.kinds import Kind, Run
from mtqa.bench.translation.columns import JudgedOutput, Outcomes, Tested
from mtqa.bench.translation.outputs import Outputs, TranslationSuite, outputs
from mtqa.checker import Checker
from mtqa.core.errors import ConfigError
from mtqa.core.findings import Verdict

__all__ = ["KIND"]

_AT_ONCE = 32  # runs to a batch
_LONGEST = 10  # segments of a run


def _measure(suite: TranslationSuite, run: Run) -> Outcomes:
    ordered = _best_first(_drawn(outputs(run.data, suite), suite, run.sample))
    metrics = {"bleu": _bleu(ordered.target), "chrf": CHRF(word_order=2), "ter": TER()}
    for metric in metrics.values():
        _keep_statistics(metric)
    tested = Tested(
        bootstrap=_paired(ordered, metrics, suite.draws, "bs", run),
        randomisation=_paired(ordered, metrics, suite.trials, "ar", run),
    )
    run.notes += [*ordered.notes, *_same(ordered.systems)]
    checker = run.load()
    run.signature = str(checker.signature)
    return Outcomes(list(_items(checker, ordered, suite, run)), suite, tested, len(ordered.numbers))


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


def _keep_statistics(metric: Any) -> None:
    """Has a metric count each system's segments once for both tests: TER takes long."""
    counted: dict[int, Any] = {}
    count = metric._extract_corpus_statistics

    def once(hypotheses: Sequence[str], references: Sequence[Sequence[str]]) -> Any:
        if id(hypotheses) not in counted:
            counted[id(hypotheses)] = count(hypotheses, references)
        return counted[id(hypotheses)]

    metric._extract_corpus_statistics = once


def _paired(
    found: Outputs, metrics: Mapping[str, Any], samples: int, kind: str, run: Run
) -> dict[str, Mapping[str, Any]]:
    test = PairedTest(list(found.systems.items()), metrics, found.references, kind, n_samples=samples)
    signatures, scores = test()
    names = [str(name) for name in scores.pop("System")]
    said = "bootstrap" if kind == "bs" else "randomisation"
    run.signatures |= {f"{metric}, {said}": signature.format() for metric, signature in signatures.items()}
    return {metric: dict(zip(names, row, strict=True)) for metric, row in scores.items()}


def _same(systems: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """A sentence on each system whose output is that of the first: the tests' p means nothing there."""
    first, *others = systems
    for name in others:
        if systems[name] == systems[first]:
            yield f"{name}: the same output as {first}, so that the tests between them say nothing"


def _items(checker: Checker, found: Outputs, suite: TranslationSuite, run: Run) -> Iterator[JudgedOutput]:
    language = found.target or suite.language
    chrf = CHRF(word_order=2)
    for name, lines in found.systems.items():
        for number, verdict in enumerate(_verdicts(checker, lines, language)):
            if verdict.p_edit is None or verdict.p_mt is None:
                run.abstain(verdict)
                continue
            references = [reference[number] for reference in found.references]
            place = str(found.numbers[number])
            yield JudgedOutput(
                id=f"{name}/{place}",
                system=name,
                place=place,
                p_edit=verdict.p_edit,
                p_mt=verdict.p_mt,
                chrf=chrf.sentence_score(lines[number], references).score,
            )


def _verdicts(checker: Checker, lines: Sequence[str], language: str) -> Iterator[Verdict]:
    """Of each line, in the context of its neighbours."""
    runs = [consecutive(part, language) for part in in_batches(lines, _LONGEST)]
    for batch in in_batches(runs, _AT_ONCE):
        for judged in checker.segments(batch):
            yield from (one.verdict for one in judged)


KIND = Kind(suite=TranslationSuite, item=JudgedOutput, columns=Outcomes, measure=_measure)
