"""What sentences say, together."""

from __future__ import annotations

import itertools

import pytest
from fakes import CALIBRATION

from mtqa.core.details import MachineLogit
from mtqa.core.pooling import STATISTICS, Pooling

KNOTS = (5.0, 10.0)


def said(*logits: float, repair: float = 0.0) -> list[MachineLogit]:
    return [MachineLogit(logit=logit, habits=logit / 2, repair=repair, surprisal=abs(logit)) for logit in logits]


def only(name: str) -> Pooling:
    return Pooling.of({name: [1.0, 1.0], "bias": [0.0, 0.0]}, KNOTS)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("logit", 1.5),
        ("spread", 1.5),
        ("highest", 4.0),
        ("lowest", 0.0),
        ("habits", 0.75),
        ("repair", 0.0),
        ("repairs", 0.5),
        ("surprisal", 1.5),
        ("uneven", 1.5),
    ],
)
def test_each_statistic_is_what_its_name_says(name, expected):
    assert only(name)(said(0.0, 1.0, 1.0, 4.0, 0.0, 3.0)) == pytest.approx(expected)


def test_there_is_a_case_for_every_statistic():
    (cases,) = (m for m in test_each_statistic_is_what_its_name_says.pytestmark if m.name == "parametrize")
    assert [name for name, _ in cases.args[1]] == list(STATISTICS)


def test_the_order_of_sentences_does_not_matter():
    pooling = Pooling.of({**{name: [0.3, 0.7] for name in STATISTICS}, "bias": [1.0, 2.0]}, KNOTS)
    scores = {round(pooling(order), 9) for order in itertools.permutations(said(-2.0, 0.5, 1.0, 3.0))}
    assert len(scores) == 1


def test_weights_go_by_the_number_of_sentences():
    pooling = Pooling.of({"logit": [1.0, 3.0], "bias": [0.0, -1.0]}, KNOTS)
    assert [pooling(said(*[2.0] * count)) for count in (1, 5, 10, 500)] == pytest.approx([2.0, 2.0, 5.0, 5.0])


def test_without_weights_the_score_is_the_mean():
    assert CALIBRATION.pooling(said(1.0, -3.0)) == -1.0


def test_a_document_without_sentences_has_a_score():
    assert only("logit")([]) == 0.0


@pytest.mark.parametrize("table", [{"mean": [1.0, 1.0], "bias": [0.0, 0.0]}, {"logit": [1.0], "bias": [0.0, 0.0]}])
def test_what_is_no_pooling_is_refused(table):
    with pytest.raises(ValueError, match=r"no statistics|expected 2"):
        Pooling.of(table, KNOTS)
