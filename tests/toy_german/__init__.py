"""A language pack that is not part of mtqa: a little German, with one rule."""

import re

from mtqa.languages.pack import Essentials, Pack, rules_in

PACK = Pack(
    tag="de",
    name="German",
    script="Latn",
    rules=rules_in("toy_german", ("split-word",)),
    spelling=frozenset(("split-word",)),
    knows=frozenset(("brücke", "ratlos")).__contains__,
    is_boilerplate=lambda line: line.startswith("Lesen Sie auch"),
    is_caption=lambda line: line.startswith("Foto:"),
    goes_on=lambda before, after: before.rstrip().endswith("Hbf."),
    essentials=Essentials(
        negation=re.compile(r"\b(?:nicht|nie)\b"),
        measure=lambda behind: " Meter" if re.match(r" ?(?:m|Meter)\b", behind) else "",
    ),
)
