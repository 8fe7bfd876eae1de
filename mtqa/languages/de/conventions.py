"""What is customary in German."""

from __future__ import annotations

from mtqa.languages.conventions import Conventions, Numerals

__all__ = ["CONVENTIONS"]

CONVENTIONS = Conventions(
    tag="de",
    numerals=Numerals.listed(
        """
        0 null kein* nullte*
        1 ein eine einen einem einer eines eins einmal einzig* erst* je jede* pro
        2 zwei* beide* doppelt* halb*
        3 drei* dritt*
        4 vier*
        5 fünf*
        6 sechs*
        7 sieb*
        8 acht*
        9 neun*
        10 zehn*
        11 elf*
        12 zwölf*
        20 zwanzig*
        24 vierundzwanzig*
        30 dreißig*
        60 sechzig*
        100 hundert* einhundert*
        1000 tausend* eintausend*
        1000000 million*
        """,
    ),
    capital_nouns=True,
)
