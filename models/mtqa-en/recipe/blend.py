"""How the network and the n-grams join in the logit of a sentence, set on English originals of 2019: the network's
logit counts in units of its spread there, relative to that of the n-grams, times ``COUNTS``, and is capped three
standard deviations above its mean there."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from textsets import sets

from mtqa.core.protocols import Passage
from mtqa.neural.encoder import Encoder

# Chosen on the part ``fit`` of ``textsets.py``: at thresholds of people's texts as much was found as with 1 (42, 51 and
# 59 % of documents of ten, twenty and forty sentences of seven kinds), with fewer of people's translations, and more
# than with 2 to 4. Counted by hand, when the parts were drawn a little otherwise.
COUNTS = 1.5


def blend(folder: Path, data: Path, *, threads: int) -> None:
    """Writes ``weight`` and ``cap`` into ``folder``/config.json."""
    path = folder / "config.json"
    config = json.loads(path.read_text()) | {"weight": 1.0, "cap": 1e9}
    path.write_text(json.dumps(config, ensure_ascii=False) + "\n")
    encoder = Encoder(folder, threads=threads)
    originals = (one for one in sets(data) if (one.part, one.origin, one.kind) == ("limit", "orig", "news"))
    scores = encoder.encode([[Passage(text) for text in texts] for texts in next(originals).tens])
    habits = [np.mean([s.habits for s in document]) for document in scores]
    network = [np.mean([s.mt - s.habits for s in document]) for document in scores]
    config["weight"] = round(COUNTS * float(np.std(habits) / np.std(network)), 3)
    config["cap"] = round(float(np.mean(network) + 3 * np.std(network)), 2)
    path.write_text(json.dumps(config, ensure_ascii=False) + "\n")
