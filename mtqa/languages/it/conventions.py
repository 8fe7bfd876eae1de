"""What is customary in Italian."""

from __future__ import annotations

from mtqa.languages.conventions import Conventions, Numerals

__all__ = ["CONVENTIONS"]

CONVENTIONS = Conventions(
    tag="it",
    numerals=Numerals.listed(
        """
        0 zero nessun*
        1 un uno una un' unic* prim* ogni sol*
        2 due second* doppi* entramb* mezz*
        3 tre terz* tripl*
        4 quattro quart*
        5 cinque quint*
        6 sei sest*
        7 sette settim*
        8 otto ottav*
        9 nove non*
        10 dieci decim* decin*
        11 undici
        12 dodici dozzin*
        20 venti
        24 ventiquattro
        30 trenta
        60 sessanta
        100 cento centinai*
        1000 mille mila millesim* migliai*
        1000000 milion*
        """,
    ),
)
