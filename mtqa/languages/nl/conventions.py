"""What is customary in Dutch."""

from __future__ import annotations

from mtqa.languages.conventions import Conventions, Numerals

__all__ = ["CONVENTIONS"]

CONVENTIONS = Conventions(
    tag="nl",
    numerals=Numerals.listed(
        """
        0 nul geen nulde
        1 een één eerste enkel* elke elk per eenmaal
        2 twee* beide* dubbel* half halve helft
        3 drie* derde*
        4 vier*
        5 vijf*
        6 zes*
        7 zeven*
        8 acht*
        9 negen*
        10 tien*
        11 elf*
        12 twaalf* dozijn
        20 twintig*
        24 vierentwintig*
        30 dertig*
        60 zestig*
        100 honderd*
        1000 duizend*
        1000000 miljoen*
        """,
    ),
)
