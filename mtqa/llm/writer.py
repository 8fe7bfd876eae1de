"""A language model that repairs and translates, one request a sentence or a few."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from mtqa.core.differences import Change, apply
from mtqa.core.spans import Span
from mtqa.llm.documents import objects, quoted, worded
from mtqa.llm.engine import Engine, Question, Unanswered
from mtqa.llm.judge import gathered
from mtqa.llm.prompts import MOST_EDITS, MOST_REPAIRS, REPAIR, REPAIR_SCHEMA, TRANSLATE, TRANSLATE_SCHEMA
from mtqa.llm.quotes import Quotable

__all__ = ["repairs", "translations"]

_AROUND = 300  # characters of a neighbour
_LONGEST = 6000
_TOGETHER, _CHARACTERS = 8, 3000  # texts and characters of one request; a longer text goes alone


async def repairs(
    engine: Engine,
    sentence: str,
    *,
    language: str,
    doubtful: Sequence[str] = (),
    before: str = "",
    after: str = "",
    source: str | None = None,
) -> list[str]:
    """The sentence with a model's edits, as up to three texts, best first: what it does not quote exactly as it stands
    stays as it is. Raises Unanswered, and ModelError and ConfigError as ``Session.ask`` does."""
    if len(sentence) > _LONGEST:
        raise Unanswered("the sentence is too long")
    data = {
        "sentence": sentence,
        "doubtful": list(doubtful),
        "source": source,
        "before": before[-_AROUND:],
        "after": after[:_AROUND],
    }
    question = Question(
        version=REPAIR.version,
        system=REPAIR.about(language=language),
        user=quoted({name: value for name, value in data.items() if value}),
        schema=REPAIR_SCHEMA,
        read=lambda answer: _repaired(answer, sentence),
        tokens=600 + len(sentence),
    )
    async with engine.session() as session:
        return await session.ask(question)


def _repaired(answer: str, sentence: str) -> list[str] | None:
    said = next(objects(answer, "repairs"), None)
    if said is None or not isinstance(said["repairs"], list):
        return None
    found = dict.fromkeys(_edited(each, Quotable(sentence)) for each in said["repairs"][:MOST_REPAIRS])
    return [text for text in found if text != sentence]


def _edited(repair: Any, sentence: Quotable) -> str:
    edits = repair.get("edits") if isinstance(repair, dict) else None
    changes = []
    for each in edits[:MOST_EDITS] if isinstance(edits, list) else []:
        words, said = (each.get(name) if isinstance(each, dict) else None for name in ("words", "repair"))
        span, put = sentence.find(words) if isinstance(words, str) else None, worded(said)
        if span is not None and put is not None and len(put) <= _LONGEST:
            if not put and sentence.text[span.end : span.end + 1].isspace():
                span = Span(span.start, span.end + 1)  # the blank goes with the words
            changes.append(Change(span, put))
    changes.sort(key=lambda change: change.span)
    if any(a.span.end > b.span.start for a, b in pairwise(changes)):
        return sentence.text
    return apply(sentence.text, changes).strip()


async def translations(engine: Engine, texts: Sequence[str], *, source: str, target: str) -> list[str]:
    """Each text, translated. Languages are in English words. Raises Unanswered where one stays without a translation,
    and ModelError and ConfigError as ``Session.ask`` does."""
    async with engine.session() as session:
        asked = [session.ask(_translation(some, source, target)) for some in _portions(texts)]
        return [text for some in await gathered(asked) for text in some]


def _translation(texts: Sequence[str], source: str, target: str) -> Question[list[str]]:
    return Question(
        version=TRANSLATE.version,
        system=TRANSLATE.about(source=source, target=target),
        user=quoted({"texts": [{"text": number, "original": text} for number, text in enumerate(texts, 1)]}),
        schema=TRANSLATE_SCHEMA,
        read=lambda answer: _translated(answer, len(texts)),
        tokens=200 + 2 * sum(map(len, texts)),
    )


def _translated(answer: str, count: int) -> list[str] | None:
    """The translations of all texts; None where one is missing or empty."""
    found: dict[int, str] = {}
    for each in objects(answer, "text"):
        number, text = each.get("text"), worded(each.get("translation"))
        if type(number) is int and text:
            found.setdefault(number, text)
    return [found[n] for n in range(1, count + 1)] if found.keys() >= set(range(1, count + 1)) else None


def _portions(texts: Sequence[str]) -> Iterator[list[str]]:
    some: list[str] = []
    for text in texts:
        if some and (len(some) == _TOGETHER or sum(map(len, some)) + len(text) > _CHARACTERS):
            yield some
            some = []
        some.append(text)
    if some:
        yield some
