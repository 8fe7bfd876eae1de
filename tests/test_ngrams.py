"""The n-gram regression: what its bags keep of a text, and damage."""

from __future__ import annotations

import numpy as np
import pytest
from safetensors.numpy import save_file

from mtqa.neural.ngrams import BUCKETS, NgramScorer, bags

COMMON = ("the", "was", "in", "of", "a")


def patterns(text: str) -> list[int]:
    return bags(text, COMMON)[1][0].tolist()


def test_the_two_bags_share_no_bucket() -> None:
    (characters, _), (words, _) = bags("The mayor was in the town.", COMMON)
    assert characters.max() < BUCKETS <= words.min()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The painting was in the garden.", "The building was in the wooden."),  # endings count
        ("The year 1999 was cold.", "The year 2021 was bold."),  # numbers and short words are alike
    ],
)
def test_patterns_forget_what_a_text_is_about(one: str, other: str) -> None:
    assert patterns(one) == patterns(other)


@pytest.mark.parametrize(
    "other",
    [
        "A painting was in the garden.",  # a common word
        "The Painting was in the garden.",  # a capital
        "The paintings was in the garden.",  # an ending
        "The painting in the garden was.",  # the order
        "The painting was in the garden!",  # punctuation
    ],
)
def test_patterns_keep_how_it_is_written(other: str) -> None:
    assert patterns("The painting was in the garden.") != patterns(other)


def test_a_score_is_the_sum_of_both_bags_and_the_bias(tmp_path) -> None:
    weight = np.zeros(2 * BUCKETS, dtype=np.float16)
    path = tmp_path / "ngrams.safetensors"
    tensors = {"idf": np.ones(2 * BUCKETS, dtype=np.float16), "bias": np.array(0.25, dtype=np.float32)}
    (characters, _), (words, _) = bags("a", COMMON)
    assert (len(characters), len(words)) == (0, 1)  # no pair of characters, one word
    weight[words] = 2.0
    save_file(tensors | {"weight": weight}, path)
    scorer = NgramScorer(path, COMMON)
    assert scorer(["a"]) == pytest.approx(2.25)
    assert scorer([""]) == scorer(["\n"]) == pytest.approx(0.25)
    save_file(tensors | {"weight": weight[:10]}, path)
    with pytest.raises(ValueError, match="shapes"):
        NgramScorer(path, COMMON)
