"""What the network is trained on: windows of sentences with targets, and batches of them."""

from __future__ import annotations

from typing import NamedTuple

import torch

from mtqa.neural.encoder import TextTokenizer

IGNORE = -1.0


class Sentence(NamedTuple):
    """A sentence with targets; ``IGNORE`` where there is none. ``words`` are targets of its pieces; ``source`` are the
    pieces of what it was translated from, where the network is to see them."""

    ids: list[int]
    edit: float
    words: list[float] | None
    weight: float
    source: tuple[int, ...] | list[int] = ()

    @property
    def size(self) -> int:
        """Tokens with their separators."""
        return len(self.ids) + 1 + (len(self.source) + 1 if self.source else 0)


class Window(NamedTuple):
    """Consecutive sentences, whether a machine wrote them (``IGNORE``: not used for detection), and the ordinal of the
    language it translated from (-1: unknown or none)."""

    sentences: list[Sentence]
    mt: float
    source: int = -1


def collate(windows: list[Window], tokenizer: TextTokenizer) -> dict[str, torch.Tensor]:
    length = max(1 + sum(s.size for s in w.sentences) for w in windows)
    most = max(len(w.sentences) for w in windows)
    shape = (len(windows), length)
    batch = {
        "ids": torch.zeros(shape, dtype=torch.long),
        "mask": torch.zeros(shape, dtype=torch.long),
        "owner": torch.full(shape, -1, dtype=torch.long),
        "word": torch.full(shape, IGNORE),
        "word_weight": torch.zeros(shape),
        "edit": torch.full((len(windows), most), IGNORE),
        "edit_weight": torch.zeros((len(windows), most)),
        "present": torch.zeros((len(windows), most)),
        "mt": torch.tensor([w.mt for w in windows]),
        "source": torch.tensor([w.source for w in windows]),
    }
    for b, window in enumerate(windows):
        batch["ids"][b, 0] = tokenizer.cls
        at = 1
        for k, sentence in enumerate(window.sentences):
            if sentence.source:
                end = at + len(sentence.source)
                batch["ids"][b, at:end] = torch.tensor(sentence.source, dtype=torch.long)
                batch["ids"][b, end] = tokenizer.sep
                at = end + 1
            end = at + len(sentence.ids)
            batch["ids"][b, at:end] = torch.tensor(sentence.ids, dtype=torch.long)
            batch["ids"][b, end] = tokenizer.sep
            batch["owner"][b, at:end] = k
            if sentence.words is not None:
                batch["word"][b, at:end] = torch.tensor(sentence.words)
                batch["word_weight"][b, at:end] = sentence.weight
            batch["edit"][b, k] = sentence.edit
            batch["edit_weight"][b, k] = sentence.weight
            batch["present"][b, k] = float(bool(sentence.ids))
            at = end + 1
        batch["mask"][b, :at] = 1
    return batch
