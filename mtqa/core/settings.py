"""How documents are judged: what a checker is made of, wherever it runs."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mtqa.core.limits import ANY, BATCH, DocumentLimits
from mtqa.core.llm import LlmSettings

__all__ = [
    "ARTICLES",
    "CORPORA",
    "EDITOR",
    "GATE",
    "LANGUAGE_MODEL",
    "MODEL",
    "RATE",
    "CheckerSettings",
    "Editor",
    "Strictness",
]

MODEL = "mtqa-en"
"""The model that comes with mtqa."""

EDITOR = "mtqa-editor"
"""The careful editor that comes with mtqa."""

LANGUAGE_MODEL = "smollm2-135m"
"""The causal language model that mtqa knows."""

RATE = 0.01
"""The false-alarm rate that documents are decided at unless another one is chosen."""


class Editor(StrEnum):
    """Who says which sentences need repair: a network of its own that reads every text twice, or the encoder in the
    pass that it makes anyway."""

    CAREFUL = "careful"
    FAST = "fast"


class Strictness(StrEnum):
    """How sure the editor must be to flag a sentence. Its calibration says how many sound sentences are flagged
    at each, as measured."""

    STRICT = "strict"
    USUAL = "usual"
    GENEROUS = "generous"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckerSettings:
    """What a checker is made of.

    Attributes:
        model: name of an installed model, or a folder that holds one.
        editor: who flags sentences; what the careful one cannot read, the fast one does. None for the careful one where
            it is on this machine, and the fast one where it is not. ``strictness``: how sure either must be.
        rate: the false-alarm rate to decide at, one that the model has a threshold for.
        language_model: that also measures fluency, likewise; none by default.
        round_trip: pivots of round trips to show, BCP 47 tags or ``("auto",)``; none by default. They change no
            probability.
        translators: their names, see `mtqa.neural.translators.load`; every installed one by default.
        threads: of the CPU; every core this process may use by default.
        llm: a language model of the user's own that is asked as well; none by default.
        limits: of one document; none by default.
        signals_off: names of signals, as in `mtqa.signals.SIGNALS`, that are not asked.
        termbase: paths of files of terms and their renderings.
    """

    model: str = MODEL
    editor: Editor | None = None
    strictness: Strictness = Strictness.USUAL
    rate: float = RATE
    language_model: str | None = None
    round_trip: tuple[str, ...] = ()
    translators: tuple[str, ...] = ()
    threads: int | None = None
    llm: LlmSettings | None = None
    limits: DocumentLimits = ANY
    signals_off: tuple[str, ...] = ()
    termbase: tuple[str, ...] = ()

    @property
    def files(self) -> tuple[str, ...]:
        """The files of settings that some of it comes from."""
        return self.llm.files if self.llm else ()


ARTICLES = CheckerSettings()
"""For articles that a person reads: on the command line, on the review page, in editors, from Python."""

GATE = CheckerSettings(strictness=Strictness.STRICT, limits=BATCH)
"""For the gate and its baseline."""

CORPORA = CheckerSettings(editor=Editor.FAST)
"""For many documents at a time: corpora, the service, benchmarks."""
