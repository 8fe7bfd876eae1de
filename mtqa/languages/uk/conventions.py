"""What is customary in Ukrainian."""

from __future__ import annotations

from mtqa.languages.conventions import Conventions, Numerals

__all__ = ["CONVENTIONS"]

CONVENTIONS = Conventions(
    tag="uk",
    numerals=Numerals.listed(
        """
        0 нуль нул* жодн* немає
        1 один одн* перш* єдин* кожн*
        2 два дві двох двом двома дво* друг* обидв* пів* половин* двічі
        3 три трьох трьом трьома трет* троє тричі
        4 чотири чотирьох четверт*
        5 п'ят* п’ят*
        6 шість шест* шост*
        7 сім семи сьом*
        8 вісім вос* восьм*
        9 дев'ят* дев’ят*
        10 десят*
        11 одинадцят*
        12 дванадцят*
        20 двадцят*
        24 двадцят*
        30 тридцят*
        60 шістдесят шістдесят*
        100 сто ста сотн* сот*
        1000 тисяч*
        1000000 мільйон*
        """,
    ),
)
