"""What counts as the output that a page shows."""

from __future__ import annotations

import pytest
from doc_output import agree


def ranked(*sentences: str) -> str:
    """What the program prints of sentences and their probabilities."""
    each = (sentence.split() for sentence in sentences)
    listed = "\n".join(f"  {n}  line 2  p(repair) = 0{p}\n     {words}\n" for n, (words, p) in enumerate(each, 1))
    return f"The list:\n\n{listed}\nThe end.\n"


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        ("p = 0.82\n", "p = 0.82\n", True),
        ("p = 0.82", "p = 0.85", True),
        ("p = 0.82", "p = 0.95", False),
        ("p = 0.82", "p = 0.823", False),
        ("3 findings", "4 findings", False),
        ("rate:0.01", "rate:0.02", False),
        ("mtqa 0.1.0", "mtqa 0.1.1", False),
        ("a\n…\nd", "a\nb\nc\nd", True),
        ("a\n…\nc\n…", "a\nb\nc\nd", True),
        ("a\n…\nb\n…\nd", "a\nc\nb\nd", True),
        ("a\n…\nc\n…\nb\n…", "a\nb\nc\nd", False),
        ("a\n…\na", "a", False),
        ("", "", True),
        ("", "a", False),
        ("a", "a\nb", False),
        ("1 to repair, 6 remarks\nto read", "1 to repair, 1\nremark to read", True),
        ("1 to repair, 6 remarks", "2 to repair, 6 remarks", False),
        ("6 sentences to\nrepair.\n\nb", "1 sentence\nto repair.\n\nb", True),
        ("a\nb", "a b", False),
        (ranked("a .82", "b .15", "c .14"), ranked("a .82", "c .16", "b .15"), True),
        (ranked("a .82", "b .15", "c .14"), ranked("a .83", "b .14", "d .13"), True),
        (ranked("a .82", "b .15", "c .14"), ranked("a .82", "b .15"), True),
        (ranked("a .82", "b .15", "c .14"), ranked("a .82", "b .15", "c .14", "d .13"), True),
        (ranked("a .82", "b .15", "c .14"), ranked("b .82", "a .15", "c .14"), False),
        (ranked("a .82", "b .15", "c .14"), ranked("a .82", "c .14", "b .15"), False),
        (ranked("a .82", "b .69", "c .14"), ranked("a .82", "c .14"), False),
        (ranked("a .82", "b .15", "c .14"), ranked("a .82", "d .69", "b .15"), False),
        (ranked("a .82", "b .15", "c .14"), ranked("a .82", "b .25", "c .14"), False),
        (ranked("a .82", "b .15"), "", False),
        ("", ranked("a .82", "b .15"), False),
        (ranked("a .82").replace("The end.", "…"), ranked("a .82", "b .69", "c .14"), True),
        (ranked("b .69").replace("The end.", "…"), ranked("a .82", "b .69", "c .14"), True),
        (ranked("d .69").replace("The end.", "…"), ranked("a .82", "b .69", "c .14"), False),
    ],
)
def test_what_counts_as_the_same_output(shown: str, printed: str, same: bool) -> None:
    assert agree(shown, printed) is same
