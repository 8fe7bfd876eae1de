"""What is customary in French."""

from __future__ import annotations

from mtqa.languages.conventions import Conventions, Numerals

__all__ = ["CONVENTIONS"]

CONVENTIONS = Conventions(
    tag="fr",
    numerals=Numerals.listed(
        """
        0 zéro aucun aucune nul* nulle
        1 un une seul* premier première unique* chaque
        2 deux deuxième* second* double* demi* moitié
        3 trois troisième* tiers triple
        4 quatre quatrième* quart*
        5 cinq cinquième*
        6 six sixième*
        7 sept septième*
        8 huit huitième*
        9 neuf neuvième*
        10 dix dixième* dizaine*
        11 onze onzième*
        12 douze douzième* douzaine*
        20 vingt* vingtième*
        24 vingt-quatre
        30 trente*
        60 soixante*
        100 cent cents centième* centaine*
        1000 mille* millier*
        1000000 million*
        """,
    ),
    spaced=":;!?",
)
