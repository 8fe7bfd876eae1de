"""What is customary in Polish."""

from __future__ import annotations

from mtqa.languages.conventions import Conventions, Numerals

__all__ = ["CONVENTIONS"]

CONVENTIONS = Conventions(
    tag="pl",
    numerals=Numerals.listed(
        """
        0 zero zerow* żaden żadn* brak
        1 jeden jedn* pierwsz* pojedyncz* każd*
        2 dwa dwie dwóch dwom dwoma dwu* drug* oba obie obu podwójn* pół* połow*
        3 trzy trzech trzem trzema trzeci* potrójn*
        4 cztery czterech czterem czterema czwart* ćwierć
        5 pięć pięci* piąt*
        6 sześć sześci* szóst*
        7 siedem siedmi* siódm*
        8 osiem ośmi* ósm*
        9 dziewięć dziewięci* dziewiąt*
        10 dziesięć dziesięci* dziesiąt*
        11 jedenast*
        12 dwanaś* dwunast* tuzin*
        20 dwadzieścia dwudziest*
        24 dwadzieścia
        30 trzydzieści trzydziest*
        60 sześćdziesiąt*
        100 sto stu setn* setk*
        1000 tysiąc* tysięcy
        1000000 milion*
        """,
    ),
)
