"""The pages of the documentation, and what in them can be run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt

ROOT = Path(__file__).parent.parent
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
LINKING = (*PAGES, *(ROOT / n for n in ("CONTRIBUTING.md", "benchmarks/README.md", "seeds/README.md")))

_FILE = re.compile(r"\bfile=(\S+)")
_IN_YAML = re.compile(r"^\s*(?:script:|-) (mtqa .+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Block:
    """Code on a page: what stands behind the fence says its language and, as ``file=NAME``, what file it shows."""

    line: int
    language: str
    file: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Command:
    """A command line; ``shown`` is the output that the page gives, None where it gives none."""

    line: int
    words: str
    shown: str | None = None

    @property
    def in_session(self) -> bool:
        """Whether it goes on from what the commands before it did."""
        return self.shown is not None


def blocks(page: Path) -> list[Block]:
    """Fenced and indented code of a page, in order."""
    found = []
    for token in MarkdownIt().parse(page.read_text(encoding="utf-8")):
        if token.type in ("fence", "code_block") and token.map:
            language = token.info.split()[0] if token.info.strip() else ""
            file = _FILE.search(token.info)
            found.append(Block(token.map[0] + 1, language, file and file[1], token.content))
    return found


def commands(block: Block) -> Iterator[Command]:
    """The command lines of a block. Where some begin with ``$``, the lines after each are its output."""
    if block.language in ("yaml", "yml"):
        yield from (Command(block.line, found[1]) for found in _IN_YAML.finditer(block.text))
        return
    if block.language not in ("", "console"):
        return
    lines = block.text.splitlines()
    starts = [i for i, line in enumerate(lines) if line.startswith("$ ")]
    if not starts:
        yield from (Command(block.line + 1 + i, line) for i, line in enumerate(lines) if line.strip())
        return
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        yield Command(block.line + 1 + start, lines[start][2:], "\n".join(lines[start + 1 : end]))


def headings(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    tokens = MarkdownIt().parse(page.read_text(encoding="utf-8"))
    texts = [after.content for token, after in pairwise(tokens) if token.type == "heading_open"]
    return {re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-") for text in texts}


def links(page: Path) -> list[str]:
    """The targets of a page's links that lead to no other site."""
    inline = (t for t in MarkdownIt().enable("table").parse(page.read_text(encoding="utf-8")) if t.children)
    found = [child.attrs["href"] for token in inline for child in token.children or () if child.type == "link_open"]
    return [str(target) for target in found if not str(target).startswith(("http:", "https:", "mailto:"))]


def inline_commands(page: Path) -> list[str]:
    """The code between backticks that begins with the program's name."""
    inline = (t for t in MarkdownIt().enable("table").parse(page.read_text(encoding="utf-8")) if t.children)
    code = [child.content for token in inline for child in token.children or () if child.type == "code_inline"]
    return [text for text in code if text.startswith("mtqa ")]
