"""What both engines for sequence-to-sequence models share: from texts to pieces that fit the model, and back."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from mtqa.core.protocols import Translation
from mtqa.neural.translators.checkpoint import Checkpoint, Tokens, batches
from mtqa.neural.translators.texts import each, require

__all__ = ["Network", "Output"]

_LONGEST = 256  # tokens of a piece: what such models were trained on are sentences


@dataclass(frozen=True, slots=True)
class Output:
    """Token numbers of a translation and the sum of their log-probabilities over ``count`` tokens, the end included."""

    ids: list[int]
    total: float
    count: int


class Network(ABC):
    """Implements `mtqa.core.protocols.Translator`; an engine has to run the network.

    A text of more than 256 tokens is cut between words, near its middle, until every piece fits.

    Args:
        checkpoint: the model.
        signature: of the model as the engine runs it.
    """

    def __init__(self, checkpoint: Checkpoint, signature: str) -> None:
        self.name = checkpoint.name
        self.signature = signature
        self._checkpoint = checkpoint

    @cached_property
    def _tokens(self) -> Tokens:
        return Tokens(self._checkpoint)

    @abstractmethod
    def _run(self, batch: list[list[int]], first: int | None) -> list[Output]:
        """Translations of texts as token numbers, which begin with the token ``first`` where the model wants one."""

    def pairs(self) -> frozenset[tuple[str, str]]:
        """What the model translates: one pair for Marian, every pair of its tokenizer's languages for the others."""
        return frozenset((self._checkpoint.pair,)) if self._checkpoint.pair else self._tokens.pairs

    def translate(self, texts: Sequence[str], *, source: str, target: str) -> list[Translation]:
        """Translations of each text, in order; the same for the same text, whatever stands beside it but for rounding
        in the last digits of the score."""
        require(self.name, self.pairs(), source, target)
        return each(texts, lambda lines: self._translate(lines, source, target))

    def _translate(self, lines: list[str], source: str, target: str) -> list[Translation]:
        pieces: list[list[int]] = []
        owners: list[int] = []
        for number, line in enumerate(lines):
            found = self._pieces(line, source)
            pieces += found
            owners += [number] * len(found)
        outputs: dict[int, Output] = {}
        for batch in batches([len(piece) for piece in pieces]):
            outputs |= zip(batch, self._run([pieces[i] for i in batch], self._tokens.first(target)), strict=True)
        parts: list[list[Output]] = [[] for _ in lines]
        for i, owner in enumerate(owners):
            parts[owner].append(outputs[i])
        return [self._joined(part) for part in parts]

    def _pieces(self, line: str, source: str) -> list[list[int]]:
        [ids] = self._tokens.encode([line], source)
        words = line.split()
        if len(ids) <= _LONGEST or len(words) < 2:
            return [ids[: 2 * _LONGEST]]
        middle = len(words) // 2
        return self._pieces(" ".join(words[:middle]), source) + self._pieces(" ".join(words[middle:]), source)

    def _joined(self, outputs: list[Output]) -> Translation:
        text = " ".join(self._tokens.decode(output.ids) for output in outputs)
        return Translation(text, sum(o.total for o in outputs) / max(sum(o.count for o in outputs), 1))
