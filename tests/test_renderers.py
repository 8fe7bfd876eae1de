"""Renderers, on one fixed report. ``MTQA_UPDATE_SNAPSHOTS=1 pytest tests/test_renderers.py`` writes the snapshots."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
import os
import re
from html.parser import HTMLParser
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import pytest
from fakes import fake_checker
from fixed_report import SIGNATURE, document, flag, replace, report, verdicts
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from rich.cells import cell_len

from mtqa.core.errors import ConfigError, UnknownName
from mtqa.core.excerpts import excerpt
from mtqa.core.findings import Applicability, Category, Edit, Flag, Severity
from mtqa.core.report import Decision, DocumentReport, Failure, Report
from mtqa.core.spans import Span
from mtqa.formats import from_text, read_bytes
from mtqa.gate.findings import flag_finding
from mtqa.renderers import RENDERERS, render
from mtqa.renderers.wording import false_alarms, moment, probability, quoted, suggestions, to_do, visible

SNAPSHOTS = Path(__file__).parent / "snapshots"
SCHEMA = json.loads(files("mtqa.renderers").joinpath("report.schema.json").read_text(encoding="utf-8"))
HOSTILE = "".join(map(chr, [*range(1, 0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A)]))
EVERYTHING = {
    "text": {"min_level": Severity.NEUTRAL, "top": 0},
    "json": {},
    "jsonl": {},
    "html": {},
}


def one(text: str, *flags: Flag, uri: str = "a.txt", p_mt: float = 0.9) -> Report:
    """A report on one document of one paragraph."""
    doc = document(uri, text)
    decided = DocumentReport(
        document=doc,
        p_mt=p_mt,
        decision=Decision.LIKELY_MT,
        reason="Because.",
        verdicts=verdicts(doc, 0.5, {}, flags),
    )
    return Report(documents=(decided,), failures=(), signature=SIGNATURE)


def garbled(text: str, words: str, severity: Severity = Severity.MAJOR, message: str = "is garbled") -> Flag:
    return flag(text, words, "garbled", Category.AWKWARD, severity, 0.9, message)


class Page(HTMLParser):
    """Elements and text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, attribute: str) -> list[str]:
        return [attrs[attribute] or "" for _, attrs in self.elements if attribute in attrs]


@pytest.mark.parametrize(
    ("name", "format", "options"),
    [
        ("report.txt", "text", {}),
        ("report-narrow.txt", "text", {"width": 50, "min_level": Severity.NEUTRAL, "top": 2}),
        ("report-colour.txt", "text", {"colour": True, "top": 1}),
        ("report.json", "json", {}),
        ("report.jsonl", "jsonl", {}),
        ("report.html", "html", {}),
    ],
)
def test_snapshot(name: str, format: str, options: dict[str, object]) -> None:  # noqa: A002
    found = render(report(), format, **options)
    kept = SNAPSHOTS / name
    if os.environ.get("MTQA_UPDATE_SNAPSHOTS"):
        kept.write_bytes(found.encode())
    assert found == kept.read_bytes().decode()


def test_every_format_has_a_snapshot_and_options_that_show_everything() -> None:
    assert set(EVERYTHING) == set(RENDERERS)


@pytest.mark.parametrize("format", RENDERERS)
def test_nothing_is_dropped(format: str) -> None:  # noqa: A002
    whole = report()
    shown = render(whole, format, **EVERYTHING[format])
    shown = re.sub(r"\s+", " ", Page(shown).text if format == "html" else shown)
    for found in whole.flags:
        assert found.rule in shown
        assert found.message in shown
    for failure in whole.failures:
        assert failure.message in shown
    for each in whole.documents:
        assert each.document.uri in shown
    assert str(SIGNATURE) in shown.replace("| ", "|")


@pytest.mark.parametrize("format", RENDERERS)
def test_a_renderer_changes_nothing_and_ends_with_one_line_feed(format: str) -> None:  # noqa: A002
    assert render(report(), format) == render(report(), format)
    assert re.search(r"[^\n]\n\Z", render(report(), format))


# JSON


def test_json_obeys_its_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    Draft202012Validator(SCHEMA).validate(json.loads(render(report(), "json")))
    line = Draft202012Validator({"$ref": "#/$defs/line", "$defs": SCHEMA["$defs"]})
    lines = render(report(), "jsonl").splitlines()
    assert len(lines) == 4
    for each in lines:
        line.validate(json.loads(each))


def test_schema_is_closed_and_knows_every_category() -> None:
    def objects(part: object) -> list[dict[str, object]]:
        if isinstance(part, list):
            return [found for each in part for found in objects(each)]
        if not isinstance(part, dict):
            return []
        return [part] * ("properties" in part) + [found for each in part.values() for found in objects(each)]

    for found in objects(SCHEMA):
        assert found["additionalProperties"] is False
        assert found.get("description") or "location" in str(found)
    assert SCHEMA["$defs"]["category"]["enum"] == [category.value for category in Category]


def test_json_offsets_count_code_points_of_the_text() -> None:
    for document_ in json.loads(render(report(), "json"))["documents"]:
        for segment in document_["segments"]:
            assert document_["text"][segment["start"] : segment["end"]] == segment["text"]
            for found in segment["flags"]:
                assert document_["text"][found["start"] : found["end"]] == found["words"]


def test_json_lines_holds_the_objects_of_json() -> None:
    whole = json.loads(render(report(), "json"))
    lines = [json.loads(line) for line in render(report(), "jsonl").splitlines()]
    assert [line["document"] for line in lines if "document" in line] == whole["documents"]
    assert [line["failure"] for line in lines if "failure" in line] == whole["failures"]


def test_json_min_level_filters_flags_and_says_so() -> None:
    whole = json.loads(render(report(), "json", min_level=Severity.MAJOR))
    segments = whole["documents"][0]["segments"]
    levels = {found["severity"] for segment in segments for found in segment["flags"]}
    assert whole["min_level"] == "major"
    assert levels == {"major", "critical"}
    assert [bool(segment["repair_rank"]) for segment in segments] == [bool(segment["flags"]) for segment in segments]


@pytest.mark.parametrize("text", ["a\u2028b\x85c\ud800d", HOSTILE])
def test_json_is_safe_to_print_and_split(text: str) -> None:
    failed = Report(documents=(), failures=(Failure(uri=text, message="x"),), signature=SIGNATURE)
    line = render(failed, "jsonl")
    assert len(line.splitlines()) == 1
    assert json.loads(line.encode())["failure"]["uri"] == text
    assert not set(line.rstrip("\n")) & set(HOSTILE)


# The terminal


@pytest.mark.parametrize(
    ("text", "words", "lines"),
    [
        ("He spoke it.", "spoke it", ["He spoke it.", "   ━━━━━━━━"]),
        ("漢字 wrong.", "wrong", ["漢字 wrong.", "     ━━━━━"]),
        ("x 漢字 y.", "漢字", ["x 漢字 y.", "  ━━━━"]),
        ("Cafe\u0301 bad one.", "bad", ["Cafe\u0301 bad one.", "     ━━━"]),
        ("A cafe\u0301 so.", "cafe\u0301", ["A cafe\u0301 so.", "  ━━━━"]),
        ("🙈 bad.", "bad", ["🙈 bad.", "   ━━━"]),
        ("“שלום”, bad.", "bad", ["“שלום”, bad.", "        ━━━"]),
        ("A \x1bbad one.", "one", ["A ␛bad one.", "       ━━━"]),
        ("A\r\nbad\tone.", "bad\tone", ["A bad one.", "  ━━━━━━━"]),
    ],
)
def test_underlines_stand_beneath_the_words(text: str, words: str, lines: list[str]) -> None:
    shown = render(one(text, garbled(text, words)), "text").splitlines()
    at = next(number for number, line in enumerate(shown) if "━" in line)
    assert [line[5:] for line in shown[at - 1 : at + 1]] == lines


def test_an_underline_follows_its_words_to_the_next_line() -> None:
    text = "This sentence is long enough to be broken within the flagged words of it."
    shown = render(one(text, garbled(text, "broken within the flagged")), "text", width=50).splitlines()
    marked = [
        "".join(words for words, beneath in zip(above, below.ljust(len(above)), strict=True) if beneath == "━")
        for above, below in pairwise(shown)
        if "━" in below
    ]
    assert " ".join(marked) == "broken within the flagged"


def test_of_a_very_long_sentence_only_the_flagged_lines_are_shown() -> None:
    text = f"{'so ' * 1000}bad {'on ' * 1000}end"
    shown = render(one(text, garbled(text, "bad")), "text").splitlines()
    at = shown.index(next(line for line in shown if "━" in line))
    assert (shown[at - 2], shown[at + 1]) == ("     …", "     …")
    assert "bad" in shown[at - 1]


def test_a_flag_without_words_points_at_the_place() -> None:
    text = "It ended and"
    gap = dataclasses.replace(garbled(text, "and"), span=Span(12, 12))
    shown = render(one(text, gap), "text")
    assert "     It ended and\n" + " " * 16 + "━\n" in shown
    assert "(here)" in shown
    assert ">d</span><sup>1</sup>" in render(one(text, gap), "html")


@settings(max_examples=60, deadline=None)
@given(st.text(min_size=1, max_size=300), st.integers(40, 100), st.booleans())
def test_no_line_is_wider_than_the_terminal(text: str, width: int, colour: bool) -> None:
    text = f"x{text}x".encode(errors="ignore").decode()
    message = f"{text} {text}"
    words = text[: max(len(text) // 2, 1)]
    failure = Failure(uri=text, message=message)
    whole = one(text, garbled(text, words, message=message), uri=text)
    whole = dataclasses.replace(whole, failures=(failure,))
    shown = re.sub(r"\x1b\[[\d;]*m", "", render(whole, "text", width=width, colour=colour))
    assert max(cell_len(line) for line in shown.split("\n")) <= width
    assert not set(shown.replace("\n", "")) & set(HOSTILE)


def test_control_characters_never_reach_the_terminal() -> None:
    text = f"Bad {HOSTILE} words."
    nasty = flag(text, text, "garbled", Category.AWKWARD, Severity.MAJOR, 0.9, HOSTILE, f"why {HOSTILE}")
    nasty = dataclasses.replace(nasty, edits=(Edit(span=nasty.span, text=HOSTILE, applicability=Applicability.SAFE),))
    whole = one(text, nasty, uri=HOSTILE)
    remarked = dataclasses.replace(whole.documents[0], reason=HOSTILE, remarks=(HOSTILE,))
    whole = dataclasses.replace(whole, documents=(remarked,), failures=(Failure(uri=HOSTILE, message=HOSTILE),))
    assert not set(render(whole, "text").replace("\n", "")) & set(HOSTILE)
    assert not set(render(whole, "html").replace("\n", "")) & set(HOSTILE)


def test_a_clean_article_takes_three_lines_with_the_reason_that_do_not_reassure() -> None:
    clean = dataclasses.replace(report(), documents=report().documents[1:2], failures=())
    assert render(clean, "text", width=140).splitlines() == [
        "articles/ferry.txt: Likely written by a person, p(machine) = 0.03; 2 sentences and 1 heading or caption read, "
        "none flagged",
        "  The probability lies below the threshold.",
        "No flag does not mean no fault: in tests, mtqa listed 40 of 100 sentences that an editor must repair, "
        "and 5 of 100 sound ones.",
        str(SIGNATURE),
    ]


@pytest.mark.parametrize("format", ["text", "html"])
@pytest.mark.parametrize("decision", Decision)
def test_a_page_without_flags_says_how_much_is_missed(format: str, decision: Decision) -> None:  # noqa: A002
    plain = dataclasses.replace(one("He said Trump that."), signature=SIGNATURE)
    plain = dataclasses.replace(plain, documents=(dataclasses.replace(plain.documents[0], decision=decision),))
    for measured, said in ((SIGNATURE.recall, "40 of 100 sentences"), (None, "has not been measured")):
        shown = render(dataclasses.replace(plain, signature=dataclasses.replace(SIGNATURE, recall=measured)), format)
        shown = " ".join(re.sub(r"<style>.*?</style>|<[^>]*>", " ", shown, flags=re.DOTALL).split())
        assert said in shown
        assert not re.search(r"(?i)nothing to repair|no findings?\b|\bfine\b", shown)


def test_sentences_to_repair_are_counted_alike_everywhere() -> None:
    whole = dataclasses.replace(report(), documents=report().documents[:1])
    number = len(whole.documents[0].to_repair())
    assert f"{number} sentences to repair (1 in a heading or caption). " in render(whole, "text", width=200)
    assert f"{number} sentences to repair (1 in a heading" in render(whole, "html")
    ranks = [s["repair_rank"] for s in json.loads(render(whole, "json"))["documents"][0]["segments"]]
    assert sorted(filter(None, ranks)) == list(range(1, number + 1))


_SOUND = "The ferry came in at noon, and nobody on the pier had been told of it. " * 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            f"# The zzferry\n\n{_SOUND}",
            "1 sentence to repair, in a heading or caption. Read the rest, too: ",
        ),
        (
            f"# The zzferry\n\n{_SOUND}\n\n## We zzsat there\n\n{_SOUND}",
            "2 sentences to repair, all in headings or captions. Read the rest, too: ",
        ),
        (
            f"![The zzferry came late](a.png)\n\n{_SOUND}\n\n![We zzsat on it](b.png)\n",
            "2 sentences to repair, all in headings or captions. Read the rest, too: ",
        ),
        (
            f"# The zzferry\n\nIt zzcame late. {_SOUND}",
            "2 sentences to repair (1 in a heading or caption). Read the rest, too: ",
        ),
        (
            "# The zzferry\n\n## We zzsat there\n",
            "2 sentences to repair. How many faults ",
        ),  # nothing else to judge
    ],
)
@pytest.mark.parametrize("format", ["text", "html"])
def test_flags_in_headings_alone_are_told_as_such(text: str, said: str, format: str) -> None:  # noqa: A002
    found = fake_checker().check(*read_bytes(text.encode(), "a.md", language="en")[0])
    (document,) = found.documents
    shown = to_do(document, found.signature.recall)
    assert shown.startswith(said)
    assert shown in " ".join(render(found, format).split())


@pytest.mark.parametrize("format", ["text", "html"])
def test_short_strings_of_a_catalogue_are_no_headings(format: str) -> None:  # noqa: A002
    strings = '{"a": "The zzferry", "b": "Open it", "c": "The ferry zzcame on Friday, and nobody saw it."}'
    found = fake_checker().check(*read_bytes(strings.encode(), "en.json")[0])
    shown = " ".join(re.sub(r"<style>.*?</style>|<[^>]*>", "", render(found, format), flags=re.DOTALL).split())
    assert "2 sentences to repair (1 in a short string). Read the rest, too: " in shown
    assert "1 sentence and 2 short strings read" in shown
    assert re.search(r"(?i)line 1, short string", shown)
    labels = fake_checker().check(*read_bytes(b'{"a": "Open", "b": "Close it"}', "en.json")[0])
    assert re.search(r"(?<!and )2 short strings read", render(labels, format))
    assert not re.search(r"(?i)\bheading|\bcaption", shown)


def test_a_remark_on_a_clean_article_takes_no_line_of_its_own() -> None:
    text = "We sat on the wall."
    remarked = one(text, garbled(text, "sat", Severity.NEUTRAL)).documents[0]
    remarked = dataclasses.replace(remarked, decision=Decision.LIKELY_HUMAN)
    shown = render(Report(documents=(remarked,), failures=(), signature=SIGNATURE), "text", width=140).splitlines()
    assert len(shown) == 4
    assert shown[0].endswith("1 sentence read, none flagged, 1 remark not shown")


def test_colour_adds_and_never_carries() -> None:
    plain, coloured = (render(report(), "text", colour=colour) for colour in (False, True))
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[\d;]*m", "", coloured) == plain


def test_what_is_not_shown_is_counted() -> None:
    shown = render(report(), "text", top=2)
    assert "… and 4 more sentences; --top 0 shows all" in shown
    assert "1 remark below minor not shown; --min-level neutral shows all" in shown


# HTML


def test_html_is_inert_and_its_links_lead_somewhere() -> None:
    page = Page(render(report(), "html"))
    tags = {tag for tag, _ in page.elements}
    assert not tags & {"script", "link", "img", "iframe", "form", "base", "object", "embed"}
    assert not [
        name for _, attrs in page.elements for name in attrs if name.startswith("on") or name in ("src", "style")
    ]
    ids = page.all("id")
    assert len(ids) == len(set(ids))
    targets = page.all("href") + [f"#{each}" for each in page.all("aria-describedby") + page.all("aria-labelledby")]
    assert {target.removeprefix("#") for target in targets} <= set(ids)
    assert '<script>alert("x")</script>' in page.text


def test_html_links_both_ways() -> None:
    page = render(report(), "html")
    for number in range(1, len(report().flags) + 1):
        for end in (f"d1-flag-{number}", f"d1-mark-{number}"):
            assert page.count(f'id="{end}"') == page.count(f'href="#{end}"') == 1


def test_html_numbers_sentences_as_the_text_report_does() -> None:
    text = "One zza and zzb. Two is well. Three zzc."
    flagged = one(text, garbled(text, "zza"), garbled(text, "zzb"), garbled(text, "zzc"))
    page = render(flagged, "html")
    shown = re.findall(r'id="d1-flag-\d+" value="(\d+)".*?“(\w+)”', page, re.DOTALL)
    listed = re.findall(r"^  (\d+)  (.*?)(?=^  \d+  |\Z)", render(flagged, "text"), re.DOTALL | re.MULTILINE)
    assert sorted(shown) == sorted((number, word) for number, part in listed for word in re.findall(r"“(zz\w)”", part))
    assert {number for number, _ in shown} == {"1", "2"}


def test_html_forbids_everything_but_its_one_style() -> None:
    page = render(report(), "html")
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', page)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy.split("; ") == [
        "default-src 'none'",
        f"style-src 'sha256-{digest}'",
        "img-src 'none'",
        "base-uri 'none'",
        "form-action 'none'",
    ]
    assert "url(" not in style
    assert "@import" not in style


def test_html_lists_the_worst_and_marks_all() -> None:
    text = " ".join(f"Sentence {number} is bad{number}." for number in range(250))
    page = render(one(text, *(garbled(text, f"bad{number}.") for number in range(250))), "html")
    assert page.count("<mark") == 250
    assert page.count('class="number"') == 200
    assert "The worst 200 of 250 sentences are listed; the others are marked in the article." in page


@pytest.mark.parametrize("format", ["text", "html"])
def test_overlapping_flags_all_appear(format: str) -> None:  # noqa: A002
    text = "He spoke it publicly."
    flags = (garbled(text, "spoke it", message="first"), garbled(text, "it publicly", Severity.CRITICAL, "second"))
    shown = render(one(text, *flags), format)
    assert "first" in shown
    assert "second" in shown
    if format == "html":
        marked = re.sub(r'<span class="tip".*?</span>|<sup>\d</sup>', "", shown)
        (article,) = re.findall(r"<article.*?</article>", marked, re.DOTALL)
        assert re.sub(r"<.*?>", "", article).strip() == text


# Words


@pytest.mark.parametrize(
    ("fpr", "words"),
    [
        (0.01, "Up to 1 in 100 articles"),
        (0.005, "Up to 1 in 200 articles"),
        (0.03, "Up to 3 in 100 articles"),
        (0.0001, "Up to 1 in 10,000 articles"),
    ],
)
def test_false_alarms(fpr: float, words: str) -> None:
    assert false_alarms(fpr).startswith(f"{words} that people write in English get this verdict, too; ")


@pytest.mark.parametrize(
    ("value", "words"), [(0.5, "= 0.50"), (0.999, "> 0.99"), (1.0, "> 0.99"), (0.001, "< 0.01"), (0.974, "= 0.97")]
)
def test_probability_is_never_certain(value: float, words: str) -> None:
    assert probability(value) == words


@pytest.mark.parametrize(
    ("text", "words", "edits", "expected"),
    [
        ("one -sided war", "one -sided", [(3, 4, "")], ["one-sided"]),
        ("„a b“ c", "„a b“", [(0, 1, "“"), (4, 5, "”")], ["“a b”"]),
        ("a bad word", "bad", [(2, 5, "good"), (2, 5, "fine")], ["good", "fine"]),
        ("the the end", "the the", [(0, 4, "")], ["the"]),
        ("wait , what", ",", [(4, 5, "")], [","]),
        ("nothing", "nothing", [], []),
    ],
)
def test_suggestions_read_as_the_words_after_the_edits(
    text: str, words: str, edits: list[tuple[int, int, str]], expected: list[str]
) -> None:
    made = tuple(Edit(span=Span(a, b), text=by, applicability=Applicability.SAFE) for a, b, by in edits)
    found = suggestions(dataclasses.replace(garbled(text, words), edits=made), text)
    assert [after for after, _ in found] == expected


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("last way", "“last way”"),
        ("“last way”", "“last way”"),
        ("“foreign terrorists” groups", "“foreign terrorists” groups"),
        ("the „Amt“", "the „Amt“"),
        ("said Trump would “never", "‘said Trump would “never’"),
        ("she said ‘never’” again", "‘she said ‘never’” again’"),
        ("das ist „so", "‘das ist „so’"),
        ("it’s ‘so’", "“it’s ‘so’”"),
        ('5" nail', '‘5" nail’'),
        ("“The water arrived us…", "‘“The water arrived us…’"),
    ],
)
def test_words_are_put_in_quotation_marks_unless_they_have_a_pair_of_them_at_an_end(words: str, shown: str) -> None:
    assert quoted(words) == shown


@pytest.mark.parametrize("format", ["text", "html"])
def test_quotation_marks_are_not_doubled(format: str) -> None:  # noqa: A002
    page = render(one("He took the “last way” home.", garbled("He took the “last way” home.", "“last way”")), format)
    page = Page(page).text if format == "html" else page
    assert page.count("“last way”") >= 2
    assert not re.search("““|””", page)


@pytest.mark.parametrize(
    ("when", "shown"),
    [
        ("2026-03-05T14:30:12.123Z", "2026-03-05 14:30 UTC"),
        ("2026-03-05T14:30:12+02:00", "2026-03-05 12:30 UTC"),
        ("yesterday", "yesterday"),
    ],
)
def test_a_moment_has_no_milliseconds(when: str, shown: str) -> None:
    assert moment(when) == shown


def test_visible_spells_out_what_steers() -> None:
    assert visible("a\r\nb\t c\x1b[0m\x9b\u202e\u2066") == "a b c␛[0m\\x9b\\u202e\\u2066"


@pytest.mark.parametrize(
    ("format", "options", "error", "message"),
    [
        ("txt", {}, UnknownName, "unknown output format 'txt'; did you mean 'text'?"),
        ("json", {"width": 3}, ConfigError, "output format 'json' takes no 'width'; it takes min_level"),
        ("text", {"width": 3}, ConfigError, "3 columns are too few for the text report; give it at least 40"),
        ("text", {"top": -1}, ConfigError, "cannot show -1 sentences; give 0 for all or a positive number"),
    ],
)
def test_errors(format: str, options: dict[str, object], error: type[Exception], message: str) -> None:  # noqa: A002
    with pytest.raises(error, match=re.escape(message)):
        render(report(), format, **options)


def test_a_report_on_nothing_says_so() -> None:
    nothing = Report(documents=(), failures=(), signature=SIGNATURE)
    assert render(nothing, "text").startswith("0 articles\n")
    assert "<p>0 articles</p>" in render(nothing, "html")


def test_what_holds_for_several_documents_is_said_once() -> None:
    checker, text = (
        fake_checker(),
        "The zzferry was late and nobody zzminded it. We sat on the zzwall and talked for long.",
    )
    texts = [from_text(text, uri=name, language="en") for name in ("a", "b", "c")]
    alone, several = (render(checker.check(*some), "text", width=100) for some in (texts[:1], texts))
    for said in (
        "articles that people write in English get this verdict".lower(),
        "a measure of how hard",
        "how many faults",
    ):
        assert (alone.lower().count(said), several.lower().count(said)) == (1, 1), said
    assert several.count("Fluency: ") == several.count("Likely machine-translated  ") == 3


@pytest.mark.parametrize("text", ["", "Die Fähre kam spät."])
def test_what_has_no_probability_has_no_legend(text: str) -> None:
    judged = fake_checker().check(from_text(text, language="de"))
    assert "p(repair)" not in render(judged, "text")
    assert "p(repair): the probability" in render(report(), "text")


@pytest.mark.parametrize(
    ("text", "most", "shown"),
    [
        ("The ferry was late", 18, "The ferry was late"),
        ("The ferry was late", 17, "The ferry was…"),
        ("The ferry was late", 10, "The ferry…"),
        ("The ferry was late", 11, "The ferry…"),
        ("Donaudampfschifffahrt", 8, "Donauda…"),
    ],
)
def test_a_text_is_cut_after_a_whole_word(text: str, most: int, shown: str) -> None:
    assert excerpt(text, most) == shown


def test_a_long_quotation_is_cut_between_words() -> None:
    text = "We sat on the comfortable wall all afternoon and talked of the interminable ferry."
    words = text.removesuffix(".")
    shown = render(one(text, garbled(text, words, Severity.MAJOR)), "text", width=140)
    assert "“We sat on the … interminable ferry”" in shown


def test_a_sentence_that_is_wrong_as_a_whole_is_not_quoted() -> None:
    text = "It gives here no more stone screeches."
    nonsense = flag(text, text, "garbled", Category.UNINTELLIGIBLE, Severity.MAJOR, 0.9, "write it anew")
    assert f"     {text}\n     major     (the sentence)  unintelligible: write it anew  [garbled]\n" in render(
        one(text, nonsense), "text"
    )
    page = render(one(text, nonsense), "html")
    assert '<p class="words major" lang="en">(the sentence)</p>' in page
    document = one(text, nonsense).documents[0]
    assert flag_finding(document.document, document.verdicts[0].segment, nonsense).words == text
    few = "So gives it"
    assert "“So gives it”" in render(one(few, garbled(few, few)), "text")


def test_what_is_said_of_several_words_is_said_once() -> None:
    text = "The offer was detailed and the fish strikes roots in it."
    several = [garbled(text, words, message="another word") for words in ("offer", "detailed", "strikes roots")]
    assert "     major     “offer”, “detailed”, “strikes roots”  awkward style: another word\n" in render(
        one(text, *several), "text"
    )
    edited = dataclasses.replace(several[1], edits=(replace(text, "detailed", "in detail", Applicability.UNSAFE),))
    assert render(one(text, several[0], edited, several[2]), "text").count("another word") == 3


def test_words_that_overlap_are_underlined_one_below_the_other() -> None:
    text = "We saw the one -sided measures."
    both = garbled(text, "the one -sided measures"), garbled(text, "one -sided", Severity.MINOR, "no space")
    lines = [line.strip() for line in render(one(text, *both), "text").splitlines()]
    at = lines.index(text)
    assert [line.count("━") for line in lines[at + 1 : at + 4]] == [23, 10, 0]
