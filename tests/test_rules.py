"""The one table of rules, and what the program explains of it."""

from __future__ import annotations

import ast
import inspect
import re
from pathlib import Path

import pytest
from fakes import fake_checker
from program import Run

import mtqa
from mtqa.batch.showing import _HEADER
from mtqa.checker import Checker
from mtqa.core.documents import BlockKind
from mtqa.core.errors import UnknownName
from mtqa.core.findings import VAGUE, Applicability, Category, Severity
from mtqa.core.report import Decision, State
from mtqa.core.rules import OF_DOCUMENT, Explanation
from mtqa.core.settings import Editor, Strictness
from mtqa.gate.rules import _key, _others, explanation, explanations, rule_names, rules_page, words
from mtqa.languages import PACKS
from mtqa.languages.en.lexicon import known
from mtqa.languages.en.slips import COMMON_SLIPS
from mtqa.renderers.findings import standing_of
from mtqa.renderers.wording import VERDICTS, list_title
from mtqa.signals import SIGNALS
from mtqa.signals.source import SOURCE_RULES, SourceRule
from mtqa.signals.surface import RULES, Rule
from mtqa.verdict.reasons import TOO_SHORT

SEEN = ("p(machine)", "p(repair)", "fluency", "signature", "stale", "boilerplate")
PACKAGE = Path(mtqa.__file__).parent


@pytest.mark.parametrize("name", words())
def test_each_has_a_page(name: str) -> None:
    found = explanation(name)
    page = found.page()
    assert found.name == name
    assert found.category in ("", OF_DOCUMENT) or all(Category(each) in page for each in found.category.split(", "))
    assert page.startswith(f"# {name}\n\n")
    assert max(len(line) for line in page.partition("\n- ")[0].splitlines()) <= 80
    assert found.summary.endswith(".")
    assert "\n" not in found.summary
    if name in RULES:
        assert all(marked in page for example in RULES[name].fires for marked in example.marked)


@pytest.mark.parametrize("name", words())
def test_a_summary_is_a_whole_sentence(name: str) -> None:
    """It leaves nothing open, and what follows it is no rest of it."""
    found = explanation(name)
    summary, _, rest = " ".join(found.description.split()).partition(found.summary)
    assert summary == ""
    assert found.summary.count("(") == found.summary.count(")")
    assert found.summary.count('"') % 2 == found.summary.count("`") % 2 == 0
    assert not rest or not re.search(r"(?<![\w.,])\d+\.$", found.summary)
    assert not rest or len(rest.split()) > 1


@pytest.mark.parametrize(
    ("description", "summary"),
    [
        ("Dates such as 5. May. Others are left alone.", "Dates such as 5. May."),
        ('The quarter ("the 3. Quarter"). It is minor.', 'The quarter ("the 3. Quarter").'),
        ("Numbers such as 3,5 for 3.5. They are minor.", "Numbers such as 3,5 for 3.5."),
        ("Version 2. of it.", "Version 2. of it."),
        ("No stop", "No stop"),
    ],
)
def test_a_stop_after_an_ordinal_ends_no_summary(description: str, summary: str) -> None:
    assert Explanation(name="x", description=description).summary == summary


def test_every_rule_that_code_names_is_in_the_table() -> None:
    """Whatever is given as the ``rule`` of an error span or a finding, and every decision."""
    named = {*VAGUE} | {str(decision) for decision in Decision}
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            value = node.value if isinstance(node, ast.keyword) and node.arg in ("rule", "code") else None
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                named.add(value.value)
    assert {"garbled", "foreign-sentence", "surprising"} <= named <= set(words())
    for name in ("machine-translation", "undecided", "unexpected-language", "unreadable"):
        assert name in words()


def test_what_is_said_of_documents_cannot_be_switched_off() -> None:
    assert {name for name in words() if explanation(name).category not in ("", OF_DOCUMENT)} == set(rule_names())


@pytest.mark.parametrize("name", [*RULES, *SOURCE_RULES])
def test_all_severities_of_a_rule_are_told(name: str) -> None:
    """Those that its module names, however it comes by them."""
    rule = RULES[name] if name in RULES else SOURCE_RULES[name]
    tree = ast.parse(Path(inspect.getfile(rule.find)).read_text(encoding="utf-8"))
    named = {
        n.attr.lower() for n in ast.walk(tree) if isinstance(n, ast.Attribute) and ast.unparse(n.value) == "Severity"
    }
    told = explanation(name).severity
    assert {severity for severity in Severity if severity in told} == {*named, *_frequent(rule)}


def _frequent(rule: Rule | SourceRule) -> set[str]:
    return {"neutral"} if isinstance(rule, SourceRule) and rule.custom else set()


def test_the_other_words_of_reports_are_explained() -> None:
    said = [*Severity, *(category.label for category in Category), *Category, *SEEN]
    for word in said:
        page = explanation(word).page()
        assert page.endswith(".\n")
        assert "- " not in page.partition("\n\n")[2], "a term has no severity or language"
    assert explanation("awkward style") == explanation("style/awkward-style")


def test_only_known_rules_are_explained() -> None:
    assert [each.name for each in explanations(["undecided", "of-a-plugin", "garbled", "garbled"])] == [
        "garbled",
        "undecided",
    ]
    for word, near in (("machine-translated", "machine-translation"), ("mispelling", "misspelling")):
        with pytest.raises(UnknownName, match=f"did you mean '{near}'"):
            explanation(word)


def test_what_signatures_and_options_name_is_explained() -> None:
    """Each key of a signature, whatever signals add to it, and each choice that a report names."""
    keys = {part.partition(":")[0] for part in str(fake_checker().signature).split("|")}
    for path in PACKAGE.joinpath("signals").rglob("*.py"):
        keys |= set(re.findall(r'f"([a-z]+):\{', path.read_text(encoding="utf-8")))
    assert {"mtqa", "fpr", "flags", "ecal", "lm", "trip", "off"} <= keys
    keys |= {PACKS._kind, SIGNALS._kind}
    for word in (*keys, *Strictness, *Editor, *Applicability, *State, "check first", "chrF++", "TER"):
        assert explanation(word).summary.endswith("."), word


PHRASES = (
    *("too close to call", TOO_SHORT, "bits per word", "running text", "round trip", "policy", "could not be read"),
    *("baseline", "category", "fingerprint", "alike", "false alarm", "false-alarm rate", "translated from"),
)
PLAIN = {"line", "text", "column", "place", "words", "what", "document", "underlines", "what it misses"}
"""What says itself what it means."""


def _said() -> set[str]:
    """What reports of an article, the gate and a corpus call verdicts, counts, parts of a text, columns and notes."""
    said = {*VERDICTS.values(), *(kind for kind in BlockKind if not kind.judged), *PHRASES}
    said |= _in_first_table("numbers.md")
    said |= {part for sizes in ((1, 1), (0, 1), (1, 2)) for part in list_title(*sizes).split(", and ")}
    said |= set(re.findall(r'"([A-Z]+)"', inspect.getsource(standing_of)))
    said |= {name.partition(",")[0] if name.endswith("those") else name for name in _HEADER}
    for folder in ("renderers", "gate", "verdict", "batch"):
        for path in (PACKAGE / folder).glob("*.py"):
            text = path.read_text(encoding="utf-8")
            said |= set(re.findall(r'f"([a-z]+): \{', text))
            said |= {cell for row in re.findall(r'"\| ([A-Z][\w |]+) \|"', text) for cell in row.split(" | ")}
            said |= {noun for call in _calls(ast.parse(text), "counted") for noun in _nouns(call)}
        for path in (PACKAGE / folder).glob("*.j2"):
            said |= set(re.findall(r"<(?:th|dt)\b[^>]*>([\w() ]+)</", path.read_text(encoding="utf-8")))
    return said


def _in_first_table(page: str) -> set[str]:
    """What the rows of the first table of a page are about."""
    table = Path(__file__).parent.parent.joinpath("docs", page).read_text(encoding="utf-8").partition("\n|---")[2]
    rows = table.partition("\n\n")[0].splitlines()[1:]
    return {word.strip("` ") for row in rows for word in row.split("|")[1].split(",")}


def _calls(tree: ast.AST, name: str) -> list[ast.Call]:
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == name]


def _nouns(call: ast.Call) -> list[str]:
    """What is counted, without what is said of it."""
    noun = call.args[1]
    if not (isinstance(noun, ast.Constant) and isinstance(noun.value, str)):
        return []
    return re.sub(r"^(?:more|new|flagged) | is$", "", noun.value).split(" or ")


def test_each_word_that_reports_print_is_explained() -> None:
    said = _said()
    assert {"heading", "caption", "short string", "To repair", "Remarks", "PASSED", "violation", "p_mt"} <= said
    for word in said:
        assert word.lower() in PLAIN or explanation(word).summary.endswith("."), word


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("Likely machine-translated", "likely-mt"),
        ("likely written by a person", "likely-human"),
        ("too close to call", "undecided"),
        ("bits per word", "fluency"),
        ("Violations", "violation"),
        ("stale entries", "stale"),
        ("P(repair)", "p(repair)"),
        ("policies", "policy"),
        ("to repair", "to-repair"),
    ],
)
def test_a_word_is_explained_as_reports_print_it(word: str, name: str) -> None:
    assert explanation(word) == explanation(name)
    assert explanation(name).name == name


def test_no_word_is_explained_twice() -> None:
    also = [_key(other) for each in _others().values() for other in each.also]
    assert len({*also, *map(_key, words())}) == len(also) + len(words())


def test_an_unknown_word_is_not_answered_with_all_the_others(mtqa: Run) -> None:
    found = mtqa("explain", "qqqq")
    assert found.code == 2
    assert found.err == "mtqa: error: unknown word 'qqqq'; 'mtqa explain' lists those that it knows\n"


def test_the_program_explains_them(mtqa: Run) -> None:
    lines = mtqa("explain").out.splitlines()
    assert [line for line in lines if not line.startswith(" ")] == words()
    assert max(map(len, lines)) <= 80
    for name in ("undecided", "unexpected-language", "garbled", "misspelling"):
        assert mtqa("explain", name).out == explanation(name).page()


def test_a_signal_that_is_registered_brings_its_rules(mtqa: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are explained, ignored and switched off by their names, like any."""
    before = words()
    monkeypatch.setattr(SIGNALS, "_entries", dict(SIGNALS._entries))
    SIGNALS.register("shout", "toy_signals:ShoutSignal")
    SIGNALS.register("distant", "toy_signals:DistantSignal")
    assert words() == sorted([*before, "shout"], key=str.casefold)
    assert "shout" in rule_names()
    assert mtqa("explain", "shout").out.startswith("# shout\n\nA word in capitals.")
    assert [each.name for each in explanations(["wrong-word", "shout", "garbled"])] == ["garbled", "shout"]
    folder = Path.cwd()
    (folder / "a.txt").write_text("The ferry was LATE on Friday. Nobody at the harbour minded.\n", encoding="utf-8")
    monkeypatch.setattr(Checker, "load", lambda settings: fake_checker())
    assert mtqa("gate", "a.txt", "--fail-on", "minor", "--language", "en", "--no-cache").code == 1
    (folder / "mtqa.toml").write_text('rules-off = ["shout"]\n', encoding="utf-8")
    off = mtqa("gate", "a.txt", "--fail-on", "minor", "--language", "en", "--no-cache")
    assert (off.code, off.err) == (0, "")


def test_the_documentation_is_current() -> None:
    page = Path(__file__).parent.parent / "docs" / "rules.md"
    remedy = """python -c 'from mtqa.gate.rules import rules_page; print(rules_page(), end="")' > docs/rules.md"""
    assert page.read_text(encoding="utf-8") == rules_page(), remedy


def test_common_misspellings_are_lower_case_words_with_a_repair_that_is_english() -> None:
    for slip, better in COMMON_SLIPS.items():
        assert slip.isalpha()
        assert slip.islower()
        assert better == " ".join(better.split())
        assert all(map(known, better.split())), slip
        assert better not in COMMON_SLIPS
