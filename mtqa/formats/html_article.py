"""Which blocks of a page are its article, by trafilatura and by what the page's markup says of itself.

Trafilatura leaves out, or rewrites, paragraphs of the article that hold an unusual element. So its word says where the
article begins and ends; what stands between is article, too, unless something speaks for furniture of the page.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from mtqa.core.documents import BlockKind
from mtqa.formats.chunks import Chunk
from mtqa.formats.html_blocks import HtmlBlock
from mtqa.formats.kinds import kind_of, kind_of_cell

__all__ = ["CELLS", "article", "kind_of_block"]

_LARGEST_ARTICLE = 400_000  # letters and digits; trafilatura takes too long for more, so the page is read whole
_MOST_TAGS = 100_000  # likewise
_DEEPEST = 200  # open elements; libxml2, which trafilatura parses with, silently drops what lies deeper than 255
_NESTING = re.compile(r"<(/?)(?!(?:p|li|d[dt]|t[dhr]|thead|tbody|tfoot|option|html|head|body)\b)([a-zA-Z][a-zA-Z0-9]*)")
_VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())  # noqa: SIM905
_SURE = 25  # letters and digits from which words found in the article are no coincidence
_REACH = 50_000  # letters and digits looked ahead for a block
_ENOUGH = 0.2  # of the page's prose: with less, the extraction is not trusted
_MUCH = 0.3  # of the article's prose: what holds as much is no furniture, whatever it calls itself
_MOSTLY = 0.6  # of a block's letters: with more of them in links it is a list of links
_KINDS = {
    "h1": BlockKind.HEADING,
    "h2": BlockKind.HEADING,
    "h3": BlockKind.HEADING,
    "h4": BlockKind.HEADING,
    "h5": BlockKind.HEADING,
    "h6": BlockKind.HEADING,
    "th": BlockKind.HEADING,
    "figcaption": BlockKind.CAPTION,
    "caption": BlockKind.CAPTION,
    "blockquote": BlockKind.QUOTE,
    "li": BlockKind.LIST_ITEM,
    "dd": BlockKind.LIST_ITEM,
}
CELLS = ("td", "th", "dt")
"""The elements whose words are often no sentence."""


def article(blocks: Sequence[HtmlBlock], content: str) -> list[Chunk]:
    """The blocks of the article, from its first to its last; furniture of the page in between is boilerplate. Every
    block outside navigation where no article is found."""
    inside = [block for block in blocks if not block.outside]
    sizes = [len(block.letters) for block in inside]
    taken = _taken(inside, content)
    furniture = _furniture(inside, sizes, taken)
    taken -= furniture
    prose = set(range(len(inside))) - furniture or set(range(len(inside)))
    if sum(sizes[i] for i in taken) < _ENOUGH * sum(sizes[i] for i in prose):
        taken = prose
    if not taken:
        return []
    chunks: list[Chunk] = []
    for i in _extent(inside, taken, furniture):
        kind = kind_of_block(inside[i])
        if i in furniture and i not in taken and kind is not BlockKind.CAPTION:
            kind = BlockKind.BOILERPLATE
        chunks.append(Chunk(kind, inside[i].pieces, fragment=inside[i].element in CELLS))
    return chunks


def kind_of_block(block: HtmlBlock) -> BlockKind:
    """What a block is to its reader, by its element and its words."""
    if block.element == "h1":
        return BlockKind.HEADING
    told = kind_of_cell(block.text) if block.element in CELLS else kind_of(block.text)
    by_element = _KINDS.get(block.element)
    if by_element is None or told is BlockKind.BOILERPLATE or (told is BlockKind.CAPTION and by_element.judged):
        return told
    return by_element


def _furniture(blocks: Sequence[HtmlBlock], sizes: Sequence[int], taken: set[int]) -> set[int]:
    """The blocks inside an element that calls itself furniture, and those of little but links that trafilatura leaves
    out. An element around much of the article is none."""
    inside: Counter[int] = Counter()
    for i in taken:
        inside[blocks[i].furniture] += sizes[i]
    much = _MUCH * sum(inside.values())
    return {
        i
        for i, block in enumerate(blocks)
        if (block.furniture and inside[block.furniture] <= much)
        or (i not in taken and block.linked > _MOSTLY * sizes[i])
    }


def _extent(blocks: Sequence[HtmlBlock], taken: set[int], furniture: set[int]) -> range:
    """From the title, or the first block taken, to the last one taken, with the paragraphs beside them that lie in the
    same section."""
    first, last = min(taken), max(taken)

    def goes_on(i: int, edge: int) -> bool:
        return (
            0 <= i < len(blocks)
            and i not in furniture
            and blocks[i].section == blocks[edge].section
            and kind_of_block(blocks[i]).judged
        )

    while goes_on(last + 1, last):
        last += 1
    while goes_on(first - 1, first):
        first -= 1
    title = next((i for i, block in enumerate(blocks) if block.element == "h1" and i not in furniture), first)
    return range(min(first, title), last + 1)


def _taken(blocks: Sequence[HtmlBlock], content: str) -> set[int]:
    """Which blocks trafilatura takes for the article: those whose letters stand in its text, in order."""
    if not 0 < sum(len(block.letters) for block in blocks) <= _LARGEST_ARTICLE or content.count("<") > _MOST_TAGS:
        return set()
    if _depth(content) > _DEEPEST:
        return set()
    from trafilatura import extract

    text = extract(content, include_comments=False, include_formatting=False, deduplicate=False) or ""
    lines = ["".join(filter(str.isalnum, line)) for line in text.splitlines()]
    whole, known = "".join(lines), set(lines)
    taken: set[int] = set()
    at = 0
    for i, block in enumerate(blocks):
        letters = block.letters
        sure = len(letters) >= _SURE
        found = whole.find(letters, at, at + len(letters) + (_REACH if sure else 0)) if letters else -1
        if found >= 0:
            taken.add(i)
            at = found + len(letters)
        elif letters and not sure and letters in known:
            taken.add(i)
    return taken


def _depth(content: str) -> int:
    """The most elements open at once, of those that are closed by a tag of their own."""
    depth = deepest = 0
    for close, name in _NESTING.findall(content):
        if name.lower() not in _VOID:
            depth = max(0, depth - 1) if close else depth + 1
            deepest = max(deepest, depth)
    return deepest
