"""What is customary in Portuguese."""

from __future__ import annotations

from mtqa.languages.conventions import Conventions, Numerals

__all__ = ["CONVENTIONS"]

CONVENTIONS = Conventions(
    tag="pt",
    numerals=Numerals.listed(
        """
        0 zero nenhum* nulo nula
        1 um uma único única primeir* cada só
        2 dois duas segund* ambos ambas dupl* meio meia metade
        3 três terceir* tripl*
        4 quatro quart*
        5 cinco quint*
        6 seis sext*
        7 sete sétim*
        8 oito oitav*
        9 nove non*
        10 dez décim* dezena*
        11 onze
        12 doze dúzia*
        20 vinte
        24 vinte
        30 trinta
        60 sessenta
        100 cem cento* centena*
        1000 mil milhar* milésim*
        1000000 milhão milhões
        """,
    ),
)
