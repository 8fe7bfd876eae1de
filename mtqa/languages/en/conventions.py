"""What is customary in English."""

from __future__ import annotations

from mtqa.languages.conventions import Conventions, Numerals

__all__ = ["CONVENTIONS"]

_MEASURES = {
    word: (kind, factor)
    for kind, factor, listed in (
        ("length", 1609.344, "mi mile miles mph"),
        ("length", 0.9144, "yd yard yards"),
        ("length", 0.3048, "ft foot feet"),
        ("length", 0.0254, "in inch inches"),
        ("mass", 0.45359, "lb lbs pound pounds"),
        ("mass", 0.02835, "oz ounce ounces"),
        ("volume", 3.78541, "gal gallon gallons"),
        ("area", 4046.86, "acre acres"),
        ("temperature", 0.0, "°f fahrenheit"),
    )
    for word in listed.split()
}

CONVENTIONS = Conventions(
    tag="en",
    numerals=Numerals.listed(
        """
        0 zero no none nought null
        1 one once first a an single only each every sole
        2 two both second seconds twice double pair half couple
        3 three third* triple thrice
        4 four fourth* quarter*
        5 five fifth*
        6 six sixth*
        7 seven seventh*
        8 eight eighth*
        9 nine ninth*
        10 ten tenth*
        11 eleven eleventh
        12 twelve twelfth dozen
        20 twenty twentieth
        24 twenty-four
        30 thirty thirtieth
        60 sixty sixtieth
        100 hundred*
        1000 thousand* k
        1000000 million*
        """,
    ),
    measures=_MEASURES,
)
