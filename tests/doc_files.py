"""Small files under the names that the documentation gives them."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pyarrow as pa
from doc_pages import ROOT
from pyarrow import parquet

from mtqa.core.spans import Span
from mtqa.formats import read
from mtqa.repair.actions import Action, Kind
from mtqa.repair.log import Log, beside

_SEEDS = ROOT / "seeds"
_PEOPLE = """We walked down to the harbour before breakfast, and the ferry was late again. Nobody minded much.

My uncle sat on the wall with his feet over the water and told us about the winter of the big ice. He was eight then,
and the whole town skated to the island for bread. I have heard it twenty times. He tells it better every year.

Then the horn sounded behind the point, and everyone stood up and looked for their tickets.
"""
_MACHINE = """# The report

In the report, however, it was found that direct military measures against cartels should be a “last way out”, which
preferred joint military promotions with Mexican coordination.

“In a reasonable context, one -sided US military measures can be used to disturb the cartel activity,” wrote the group.
"""
_SLIP = "\nThe talks with the mayor were one -sided at best, he said.\n"


def prepare(folder: Path) -> None:
    """Whatever the commands of the pages name, and a git repository with a branch ``origin/main``."""
    shutil.copytree(_SEEDS, folder / "seeds")
    for name in ("articles", "checked", "docs", "locale", "news"):
        (folder / name).mkdir()
    shutil.copy(_SEEDS / "000_3d0557e54902f2a4.txt", folder / "article.txt")
    (folder / "article.md").write_text(_MACHINE, encoding="utf-8")
    for name in ("draft.md", "articles/walk.md"):
        (folder / name).write_text(_PEOPLE, encoding="utf-8")
    (folder / "articles" / "ferry.md").write_text(_PEOPLE + _SLIP, encoding="utf-8")
    for name in ("article.html", "docs/manual.html", "news/lighthouse.html"):
        shutil.copy(_SEEDS / "003_lighthouse.html", folder / name)
    _slip_into(folder / "article.html")
    for name, seed in (
        ("guide.rst", "021_weir.rst"),
        ("guide.txt", "021_weir.rst"),
        ("film.srt", "023_night_train.srt"),
    ):
        shutil.copy(_SEEDS / seed, folder / name)
    for name in ("en.po", "locale/en.po"):
        shutil.copy(_SEEDS / "007_library.po", folder / name)
    for language, words in (("de", "Willkommen, {{name}}."), ("en", "Welcome, {{name}}.")):
        (folder / "locales" / language).mkdir(parents=True)
        (folder / "locales" / language / "shop.json").write_text(json.dumps({"hello": words}), encoding="utf-8")
    _corpora(folder)
    shutil.copy(_SEEDS / "025_quarry.docx", folder / "report.docx")
    words = "“In a reasonable context, one -sided US military measures can be used to disturb the cartel activity,”"
    _edits(folder / "article.md", words, words.replace("one -sided", "one-sided"))
    words = "The council hopes to fill the pit with water and to keep perch in it."
    _edits(folder / "report.docx", words, words.replace("hopes", "wants"))
    _commit(folder)


def _slip_into(page: Path) -> None:
    before, heading, after = page.read_text(encoding="utf-8").partition("<h2>")
    page.write_text(f"{before}<p>{_SLIP.strip()}</p>\n{heading}{after}", encoding="utf-8")


def _corpora(folder: Path) -> None:
    rows = [{"id": str(n), "text": f"{_PEOPLE}\nThat was number {n}."} for n in range(3)]
    lines = "".join(json.dumps(row) + "\n" for row in rows)
    for name in ("in.jsonl", "corpus.jsonl"):
        (folder / name).write_text(lines, encoding="utf-8")
    source = "O gato sentou no tapete e não quis sair dali até que a chuva parasse de cair sobre o telhado."
    sourced = {
        "id": "1",
        "text": "The cat sat on the mat until the rain had stopped.",
        "language": "en",
        "source": source,
    }
    (folder / "rows.jsonl").write_text(json.dumps(sourced) + "\n", encoding="utf-8")
    text = " ".join(_PEOPLE.split())
    (folder / "news" / "a.csv").write_text(f'id,url,text,body,site\n1,a/1,"{text}","{text}",a\n', encoding="utf-8")
    (folder / "excel.csv").write_text(f'id;text\n1;"{text}"\n', encoding="utf-8")
    (folder / "unquoted.tsv").write_text(f'id\ttext\n1\t"{text}\n', encoding="utf-8")
    parquet.write_table(pa.Table.from_pylist([{"url": "b/1", "body": text, "site": "b"}]), folder / "archive.parquet")


def _edits(article: Path, words: str, after: str) -> None:
    document = read(article)
    start = document.text.index(words)
    span = Span(start, start + len(words))
    log = Log(beside(article))
    log.append(
        Action(
            id="0" * 32,
            kind=Kind.EDIT,
            uri=article.name,
            sha256=document.sha256,
            document=0,
            segment=span,
            text=words,
            revision=0,
            replacement=after,
            who="Ada",
            when="2025-01-01T00:00:00.000Z",
            signature="",
        )
    )
    log.close()


def _commit(folder: Path) -> None:
    git = (
        "git",
        "-C",
        str(folder),
        "-c",
        "user.name=Ada",
        "-c",
        "user.email=ada@example.org",
        "-c",
        "commit.gpgsign=false",
    )
    for command in (
        ("init", "--quiet"),
        ("add", "articles"),
        ("commit", "--quiet", "--message", "Articles"),
        ("update-ref", "refs/remotes/origin/main", "HEAD"),
    ):
        subprocess.run((*git, *command), check=True)
