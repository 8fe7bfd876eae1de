"""Irregular English verbs, and what a form may be a form of."""

from __future__ import annotations

__all__ = ["IRREGULAR", "base_forms"]

_PASTS = """\
begin began, bite bit bitten, break broke broken, bring brought, build built, buy bought, catch caught, choose chose
chosen, come came, drive drove driven, fall fell fallen, feel felt, fight fought, find found, get got, give gave given,
go went gone, grow grew grown, have has had, hear heard, hold held, keep kept, know knew known, lay laid, lead led,
leave left, lose lost, make made, meet met, pay paid, run ran, say said, see saw seen, sell sold, send sent, sit sat,
speak spoke spoken, spend spent, stand stood, take took taken, teach taught, tell told, think thought, throw threw
thrown, win won, write wrote written"""

IRREGULAR = {form: verb for entry in _PASTS.split(",") for verb, *forms in [entry.split()] for form in forms}
"""Past forms, each with its verb."""


def base_forms(verb: str) -> set[str]:
    """What a form may be a form of: ``{"stopped", "stopp", "stoppe", "stop"}``."""
    bases = {verb, IRREGULAR.get(verb, verb)}
    for ending in ("s", "es", "d", "ed", "ing"):
        stem = verb.removesuffix(ending)
        bases |= {stem, stem + "e", stem[:-1]} if stem != verb else set()
    return bases
