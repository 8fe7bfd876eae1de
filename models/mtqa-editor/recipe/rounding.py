"""Weights as the exported graph has them: 4 bits, in blocks of 32 with a scale and a zero point each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor, nn

BLOCK = 32
LEVELS = 15


def rounded(weight: Tensor) -> Tensor:
    """``weight`` (out × in) rounded as MatMulNBits stores it."""
    blocks = weight.reshape(-1, BLOCK)
    low = blocks.amin(1, keepdim=True).clamp(max=0)
    scale = (blocks.amax(1, keepdim=True).clamp(min=0) - low) / LEVELS
    scale = scale.clamp(min=1e-9)
    zero = torch.round(-low / scale)
    whole = torch.round(blocks / scale).add_(zero).clamp_(0, LEVELS)
    return whole.sub_(zero).mul_(scale).reshape(weight.shape)


@contextmanager
def weights_rounded(layers: Sequence[nn.Module]) -> Iterator[None]:
    """Inside, the products of ``layers`` use rounded weights."""
    kept = [(each, each.weight.data) for layer in layers for each in layer.modules() if isinstance(each, nn.Linear)]
    for each, weight in kept:
        each.weight.data = rounded(weight)
    try:
        yield
    finally:
        for each, weight in kept:
            each.weight.data = weight
