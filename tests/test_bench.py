"""Benchmarks: the measures against scikit-learn, scipy and literal tables; suites, data, reports and floors."""

from __future__ import annotations

import gzip
import hashlib
import json
import math
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from bench_data import DOCUMENT, JUDGED, judged_rows, segment_rows, suite_text, write_rows
from fakes import CALIBRATION, SIGNATURE, CopyingTranslator, FakeModels, fake_checker
from program import Run
from sklearn import metrics

from mtqa import bench
from mtqa.bench import measures
from mtqa.bench.comparing import Outcome, compare
from mtqa.bench.detection.detectors import NgramDetector
from mtqa.bench.documents import Origin, Text
from mtqa.bench.errors.sentences import annotated_sets
from mtqa.bench.reports import RENDERERS
from mtqa.bench.resampling import Clusters, Share, adjusted
from mtqa.bench.results import Measure, Result, as_text, read_result
from mtqa.bench.suites import KINDS, read_suite, shipped, suite_of
from mtqa.checker import Checker
from mtqa.cli.terminal import show
from mtqa.core.documents import Document
from mtqa.core.errors import ConfigError, InputError, ModelError, MtqaError, UnknownName

SNAPSHOTS = Path(__file__).parent / "snapshots"
RNG = np.random.default_rng(3)
LABELS = RNG.random(300) < 0.4
SCORES = np.clip(RNG.normal(LABELS * 0.2 + 0.4, 0.2).round(2), 0, 1)  # rounded, so that there are ties
CALLED = SCORES > 0.5


# -- measures --------------------------------------------------------------------------------------------------------


def test_auroc_and_roc_are_those_of_scikit_learn() -> None:
    assert measures.auroc(LABELS, SCORES) == pytest.approx(metrics.roc_auc_score(LABELS, SCORES))
    alarms, hits = measures.roc(LABELS, SCORES)
    assert measures.auroc(LABELS, SCORES) == pytest.approx(float(np.trapezoid(hits, alarms)))


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [(measures.matthews, metrics.matthews_corrcoef), (measures.f1, metrics.f1_score)],
)
def test_of_flags_are_those_of_scikit_learn(ours: Callable[..., float], theirs: Callable[..., float]) -> None:
    assert ours(LABELS, CALLED) == pytest.approx(theirs(LABELS, CALLED))


def test_correlations_are_those_of_scipy() -> None:
    from scipy import stats

    a, b = SCORES, np.round(SCORES * LABELS + RNG.random(300) / 3, 1)
    assert measures.spearman(a, b) == pytest.approx(stats.spearmanr(a, b).statistic)
    assert measures.pearson(a, b) == pytest.approx(stats.pearsonr(a, b).statistic)
    assert measures.kendall(a, b) == pytest.approx(stats.kendalltau(a, b).statistic)


def flags(text: str) -> measures.Flags:
    return np.array([sign == "+" for sign in text], dtype=bool)


def numbers(*values: float) -> measures.Numbers:
    return np.array(values, dtype=float)


@pytest.mark.parametrize(
    ("rate", "found"),
    # Negative ones at 0.1 to 0.4: one false alarm in four puts the threshold at 0.3, and 0.35 and 0.5 are above it.
    [(0.25, 2 / 3), (0.5, 1.0), (0.2, math.nan)],
)
def test_found_at_a_false_alarm_rate(rate: float, found: float) -> None:
    positive, score = flags("----+++"), numbers(0.1, 0.2, 0.3, 0.4, 0.25, 0.35, 0.5)
    assert measures.true_positives_at(positive, score, rate) == pytest.approx(found, nan_ok=True)


def test_a_tie_with_the_threshold_is_not_found() -> None:
    assert measures.true_positives_at(flags("--+"), numbers(0.5, 0.5, 0.5), 0.5) == 0.0


def test_calibration_error_weighs_both_classes_alike() -> None:
    # Both positive ones are said to be 0.85, so are none of the four others at 0.05: the bins miss by 0.15 and 0.05.
    p = numbers(0.85, 0.85, 0.05, 0.05, 0.05, 0.05)
    assert measures.calibration_error(flags("++----"), p) == pytest.approx(0.5 * 0.15 + 0.5 * 0.05)


def test_risk_and_coverage() -> None:
    # The surest is right, the next wrong, the last right; each class weighs one half.
    covered, wrong = measures.risk_coverage(flags("+-+"), numbers(0.95, 0.9, 0.6))
    assert covered.tolist() == pytest.approx([0.25, 0.75, 1.0])
    assert wrong.tolist() == pytest.approx([0, 2 / 3, 0.5])


@pytest.mark.parametrize(("share", "precision"), [(0.25, 1.0), (0.5, 0.5), (1.0, 0.5), (0.01, 1.0)])
def test_precision_at_a_budget(share: float, precision: float) -> None:
    assert measures.precision_at(flags("-+-+"), numbers(0.5, 0.9, 0.1, 0.3), share) == precision


def test_what_is_not_defined_is_nan() -> None:
    one, none = flags("++"), np.array([], dtype=bool)
    score, empty = numbers(0.1, 0.2), numbers()
    assert all(map(math.isnan, (measures.auroc(one, score), measures.auroc(none, empty), measures.mean(none))))
    assert all(map(math.isnan, (measures.calibration_error(one, score), measures.f1(~one, one))))
    assert math.isnan(measures.spearman(numbers(1, 1, 1), numbers(1, 2, 3)))


# -- resampling ------------------------------------------------------------------------------------------------------


def test_interval_of_a_mean() -> None:
    values = np.random.default_rng(1).normal(5, 2, 400)
    found = Clusters([str(n) for n in range(400)], draws=500, seed=1).measure(lambda n: float(values[n].mean()))
    error = values.std() / 20
    assert found.low == pytest.approx(values.mean() - 1.96 * error, abs=0.06)
    assert found.high == pytest.approx(values.mean() + 1.96 * error, abs=0.06)


def test_what_shares_a_source_is_drawn_together() -> None:
    """Each value ten times over tells no more than once."""
    values = np.repeat(np.random.default_rng(1).normal(5, 2, 40), 10)

    def width(names: list[str]) -> float:
        found = Clusters(names, draws=300, seed=1).measure(lambda n: float(values[n].mean()))
        assert found.low is not None
        assert found.high is not None
        return found.high - found.low

    together, apart = width([str(n // 10) for n in range(400)]), width([str(n) for n in range(400)])
    assert together == pytest.approx(apart * math.sqrt(10), rel=0.2)


def test_where_no_sample_differs_there_is_no_interval() -> None:
    assert Clusters(["a", "a"], draws=10, seed=1).measure(lambda n: float(n.mean())) == Measure(0.5)


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_a_share_of_none_or_all_has_the_interval_of_clopper_and_pearson(share: float) -> None:
    from scipy import stats

    found = Clusters(["a", "b", "c", "d", "d"], draws=10, seed=1).measure(Share(lambda _: share))
    exact = stats.binomtest(int(4 * share), 4).proportion_ci(0.95)
    assert (found.low, found.high) == pytest.approx((exact.low, exact.high), abs=1e-6)


def test_holm() -> None:
    assert adjusted([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])


# -- suites and data -------------------------------------------------------------------------------------------------


def test_shipped_suites_are_read() -> None:
    kinds = {name: read_suite(name).kind for name in shipped()}
    assert kinds.pop("detection-full") == "detection"
    assert kinds == {name: name for name in KINDS}


def test_the_full_suite_differs_in_how_much_it_judges() -> None:
    some, everything = read_suite("detection"), read_suite("detection-full")
    named = {"name": "detection", "title": some.title, "about": some.about, "documents": 4}
    assert replace(everything, **named) == some


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("lenghts = [2]", "unknown key 'lenghts'; did you mean 'lengths'? rename"),
        ('year = "2022"', 'year: must be a whole number, not "2022"'),
        ("lengths = [2, true]", r"lengths[1]: must be a whole number, not true"),
        ("breakdown = 7", "breakdown one of them"),
        ("baselines = { ngrams-yaer = 1 }", "baselines: unknown key 'ngrams-yaer'; did you mean 'ngrams-year'?"),
        ("baselines = { ngrams-year = 2022 }", "ngrams-year must not be the year that is judged"),
        ('sha256 = { "x" = "abc" }', "sha256 of 'x' must be 64 hexadecimal digits"),
        ("seed = -1", "seed 0 or more"),
        ('kind = "detecting"', "kind must be one of decisions, detection, editor, errors, speed, translation"),
        ("seed = [", "not valid TOML"),
    ],
)
def test_a_wrong_suite_is_refused(tmp_path: Path, line: str, fault: str) -> None:
    path = tmp_path / "mine.toml"
    key = line.partition(" ")[0]
    kept = "\n".join(each for each in DOCUMENT.split("\n") if each.partition(" ")[0] != key)
    path.write_text(f"{line}\n{kept}")
    with pytest.raises(ConfigError, match=re.escape(fault)) as caught:
        read_suite(str(path))
    assert str(caught.value).startswith(str(path))


def test_the_command_runs_it_again(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(DOCUMENT)
    command = read_suite(str(path), {"seed": 4}).command(None)
    assert command == "mtqa bench run mine.toml --data DATA --seed 4 -o RESULT.json"
    path.rename(tmp_path / "detection.toml")  # a copy, changed, of a suite that comes with mtqa
    command = read_suite(str(tmp_path / "detection.toml")).command(None)
    assert command == "mtqa bench run detection.toml --data DATA --seed 1 -o RESULT.json"
    assert (
        read_suite("detection", {"seed": 4}).command(None).startswith("mtqa bench run detection --data DATA --seed 4")
    )
    changes = {"pair": "de-en", "hypotheses": {"A": "a b.txt"}, "references": ["r.txt"]}
    assert read_suite("translation", changes).command(5) == (
        "mtqa bench run translation --pair de-en '--hypothesis=A=a b.txt' --reference=r.txt --seed 1 --sample 5 "
        "-o RESULT.json"
    )


def test_an_unknown_suite_is_refused() -> None:
    with pytest.raises(UnknownName, match="did you mean 'detection'"):
        read_suite("detections")


def ran(folder: Path, name: str, *, sample: int | None = None, **changes: object) -> Result:
    (folder / f"{name}.toml").write_text(suite_text(name))
    suite = read_suite(str(folder / f"{name}.toml"), changes)
    return bench.run(suite, lambda **_: fake_checker(), data=folder, sample=sample)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("data")
    write_rows(made / "segments.jsonl.gz", segment_rows())
    write_rows(made / "quality.jsonl", judged_rows())
    return made


@pytest.fixture(scope="module")
def detection(folder: Path) -> Result:
    return ran(folder, "detection")


@pytest.fixture(scope="module")
def errors(folder: Path) -> Result:
    return ran(folder, "errors")


def table(result: Result, name: str) -> dict[str, dict[str, float | None]]:
    (found,) = (each for each in result.tables if each.name == name)
    return {row: {column: m.value for column, m in cells.items()} for row, cells in found.rows.items()}


def test_a_wrong_digest_is_refused(folder: Path) -> None:
    with pytest.raises(ConfigError, match=f"its sha256 is [0-9a-f]{{64}}, but the suite's numbers hold for {'0' * 64}"):
        ran(folder, "detection", sha256={"segments.jsonl.gz": "0" * 64})


def test_the_digest_stands_in_the_result(folder: Path, detection: Result) -> None:
    digest = hashlib.sha256((folder / "segments.jsonl.gz").read_bytes()).hexdigest()
    assert detection.data == {"segments.jsonl.gz": digest}
    assert ran(folder, "detection", sha256=detection.data).tables == detection.tables


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        (b"\x1f\x8b broken", "broken gzip"),
        (b"\xff\xfe", "not UTF-8"),
        (b"", "no rows of 2022 make a document of 2 segments"),
        (b'{"text": "Warm.", "year": 2022}\n', "no rows of 2022"),
    ],
)
def test_hostile_data_is_refused(tmp_path: Path, raw: bytes, fault: str) -> None:
    (tmp_path / "segments.jsonl.gz").write_bytes(raw)
    with pytest.raises(MtqaError, match=fault):
        ran(tmp_path, "detection")


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"segments\.jsonl\.gz: cannot be read .*check the name, or --data"):
        ran(tmp_path, "detection")


def test_a_bad_row_is_a_failure_and_no_other_is_lost(tmp_path: Path, detection: Result) -> None:
    good = [json.dumps(row) for row in segment_rows()]
    bad = [
        "{",
        "[]",
        "[" * 100_000,
        '{"text": ""}',
        '{"text": 3}',
        json.dumps({"text": "x" * 200_000}),
        '{"text": "Warm.", "origin": "mt", "year": 2022, "pair": "de-en", "seg": "1", "system": "A"}',
        '{"text": "Warm.", "origin": "mt", "year": 2022, "pair": "de-en", "seg": 1, "system": "A", "same": [1]}',
    ]
    (tmp_path / "segments.jsonl.gz").write_bytes(gzip.compress("\n".join([*bad, *good]).encode()))
    found = ran(tmp_path, "detection")
    assert len(found.failures) == len(bad)
    assert found.failures[0] == "segments.jsonl.gz:1: not JSON"
    assert found.tables == detection.tables


# -- detection -------------------------------------------------------------------------------------------------------


def test_detection_finds_the_garbled_system(detection: Result) -> None:
    """System ``garbled`` writes words that the fake takes for a machine's, ``fluent`` what a person might."""
    systems = table(detection, "systems")
    assert systems["garbled"]["AUROC, originals"] == 1.0
    assert systems["garbled"]["called likely-mt"] == 1.0
    assert systems["fluent"]["called likely-mt"] == 0.0
    assert systems["garbled"]["documents"] == 6
    decisions = table(detection, "decisions")
    assert decisions["4 segments, original"]["likely-human"] == 1.0
    assert decisions["4 segments, machine"]["documents"] == 12
    assert decisions["4 segments, machine"]["likely-mt"] == 0.5


def test_detection_numbers_are_those_of_its_items(detection: Result) -> None:
    items = [i for i in detection.items if i["length"] == 4 and i["origin"] in ("mt", "original")]
    expected = metrics.roc_auc_score([i["origin"] == "mt" for i in items], [i["p_mt"] for i in items])
    found = table(detection, "detection")["4 segments, against originals"]
    assert found["AUROC"] == pytest.approx(expected, abs=1e-6)
    assert found["documents"] == len(items)
    assert table(detection, "summary")["AUROC, 4 segments, against originals"]["value"] == found["AUROC"]


def test_what_the_suite_leaves_out_is_left_out(folder: Path, detection: Result) -> None:
    assert "post-edited" not in {item["writer"] for item in detection.items}
    assert "post-edited" in {item["writer"] for item in ran(folder, "detection", **{"left-out": []}).items}


def test_the_same_output_counts_for_each_system(detection: Result) -> None:
    assert {item["writer"] for item in detection.items if item["origin"] == "mt"} == {"garbled", "fluent"}


def test_ngrams_are_trained_on_another_year(folder: Path) -> None:
    found = ran(folder, "detection", baselines={"ngrams-year": 2021})
    rows = table(found, "detectors")
    assert set(rows) == {"mtqa", "estimated surprisal", "character n-grams"}
    assert rows["character n-grams"]["4 segments, originals"] > 0.7  # type: ignore[operator]
    with pytest.raises(ConfigError, match="no machine's or no person's documents of 1999"):
        ran(folder, "detection", baselines={"ngrams-year": 1999})


def test_further_detectors_run_where_they_are_asked_for(folder: Path) -> None:
    (folder / "detection.toml").write_text(DOCUMENT)
    wanted = {"round-trip": 2, "perplexity": 3}
    suite = read_suite(str(folder / "detection.toml"), {"baselines": wanted})
    found = bench.run(suite, lambda **signals: fake_checker(CopyingTranslator(), **signals), data=folder, sample=2)
    assert set(table(found, "detectors")) == {"mtqa", "estimated surprisal"}
    slow = table(found, "slow-detectors")
    # There are two originals and two human translations, and four documents of machines.
    assert [row["machine documents"] for row in slow.values()] == [3, 3, 2, 2]
    assert {row["people's documents"] for row in slow.values()} == {2}
    # The fake language model is surprised by long words, such as garbled ones.
    assert slow["perplexity, against originals"]["AUROC"] < 0.6  # type: ignore[operator]
    scored = [i for i in found.items if "round trip" in i["scores"] and i["origin"] != "human"]
    expected = metrics.roc_auc_score([i["origin"] == "mt" for i in scored], [i["p_mt"] for i in scored])
    assert slow["round trip, against originals"]["AUROC of mtqa"] == pytest.approx(expected, abs=1e-6)
    assert set(found.signatures) == {"perplexity", "round trip"}


def test_a_detector_that_is_not_installed_is_left_out(folder: Path) -> None:
    def load(*, fluency: bool = False, **_: object) -> Checker:
        if fluency:
            raise ModelError("no language model; run: mtqa models pull smollm2-135m")
        return fake_checker(round_trip=("auto",))

    (folder / "detection.toml").write_text(DOCUMENT)
    suite = read_suite(str(folder / "detection.toml"), {"baselines": {"round-trip": 2, "perplexity": 2}})
    found = bench.run(suite, load, data=folder, sample=2)
    assert found.notes == (
        "perplexity: left out: no language model; run: mtqa models pull smollm2-135m",
        "round trip: left out for 6 of 6 documents: no translator takes English into another language and back",
    )


def test_a_detector_that_fails_everywhere_is_left_out(folder: Path) -> None:
    """As where its packages are not there, which shows at the first document."""

    class Broken(Checker):
        def _open(self, document: Document) -> Any:
            raise ModelError("it needs torch; run: pip install 'mtqa[lm]'")

    def load(*, fluency: bool = False, **_: object) -> Checker:
        return Broken(FakeModels(), CALIBRATION, signature=SIGNATURE) if fluency else fake_checker()

    (folder / "detection.toml").write_text(DOCUMENT)
    suite = read_suite(str(folder / "detection.toml"), {"baselines": {"perplexity": 2}})
    found = bench.run(suite, load, data=folder, sample=2)
    assert found.notes == ("perplexity: left out: it needs torch; run: pip install 'mtqa[lm]'",)
    assert found.failures == ()


def test_ngrams_are_trained_without_the_system_that_they_judge(folder: Path) -> None:
    """Only system A writes z's; a regression that never saw it makes nothing of them."""

    def text(origin: Origin, writer: str, place: int, words: str) -> Text:
        return Text(origin=origin, pair="de-en", writer=writer, place=f"de-en/{place}", segments=(f"{words} {place}",))

    def written(origin: Origin, writer: str, words: str) -> list[Text]:
        return [text(origin, writer, place, words) for place in range(12)]

    machine = written(Origin.MACHINE, "A", "zz zzz"), written(Origin.MACHINE, "B", "dab bad")
    texts = [*machine[0], *machine[1], *written(Origin.HUMAN, "refA", "cab dad")]
    detector = NgramDetector(texts, seed=1)
    found = dict(detector.by_system_left_out(texts))
    assert list(found) == ["A", "B"]
    assert np.isnan(found["A"]).tolist() == [False] * 12 + [True] * 12 + [False] * 12
    assert min(detector(texts[:12])) > 0.8
    assert max(found["A"][:12]) < 0.7
    assert list(NgramDetector(texts, seed=1).by_system_left_out([*machine[0], *texts[24:]])) == []
    rows = table(ran(folder, "detection", baselines={"ngrams-year": 2021}), "left-out")
    assert list(rows) == ["fluent", "garbled", "mean"]
    assert rows["garbled"]["documents"] == 6
    columns = ("fluent", "garbled")
    mean = sum(rows[name]["system left out, originals"] or 0 for name in columns) / 2
    assert rows["mean"]["system left out, originals"] == pytest.approx(mean, abs=1e-6)


def test_machine_documents_are_capped_and_peoples_are_not(folder: Path, detection: Result) -> None:
    capped = ran(folder, "detection", documents=3)
    assert {row["documents"] for row in table(capped, "systems").values()} == {3}
    people = [{i["id"] for i in r.items if i["origin"] != "mt"} for r in (capped, detection)]
    assert people[0] == people[1]
    assert {i["id"] for i in capped.items} < {i["id"] for i in detection.items}


def test_kinds_of_text_are_those_of_most_segments(tmp_path: Path) -> None:
    rows = segment_rows()
    for row in rows:
        row["doc"] = f"chat_{row['seg']}" if row["seg"] <= 11 else None if row["seg"] <= 14 else "x"
    write_rows(tmp_path / "segments.jsonl.gz", rows)
    found = ran(tmp_path, "detection", domains={"chat": ["chat_"]})
    originals = [i["domain"] for i in found.items if (i["origin"], i["length"]) == ("original", 4)]
    assert originals == ["chat", "chat", "chat", "other", "other", "other"]
    assert table(found, "domains")["chat"]["original"] == 3


def test_a_document_that_cannot_be_judged_is_a_failure(folder: Path) -> None:
    class Refusing(Checker):
        def _open(self, document: Document) -> Any:
            if document.uri == "mt/de-en/fluent/4/0":
                raise InputError("", "it broke; mend it")
            return super()._open(document)

    suite = read_suite(str(folder / "detection.toml"))
    found = bench.run(suite, lambda **_: Refusing(FakeModels(), CALIBRATION, signature=SIGNATURE), data=folder)
    assert found.failures == ("mt/de-en/fluent/4/0: it broke; mend it",)
    assert table(found, "systems")["fluent"]["documents"] == 5


def test_a_sample_is_smaller_and_the_same_each_time(folder: Path) -> None:
    first, second = (ran(folder, "detection", sample=2) for _ in range(2))
    assert as_text(first) == as_text(second)
    assert {row["documents"] for row in table(first, "systems").values()} == {2}
    assert first.command == "mtqa bench run detection.toml --data DATA --seed 1 --sample 2 -o RESULT.json"
    other = ran(folder, "detection", sample=2, seed=9)
    assert {i["id"] for i in other.items} != {i["id"] for i in first.items}


def test_worst_examples_come_first(detection: Result) -> None:
    misses = [example for example in detection.examples if example.kind == "miss"]
    assert "machine by fluent" in misses[0].where
    assert "likely-human" in misses[0].said


# -- errors ----------------------------------------------------------------------------------------------------------


def test_words_are_those_tagged_and_flagged(errors: Result) -> None:
    """In the made-up sentences people tag every garbled word and, in one sentence, a word that the fake lets pass."""
    words = table(errors, "words")["MQM"]
    assert words["precision"] == 1.0
    tagged = sum(row["tags"].count("BAD") for row in judged_rows() if row["set"] == "mqm")
    assert words["recall"] == pytest.approx((tagged - 1) / tagged, abs=1e-6)
    items = [i for i in errors.items if i["set"] == "MQM"]
    flat = [[value for i in items for value in i[key]] for key in ("bad", "flagged")]
    assert words["MCC"] == pytest.approx(metrics.matthews_corrcoef(*flat), abs=1e-6)


def test_span_f1_gives_partial_credit(errors: Result) -> None:
    """Rows of MQM have 3 garbled words of 6 letters that the fake calls major, one of which people call minor, and a
    word of 5 that is missed: credit 6 + 6 + 3 of 18 flagged and 23 marked."""
    spans = table(errors, "spans")["MQM"]
    assert spans["precision"] == pytest.approx(15 / 18, abs=1e-6)
    assert spans["recall"] == pytest.approx(15 / 23, abs=1e-6)
    assert spans["F1"] == pytest.approx(30 / 41, abs=1e-6)


def test_sentences_agree_with_people(errors: Result) -> None:
    from scipy import stats

    items = [i for i in errors.items if i["set"] == "HTER"]
    expected = stats.spearmanr([i["p_edit"] for i in items], [-i["scores"]["HTER"] for i in items]).statistic
    assert table(errors, "agreement")["HTER: HTER"]["Spearman"] == pytest.approx(expected, abs=1e-6)
    assert expected > 0.5
    assert table(errors, "repair")["HTER"]["of the worst 5 %"] == 1.0
    assert table(errors, "repair")["HTER"]["need repair"] == 0.5


def test_rows_without_a_judgement_take_no_part_in_it(errors: Result) -> None:
    assert "DA" not in table(errors, "words")
    assert "DA" not in table(errors, "repair")
    assert "DA: DA" in table(errors, "agreement")


def test_examples_of_sentences_say_what_people_said(errors: Result) -> None:
    """The one sentence that needs repair and was not flagged; none was flagged that does not."""
    (miss,) = errors.examples
    assert (miss.kind, miss.where) == ("miss", "MQM")
    assert re.fullmatch(r"p\(repair\) 0\.\d\d; people said MQM -2\.00; people tagged “forty”", miss.said)


def test_examples_are_of_what_was_flagged_wrongly(tmp_path: Path) -> None:
    write_rows(tmp_path / "quality.jsonl", [{**row, "hter": 0.0} for row in judged_rows()])
    found = ran(tmp_path, "errors")
    alarms = [example for example in found.examples if example.kind == "false alarm"]
    assert [example.where for example in alarms] == ["HTER", "HTER"]
    assert all(re.search(r"people said HTER 0\.00; mtqa flagged “\S+”", example.said) for example in alarms)


def test_the_worst_documents_are_those_decided_wrongly(folder: Path, detection: Result) -> None:
    """The fluent system passes for a person; nobody's text is called the machine's."""
    assert {example.kind for example in detection.examples} == {"miss"}
    assert all("by fluent" in example.where and ", likely-human: " in example.said for example in detection.examples)


def test_headlines_are_of_the_rows_that_were_judged(tmp_path: Path) -> None:
    rows = judged_rows()
    write_rows(tmp_path / "quality.jsonl", [{**row, "hter": None} if n % 3 else row for n, row in enumerate(rows)])
    found = ran(tmp_path, "errors")
    summary, repair = table(found, "summary"), table(found, "repair")
    known = [row["AUROC"] for row in repair.values() if row["AUROC"] is not None]
    mean = sum(known) / len(known)
    assert summary["repair AUROC, mean of 2 sets"]["value"] == pytest.approx(mean, abs=1e-6)
    assert repair["HTER"]["sentences"] == sum(row["set"] == "hter" for row in rows[::3])


def test_what_is_abstained_from_is_written(folder: Path) -> None:
    found = ran(folder, "detection", language="de")
    assert read_back(found, folder).abstained == found.abstained != {}
    assert found.conclusion == ""


def read_back(result: Result, folder: Path) -> Result:
    (folder / "back.json").write_text(as_text(result))
    return read_result(folder / "back.json")


@pytest.mark.parametrize(
    "wrong",
    [
        {"tags": "OK"},
        {"tags": ["OK"]},
        {"tok": 5},
        {"score": "high"},
        {"score": math.inf},
        {"score": 10**400},
        {"errors": [[1, "x", "minor", 0, 900]]},
        {"errors": [[1, "x", "minor", 0.5, 1.5]]},
        {"errors": [1]},
        {"text": "Half a character: \ud800"},
    ],
)
def test_a_malformed_judgement_is_a_failure(tmp_path: Path, wrong: dict[str, Any]) -> None:
    rows = judged_rows()
    write_rows(tmp_path / "quality.jsonl", [*rows, {**rows[0], **wrong}])
    found = ran(tmp_path, "errors")
    assert len(found.items) == len(rows)
    assert re.match(rf"quality\.jsonl:{len(rows) + 1}: (malformed|its text has half)", found.failures[0])


def test_a_set_without_rows_is_refused(folder: Path) -> None:
    with pytest.raises(ConfigError, match="no rows for the set 'none'; check 'where'"):
        ran(folder, "errors", sets=[{"name": "none", "where": {"set": "none"}}])


def test_a_word_that_was_escaped_takes_no_other_along(tmp_path: Path) -> None:
    from mtqa.bench.data import Data

    row = {"set": "mqm", "text": "It's a cat", "score": 0, "tok": "It &apos;s a cat", "tags": "OK BAD OK BAD"}
    write_rows(tmp_path / "quality.jsonl", [row])
    suite: Any = suite_of({**json.loads(JUDGED), "name": "x"}, "x")
    (judged,) = annotated_sets(Data(tmp_path, {}), suite, None)["MQM"]
    assert [(span.start, span.end) for span in judged.bad or ()] == [(7, 10)]


# -- results, reports, floors, comparisons ---------------------------------------------------------------------------


def test_a_result_is_read_as_it_was_written(tmp_path: Path, detection: Result, errors: Result) -> None:
    for result in (detection, errors):
        (tmp_path / "r.json").write_text(as_text(result), encoding="utf-8")
        again = read_result(tmp_path / "r.json")
        assert again == replace(result, items=again.items, settings=again.settings)
        assert as_text(again) == as_text(result)


@pytest.mark.parametrize(
    ("raw", "fault"),
    [
        ("{", "not valid JSON"),
        ("[]", "no table in it"),
        ('{"version": 2}', "lacks 'suite'"),
        ('{"version": true}', "version: must be a whole number, not true"),
        ('{"tables": [{"name": 1}]}', r"tables\[0\]: name: must be text"),
        ("[" * 100_000, "nested too deeply|not valid JSON"),
    ],
)
def test_a_wrong_result_is_refused(tmp_path: Path, raw: str, fault: str) -> None:
    path = tmp_path / "r.json"
    path.write_text(raw)
    with pytest.raises(ConfigError, match=fault):
        read_result(path)


@pytest.mark.parametrize(
    ("part", "wrong", "fault"),
    [
        ("figures", {"lines": []}, "a figure needs lines"),
        ("figures", {"lines": [{"name": "a", "x": [0.1], "y": []}]}, "as many x as y"),
        ("figures", {"lines": [{"name": "a", "x": [1e308], "y": [0.1]}]}, "must be a number"),
        ("tables", {"rows": {"a": {"value": {"value": 10**400}}}}, "value: must be a number"),
    ],
)
def test_a_hostile_result_is_refused(
    detection: Result, tmp_path: Path, part: str, wrong: dict[str, Any], fault: str
) -> None:
    raw = json.loads(as_text(detection))
    raw[part][0].update(wrong)
    (tmp_path / "r.json").write_text(json.dumps(raw))
    with pytest.raises(ConfigError, match=fault):
        read_result(tmp_path / "r.json")


@pytest.mark.parametrize("format_", sorted(RENDERERS))
def test_no_name_starts_a_line_of_its_own(detection: Result, format_: str) -> None:
    name = "a\n\\input{/etc/passwd}\n`<script>`\x00\ud800"
    tables = tuple(replace(t, rows={name: next(iter(t.rows.values()))}) for t in detection.tables)
    lines = tuple(replace(line, name=name) for line in detection.figures[0].lines)
    figures = (replace(detection.figures[0], lines=lines),)
    hostile = replace(detection, tables=tables, figures=figures, command=name, notes=(name,), sample=3)
    text = RENDERERS[format_](hostile)
    text.encode()
    assert "passwd" in text
    assert not any(line.startswith(("\\input", "`<script>")) for line in text.splitlines())
    if format_ in ("html", "md"):  # in Markdown it may stand in code
        assert "<script>" not in re.sub(r"(``+) .*? \1", "", text)
    if format_ != "csv":
        assert "sample of at most 3 of each set" in text


def reported(result: Result) -> Result:
    """What does not change with versions of scikit-learn or the weather of the file system."""
    hostile = replace(result.examples[0], where="<script>alert(1)</script> & co", text="a | b\n*c* <b>")
    return replace(
        result,
        data=dict.fromkeys(result.data, "0" * 64),
        examples=(hostile, *result.examples[-1:]),
        abstained={"no model for language 'de'": 2},
        failures=("x:1: not JSON",),
        notes=("A: left out",),
    )


@pytest.mark.parametrize("format_", sorted(RENDERERS))
def test_reports_look_as_they_did(format_: str, detection: Result) -> None:
    text = RENDERERS[format_](reported(detection))
    text = re.sub(r"base64,[\w+/=]+", "base64,…", text)
    path = SNAPSHOTS / f"bench.{format_}"
    if os.environ.get("MTQA_UPDATE_SNAPSHOTS"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


def test_the_page_is_self_contained(detection: Result) -> None:
    text = RENDERERS["html"](reported(detection))
    assert "<script" not in text
    assert not re.findall(r"(?:src|href)=\"(?!data:)", text)
    assert text.count("data:image/svg+xml;base64,") == 4
    assert text == RENDERERS["html"](reported(detection))
    assert text.index("Summary") < text.index("Curves") < text.index("By system") < text.index("Worst misses")
    assert text.index("Worst misses") < text.index("Not in the numbers") < text.index("mtqa bench run detection")


def test_a_comparison_with_itself_tells_nothing_apart(
    detection: Result, errors: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mtqa.bench.comparing._DRAWS", 50)
    for result in (detection, errors):
        changes = compare(result, result).changes
        assert changes
        assert {change.outcome for change in changes} == {Outcome.UNTOLD}
        assert all(change.before == change.after for change in changes)


def test_a_comparison_names_what_got_worse(errors: Result, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the change, sentences are ranked the wrong way round."""
    monkeypatch.setattr("mtqa.bench.comparing._DRAWS", 300)
    worst = [math.exp(-score) / 1000 for item in errors.items for score in item["scores"].values()]
    right, turned = (
        replace(errors, items=tuple({**item, "p_edit": p} for item, p in zip(errors.items, found, strict=True)))
        for found in (worst, [1 - p for p in worst])
    )
    worse = {change.name: change.outcome for change in compare(right, turned).changes}
    assert worse["Spearman, mean of 3 sets"] is Outcome.WORSE
    assert worse["word AUROC, mean of 2 sets"] is Outcome.UNTOLD
    better = {change.name: change.outcome for change in compare(turned, errors).changes}
    assert better["Spearman, mean of 3 sets"] is Outcome.BETTER


def test_what_cannot_be_compared_is_refused(detection: Result, errors: Result) -> None:
    with pytest.raises(ConfigError, match="different kinds"):
        compare(detection, errors)
    with pytest.raises(ConfigError, match="is not the same in the first and the second; compare runs"):
        compare(detection, replace(detection, data={"x": "0" * 64}))
    with pytest.raises(ConfigError, match="no text in common"):
        compare(replace(detection, items=()), detection)
    with pytest.raises(ConfigError, match=r"b: items\[0\]: unknown key 'idd'; did you mean 'id'"):
        compare(detection, replace(detection, items=({"idd": 1},)), ("a", "b"))
    for result, wrong in ((detection, {"p_mt": 7}), (errors, {"bad": [1]}), (errors, {"characters": [1.0]})):
        with pytest.raises(ConfigError, match=r"run (it|the benchmark) again"):
            compare(result, replace(result, items=({**result.items[0], **wrong},)))


# -- the program -----------------------------------------------------------------------------------------------------


def test_program(mtqa: Run, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mtqa.bench.comparing._DRAWS", 50)
    (tmp_path / "detection.toml").write_text(suite_text("detection"))
    listed = mtqa("bench", "list")
    assert "detection: Detection on WMT22" in listed.out
    options = ("--data", str(folder), "-o", "a.json", "--sample", "3", "--threads", "1")
    done = mtqa("bench", "run", "detection.toml", *options)
    assert (done.code, done.out, done.err) == (0, "", "")
    result = read_result(tmp_path / "a.json")
    assert result.command == "mtqa bench run detection.toml --data DATA --seed 1 --sample 3 -o RESULT.json --threads 1"
    shown = mtqa("bench", "report", "a.json", "-f", "md")
    assert shown.out.startswith("# Made-up documents\n")
    assert mtqa("bench", "report", "a.json", "-o", "a.html").code == 0
    assert (tmp_path / "a.html").read_text().startswith("<!DOCTYPE html>")
    compared = mtqa("bench", "compare", "a.json", "a.json")
    assert "cannot be told apart" in compared.out
    digest = result.data["segments.jsonl.gz"]
    floors = f"""
suite = "detection"
sample = 3
sha256 = {{ "segments.jsonl.gz" = "{digest}" }}
[[floors]]
row = "AUROC, 4 segments, against originals"
at-least = 0.3
[[floors]]
table = "systems"
row = "fluent"
column = "called likely-mt"
at-most = FLOOR
"""
    (tmp_path / "met.toml").write_text(floors.replace("FLOOR", "0.5"))
    (tmp_path / "missed.toml").write_text(floors.replace("FLOOR", "-0.1"))
    (tmp_path / "other.toml").write_text(floors.replace("FLOOR", "0.5").replace(digest, "1" * 64))
    (tmp_path / "whole.toml").write_text(floors.replace("FLOOR", "0.5").replace("sample = 3", ""))
    (tmp_path / "typo.toml").write_text(floors.replace("FLOOR", "0.5").replace('"systems"', '"sistems"'))
    assert mtqa("bench", "report", "a.json", "-f", "csv", "--against", "met.toml").code == 0
    missed = mtqa("bench", "report", "a.json", "-f", "csv", "--against", "missed.toml")
    assert (missed.code, missed.err) == (1, "mtqa: fluent, called likely-mt: 0, must be at most -0.1\n")
    again = ("bench", "run", "detection.toml", *options[:2], *options[4:], "-o", "c.json", "--against")
    assert [mtqa(*again, name).code for name in ("met.toml", "missed.toml")] == [0, 1]
    assert (tmp_path / "c.json").read_bytes() == (tmp_path / "a.json").read_bytes()
    for name, fault in (
        ("other.toml", "made for other data: segments.jsonl.gz has the sha256"),
        ("whole.toml", "made for suite 'detection' without --sample, not for suite 'detection' with --sample 3"),
        ("typo.toml", "unknown table 'sistems'; did you mean 'systems'?"),
    ):
        refused = mtqa("bench", "report", "a.json", "--against", name, "-o", "b.html")
        assert refused.code == 2
        assert fault in refused.err


def test_program_needs_data(mtqa: Run, tmp_path: Path) -> None:
    refused = mtqa("bench", "run", "errors", "-o", "a.json")
    assert (refused.code, refused.err) == (
        2,
        "mtqa: error: suite 'errors' needs the folder with its data; name it with --data\n",
    )
    (tmp_path / "quality.en.jsonl.gz").write_bytes(b"mine")
    strange = mtqa("bench", "run", "errors", "--data", ".", "-o", "quality.en.jsonl.gz")
    assert "a result is a .json file" in strange.err
    (tmp_path / "mine.toml").write_text(suite_text("errors").replace("quality.jsonl", "quality.json"))
    (tmp_path / "quality.json").write_bytes(b"mine")
    kept = mtqa("bench", "run", "mine.toml", "--data", ".", "-o", "quality.json")
    assert "would overwrite an input" in kept.err
    assert "takes no --pair" in mtqa("bench", "run", "errors", "--pair", "de-en", "-o", "a.json").err
    assert "not a folder" in mtqa("bench", "run", "errors", "--data", "nowhere", "-o", "a.json").err


def test_the_door_asks_for_the_extra() -> None:
    code = """
import sys
sys.modules["matplotlib"] = None
import importlib.util
real = importlib.util.find_spec
importlib.util.find_spec = lambda name, *more: None if name == "matplotlib" else real(name, *more)
from mtqa.cli.app import main
main(["bench", "report", "x.json"])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 2
    assert "pip install 'mtqa[bench]'" in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [("report", "a.json"), ("compare", "a.json", "b.json"), ("floors", "a.json"), ("data", "wmt22", "-o", "d")],
)
@pytest.mark.parametrize("package", ["scipy", "sacrebleu", "matplotlib", "sklearn", "tabulate"])
def test_a_missing_package_is_named(
    mtqa: Run, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], package: str
) -> None:
    monkeypatch.setattr("mtqa.bench.find_spec", lambda name: None if name == package else True)
    monkeypatch.setitem(sys.modules, package, None)
    for name in [name for name in sys.modules if name.startswith("mtqa.bench.")]:
        monkeypatch.delitem(sys.modules, name)
    ran = mtqa("bench", *arguments)
    said = f"mtqa: error: benchmarks need {package}, which is not installed; pip install 'mtqa[bench]'\n"
    assert ran == (2, "", said)


@pytest.mark.parametrize(("name", "lines", "file"), [("a.html", 1, True), ("a.md", 1, False), ("a.md", 1000, True)])
def test_a_page_or_a_long_report_goes_to_a_file_where_there_is_a_terminal(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    lines: int,
    file: bool,
) -> None:
    text = "a line\n" * lines
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    show(text, None, instead=tmp_path / name)
    printed = capsys.readouterr()
    assert (tmp_path / name).exists() == file
    assert printed.out == ("" if file else text)
    assert printed.err == (f"mtqa: the report is in {tmp_path / name}\n" if file else "")
    if file:
        with pytest.raises(ConfigError, match="exists"):
            show(text, None, instead=tmp_path / name)
