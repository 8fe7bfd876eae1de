"""Puts the measured numbers into the model card, between its markers."""

from __future__ import annotations

from pathlib import Path

BEGIN, END = "<!-- numbers -->", "<!-- /numbers -->"


def table(head: list[str], lines: list[list[object]]) -> str:
    rows = [head, ["---"] * len(head), *lines]
    return "\n".join("| " + " | ".join(str(cell) for cell in row) + " |" for row in rows)


def interval(x: list[float]) -> str:
    return f"{x[0]:.3f} ({x[1]:.3f}–{x[2]:.3f})"


def percent(x: float) -> str:
    return f"{100 * x:.1f} %"


def numbers(m: dict) -> str:
    parts = ["### Detection on WMT22, by length (AUROC, 95 % bootstrap interval over documents)", ""]
    parts.append(
        table(
            [
                "segments",
                "machine / original",
                "machine / human translation",
                "human translation / original",
                "documents",
            ],
            [
                [
                    n,
                    interval(r["mt_orig"]),
                    interval(r["mt_ht"]),
                    interval(r["ht_orig"]),
                    " + ".join(str(c) for c in r["documents"].values()),
                ]
                for n, r in m["auroc"].items()
            ],
        )
    )
    parts += ["", "### Decisions on WMT22 at the shipped thresholds", ""]
    parts.append(
        table(
            ["segments", "text", "likely-mt", "undecided", "likely-human", "documents"],
            [
                [
                    n,
                    kind,
                    percent(v["likely-mt"]),
                    percent(1 - v["likely-mt"] - v["likely-human"]),
                    percent(v["likely-human"]),
                    v["documents"],
                ]
                for n, kinds in m["decisions"].items()
                for kind, v in kinds.items()
            ],
        )
    )
    parts += ["", "### Share called likely-mt at the false-alarm rates to choose from, WMT22", ""]
    kinds = list(next(iter(next(iter(m["rates"].values())).values())))
    parts.append(
        table(
            ["rate aimed at", "segments", *kinds],
            [
                [f"{float(rate):.1%}", n, *(percent(v[kind]) for kind in kinds)]
                for rate, sizes in m["rates"].items()
                for n, v in sizes.items()
            ],
        )
    )
    parts += ["", "### False alarms: share of human documents called likely-mt", ""]
    sizes = sorted({int(n) for v in m["false_alarms"].values() for n in v})
    cell = lambda v, n: f"{percent(v[str(n)][0])} of {v[str(n)][1]}" if str(n) in v else ""  # noqa: E731
    parts.append(
        table(
            ["text", *(f"{n} segments" for n in sizes)],
            [[k, *(cell({str(a): b for a, b in v.items()}, n) for n in sizes)] for k, v in m["false_alarms"].items()],
        )
    )
    parts += ["", "### What misspellings withhold, ten segments", ""]
    parts.append(
        table(
            ["text", "documents above the threshold", "called likely-mt"],
            [[kind, v["above"], v["called"]] for kind, v in m["withheld"].items()],
        )
    )
    parts += [
        "",
        f"Calibration error of `p_mt` at ten segments, leaving out the pair it is judged on: "
        f"{m['ece10_leave_one_pair_out']:.3f}.",
        "",
        "### By system, WMT22, ten segments (AUROC)",
        "",
    ]
    parts.append(
        table(
            ["system", "pairs", "against originals", "against human translation", "documents"],
            [
                [s, " ".join(v["pairs"]), f"{v['orig']:.3f}", f"{v['ht']:.3f}", v["documents"]]
                for s, v in m["systems"].items()
            ],
        )
    )
    parts += ["", "### By language pair, WMT22, ten segments (AUROC)", ""]
    parts.append(
        table(
            ["pair", "against originals", "against human translation"],
            [[p, f"{v['orig']:.3f}", f"{v['ht']:.3f}"] for p, v in m["pairs"].items()],
        )
    )
    parts += [
        "",
        "### Errors",
        "",
        "Repair: MQM penalty of at least 1 (MQM), HTER of at least 0.1 (MLQE-PE). Spearman is with the human score "
        "(MQM, DA). Word MCC at the threshold that is best on MQM 2021; precision and recall of words at the "
        "flagging threshold.",
        "",
    ]
    show = lambda v, k: "" if v.get(k) is None else f"{v[k]:.3f}"  # noqa: E731
    keys = [
        "repair_auroc",
        "repair_share",
        "spearman",
        "word_auroc",
        "bad_share",
        "mcc",
        "flag_precision",
        "flag_recall",
        "sentences_flagged",
    ]
    parts.append(
        table(
            [
                "set",
                "sentences",
                "repair AUROC",
                "to repair",
                "Spearman",
                "word AUROC",
                "BAD words",
                "word MCC",
                "flag precision",
                "flag recall",
                "sentences flagged",
            ],
            [[k, v["sentences"], *(show(v, key) for key in keys)] for k, v in m["errors"].items()],
        )
    )
    parts += ["", "### Sentences with a flag of the model, in documents of ten", ""]
    parts.append(table(["text", "share"], [[k, percent(v)] for k, v in m["sentences_flagged"].items()]))
    parts += [
        "",
        "### Source language of machine translation, ten segments",
        "",
        "Named where it is likely enough: set on half of WMT22's systems, judged on the other half. Ukrainian was in "
        "no training set, so it is never named.",
        "",
    ]
    parts.append(
        table(
            ["source", "documents", "with a guess", "guess right"],
            [
                [tag, v["documents"], percent(v["guessed"]), "" if v["right"] is None else percent(v["right"])]
                for tag, v in m["origins"].items()
            ],
        )
    )
    parts += [
        "",
        "### English originals of 2019 of which every other sentence was taken there and back by a machine",
        "",
    ]
    parts.append(
        table(
            ["engine", "sentences", "spoiled ones flagged", "clean ones flagged", "repair AUROC"],
            [
                [
                    engine,
                    v["sentences"],
                    percent(v["spoiled_flagged"]),
                    percent(v["clean_flagged"]),
                    f"{v['repair_auroc']:.3f}",
                ]
                for engine, v in m["half_spoiled"].items()
            ],
        )
    )
    parts += [
        "",
        "### Fluency: bits of surprisal a word, by SmolLM2-135M and as this model estimates them, ten segments",
        "",
    ]
    parts.append(
        table(
            ["text", "documents", "SmolLM2", "estimate", "correlation of sentences", "of documents"],
            [[kind, *v.values()] for kind, v in m["fluency"].items()],
        )
    )
    return "\n".join(parts)


def update(readme: Path, metrics: dict) -> None:
    text = readme.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    readme.write_text(f"{before}{BEGIN}\n{numbers(metrics)}\n{END}{after}", encoding="utf-8")
