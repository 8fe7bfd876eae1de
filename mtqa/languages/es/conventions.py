"""What is customary in Spanish."""

from __future__ import annotations

from mtqa.languages.conventions import Conventions, Numerals

__all__ = ["CONVENTIONS"]

CONVENTIONS = Conventions(
    tag="es",
    numerals=Numerals.listed(
        """
        0 cero ningún ninguno ninguna nulo nula
        1 un uno una único única primer* cada solo
        2 dos ambos ambas segund* doble* medio media mitad
        3 tres tercer* triple*
        4 cuatro cuart*
        5 cinco quint*
        6 seis sext*
        7 siete séptim*
        8 ocho octav*
        9 nueve noven*
        10 diez décim*
        11 once
        12 doce docena*
        20 veinte
        24 veinticuatro
        30 treinta
        60 sesenta
        100 cien ciento* centenar*
        1000 mil miles milésim*
        1000000 millón millones
        """,
    ),
    opened={"?": "¿", "!": "¡"},
)
