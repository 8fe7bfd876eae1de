"""When a translation engine leaves a document as it is: it, or one much like it, wrote the document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mtqa.core.scaling import share

__all__ = ["SameEngine"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SameEngine:
    """From where on a document that an engine took there and back is its own, as measured with that engine.

    Attributes:
        engine: its name. pivot: BCP 47 tag of the language that it goes by.
        chrf: mean chrF++ of the document's sentences against what came back, 0 to 100, weighted by their words: what
            people's documents do not reach.
        sentences: the fewest for which that was measured.
        p_mt: probability that a machine wrote such a document, where half of all documents are machine output.
        rate: of people's documents that may be taken for such.
    """

    engine: str
    pivot: str
    chrf: float
    sentences: int
    p_mt: float
    rate: float

    @classmethod
    def from_table(cls, table: Mapping[str, Any]) -> SameEngine:
        """From its table in a ``model.toml``. Raises KeyError, TypeError or ValueError where it is none."""
        found = cls(
            engine=str(table["engine"]),
            pivot=str(table["pivot"]),
            chrf=float(table["chrf"]),
            sentences=int(table["sentences"]),
            p_mt=share(table["p_mt"]),
            rate=share(table["rate"]),
        )
        if not (0 < found.chrf < 100 and found.sentences > 0 and found.p_mt > 0.5):
            raise ValueError(f"out of range: {found}")
        return found
