"""Languages as packs: a second one needs no more than its folder and its registration, and English words stand in its
pack alone."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest
import wordfreq
from fakes import fake_checker
from test_layers import PACKAGE
from test_surface import findings, segments

import mtqa
from mtqa.core.documents import BlockKind
from mtqa.core.report import Decision, DocumentReport
from mtqa.gate.ignore_terms import Terms
from mtqa.gate.rules import explanation
from mtqa.languages import PACKS, pack_of
from mtqa.languages.en.calendar import MONTHS
from mtqa.repair.preserved import breaches
from mtqa.segmentation import segment
from mtqa.signals.surface import RULES, SurfaceSignal, language_of

GERMAN = (
    "Das Rat Haus ist seit gestern geschlossen, und niemand im Ort weiß, warum das so ist. Der Zug nach Kiel Hbf. Nord "
    "fährt am Abend nicht mehr. Das cafÃ© daneben hat noch offen."
)

ENGLISH = "The old ferry left the harbour at nine, and nobody on the pier had been told about it by then."


@pytest.fixture
def german(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PACKS, "_entries", dict(PACKS._entries))  # what is registered here is forgotten afterwards
    PACKS.register("de", "toy_german:PACK")


def report_on(text: str, language: str = "de") -> DocumentReport:
    (report,) = fake_checker().check(mtqa.from_text(text, language=language)).documents
    return report


def test_a_language_is_registered_once() -> None:
    with pytest.raises(ValueError, match="there is a language 'en' already"):
        PACKS.register("en", "toy_german:PACK")
    assert list(PACKS) == ["en"]
    assert pack_of("en-GB") is PACKS["en"]
    assert (pack_of("de-AT").tag, list(pack_of("de").rules)) == ("de", [])


@pytest.mark.usefixtures("german")
def test_rules_of_a_language_without_a_model_find_and_the_document_is_not_judged() -> None:
    report = report_on(GERMAN)
    assert [(flag.rule, flag.span.of(GERMAN)) for flag in report.flags] == [
        ("split-word", "Rat Haus"),
        ("mojibake", "cafÃ©"),
    ]
    assert (report.decision, report.p_mt) == (Decision.UNDECIDED, None)
    assert report.reason == "the text is in German, and this model judges only English"
    text = " ".join(mtqa.render(fake_checker().check(mtqa.from_text(GERMAN, language="de")), "text").split())
    assert "The model judged none of this text; only the surface rules checked it." in text
    assert "German writes this in one word" in text
    assert "p(repair)" not in text


@pytest.mark.usefixtures("german")
def test_a_sentence_that_the_model_judges_in_a_document_that_it_does_not_is_told() -> None:
    (report,) = (whole := fake_checker().check(mtqa.from_text(f"{GERMAN}\n\n{ENGLISH}", language="de"))).documents
    assert (report.p_mt, sum(verdict.p_edit is not None for verdict in report.verdicts)) == (None, 1)
    text = " ".join(mtqa.render(whole, "text").split())
    assert "The model judged only 1 sentence of this text; only the surface rules checked the rest." in text
    assert "p(repair): the probability that a careful editor" in text
    assert "judged none" not in text


@pytest.mark.usefixtures("german")
def test_a_language_has_its_own_rules_and_no_others() -> None:
    assert {rule for rule in RULES if language_of(rule) == "German"} == {"split-word"}
    assert len(RULES) == len(set(RULES))
    assert [flag.rule for flag in report_on("He said the the Rat Haus was shut.", "en").flags] == ["repeated-word"]
    assert [flag.rule for flag in report_on("Er sagte, die die Rat Haus ist zu.").flags] == ["split-word"]
    rule = RULES["split-word"]
    for example in rule.fires:
        found = findings(SurfaceSignal(["split-word"]).evidence(segments(example.text, "de")))
        assert tuple(error.span.of(example.text) for error in found) == example.marked
    assert not [error for text in rule.silent for error in findings(SurfaceSignal().evidence(segments(text, "de")))]
    assert "- language: German" in explanation("split-word").page()


@pytest.mark.usefixtures("german")
def test_a_language_says_where_sentences_end_and_what_is_no_article() -> None:
    document = mtqa.from_text(f"{GERMAN}\n\nLesen Sie auch: Zwei Brücken.\n\nFoto: privat", language="de")
    assert [block.kind for block in document.blocks] == [
        BlockKind.PARAGRAPH,
        BlockKind.BOILERPLATE,
        BlockKind.CAPTION,
    ]
    assert [s.text for s in segment(document)][1].endswith("Kiel Hbf. Nord fährt am Abend nicht mehr.")


@pytest.mark.usefixtures("german")
def test_a_language_says_what_no_suggestion_may_change() -> None:
    assert breaches("Er kam nicht.", "Er kam.", language="de") == ("changes a negation (not → nothing)",)
    assert breaches("Es sind 5 m.", "Es sind 5.", language="de") == ("changes a number (5 Meter → 5)",)
    assert breaches("Er kam 5 m nicht.", "Er kam 5.", language="fr") == ()


@pytest.mark.usefixtures("german")
def test_a_list_of_terms_excuses_the_spelling_rules_of_each_language(tmp_path: Path) -> None:
    (tmp_path / "terms.txt").write_text("Rat Haus\n", encoding="utf-8")
    terms = Terms.load([tmp_path / "terms.txt"])
    assert terms.reason("split-word", "Rat Haus")
    assert terms.reason("misspelling", "Rat Haus")
    assert terms.reason("mojibake", "Rat Haus") is None


def test_every_language_has_a_name_of_its_own_for_each_rule() -> None:
    names = [rule for pack in PACKS.values() for rule in pack.rules]
    assert len(names) == len(set(names))
    assert all(pack.spelling <= pack.rules.keys() for pack in PACKS.values())
    assert all(pack.tag == tag and pack.name for tag, pack in PACKS.items())


FEWEST = 4  # English words in one place that make a list


@lru_cache(maxsize=1)
def english_words() -> frozenset[str]:
    """Function words, numerals, months and days: what no list of names of things holds."""
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    more = ("two", "three", "four", "five", "six", "seven", "never", "nobody", "none", "nothing", "nor", "unless")
    common = {word for word in wordfreq.top_n_list("en", 120) if word.isascii() and len(word) > 1}
    return frozenset((*common, *days, *more, *MONTHS.lower().split("|")))


def word_lists(source: str) -> Iterator[tuple[int, set[str]]]:
    """The line and the English words of what may be a list of them: a display of strings, or a string with
    alternatives or one that is split; no docstring and no sentence that a user reads."""
    tree = ast.parse(source)
    split = set()
    for call in ast.walk(tree):
        match call:
            case ast.Call(func=ast.Attribute(value=text, attr="split")) | ast.Call(func=ast.Name("words"), args=[text]):
                split.add(id(text))
    for node in ast.walk(tree):
        match node:
            case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Set(elts=parts):
                words = [part.value for part in parts if isinstance(part, ast.Constant)]
            case ast.Dict(keys=parts):
                words = [part.value for part in parts if isinstance(part, ast.Constant)]
            case ast.Constant(value=str(text)) if id(node) in split:
                words = text.split()
            case ast.Constant(value=str(text)) if text.count("|") >= FEWEST - 1:
                words = re.findall(r"[A-Za-z]+", text)
            case _:
                continue
        yield node.lineno, {word.lower() for word in words if isinstance(word, str)} & english_words()


def test_english_stands_in_its_pack_alone() -> None:
    found = {
        f"{name}:{line}": words
        for path in sorted(PACKAGE.rglob("*.py"))
        if not (name := path.relative_to(PACKAGE).as_posix()).startswith("languages/en/")
        for line, words in word_lists(path.read_text(encoding="utf-8"))
        if len(words) >= FEWEST
    }
    assert not found


@pytest.mark.parametrize(
    "source",
    [
        'X = frozenset(("the", "and", "of", "with"))',
        'X = "the and of with".split()',
        'X = words("the and of with")',
        'X = re.compile(r"\\b(?:the|and|of|with)\\b")',
        'X = {"the": 1, "and": 2, "of": 3, "with": 4}',
        'X = ("January", "February", "March", "April")',
    ],
)
def test_a_list_of_english_words_is_seen(source: str) -> None:
    assert max(len(words) for _, words in word_lists(source)) >= FEWEST
    pack = Path(PACKAGE, "languages", "en", "doubling.py").read_text(encoding="utf-8")
    assert max(len(words) for _, words in word_lists(pack)) >= FEWEST
