"""The network: two encoders on one trunk, with their heads."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from transformers import BertConfig
from transformers.models.bert.modeling_bert import BertEmbeddings, BertLayer

BRANCH = 2
HEADS = ("machine.", "source.", "repair.", "word.")
SOURCES = ("cs", "de", "ha", "is", "ja", "ru", "uk", "zh")


class Network(nn.Module):
    """The last ``BRANCH`` layers exist twice: one copy asks who wrote the text (``machine``, ``source``), the other
    what an editor would change (``repair``, ``word``), so that a machine's text need not look like an error as such.

    Inputs are ``ids`` (B × T token ids), ``mask`` (B × T, 1 on real tokens), ``owner`` (B × T, the ordinal of the
    sentence a token belongs to, -1 for separators and padding) and S, the most sentences of a row. A sentence without
    tokens is the mean of none, zero.
    """

    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        config._attn_implementation = "sdpa"
        size, layers = config.hidden_size, config.num_hidden_layers
        self.embeddings = BertEmbeddings(config)
        self.trunk = nn.ModuleList(BertLayer(config) for _ in range(layers - BRANCH))
        self.writer = nn.ModuleList(BertLayer(config) for _ in range(BRANCH))
        self.editor = nn.ModuleList(BertLayer(config) for _ in range(BRANCH))
        self.machine = nn.Linear(size, 1)
        self.source = nn.Linear(size, len(SOURCES))
        self.repair = nn.Sequential(nn.Linear(2 * size, 128), nn.GELU(), nn.Linear(128, 1))
        self.word = nn.Sequential(nn.Linear(2 * size, 128), nn.GELU(), nn.Linear(128, 1))

    @torch.no_grad()
    def load_pretrained(self, weights: dict[str, Tensor]) -> None:
        """Fill embeddings and layers from a BERT checkpoint, which may have more layers; both branches start as the
        layers above the trunk."""
        state = {k: v for k, v in weights.items() if k.startswith("embeddings.") and "position_ids" not in k}
        trunk = len(self.trunk)
        for name, tensor in weights.items():
            if name.startswith("encoder.layer."):
                number, _, rest = name.removeprefix("encoder.layer.").partition(".")
                at = int(number) - trunk
                if at >= BRANCH:
                    continue
                for part in ("writer", "editor") if at >= 0 else ("trunk",):
                    state[f"{part}.{at if at >= 0 else number}.{rest}"] = tensor
        missing, unexpected = self.load_state_dict(state, strict=False)
        if unexpected or any(not k.startswith(HEADS) for k in missing):
            raise SystemExit(f"base weights do not fit: missing {missing}, left over {unexpected}")

    def base(self, ids: Tensor, attention: Tensor | None) -> Tensor:
        """States of the trunk (B × T × H)."""
        states = self.embeddings(input_ids=ids)
        for layer in self.trunk:
            states = layer(states, attention)
        return states

    def detect(self, states: Tensor, attention: Tensor | None, owner: Tensor, sentences: int) -> tuple[Tensor, Tensor]:
        """Machine-translation logits (B × S) and source-language logits (B × S × L) from the trunk's states."""
        for layer in self.writer:
            states = layer(states, attention)
        means = sentence_means(states, owner, sentences)
        return self.machine(means).squeeze(-1), self.source(means)

    def edit(self, states: Tensor, attention: Tensor | None, owner: Tensor, sentences: int) -> tuple[Tensor, Tensor]:
        """Repair logits of sentences (B × S) and error logits of tokens (B × T) from the trunk's states, which the
        heads read beside their own branch's: what a word is, and what it does in its sentence."""
        top = states
        for layer in self.editor:
            top = layer(top, attention)
        both = torch.cat([top, states], dim=-1)
        return self.repair(sentence_means(both, owner, sentences)).squeeze(-1), self.word(both).squeeze(-1)

    def forward(
        self, ids: Tensor, mask: Tensor, owner: Tensor, sentences: int
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Machine-translation, source-language and repair logits of sentences, error logits of tokens."""
        attention = attention_mask(mask)
        states = self.base(ids, attention)
        return *self.detect(states, attention, owner, sentences), *self.edit(states, attention, owner, sentences)


def attention_mask(mask: Tensor) -> Tensor | None:
    return mask[:, None, None, :].bool() if bool((mask == 0).any()) else None


def sentence_means(states: Tensor, owner: Tensor, sentences: int) -> Tensor:
    """Means of token states over sentences (B × S × …)."""
    ordinals = torch.arange(sentences, device=owner.device)
    members = (owner[:, None, :] == ordinals[None, :, None]).to(states.dtype)
    return (members / members.sum(-1, keepdim=True).clamp(min=1)) @ states
