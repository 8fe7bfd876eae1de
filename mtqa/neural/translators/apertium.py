"""Apertium, the rule-based platform (Forcada et al. 2011, https://apertium.org), by its program."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Sequence
from functools import cached_property

from mtqa.core.errors import ConfigError, ModelError
from mtqa.core.protocols import Translation
from mtqa.neural.translators.texts import each, require, tag_of

__all__ = ["Apertium", "load"]

_AT_ONCE = 200  # texts of one run of the program
_TIMEOUT = 120.0  # seconds for one run
_MODE = re.compile(r"[a-z]{2,3}(?:_\w+)?-[a-z]{2,3}(?:_\w+)?")
_INSTALL = "install it and a pair, e.g.: apt-get install apertium apertium-eng-spa"


def load(where: str, threads: int) -> Apertium:
    """The program on the search path; it uses one thread. Raises ModelError where it or every pair is missing,
    ConfigError for a ``where``."""
    if where:
        raise ConfigError(f"apertium uses the pairs that are installed and takes no '{where}'; leave it out")
    program = shutil.which("apertium")
    if program is None:
        raise ModelError(f"apertium is not installed; {_INSTALL}")
    engine = Apertium(program)
    if not engine.pairs():
        raise ModelError(f"apertium has no language pair; {_INSTALL}")
    return engine


class Apertium:
    """Implements `mtqa.core.protocols.Translator`; it gives no scores. Unknown words come through as they are.

    Args:
        program: path of ``apertium``.
        timeout: seconds for one run over at most 200 texts.
    """

    name = "apertium"

    def __init__(self, program: str, *, timeout: float = _TIMEOUT) -> None:
        self._program = program
        self._timeout = timeout

    @cached_property
    def _modes(self) -> dict[tuple[str, str], str]:
        """Apertium's name of each pair."""
        modes = {}
        for mode in self._run("-l").split():
            source, _, target = mode.partition("-")
            tags = tag_of(source), tag_of(target)
            if _MODE.fullmatch(mode) and tags[0] and tags[1]:
                modes[tags[0], tags[1]] = mode
        return modes

    @cached_property
    def signature(self) -> str:
        """Apertium's version and those pairs that are installed: the program does not tell their versions."""
        version = re.search(r"\d+(?:\.\d+)+", self._run("-V"))
        return f"{self.name}@{version[0] if version else 'unknown'}"

    def pairs(self) -> frozenset[tuple[str, str]]:
        """The installed ones."""
        return frozenset(self._modes)

    def translate(self, texts: Sequence[str], *, source: str, target: str) -> list[Translation]:
        """Translations of each text, in order."""
        require(self.name, self.pairs(), source, target)
        return each(texts, lambda lines: self._translate(lines, self._modes[source, target]))

    def _translate(self, lines: list[str], mode: str) -> list[Translation]:
        found: list[Translation] = []
        for at in range(0, len(lines), _AT_ONCE):
            some = lines[at : at + _AT_ONCE]
            # An empty line ends a sentence, so that no text's translation depends on the next one's.
            out = self._run("-u", mode, given="\n\n".join(some) + "\n").removesuffix("\n").split("\n\n")
            if len(out) != len(some):
                raise ModelError(f"apertium {mode} gave {len(out)} texts for {len(some)}; reinstall the pair")
            found += (Translation(" ".join(text.split())) for text in out)
        return found

    def _run(self, *arguments: str, given: str = "") -> str:
        try:
            done = subprocess.run(  # noqa: S603 - no shell; the arguments are flags and a mode that it listed itself
                [self._program, *arguments],
                input=given,
                capture_output=True,
                encoding="utf-8",
                timeout=self._timeout,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise ModelError(f"apertium took more than {self._timeout:g} seconds; give it shorter texts") from None
        except (OSError, UnicodeDecodeError) as error:
            raise ModelError(f"apertium does not run ({error}); {_INSTALL}") from None
        if done.returncode:
            said = " ".join(done.stderr.split())[:200]
            raise ModelError(f"apertium {' '.join(arguments)} failed ({said}); reinstall it and its pairs")
        return done.stdout
