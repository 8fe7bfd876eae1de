"""What stands behind the score of a piece of evidence: a type for each thing that a signal can say.

The combiner and the decision go by these types, whoever says it: a second model that knows how likely a sentence is to
need repair says ``RepairOdds``. A signal whose numbers are only shown says ``Measured``, or nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

__all__ = [
    "Details",
    "MachineLogit",
    "Measured",
    "OtherLanguage",
    "Proposal",
    "RepairOdds",
    "RoundTrip",
    "RoundTrips",
    "SecondOpinion",
    "Surprisal",
    "details_of",
]

_FEWEST_WORDS = 4


class Details:
    """What a signal says beyond a score and words that it points at; each subclass has a ``kind`` that is its name."""

    __slots__ = ()

    def measurements(self) -> dict[str, float]:
        """Its numbers, by name."""
        return {}

    def texts(self) -> dict[str, str]:
        """What the segment reads like otherwise, by name."""
        return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherLanguage(Details):
    """That the segment is in another language than its document, a BCP 47 tag."""

    kind: Literal["OtherLanguage"] = field(default="OtherLanguage", init=False, repr=False)
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineLogit(Details):
    """How much the segment reads like the output of a machine translator.

    Attributes:
        logit: before calibration.
        origins: if a machine translated it, a logit for each language that it may have come from, by BCP 47 tag.
    """

    kind: Literal["MachineLogit"] = field(default="MachineLogit", init=False, repr=False)
    logit: float
    origins: Mapping[str, float] = field(default_factory=dict)

    def measurements(self) -> dict[str, float]:
        """The origins."""
        return {f"translated from {tag}": logit for tag, logit in self.origins.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairOdds(Details):
    """How likely an editor is to repair the segment.

    Attributes:
        log_odds: calibrated.
        words: how many of its words may be pointed at.
        garbled: the probability that it must be repaired because words are wrong, in the wrong place, no English or
            without sense, and not for its grammar or style; None where only whether is known, not why, and 0 where it
            may be for what is no prose in it.
        machine: a logit that a machine translated the segment, as the careful editor's network sees it; None where it
            has not read it, or does not say.
        instead: why the fast editor says so, and not the careful one that was asked for; empty where none was, or it
            is the careful one that says so.
    """

    kind: Literal["RepairOdds"] = field(default="RepairOdds", init=False, repr=False)
    log_odds: float
    words: int
    garbled: float | None = None
    machine: float | None = None
    instead: str = ""

    @property
    def readable(self) -> bool:
        """Whether it has words enough to be pointed at as a whole."""
        return self.words >= _FEWEST_WORDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Surprisal(Details):
    """How hard the segment's words are to predict, in bits.

    Attributes:
        words: how many there are.
        estimate: of a word, on average and as the encoder estimates it; None where it does not read the language.
        peak: of the hardest word; None where no language model has read it.
    """

    kind: Literal["Surprisal"] = field(default="Surprisal", init=False, repr=False)
    words: int
    estimate: float | None = None
    peak: float | None = None

    def measurements(self) -> dict[str, float]:
        """Those that there are."""
        found = {"words": float(self.words), "estimate": self.estimate, "peak": self.peak}
        return {name: value for name, value in found.items() if value is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundTrip:
    """The segment after a machine translation into another language and back.

    Attributes:
        pivot: BCP 47 tag of that language.
        engine: that went both ways; empty where two did.
        text: as it came back.
        chrf: chrF++ of that against the segment; 100 is the same.
        ter: translation edit rate likewise; 0 is the same.
        log_probability: of the way back, by token in nats; None where the engine does not say.
    """

    pivot: str
    text: str
    chrf: float
    ter: float
    log_probability: float | None = None
    engine: str = ""

    def measurements(self) -> dict[str, float]:
        """By the names of the metrics."""
        found = {"chrF++": self.chrf, "TER": self.ter}
        return found if self.log_probability is None else {**found, "log-probability": self.log_probability}


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundTrips(Details):
    """The segment's round trips, one for each pivot."""

    kind: Literal["RoundTrips"] = field(default="RoundTrips", init=False, repr=False)
    trips: tuple[RoundTrip, ...]

    def measurements(self) -> dict[str, float]:
        """Those of each trip, with its pivot."""
        return {f"{name} via {trip.pivot}": value for trip in self.trips for name, value in trip.measurements().items()}

    def texts(self) -> dict[str, str]:
        """As it came back, by pivot."""
        return {trip.pivot: trip.text for trip in self.trips}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What somebody would put in the place of words.

    Attributes:
        start, end: of the words, in the segment's text without its invisible characters.
    """

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondOpinion(Details):
    """What a language model of the user's own says of the segment.

    Attributes:
        model: that says it, and the host that runs it.
        answered: whether there was an answer; a later run may have one where there was not.
        dropped: how many of its marks point at words that do not stand in the text, or more than once.
        proposals: its repairs, in the order of the text.
        slope, offset: its part in the probability of repair, where it is calibrated: to the log-odds that mtqa's own
            editor gives, times ``slope``, ``offset`` is added; None where it is not.
    """

    kind: Literal["SecondOpinion"] = field(default="SecondOpinion", init=False, repr=False)
    model: str
    answered: bool = True
    dropped: int = 0
    proposals: tuple[Proposal, ...] = ()
    slope: float | None = None
    offset: float | None = None

    @property
    def calibrated(self) -> bool:
        """Whether it was measured how often it is right."""
        return self.slope is not None and self.offset is not None

    def joined(self, log_odds: float) -> float:
        """The log-odds that the segment must be repaired, from those of mtqa's own editor; the same where it is not
        calibrated."""
        return log_odds if self.slope is None or self.offset is None else self.slope * log_odds + self.offset

    def measurements(self) -> dict[str, float]:
        """How many of its marks could not be placed, where some could not."""
        return {"dropped": float(self.dropped)} if self.dropped else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured(Details):
    """Numbers and texts that are shown, and that nothing rests on."""

    kind: Literal["Measured"] = field(default="Measured", init=False, repr=False)
    numbers: Mapping[str, float] = field(default_factory=dict)
    readings: Mapping[str, str] = field(default_factory=dict)

    def measurements(self) -> dict[str, float]:
        """As given."""
        return dict(self.numbers)

    def texts(self) -> dict[str, str]:
        """As given."""
        return dict(self.readings)


_KINDS = {
    kind.__name__: kind
    for kind in (OtherLanguage, MachineLogit, RepairOdds, Surprisal, RoundTrips, SecondOpinion, Measured)
}


def details_of(row: Mapping[str, Any]) -> Details:
    """Details out of their fields, as ``dataclasses.asdict`` gives them. Raises KeyError, TypeError or ValueError where
    ``row`` has none."""
    fields = {name: value for name, value in row.items() if name != "kind"}
    if row["kind"] == RoundTrips.__name__:
        fields["trips"] = tuple(RoundTrip(**trip) for trip in fields["trips"])
    if row["kind"] == SecondOpinion.__name__:
        fields["proposals"] = tuple(Proposal(**each) for each in fields["proposals"])
    found: Details = _KINDS[row["kind"]](**fields)
    return found
