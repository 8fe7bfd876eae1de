"""Translation engines as the suggester uses them: each text once, failures and delays as words instead of errors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from queue import Empty, Queue
from threading import Thread

from mtqa.core.errors import MtqaError
from mtqa.core.protocols import Translation, Translator
from mtqa.signals.round_trip import preferred

__all__ = ["Engine", "Failed"]


class Failed(Exception):  # noqa: N818 - a state, and never shown as an error
    """Why there is no translation, in a clause."""


class Engine:
    """A translator that remembers what it said and is waited for only so long.

    Args:
        translator: what translates.
        patience: seconds to wait for a translation. One that comes later is lost, and until then the engine is not
            asked again.
    """

    def __init__(self, translator: Translator, *, patience: float) -> None:
        self.name = translator.name
        self.signature = translator.signature
        self._translator = translator
        self._patience = patience
        self._pairs = sorted(translator.pairs())
        self._known: dict[tuple[str, str, str], str] = {}
        self._busy: Thread | None = None

    def round_trips(self, language: str) -> Iterator[tuple[str, str, str]]:
        """The ways from ``language`` to another and back, in the engine's own tags: by two languages at most."""
        ways = {
            pivot: (own, *back)
            for own, pivot in self._pairs
            if _same(own, language) and not _same(pivot, language) and (back := self.pair(pivot, language))
        }
        yield from (ways[pivot] for pivot in preferred(ways))

    def pair(self, source: str, target: str) -> tuple[str, str] | None:
        """The engine's own tags of two languages, if it translates between them."""
        return next((pair for pair in self._pairs if _same(pair[0], source) and _same(pair[1], target)), None)

    def translate(self, text: str, path: Sequence[str]) -> str:
        """``text`` translated from the first language of ``path`` to the next, and so on. Raises Failed where the
        engine fails, says nothing or takes too long."""
        for source, target in pairwise(path):
            key = (text, source, target)
            if key not in self._known:
                self._known[key] = self._ask(*key)
            text = self._known[key]
        return text

    def _ask(self, text: str, source: str, target: str) -> str:
        if self._busy is not None and self._busy.is_alive():
            raise Failed("is still busy with an earlier text")
        answers: Queue[Sequence[Translation] | Exception] = Queue()

        def ask() -> None:
            try:
                answers.put(self._translator.translate([text], source=source, target=target))
            except Exception as error:
                answers.put(error)

        self._busy = Thread(target=ask, daemon=True)
        self._busy.start()
        try:
            answer = answers.get(timeout=self._patience)
        except Empty:
            raise Failed(f"gave no answer within {self._patience:g} s") from None
        if isinstance(answer, MtqaError):
            raise Failed(f"failed: {answer}") from answer
        if isinstance(answer, Exception):
            raise Failed(f"failed: {type(answer).__name__}: {answer}") from answer
        translated = " ".join(answer[0].text.split()) if answer else ""
        if not translated:
            raise Failed("gave an empty translation")
        return translated


def _same(tag: str, other: str) -> bool:
    """Whether two BCP 47 tags name the same language, regions aside."""
    return tag.partition("-")[0].lower() == other.partition("-")[0].lower()
