"""The noise itself, here and in a program that a test starts."""

from __future__ import annotations

import subprocess
import sys

import noise
import pytest

from mtqa.core.protocols import Passage, SegmentScore
from mtqa.neural import store
from mtqa.neural.encoder import Encoder

TEXTS = ["The council voted on Tuesday to close the old bridge.", "Drivers took the ring road."]
PROGRAM = """
from mtqa.core.protocols import Passage
from mtqa.neural import store
from mtqa.neural.encoder import Encoder
(found,) = Encoder(store.locate("mtqa-en").path, threads=1).encode([[Passage(text) for text in %r]])
print(*[score.mt for score in found])
"""


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder(store.locate("mtqa-en").path, threads=1)


@pytest.fixture(scope="module")
def told(encoder: Encoder) -> list[list[SegmentScore]]:
    """What the network said when the first test asked."""
    return encoder.encode([[Passage(text) for text in TEXTS]])


def numbers(score: SegmentScore) -> list[float]:
    words = (odds for word in score.proofread.words for odds in (word.marked, word.must))
    return [score.mt, score.proofread.must, score.surprisal, *words, *score.origins.values()]


@pytest.mark.network
def test_every_number_moves_a_little_and_the_same_way_each_time(
    encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked(seed: str) -> list[float]:
        monkeypatch.setenv(noise.VARIABLE, seed)
        (found,) = encoder.encode([[Passage(text) for text in TEXTS]])
        return [number for score in found for number in numbers(score)]

    plain, first, other = asked(""), asked("1"), asked("2")
    assert first == asked("1")
    assert all(
        0 < abs(a - b) <= noise.MOST + 1e-9 for moved in (first, other) for a, b in zip(plain, moved, strict=True)
    )
    assert len({round(a - b, 6) for a, b in zip(plain, first, strict=True)}) == len(plain)
    assert all(a != b for a, b in zip(first, other, strict=True))


@pytest.mark.network
def test_no_fixture_outlives_its_seed(encoder: Encoder, told: list[list[SegmentScore]]) -> None:
    assert encoder.encode([[Passage(text) for text in TEXTS]]) == told


@pytest.mark.network
def test_a_program_hears_it(encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(noise.VARIABLE, "1")
    ran = subprocess.run([sys.executable, "-c", PROGRAM % TEXTS], capture_output=True, text=True, check=True)
    (found,) = encoder.encode([[Passage(text) for text in TEXTS]])
    assert ran.stdout.split() == [str(score.mt) for score in found]


def test_what_is_not_marked_cannot_ask(encoder: Encoder) -> None:
    with pytest.raises(noise.NetworkAsked, match="mark this test with `network`"):
        encoder.encode([[Passage(TEXTS[0])]])
    ran = subprocess.run([sys.executable, "-c", PROGRAM % TEXTS], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr.count("NetworkAsked: mark")) == (1, 1)
