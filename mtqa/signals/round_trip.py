"""Round trip: how much of a sentence survives a machine translation into another language and back.

What a machine wrote survives better than what a person wrote: it is nearer to what a machine would write (Somers 2005
doubts round trips as a measure of engines; Nguyen-Son et al. 2021 tell machine translations from originals by them).
docs/translators.md says how well that tells them apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Self

from mtqa.core.calibration import Calibration
from mtqa.core.details import RoundTrip, RoundTrips
from mtqa.core.documents import WORD, Segment
from mtqa.core.errors import ConfigError
from mtqa.core.findings import Evidence
from mtqa.core.protocols import Models, Translation, Translator
from mtqa.core.settings import CheckerSettings
from mtqa.core.signals import Reading, Signal
from mtqa.core.tags import language_name

__all__ = ["AUTO", "MOST", "RoundTripSignal", "Route", "preferred", "routes", "spoken"]

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
        return tuple(found[tag] for tag in preferred(found))
    chosen = []
    for pivot in pivots:
        tag = spoken(pivot, found)
        if tag is None:
            known = f"there is one via {', '.join(sorted(found))}" if found else "none is installed"
            raise ConfigError(
                f"no round trip from {language_name(language)} via '{pivot}': {known}; run: mtqa translators"
            )
        chosen.append(found[tag])
    return tuple(chosen)


def preferred(pivots: Iterable[str]) -> list[str]:
    """Up to two of them, BCP 47 tags: those that engines know best."""
    order = {tag: place for place, tag in enumerate(_PREFERRED)}
    return sorted(pivots, key=lambda tag: (order.get(tag.partition("-")[0], len(order)), tag))[:MOST]


def spoken(language: str, tags: Sequence[str] | dict[str, Route]) -> str | None:
    """That of ``tags`` which means ``language``: itself, else the shortest with the same first subtag."""
    same = [tag for tag in tags if tag.partition("-")[0] == language.partition("-")[0]]
    return language if language in same else min(same, key=lambda tag: (len(tag), tag), default=None)


class RoundTripSignal(Signal):
    """Mean chrF++ of a sentence's round trips against it, 0 to 100: the higher, the more like a machine's. It points at
    no words; a document that an engine leaves as it is may be its own (`SameEngine`).

    Args:
        translators: in order of preference.
        pivots: see `routes`.
    """

    name = "round-trip"

    def __init__(self, translators: Sequence[Translator], pivots: Sequence[str] = (AUTO,)) -> None:
        self._translators = tuple(translators)
        self._pivots = tuple(pivots)

    @classmethod
    def build(cls, settings: CheckerSettings, models: Models, calibration: Calibration) -> Self | None:
        """By the translators, where pivots are named."""
        return cls(models.translators(), settings.round_trip) if settings.round_trip else None

    @property
    def signature(self) -> tuple[str, ...]:
        """The translators'."""
        return tuple(f"trip:{translator.signature}" for translator in self._translators)

    def read(self, reading: Reading) -> list[Evidence]:
        """Evidence for each segment. Abstains where no translator knows the language and from segments without words.
        Raises ConfigError for a named pivot that no translator knows, ModelError where an engine fails."""
        found: dict[int, Evidence] = {}
        for language in dict.fromkeys(segment.language for segment in reading.segments):
            those = [s for s in reading.segments if s.language == language and WORD.search(s.text)]
            ways = self._ways(language) if those else ()
            if ways:
                trips = [route.travel([s.text for s in those]) for route in ways]
                for segment, *backs in zip(those, *trips, strict=True):
                    found[segment.id] = self._evidence(segment, ways, backs)
        return [found.get(segment.id) or self._stay(segment) for segment in reading.segments]

    def _ways(self, language: str) -> tuple[Route, ...]:
        try:
            return routes(self._translators, language, self._pivots)
        except ConfigError:
            targets = [target for translator in self._translators for _, target in translator.pairs()]
            if any(spoken(pivot, targets) is None for pivot in self._pivots):
                raise
            return ()

    def _evidence(self, segment: Segment, ways: Sequence[Route], backs: Sequence[Translation]) -> Evidence:
        from mtqa.signals.likeness import chrf, ter  # sacrebleu takes its time

        text = " ".join(segment.text.split())
        trips = tuple(
            RoundTrip(
                pivot=route.pivot,
                engine=route.there.name if route.there.signature == route.back.signature else "",
                text=back.text,
                chrf=chrf(text, back.text),
                ter=ter(text, back.text),
                log_probability=back.score,
            )
            for route, back in zip(ways, backs, strict=True)
        )
        return Evidence(
            signal=self.name,
            segment_id=segment.id,
            score=fmean(trip.chrf for trip in trips),
            details=RoundTrips(trips=trips),
        )

    def _stay(self, segment: Segment) -> Evidence:
        known = f"no translator takes {language_name(segment.language)} into another language and back"
        return self.abstain(segment, known if WORD.search(segment.text) else "no words")
