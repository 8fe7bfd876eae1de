"""What is customary in Danish."""

from __future__ import annotations

from mtqa.languages.conventions import Conventions, Numerals

__all__ = ["CONVENTIONS"]

CONVENTIONS = Conventions(
    tag="da",
    numerals=Numerals.listed(
        """
        0 nul ingen intet
        1 en et én ét første eneste hver hvert
        2 to anden andet begge dobbelt* halv*
        3 tre tredje tredjedel*
        4 fire fjerde
        5 fem femte
        6 seks sjette
        7 syv syvende
        8 otte ottende
        9 ni niende
        10 ti tiende
        11 elleve ellevte
        12 tolv tolvte dusin
        20 tyve tyvende
        24 fireogtyve
        30 tredive
        60 tres
        100 hundred* hundrede*
        1000 tusind*
        1000000 million*
        """,
    ),
)
