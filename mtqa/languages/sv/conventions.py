"""What is customary in Swedish."""

from __future__ import annotations

from mtqa.languages.conventions import Conventions, Numerals

__all__ = ["CONVENTIONS"]

CONVENTIONS = Conventions(
    tag="sv",
    numerals=Numerals.listed(
        """
        0 noll ingen inget inga
        1 en ett första enda varje
        2 två andra båda dubbel* halv*
        3 tre tredje tredjedel*
        4 fyra fjärde fjärdedel*
        5 fem femte
        6 sex sjätte
        7 sju sjunde
        8 åtta åttonde
        9 nio nionde
        10 tio tionde
        11 elva elfte
        12 tolv tolfte dussin
        20 tjugo tjugonde
        24 tjugofyra
        30 trettio
        60 sextio
        100 hundra*
        1000 tusen*
        1000000 miljon*
        """,
    ),
)
