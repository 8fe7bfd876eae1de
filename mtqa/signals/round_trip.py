"""Round trip: how much of a sentence survives a machine translation into another language and back.

What a machine wrote survives better than what a person wrote: it is nearer to what a machine would write (Somers 2005
doubts round trips as a measure of engines; Nguyen-Son et al. 2021 tell machine translations from originals by them).
docs/translators.md says how well that tells them apart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from mtqa.core.documents import WORD, Segment
from mtqa.core.errors import ConfigError
from mtqa.core.findings import Evidence
from mtqa.core.protocols import Models, Translation, Translator
from mtqa.signals.likeness import CHRF_NAME, sentence_likeness

__all__ = ["AUTO", "MOST", "RoundTripSignal", "Route", "routes", "spoken"]

AUTO = "auto"
"""Instead of pivots: those that there are, up to two."""

MOST = 2
_PREFERRED = ("pt", "es", "fr", "de", "it")  # engines know them best; others follow in the order of their tags


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A way from a language to a pivot and back.

    Attributes:
        language, pivot: as ``there`` knows them.
        home, abroad: as ``back`` knows the same two.
    """

    there: Translator
    language: str
    pivot: str
    back: Translator
    abroad: str
    home: str

    @property
    def engines(self) -> tuple[str, ...]:
        """Signatures of the engines: one, where the same goes both ways."""
        return tuple(dict.fromkeys((self.there.signature, self.back.signature)))

    def travel(self, texts: Sequence[str]) -> list[Translation]:
        """Each text as it comes back; the score is that of the way back."""
        abroad = self.there.translate(texts, source=self.language, target=self.pivot)
        return self.back.translate([each.text for each in abroad], source=self.abroad, target=self.home)


def routes(translators: Sequence[Translator], language: str, pivots: Sequence[str] = (AUTO,)) -> tuple[Route, ...]:
    """The ways there and back from ``language``, a BCP 47 tag, by the first translator that knows each half.

    Args:
        translators: in order of preference.
        language: of the texts.
        pivots: tags; or ``("auto",)`` for every language that there is a way by, at most two, the preferred ones first.

    Returns:
        One for each pivot; with ``auto`` there may be none.

    Raises:
        ConfigError: there is no way by a pivot that is named.
    """
    found: dict[str, Route] = {}
    pairs = [(translator, *pair) for translator in translators for pair in sorted(translator.pairs())]
    outward = [(t, a, b) for t, a, b in pairs if spoken(language, [a]) and not spoken(language, [b])]
    homeward = [(t, a, b) for t, a, b in pairs if spoken(language, [b])]
    for there, own, pivot in outward:
        for back, abroad, home in homeward:
            if pivot not in found and spoken(pivot, [abroad]):
                found[pivot] = Route(there=there, language=own, pivot=pivot, back=back, abroad=abroad, home=home)
    if list(pivots) == [AUTO]:
        order = {tag: place for place, tag in enumerate(_PREFERRED)}
        best = sorted(found, key=lambda tag: (order.get(tag.partition("-")[0], len(order)), tag))
        return tuple(found[tag] for tag in best[:MOST])
    chosen = []
    for pivot in pivots:
        tag = spoken(pivot, found)
        if tag is None:
            known = f"there is one by {', '.join(sorted(found))}" if found else "none is installed"
            raise ConfigError(f"no round trip from '{language}' by '{pivot}': {known}; run: mtqa translators")
        chosen.append(found[tag])
    return tuple(chosen)


def spoken(language: str, tags: Sequence[str] | dict[str, Route]) -> str | None:
    """That of ``tags`` which means ``language``: itself, else the shortest with the same first subtag."""
    same = [tag for tag in tags if tag.partition("-")[0] == language.partition("-")[0]]
    return language if language in same else min(same, key=lambda tag: (len(tag), tag), default=None)


class RoundTripSignal:
    """Mean chrF++ of a sentence's round trips against it, 0 to 100: the higher, the more like a machine's.

    The measurements are chrF++, TER and, where the engine says it, the log-probability of the way back, by pivot; the
    texts are the round trips. It points at no words, and no probability rests on it.

    Args:
        models: that know the translators.
        pivots: see `routes`.
    """

    name = "round-trip"

    def __init__(self, models: Models, pivots: Sequence[str] = (AUTO,)) -> None:
        self._models = models
        self._pivots = tuple(pivots)

    def score(self, segments: Sequence[Segment]) -> list[Evidence]:
        """Evidence for each of one document's segments. Abstains where no translator knows the language and from
        segments without words. Raises ConfigError for a named pivot that there is no way by, ModelError where an
        engine fails."""
        found: dict[int, Evidence] = {}
        for language in dict.fromkeys(segment.language for segment in segments):
            those = [s for s in segments if s.language == language and WORD.search(s.text)]
            ways = routes(self._models.translators(), language, self._pivots) if those else ()
            if ways:
                trips = [route.travel([s.text for s in those]) for route in ways]
                for segment, *backs in zip(those, *trips, strict=True):
                    found[segment.id] = self._evidence(segment, ways, backs)
        return [found.get(segment.id) or self._abstain(segment) for segment in segments]

    def _evidence(self, segment: Segment, ways: Sequence[Route], backs: Sequence[Translation]) -> Evidence:
        measurements: dict[str, float] = {}
        text = " ".join(segment.text.split())
        for route, back in zip(ways, backs, strict=True):
            for metric, value in sentence_likeness(text, back.text).items():
                measurements[f"{metric} via {route.pivot}"] = value
            if back.score is not None:
                measurements[f"log-probability via {route.pivot}"] = back.score
        return Evidence(
            signal=self.name,
            segment_id=segment.id,
            score=fmean(measurements[f"{CHRF_NAME} via {route.pivot}"] for route in ways),
            measurements=measurements,
            texts={route.pivot: back.text for route, back in zip(ways, backs, strict=True)},
        )

    def _abstain(self, segment: Segment) -> Evidence:
        words = WORD.search(segment.text)
        reason = f"no translator for language '{segment.language}'" if words else "no words"
        return Evidence(signal=self.name, segment_id=segment.id, score=None, abstained=reason)
