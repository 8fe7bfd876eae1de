"""The signals that settings ask for, and what all of them say together."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from inspect import iscoroutinefunction
from typing import cast

from mtqa.core.calibration import Calibration
from mtqa.core.errors import ConfigError, UnknownName
from mtqa.core.findings import Evidence
from mtqa.core.limits import check_time
from mtqa.core.protocols import Models
from mtqa.core.settings import CheckerSettings
from mtqa.core.signals import Reading, Said, Signal
from mtqa.signals import SIGNALS

__all__ = ["Panel"]


class Panel:
    """Several signals as one.

    Args:
        signals: in the order that evidence comes in.
        off: names of those that could be among them and are switched off.
    """

    def __init__(self, signals: Sequence[Signal], off: Sequence[str] = ()) -> None:
        self._signals = tuple(signals)
        self._off = tuple(sorted(set(off)))

    @classmethod
    def of(cls, settings: CheckerSettings, models: Models, calibration: Calibration) -> Panel:
        """All signals but those that ``settings`` switch off or do not ask for. Raises UnknownName for a name that is
        switched off and none of a signal, ConfigError for that of one that must be asked."""
        for name in settings.signals_off:
            if name not in SIGNALS:
                raise UnknownName("signal", name, SIGNALS)
            if SIGNALS[name].needed:
                raise ConfigError(f"without the signal '{name}' nothing can be decided; leave it on")
        kinds = [kind for name, kind in SIGNALS.items() if name not in settings.signals_off]
        built = [kind.build(settings, models, calibration) for kind in kinds]
        return cls([signal for signal in built if signal is not None], settings.signals_off)

    @property
    def signature(self) -> tuple[str, ...]:
        """The parts of all signals, and those that are switched off."""
        off = (f"off:{','.join(self._off)}",) if self._off else ()
        return (*(part for signal in self._signals for part in signal.signature), *off)

    def prepare(self) -> None:
        """Lets all signals begin what takes a while, beside other work."""
        for signal in self._signals:
            signal.prepare()

    def __call__(self, readings: Sequence[Reading]) -> list[dict[int, list[Evidence]]]:
        """Of each document, what all signals say of each segment, by its id."""
        found: list[dict[int, list[Evidence]]] = [{s.id: [] for s in reading.segments} for reading in readings]
        for said in _together(self._signals, [reading for reading in readings if reading.segments]):
            for by_segment, of_document in zip(filter(None, found), said, strict=True):
                for evidence in of_document:
                    by_segment[evidence.segment_id].append(evidence)
        return found


def _together(signals: Sequence[Signal], readings: Sequence[Reading]) -> list[Said]:
    """What each signal says. Those that wait do so beside those that compute."""
    waiting = [signal for signal in signals if iscoroutinefunction(signal.score)]
    if not waiting:
        return [_computed(signal, readings) for signal in signals]
    from mtqa.signals.waiting import beside  # asyncio takes its time

    with beside([cast(Awaitable[Said], signal.score(readings)) for signal in waiting]) as answers:
        found = {signal.name: _computed(signal, readings) for signal in signals if signal not in waiting}
        found |= zip((signal.name for signal in waiting), answers(), strict=True)
    return [found[signal.name] for signal in signals]


def _computed(signal: Signal, readings: Sequence[Reading]) -> Said:
    said = cast(Said, signal.score(readings))
    check_time()
    return said
