"""What is customary in Czech."""

from __future__ import annotations

from mtqa.languages.conventions import Conventions, Numerals

__all__ = ["CONVENTIONS"]

CONVENTIONS = Conventions(
    tag="cs",
    numerals=Numerals.listed(
        """
        0 nula nul* žádn* nulov*
        1 jeden jedn* prv* každ* jedin*
        2 dva dvě dvou dvěma dvoj* druh* oba obě obou půl* polovin*
        3 tři tří třem třemi třet* trojn*
        4 čtyři čtyř* čtvrt*
        5 pět pěti pát*
        6 šest šesti šest*
        7 sedm sedmi sedm*
        8 osm osmi osm*
        9 devět devíti devát*
        10 deset deseti desát* desít*
        11 jedenáct*
        12 dvanáct* tucet
        20 dvacet* dvacát*
        24 dvacet*
        30 třicet* třicát*
        60 šedesát*
        100 sto set stov* stý
        1000 tisíc*
        1000000 milion*
        """,
    ),
)
