"""The network: the first layers of SmolLM2 read a text twice and mark it.

A causal language model sees only what stands before a word. Reading the text a second time, it sees in the first
reading what stands behind it as well (Springer et al. 2024, "Repetition improves language model embeddings",
arXiv:2402.15449). The first reading is context alone: nothing is learned through it, which halves the work.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

DROPOUT = 0.1  # of what the heads read
CATEGORIES = ("w", "g", "o", "m", "u", "n", "r", "s", "i")
SOURCES = ("editor", "mqm", "tags", "edits", "made")
"""Who marked: copy editors (the labels), experts (MQM), alignment with a post-edit (MLQE-PE), differences to a repaired
text, or a program that spoiled sound text. Each has heads of its own, so that their habits do not mix."""


@dataclass(frozen=True)
class Config:
    """Sizes of the network: those of SmolLM2-135M, with fewer layers."""

    vocabulary: int = 49152
    size: int = 576
    layers: int = 21
    heads: int = 9
    key_heads: int = 3
    ffn: int = 1536
    theta: float = 100_000.0
    eps: float = 1e-5


class Norm(nn.Module):
    def __init__(self, size: int, eps: float) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(size))
        self.eps = eps

    def forward(self, states: Tensor) -> Tensor:
        return functional.rms_norm(states, self.weight.shape, self.weight.to(states.dtype), self.eps)


def rotate(states: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotary positions: B × heads × T × D with B × 1 × T × D."""
    left, right = states.chunk(2, dim=-1)
    return states * cos + torch.cat((-right, left), dim=-1) * sin


class Layer(nn.Module):
    def __init__(self, config: Config) -> None:
        super().__init__()
        c = config
        self.heads, self.key_heads, self.width = c.heads, c.key_heads, c.size // c.heads
        self.input_layernorm = Norm(c.size, c.eps)
        self.q_proj = nn.Linear(c.size, c.size, bias=False)
        self.k_proj = nn.Linear(c.size, c.key_heads * self.width, bias=False)
        self.v_proj = nn.Linear(c.size, c.key_heads * self.width, bias=False)
        self.o_proj = nn.Linear(c.size, c.size, bias=False)
        self.post_attention_layernorm = Norm(c.size, c.eps)
        self.gate_proj = nn.Linear(c.size, c.ffn, bias=False)
        self.up_proj = nn.Linear(c.size, c.ffn, bias=False)
        self.down_proj = nn.Linear(c.ffn, c.size, bias=False)

    def forward(
        self, states: Tensor, cos: Tensor, sin: Tensor, mask: Tensor, past: tuple[Tensor, Tensor] | None
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        normed = self.input_layernorm(states)
        batch, length, _ = normed.shape
        shape = (batch, length, -1, self.width)
        query = rotate(self.q_proj(normed).view(shape).transpose(1, 2), cos, sin)
        key = rotate(self.k_proj(normed).view(shape).transpose(1, 2), cos, sin)
        value = self.v_proj(normed).view(shape).transpose(1, 2)
        if past is not None:
            key, value = torch.cat((past[0], key), 2), torch.cat((past[1], value), 2)
        kept = (key, value)
        # Heads that share keys are rows of one product.
        groups = self.heads // self.key_heads
        query = query.reshape(batch, self.key_heads, groups * length, self.width) * self.width**-0.5
        weights = (query @ key.transpose(2, 3)).view(batch, self.key_heads, groups, length, -1) + mask
        weights = weights.softmax(-1).view(batch, self.key_heads, groups * length, -1)
        attended = (weights @ value).view(batch, self.heads, length, self.width)
        states = states + self.o_proj(attended.transpose(1, 2).reshape(batch, length, -1))
        normed = self.post_attention_layernorm(states)
        return states + self.down_proj(functional.silu(self.gate_proj(normed)) * self.up_proj(normed)), kept


class Heads(nn.Module):
    """What one kind of marker says: of tokens (marked, must), of sentences (marked, must)."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.word = nn.Linear(size, 2)
        self.sentence = nn.Linear(size, 2)


class Editor(nn.Module):
    """Inputs: ``ids`` (B × T, the first of each row the token that begins a text), ``lengths`` (B), ``owner`` (B × T,
    the ordinal of the sentence a token belongs to, -1 for the beginning, line ends and padding) and ``ordinals``,
    0 … S - 1, for the most sentences of a row."""

    def __init__(self, config: Config, hidden: int = 256) -> None:
        super().__init__()
        self.config = config
        self.embed_tokens = nn.Embedding(config.vocabulary, config.size)
        self.layers = nn.ModuleList(Layer(config) for _ in range(config.layers))
        self.norm = Norm(config.size, config.eps)
        self.token = nn.Sequential(nn.Linear(2 * config.size, hidden), nn.GELU(), nn.Dropout(DROPOUT))
        self.pooled = nn.Sequential(nn.Linear(3 * hidden, hidden), nn.GELU(), nn.Dropout(DROPOUT))
        self.category = nn.Linear(hidden, len(CATEGORIES))
        self.marker = nn.ModuleDict({name: Heads(hidden) for name in SOURCES})

    def positions(self, at: Tensor, dtype: torch.dtype) -> tuple[Tensor, Tensor]:
        width = self.config.size // self.config.heads
        rates = 1.0 / self.config.theta ** (torch.arange(0, width, 2, device=at.device).float() / width)
        angles = torch.cat((at[..., None].float() * rates,) * 2, -1)[:, None]
        return angles.cos().to(dtype), angles.sin().to(dtype)

    def read(self, ids: Tensor, lengths: Tensor) -> tuple[Tensor, Tensor]:
        """States (B × T × H) of both readings; places behind a row's length are rubbish."""
        kind = self.layers[0].q_proj.weight.dtype
        embedded = self.embed_tokens(ids).to(kind)
        batch, length = ids.shape
        steps = torch.arange(length, device=ids.device)
        causal = steps[None, :] <= steps[:, None]
        inside = (steps[None] < lengths[:, None])[:, None, None, :]  # B × 1 × 1 × T
        cos, sin = self.positions(steps.expand(batch, -1), kind)
        states, kept = embedded, []
        with torch.no_grad():
            first_mask = torch.where(causal, 0.0, -1e4).to(kind)
            for layer in self.layers:
                states, past = layer(states, cos, sin, first_mask, None)
                kept.append(past)
            first = self.norm(states)
        # Padding lies behind each row, and the second reading sees of the first only what is inside.
        cos, sin = self.positions(steps[None] + lengths[:, None], kind)
        seen = torch.cat((inside.expand(-1, -1, length, -1), causal.expand(batch, 1, -1, -1)), -1)
        mask = torch.where(seen, 0.0, -1e4).to(kind)[:, None]
        states = embedded
        for layer, past in zip(self.layers, kept, strict=True):
            states, _ = layer(states, cos, sin, mask, past)
        return first, self.norm(states)

    def forward(self, ids: Tensor, lengths: Tensor, owner: Tensor, ordinals: Tensor) -> tuple[Tensor, Tensor]:
        """Hidden states of tokens (B × T × K) and of sentences (B × S × K), from which the heads read."""
        first, second = self.read(ids, lengths)
        tokens = self.token(torch.cat((first, second), -1))
        members = owner[:, None, :] == ordinals[None, :, None]  # B × S × T
        share = members.to(tokens.dtype)
        mean = (share / share.sum(-1, keepdim=True).clamp(min=1)) @ tokens
        wide = tokens[:, None].masked_fill(~members[..., None], -3e4)
        top = wide.amax(2).clamp(min=-1e4)
        last = torch.where(members, torch.arange(ids.shape[1], device=ids.device), 0).amax(-1)
        end = tokens.gather(1, last[..., None].expand(-1, -1, tokens.shape[-1]))
        return tokens, self.pooled(torch.cat((mean, top, end), -1))
