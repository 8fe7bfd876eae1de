"""How layers learn: products in bfloat16, the weights kept in 32 bits, and beside them their running average,
which is what is exported (Izmailov et al. 2018, "Averaging weights leads to wider optima", arXiv:1803.05407)."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor, nn

WARM = 60
AVERAGED = 4  # steps between two contributions to the average
TOLD, SAVED = 25, 100  # steps between two lines of the log, and between checkpoints


class Learning:
    """What of ``network`` learns: what requires a gradient. Its ``layers`` are in bfloat16 from here on, all else in 32
    bits.

    Resumable: ``out`` holds a checkpoint of weights, average and the optimiser's moments, and a log.

    Args:
        rates: of ``layers`` and of the ``heads``, which is all else.
        decay: what is kept of the average at a contribution.
        falls: share of the run over which the rates fall.
    """

    def __init__(
        self, network: nn.Module, out: Path, *, rates: Mapping[str, float], decay: float, falls: float, steps: int
    ) -> None:
        out.mkdir(parents=True, exist_ok=True)
        self.network, self.out, self.decay, self.falls, self.steps = network, out, decay, falls, steps
        self.learning = {name: p for name, p in network.named_parameters() if p.requires_grad}
        kept = {name: p.detach().clone() for name, p in self.learning.items()}
        for part in (network.shared, network.layers):
            part.bfloat16()
        self.kept = {n: nn.Parameter(p) if n.startswith("layers.") else self.learning[n] for n, p in kept.items()}
        groups = {
            "layers": [p for name, p in self.kept.items() if name.startswith("layers.")],
            "heads": [p for name, p in self.kept.items() if not name.startswith("layers.")],
        }
        self.optimiser = torch.optim.AdamW(
            [{"params": found, "lr": rates[name], "base": rates[name]} for name, found in groups.items()],
            betas=(0.9, 0.98),
            weight_decay=0.01,
            fused=True,
        )
        self.averaged, self.step = {name: p.detach().clone() for name, p in self.kept.items()}, 0
        self._saved = out / "checkpoint.pt"
        if self._saved.exists():
            self._resume()
        self._log, self._sums, self._seen, self._started = (out / "log.jsonl").open("a"), {}, 0, time.monotonic()

    def _resume(self) -> None:
        state = torch.load(self._saved, weights_only=True)
        self.averaged, self.step = state["averaged"], state["step"]
        self.optimiser.load_state_dict(state["optimiser"])
        with torch.no_grad():
            for name, p in self.kept.items():
                p.copy_(state["kept"][name])
                self.learning[name].copy_(p)

    def learn(self, losses: Mapping[str, Tensor], pieces: int, prefix: str = "") -> None:
        """A step on the sum of ``losses``, which were made of so many ``pieces``."""
        part = (self.steps - self.step) / (self.falls * self.steps)
        for group in self.optimiser.param_groups:
            group["lr"] = group["base"] * min(1.0, (self.step + 1) / WARM, 0.03 + 0.97 * part)
        sum(losses.values()).backward()
        for name, p in self.learning.items():
            if self.kept[name] is not p:
                self.kept[name].grad, p.grad = p.grad.float(), None
        torch.nn.utils.clip_grad_norm_([p for p in self.kept.values() if p.grad is not None], 1.0)
        self.optimiser.step()
        self.optimiser.zero_grad(set_to_none=True)
        self.step += 1
        with torch.no_grad():
            for name, p in self.learning.items():
                if self.kept[name] is not p:
                    p.copy_(self.kept[name])
            if self.step % AVERAGED == 0:
                for name, p in self.kept.items():
                    self.averaged[name].lerp_(p, 1 - self.decay)
        self._tell(losses, pieces, prefix)
        if self.step % SAVED == 0 or self.step == self.steps:
            self._save()

    def _tell(self, losses: Mapping[str, Tensor], pieces: int, prefix: str) -> None:
        self._seen += pieces
        for name, value in losses.items():
            self._sums.setdefault(f"{prefix}{name}", []).append(value.item())
        if self.step % TOLD == 0:
            means = {name: round(sum(each) / len(each), 4) for name, each in sorted(self._sums.items())}
            speed = round(self._seen / (time.monotonic() - self._started))
            self._log.write(json.dumps({"step": self.step, "pieces_s": speed, **means}) + "\n")
            self._log.flush()
            self._sums = {}

    def _save(self) -> None:
        state = {
            "kept": {name: p.detach() for name, p in self.kept.items()},
            "averaged": self.averaged,
            "optimiser": self.optimiser.state_dict(),
            "step": self.step,
        }
        torch.save(state, self._saved.with_suffix(".new"))
        self._saved.with_suffix(".new").replace(self._saved)

    def write(self, path: Path) -> None:
        """The average, as safetensors."""
        save_file({name: p.contiguous() for name, p in self.averaged.items()}, path)
