"""Names that a document spells in two ways."""

from __future__ import annotations

import random
from string import ascii_lowercase

import pytest
from fakes import fake_checker
from growth import assert_linear

import mtqa
from mtqa.core.findings import Severity
from mtqa.languages.en import names


def found(text: str) -> list[tuple[str, str, Severity]]:
    """The words, the other spelling and the severity of each hit."""
    report = fake_checker().check(mtqa.from_text(text, language="en"))
    return [
        (
            flag.span.of(text),
            flag.edits[0].text,
            flag.severity,
        )
        for verdict in report.documents[0].judged
        for flag in verdict.flags
        if flag.rule == "inconsistent-name"
    ]


def test_the_spelling_that_occurs_oftener_is_right() -> None:
    text = "Scholz’s speech was short. Then Sholz’s party left. Nobody but Scholz stayed."
    assert found(text) == [("Sholz", "Scholz", Severity.MINOR)]


def test_the_familiar_spelling_is_right_however_seldom() -> None:
    text = "Deliotte counted the votes. So did Deloitte. Then Deliotte counted them again."
    assert found(text) == [("Deliotte", "Deloitte", Severity.MINOR)] * 2


def test_of_two_strange_names_that_occur_equally_often_the_second_is_a_remark() -> None:
    assert found("They saw Kulukulk. Nobody went to Kulululk.") == [("Kulululk", "Kulukulk", Severity.NEUTRAL)]


def test_names_of_plain_syllables_are_often_alike() -> None:
    text = "Yushang spoke. Yuchang listened to Yushang."
    assert found(text) == [("Yuchang", "Yushang", Severity.NEUTRAL)]


@pytest.mark.parametrize(
    "text",
    [
        "Kowalski met Kowalska, and Kowalska met Kowalski again.",
        "Zhao met Zhou, and Zhou met Zhao again.",
        "TestBase is no TestCase, and a TestCase is no TestBase.",
        "Wordle is not Wardle, and Wardle is not Wordle. Wordle it was, and Wardle it stayed.",
    ],
)
def test_other_names_are_left_alone(text: str) -> None:
    assert found(text) == []


def test_a_name_is_written_in_capitals_in_one_way() -> None:
    text = "GraphQL is slow. Many use Graphql. Others speak of GRAPHQL. Nobody likes GraphQL."
    assert found(text) == [("Graphql", "GraphQL", Severity.NEUTRAL)]


def test_among_many_names_some_are_alike_by_chance() -> None:
    chance = random.Random(1)
    strange = ["".join(chance.choices(ascii_lowercase, k=12)).capitalize() for _ in range(600)]
    assert found(" and ".join(strange[:60]) + " met Scholz. Sholz left. Scholz stayed.") == [
        ("Sholz", "Scholz", Severity.MINOR)
    ]
    assert found(" and ".join(strange) + " met Scholz. Sholz left. Scholz stayed.") == []


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("Dana Whitcombe came first. Whitcomb’s car was slow.", [("Whitcomb", "Whitcombe", Severity.MINOR)]),
        ("Dana Whitcombe came first. Dana Whitcomb left.", [("Whitcomb", "Whitcombe", Severity.MINOR)]),
        ("Councillor Dana Whitcombe came. Councillor Whitcomb left.", [("Whitcomb", "Whitcombe", Severity.MINOR)]),
        ("The mayoress, Pilar Sanchez, came first. Sánches left.", [("Sánches", "Sanchez", Severity.MINOR)]),
        ("Dana Whitcombe came first. Robin Whitcomb left.", []),
        ("Dana Whitcombe came before Robin. Whitcombe was faster than Whitcomb.", []),
        ("The hill is Holmenkollen. Some have spelled Holmenkolen otherwise.", []),
        ("Zhivko Zhivkov came first. Zhivkov left.", []),
        ("Thorsten Berg came first. Eva Thorsen left. Thorsen was late.", []),
        ("The Buriat (Buryat) people came first.", []),
        ("Viktor Poroshenko came first. Porochenko left.", [("Porochenko", "Poroshenko", Severity.MINOR)]),
        ("Srinagar is cold. Shrinagar was colder. Shrinagar froze.", [("Shrinagar", "Srinagar", Severity.MINOR)] * 2),
        ("The Bundesrat met. The Bundestag met. The Bundestag voted.", []),
        ("Eric Engestro\u0308m came first. Engestrom left. Engestrom slept.", []),
        ("Mr Whitcombe came first. President Whitcomb left.", []),
    ],
)
def test_given_names_tell_one_person_from_two(text: str, marked: list[tuple[str, str, Severity]]) -> None:
    assert found(text) == marked


def test_syllables_that_can_be_parted_in_many_ways_take_no_longer() -> None:
    assert_linear(lambda name: names._SYLLABLES.fullmatch(name), lambda n: "an" * n + "x", n=8)
