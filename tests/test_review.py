"""The page of mtqa review: who may ask, what it shows, what it keeps."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import httpx2
import pytest
from articles import BAD, CLEAN, WORSE, checker, paragraphs
from fakes import fake_checker
from office_files import docx, para
from program import Run
from starlette.testclient import TestClient

from mtqa.config import Policy
from mtqa.core.errors import ConfigError
from mtqa.core.findings import Severity
from mtqa.core.report import DocumentReport
from mtqa.core.spans import Span
from mtqa.core.suggestions import Origin, Rejected, Suggestion, Suggestions
from mtqa.formats import read_all
from mtqa.gate.ignores import Ignores, Terms
from mtqa.repair import Suggester
from mtqa.repair.log import Log
from mtqa.repair.log import read as read_log
from mtqa.repair.ranking import Limits
from mtqa.review.app import make_app
from mtqa.review.desk import open_desks
from mtqa.review.guard import MOST_BYTES
from mtqa.review.suggesting import Seeker, Suggest

HOST = "127.0.0.1:8000"
TOKEN = "secret-ü".encode().hex()
PROGRAM = Path(__file__).with_name("review_program.py")
FIXED = BAD.replace("the the", "the")
LIMITS = Limits(min_gain=0.1, reachable=0.8, min_similarity=0.5, similarity_weight=0.5, distinct=0.99)
Open = Callable[..., TestClient]


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Open]:
    """Opens the page on an article, with a log beside it."""
    ends: list[Callable[[], None]] = []

    def opened(
        content: str | bytes = paragraphs(CLEAN, BAD, WORSE),
        name: str = "a.txt",
        *,
        load: Callable[[], Suggest] = by_rules,
        policy: Policy | None = None,
        terms: Terms | None = None,
    ) -> TestClient:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        log, seeker = Log(tmp_path / f"{name}.edits.jsonl"), Seeker(load)
        ends.extend((log.close, seeker.close))
        desks = open_desks(
            checker(),
            path,
            read_all(path, language="en")[0],
            log=log,
            who="Ada",
            seeker=seeker,
            policy=policy or Policy(),
            ignores=Ignores(terms=terms),
        )
        app = make_app(desks, token=TOKEN, hosts=[HOST])
        return TestClient(app, base_url=f"http://{HOST}/{TOKEN}/", headers={"Origin": f"http://{HOST}"})

    yield opened
    for end in ends:
        end()


def by_rules() -> Suggest:
    return Suggester(fake_checker(), (), LIMITS)


def _are_all(found: Mapping[str, Any]) -> bool:
    return not found["looking"]


def suggestions(
    client: TestClient, segment: int, enough: Callable[[Mapping[str, Any]], bool] = _are_all
) -> dict[str, Any]:
    """Those for a sentence, once they are there, or ``enough`` of them."""
    for _ in range(500):
        found: dict[str, Any] = client.get(f"d/0/s/{segment}/suggestions").json()
        if enough(found):
            return found
        time.sleep(0.01)
    raise AssertionError("nothing was found")


def keys(shown: Mapping[str, Any]) -> list[str]:
    """Of the suggestions that are shown."""
    return re.findall(r'data-suggestion="(\w+)"', shown["html"])


def act(client: TestClient, segment: int, **body: object) -> httpx2.Response:
    return client.post(f"d/0/s/{segment}", json=body)


def test_the_page_shows_the_article_and_its_flags(page: Open) -> None:
    shown = page().get("").text
    assert "<mark" in shown
    assert shown.index("cafÃ©</mark>") > 0
    assert shown.count('class="card ') == 2
    worst = re.findall(r'data-segment="(\d)" data-rank="(\d)"', shown)
    assert worst == [("2", "0"), ("1", "1")]
    assert "0 of 2 done" in shown


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        (f"/{TOKEN}/", {}, 303),
        ("/", {}, 404),
        (f"/{TOKEN[:-1]}/", {}, 404),
        ("/%C3%BC/", {}, 404),
        (f"/{TOKEN}/../etc/passwd", {}, 404),
        (f"/{TOKEN}/static/..%2fapp.py", {}, 404),
        (f"/{TOKEN}/d/9", {}, 404),
        (f"/{TOKEN}/d/0/s/99", {}, 404),
        (f"/{TOKEN}/d/0/s/{'9' * 100}", {}, 404),
        (f"/{TOKEN}/d/{'9' * 400}/export/file", {}, 404),
        (f"/{TOKEN}/d/{'9' * 5000}", {}, 404),
        (f"/{TOKEN}/d/0/s/{'9' * 5000}", {}, 404),
        (f"/{TOKEN}/d/0/s/{'9' * 5000}/suggestions", {}, 404),
        (f"/{TOKEN}/d/0/s/{'%39' * 5000}", {}, 404),
        (f"/{TOKEN}/d/\u0663", {}, 404),
        (f"/{TOKEN}/d/-1", {}, 404),
        (f"/{TOKEN}/", {"Host": "evil.example"}, 421),
        (f"/{TOKEN}/", {"Host": "127.0.0.1:8001"}, 421),
        (f"/{TOKEN}/", {"Origin": "http://evil.example"}, 403),
        (f"/{TOKEN}/", {"Origin": "null"}, 403),
        (f"/{TOKEN}/", {"Origin": f"https://{HOST}"}, 403),
    ],
)
def test_who_may_ask(page: Open, path: str, headers: Mapping[str, str], status: int) -> None:
    answer = page().request("GET", f"http://{HOST}{path}", headers=dict(headers), follow_redirects=False)
    assert answer.status_code == status
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({"Origin": "http://evil.example"}, b"{}", 403),
        ({"Content-Type": "text/plain"}, b"{}", 403),
        ({}, b"x" * (MOST_BYTES + 1), 413),
        ({"Content-Length": "9" * 5000}, b"{}", 413),
        ({"Content-Length": "0" * 5000 + "2"}, b"{}", 400),
        ({"Content-Length": "-2"}, b"{}", 411),
        ({"Content-Length": "\u0662".encode()}, b"{}", 411),
        ({"Transfer-Encoding": "chunked"}, b"{}", 411),
        ({}, b'{"kind": "undo", "revision": ' + b"9" * 5000 + b"}", 400),
        ({}, b'{"kind": "accept", "revision": 0, "suggestion": -' + b"9" * 4000 + b"}", 409),
        ({}, b"not json", 400),
        ({}, b"[]", 400),
        ({}, b"[" * 60_000, 400),
        ({}, b'{"kind": "launch", "revision": 0}', 400),
        ({}, b'{"kind": "edit", "revision": "x"}', 400),
        ({}, b'{"kind": "edit", "revision": 1e999}', 400),
        ({}, b'{"kind": "edit", "revision": 0, "text": "\\ud800"}', 400),
        ({}, b'{"kind": "accept", "revision": 0, "suggestion": "x"}', 409),
        ({}, b'{"kind": "accept", "revision": 0, "suggestion": "\\ud800"}', 409),
        ({}, b'{"kind": "accept", "revision": 0, "suggestion": 7}', 409),
        ({}, b'{"kind": "accept", "revision": 0}', 400),
        ({}, b'{"kind": ["edit"], "revision": 0}', 400),
        ({}, b'{"kind": "dismiss", "revision": 0, "flag": "x", "reason": "\\ud800"}', 400),
    ],
)
def test_what_may_be_posted(page: Open, headers: Mapping[str, str], body: bytes, status: int) -> None:
    client = page()
    sent = {"Content-Type": "application/json", **headers}
    assert client.post("d/0/s/1", content=body, headers=sent).status_code == status
    del client.headers["Origin"]
    assert client.post("d/0/s/1", json={"kind": "undo", "revision": 0}).status_code == 403


def test_a_length_must_be_stated(page: Open) -> None:
    sent = {"Content-Type": "application/json"}
    assert page().post("d/0/s/1", content=iter([b"{}"]), headers=sent).status_code == 411


HOSTILE = (
    "<script>alert(1)</script> </script> <img src=x onerror=alert(2)> said the mayor.",
    "<iframe src='https://evil.example'></iframe><form action='https://evil.example'><input></form> was there.",
    "[Click](javascript:alert(3)) \x1b[31mred \u202eevil\u202c </textarea><b>zz</b> on the wall of the the house.",
    "{{ 7 * 7 }} {% raw %} &lt;script&gt; 'quote\" onmouseover=alert(4) zz stood there.",
)


@pytest.mark.parametrize("name", ["a.txt", "a<script>'\".txt"])
def test_a_hostile_article_is_inert(page: Open, name: str) -> None:
    client = page(paragraphs(*HOSTILE), name)
    shown = [client.get("").text]
    for segment in range(3):
        shown += [
            part
            for part in act(client, segment, kind="edit", revision=0, text=HOSTILE[0]).json().values()
            if isinstance(part, str)
        ]
        shown.append(suggestions(client, segment)["html"])
    shown.append(client.get("d/0/export/changes.html").text)
    for text in shown:
        tags = re.findall(r"<[a-zA-Z][^>]*", text)
        assert not [tag for tag in tags if re.match(r"<(iframe|form|img|b>zz|object|embed)", tag)]
        assert not [tag for tag in tags if re.search(r"\s(on\w+|style)=", re.sub(r'"[^"]*"', '""', tag))]
        assert not [tag for tag in tags if "javascript:" in tag]
        assert {tag for tag in tags if tag.startswith("<script")} <= {f'<script src="/{TOKEN}/static/review.js" defer'}
        assert "\x1b" not in re.sub(r"<textarea.*?</textarea>", "", text, flags=re.S)
        assert "\u202e" not in re.sub(r"<textarea.*?</textarea>", "", text, flags=re.S)
    assert "{{ 7 * 7 }}" in shown[0]


def test_an_edit_is_kept_shown_and_written(page: Open, tmp_path: Path) -> None:
    client = page()
    state = act(client, 1, kind="edit", revision=0, text=f"  {FIXED}\n").json()
    assert (state["done"], state["total"]) == (1, 2)
    assert "Edited" in state["said"]
    assert "before" in state["said"]
    assert "<mark" not in state["sentence"]
    (kept,) = read_log(tmp_path / "a.txt.edits.jsonl")
    assert (kept.replacement, kept.text, kept.who, kept.findings[0].rule) == (FIXED, BAD, "Ada", "repeated-word")
    answer = client.get("d/0/export/file")
    assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''a.repaired.txt"
    assert answer.content == paragraphs(CLEAN, FIXED, WORSE).encode()
    assert (tmp_path / "a.txt").read_text() == paragraphs(CLEAN, BAD, WORSE), "the article itself is left alone"


def test_the_comment_on_a_tracked_change_does_not_call_an_authors_words_names(page: Open) -> None:
    """A model's finding says that words need repair; the name of its rule is for settings."""
    client = page(docx(para(CLEAN) + para("The council zzclosed the old bridge.")), "a.docx")
    assert act(client, 1, kind="edit", revision=0, text="The council closed the old bridge.").status_code == 200
    with zipfile.ZipFile(io.BytesIO(client.get("d/0/export/tracked").content)) as archive:
        comments = archive.read("word/comments.xml").decode()
    assert ("needs repair: “" in comments, "garbled" in comments) == (True, False)


def test_a_word_document_is_exported_with_tracked_changes(page: Open) -> None:
    client = page(docx(para(CLEAN) + para(BAD)), "a.docx")
    assert act(client, 1, kind="edit", revision=0, text=FIXED).status_code == 200
    assert 'export/tracked" download' in client.get("").text
    made = client.get("d/0/export/tracked")
    assert made.headers["Content-Disposition"] == "attachment; filename*=UTF-8''a.tracked.docx"
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        assert b'<w:del w:id="0" w:author="Ada"' in archive.read("word/document.xml")
        assert "repeated word: “the the”".encode() in archive.read("word/comments.xml")
    plain = page()
    assert "export/tracked" not in plain.get("").text
    assert plain.get("d/0/export/tracked").status_code == 422


def test_the_change_list_shows_quotations_and_times_as_people_write_them(page: Open) -> None:
    client = page(paragraphs(CLEAN, f"“{BAD}”"))
    flag = re.findall(r'data-flag="(\w+)"', client.get("d/0/s/1").json()["card"])[0]
    assert act(client, 1, kind="dismiss", revision=0, flag=flag, reason="as said").status_code == 200
    shown = client.get("d/0/export/changes.html").text
    assert re.search(r">\d{4}-\d\d-\d\d \d\d:\d\d UTC</time>", shown)
    assert re.search(r"T\d\d:\d\d:\d\dZ\r?$", client.get("d/0/export/changes.csv").text, re.MULTILINE)
    for text in (shown, client.get("").text, client.get("d/0/s/1").json()["card"]):
        assert not re.search("““|””", re.sub(r"<[^>]*>", "", text))


def test_a_sentence_without_a_flag_is_not_called_sound(page: Open) -> None:
    client = page()
    for shown in (client.get("d/0/s/0").json()["card"], page(CLEAN, "b.txt").get("").text):
        assert "No flag does not mean no fault" in shown
        assert not re.search(r"(?i)no finding|nothing to repair", shown)


def test_an_edit_that_changes_nothing_is_none(page: Open, tmp_path: Path) -> None:
    assert act(page(), 1, kind="edit", revision=0, text=BAD).status_code == 200
    assert not read_log(tmp_path / "a.txt.edits.jsonl")


def test_a_suggestion_is_accepted_and_undone(page: Open) -> None:
    client = page()
    shown = suggestions(client, 1)
    assert "<del>" in shown["html"]
    assert shown["said"] == "1 suggestion"
    assert re.search(r"falls by 0\.\d\d.* \d+% alike · by the rule repeated-word", shown["html"])
    assert act(client, 1, kind="accept", revision=0, suggestion=keys(shown)[0]).status_code == 200
    assert FIXED in client.get("d/0/export/file").text
    undone = act(client, 1, kind="undo", revision=1).json()
    assert "To repair" in undone["said"]
    assert BAD in client.get("d/0/export/file").text
    assert act(client, 1, kind="undo", revision=2).status_code == 422


class Recorded:
    """Suggests the same to all, once it may, and remembers whom it was asked for."""

    def __init__(self, *kept: Suggestion, dropped: tuple[Rejected, ...] = ()) -> None:
        self.asked: list[str] = []
        self.may = Event()
        self._kept, self._dropped = kept, dropped

    def __call__(
        self, report: DocumentReport, segment_id: int, *, ask: bool = False, translate: bool = True
    ) -> Suggestions:
        segment = report.verdicts[segment_id].segment
        if not translate:
            return Suggestions(span=segment.span)
        self.asked.append(segment.text)
        assert self.may.wait(10)
        return Suggestions(span=segment.span, kept=self._kept, dropped=self._dropped)


MADE = Suggestion(text="Better.", origin=Origin.ROUND_TRIP, by="fake en-es-en", gain=0.5, similarity=0.9)


def test_suggestions_are_looked_for_beside_the_page(page: Open) -> None:
    suggest = Recorded(MADE)
    client = page(load=lambda: suggest)
    first = client.get("").text
    assert first.count("Looking for suggestions") == 2
    assert client.get("d/0/s/1/suggestions").json()["looking"]
    assert act(client, 1, kind="edit", revision=0, text="An edit waits for nothing.").status_code == 200
    suggest.may.set()
    assert "<b>" in suggestions(client, 2)["html"]
    again = client.get("").text
    assert "Looking for suggestions" not in again
    assert "translated there and back by fake en-es-en" in again


def test_what_needs_no_translator_is_shown_while_translators_work(page: Open) -> None:
    slow, rules = Recorded(MADE), by_rules()

    def suggest(report: DocumentReport, segment_id: int, *, ask: bool = False, translate: bool = True) -> Suggestions:
        return (slow if translate else rules)(report, segment_id, translate=translate)

    client = page(load=lambda: suggest)
    client.get("")
    for segment in (1, 2):
        shown = suggestions(client, segment, lambda found: bool(keys(found)))
        assert (shown["looking"], shown["said"]) == (True, "1 suggestion; looking for more …")
        assert "Looking for more …" in shown["html"]
    (key,) = keys(suggestions(client, 1, lambda found: bool(keys(found))))
    slow.may.set()
    assert suggestions(client, 1)["said"] == "1 suggestion"
    assert act(client, 1, kind="accept", revision=0, suggestion=key).status_code == 200, "what was shown may be taken"
    assert FIXED in client.get("d/0/export/file").text


def test_what_is_shown_stays_in_its_place_when_better_ones_come(page: Open) -> None:
    """Else a key takes another text than was read beside it."""
    first, second, third, best = (replace(MADE, text=f"{name}.") for name in ("First", "Second", "Third", "Best"))
    dropped = Rejected(text=first.text, origin=first.origin, by=first.by, reason="too like another one")
    may = Event()

    def suggest(report: DocumentReport, segment_id: int, *, ask: bool = False, translate: bool = True) -> Suggestions:
        if not translate:
            return Suggestions(span=Span(0, 1), kept=(first, second))
        assert may.wait(10)
        return Suggestions(span=Span(0, 1), kept=(best, second, third), dropped=(dropped,))

    client = page(load=lambda: suggest)
    shown = keys(suggestions(client, 1, lambda found: bool(keys(found))))
    assert shown == [first.key, second.key]
    may.set()
    suggestions(client, 1)
    stayed = client.get("d/0/s/1/suggestions", params={"shown": [*shown, "0123"]}).json()
    assert keys(stayed) == [first.key, second.key, best.key, third.key]
    assert (stayed["said"], "too like" in stayed["html"]) == ("4 suggestions", False)
    opened = suggestions(client, 1)
    assert keys(opened) == [best.key, second.key, third.key], "a card that is opened anew shows the best first"
    assert "too like" in opened["html"]
    assert opened["html"].strip() in client.get("").text, "the page finds nothing new in it"


def test_a_card_says_at_once_what_a_rule_would_put(page: Open) -> None:
    """As reports do: what the model says of it comes later."""
    card = page(load=lambda: Recorded()).get("d/0/s/1").json()["card"]
    assert re.search(
        r'<code>repeated-word</code></p>\s*<p class="fix">→ <ins>the</ins><small> \(safe\)</small></p>', card
    )


def test_nothing_is_called_bad_before_all_is_there(page: Open) -> None:
    dropped = Rejected(text="Worse.", origin=Origin.RULE, by="fake", reason="gains too little")
    slow = Recorded()

    def suggest(report: DocumentReport, segment_id: int, *, ask: bool = False, translate: bool = True) -> Suggestions:
        return slow(report, segment_id) if translate else Suggestions(span=Span(0, 1), dropped=(dropped,))

    client = page(load=lambda: suggest)
    shown = suggestions(client, 1, lambda found: "rejected" in found["html"])
    assert shown["said"] == "Looking for suggestions …"
    assert "No good suggestion" not in shown["html"]
    slow.may.set()
    assert suggestions(client, 1)["said"] == "No good suggestion"


def test_the_worst_sentence_comes_first_and_the_one_at_hand_before_it(page: Open) -> None:
    third = "She told us that the the boat was gone, and nobody in the harbour was surprised by it."
    suggest = Recorded(MADE)
    client = page(paragraphs(CLEAN, BAD, WORSE, third), load=lambda: suggest)
    client.get("")
    for _ in range(500):
        if suggest.asked:
            break
        time.sleep(0.01)
    client.get("d/0/s/3/suggestions")
    suggest.may.set()
    suggestions(client, 1)
    assert suggest.asked == [WORSE, third, BAD]


def test_suggestions_are_asked_for_what_the_sentence_reads_now(page: Open) -> None:
    suggest = Recorded(MADE)
    suggest.may.set()
    client = page(load=lambda: suggest)
    suggestions(client, 1)
    suggestions(client, 1)
    after = "He shut the the door before noon."
    act(client, 1, kind="edit", revision=0, text=after)
    suggestions(client, 1)
    assert suggest.asked == [BAD, after]
    done = act(client, 1, kind="edit", revision=1, text=FIXED).json()
    assert "data-suggestions" not in done["card"], "there is nothing left to repair"


def test_what_was_dropped_is_told_with_its_reason(page: Open) -> None:
    dropped = Rejected(text="Worse <b>.", origin=Origin.ROUND_TRIP, by="fake", reason="gains too little")
    suggest = Recorded(dropped=(dropped, dropped))
    suggest.may.set()
    html = suggestions(page(load=lambda: suggest), 1)["html"]
    assert "No good suggestion; 2 texts rejected</summary>" in html
    assert html.index("<details") < html.index("gains too little")
    assert "Worse <b>" not in html


def test_a_suggester_that_cannot_be_loaded_says_why(page: Open) -> None:
    def load() -> Suggest:
        raise ConfigError("no weights; pull them")

    client = page(load=load)
    assert "No suggestions: no weights; pull them." in suggestions(client, 1)["html"]
    assert act(client, 1, kind="edit", revision=0, text=FIXED).status_code == 200


def test_the_project_s_settings_hold(page: Open) -> None:
    shown = page(policy=Policy(rules_off=("repeated-word",))).get("").text
    assert "0 of 1 done" in shown
    assert "the the</mark>" not in shown
    assert "0 of 1 done" in page(name="b.txt", policy=Policy(min_level=Severity.MAJOR)).get("").text


def test_what_the_file_ignores_is_listed_with_the_reason(page: Open) -> None:
    text = f"{CLEAN}\n\n<!-- mtqa ignore-next: repeated-word as she said it -->\n{BAD}\n\n{WORSE}\n"
    client = page(text, "a.md")
    shown = client.get("").text
    assert "0 of 1 done" in shown
    assert "1 finding ignored by the project" in shown
    assert "ignored in the file at line 3: as she said it" in shown
    assert "<mark" not in client.get("d/0/s/1").json()["sentence"]
    edited = act(client, 1, kind="edit", revision=0, text=BAD.replace("door", "gate")).json()
    assert "as she said it" in edited["card"]
    assert "data-flag" not in edited["card"]


def test_a_term_is_no_finding_even_in_an_edited_sentence(page: Open) -> None:
    terms = Terms(places={"zzor": "brands.txt, line 1"})
    client = page(paragraphs(CLEAN, "The zzor stood in the harbour for a while today."), terms=terms)
    assert "term list brands.txt, line 1" in client.get("").text
    edited = act(client, 1, kind="edit", revision=0, text="The zzor stood there for a while, and the zzix.").json()
    assert "zzor</q>: " not in edited["card"]
    assert "zzix" in "".join(re.findall(r"<mark[^>]*>([^<]*)", edited["sentence"]))


def test_a_false_alarm_is_dismissed_with_a_reason(page: Open, tmp_path: Path) -> None:
    client = page()
    flag = re.findall(r'data-flag="(\w+)"', client.get("d/0/s/1").json()["card"])[0]
    state = act(client, 1, kind="dismiss", revision=0, flag=flag, reason="the name of a band").json()
    assert (state["done"], "the name of a band" in state["card"], "<mark" in state["card"]) == (1, True, False)
    assert act(client, 1, kind="dismiss", revision=1, flag=flag).status_code == 409
    labels = [json.loads(line) for line in client.get("d/0/export/labels.jsonl").text.splitlines()]
    assert [(row["post_edit"], row["flags"][0]["label"]) for row in labels] == [(None, "false-alarm")]


def test_two_tabs_never_overwrite_each_other(page: Open) -> None:
    client = page()
    assert act(client, 1, kind="edit", revision=0, text="From the first tab.").status_code == 200
    second = act(client, 1, kind="edit", revision=0, text="From the second tab.")
    assert second.status_code == 409
    assert "From the first tab." in second.json()["card"]
    assert "From the second tab." in second.json()["card"]
    assert "From the first tab." in client.get("d/0/export/file").text
    assert act(client, 2, kind="edit", revision=0, text="Another sentence is free.").status_code == 200


def test_what_cannot_be_written_is_said_at_once(page: Open, tmp_path: Path) -> None:
    client = page("It was un**happy** here the the day that I came.\n", "a.md")
    answer = act(client, 0, kind="edit", revision=0, text="It was sad here the day that I came.")
    assert answer.status_code == 422
    assert "cannot be written into the file" in answer.json()["said"]
    assert "It was sad here" in answer.json()["card"], "what was typed is not lost"
    assert not read_log(tmp_path / "a.md.edits.jsonl")


def test_an_article_that_changes_meanwhile_is_left_alone(page: Open, tmp_path: Path) -> None:
    client = page()
    (tmp_path / "a.txt").write_text("Changed.\n")
    assert act(client, 1, kind="edit", revision=0, text=FIXED).status_code == 409
    assert client.get("d/0/export/file").status_code == 409


def test_old_edits_are_refused_on_a_changed_article(page: Open, mtqa: Run, tmp_path: Path) -> None:
    assert act(page(), 1, kind="edit", revision=0, text=FIXED).status_code == 200
    (tmp_path / "b.txt").write_text(paragraphs(CLEAN, FIXED))
    kept = (tmp_path / "a.txt.edits.jsonl").read_text()
    (tmp_path / "b.txt.edits.jsonl").write_text(kept.replace("a.txt", "b.txt"))
    ran = mtqa("review", "--no-browser", "b.txt")
    assert (ran.code, "changed since its edits were made" in ran.err) == (2, True)
    assert (tmp_path / "b.txt.edits.jsonl").read_text() == kept.replace("a.txt", "b.txt")


def test_the_verdict_is_that_of_the_article_as_it_reads_now(page: Open) -> None:
    client = page(paragraphs(*[f"The {n} zzor stood in the harbour for a while today." for n in range(6)]))
    before = client.get("d/0/verdict").json()["said"]
    for segment in range(6):
        act(
            client, segment, kind="edit", revision=0, text=f"The {segment} boat stood in the harbour for a while today."
        )
    assert "machine-translated" in before
    assert "by a person" in client.get("d/0/verdict").json()["said"]


def test_a_list_of_documents(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text("".join(json.dumps({"id": n, "text": text}) + "\n" for n, text in enumerate((BAD, CLEAN))))
    with Log(tmp_path / "e.jsonl") as log, closing(Seeker(by_rules)) as seeker:
        desks = open_desks(
            checker(),
            path,
            read_all(path, language="en")[0],
            log=log,
            who="Ada",
            seeker=seeker,
            policy=Policy(),
            ignores=Ignores(),
        )
        client = TestClient(
            make_app(desks, token=TOKEN, hosts=[HOST]),
            base_url=f"http://{HOST}/{TOKEN}/",
            headers={"Origin": f"http://{HOST}"},
        )
        assert "0 of 1" in client.get("").text
        assert act(client, 0, kind="edit", revision=0, text=FIXED).status_code == 200
        assert "1 of 1" in client.get("").text
        assert [json.loads(line)["text"] for line in client.get("d/1/export/file").text.splitlines()] == [FIXED, CLEAN]


@contextmanager
def serving(*arguments: str, folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The program in a process, and the address that it printed."""
    command = [sys.executable, str(PROGRAM), *arguments]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        found = re.search(r"http://\S+", process.stdout.readline())
        assert found, process.communicate()
        yield process, found[0]
    finally:
        process.kill()
        process.communicate()


def post(address: str, segment: int, body: Mapping[str, Any]) -> httpx2.Response:
    origin = re.match(r"http://[^/]+", address)
    assert origin
    return httpx2.post(f"{address}d/0/s/{segment}", json=body, headers={"Origin": origin[0]}, trust_env=False)


def test_a_killed_server_loses_nothing_that_it_confirmed(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(paragraphs(CLEAN, BAD, WORSE))
    texts = ["One door.", "Two doors.", "Three doors."]
    for revision, text in enumerate(texts):
        with serving("a.txt", folder=tmp_path) as (process, address):
            answer = post(address, 1, {"kind": "edit", "revision": revision, "text": text})
            process.kill()
            assert answer.status_code == 200
        assert [a.replacement for a in read_log(tmp_path / "a.txt.edits.jsonl")] == texts[: revision + 1]


def test_ctrl_c_ends_it_and_a_second_server_is_kept_out(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(paragraphs(CLEAN, BAD))
    with serving("a.txt", folder=tmp_path) as (process, address):
        assert address.startswith("http://127.0.0.1:")
        second = subprocess.run([sys.executable, str(PROGRAM), "a.txt"], cwd=tmp_path, capture_output=True, text=True)
        assert (second.returncode, "another mtqa review" in second.stderr) == (2, True)
        process.send_signal(signal.SIGINT)
        _, complaints = process.communicate(timeout=20)
        assert (process.returncode, complaints) == (0, "mtqa: ended; every action is kept\n")
    assert not (tmp_path / "a.txt.edits.jsonl").exists()


@pytest.mark.skipif(os.name != "posix", reason="elsewhere the system frees the port by itself")
def test_the_same_port_serves_again_at_once(tmp_path: Path) -> None:
    """Though connections that the first server closed linger; one that still listens keeps others out."""
    (tmp_path / "a.txt").write_text(paragraphs(CLEAN, BAD))
    with serving("a.txt", folder=tmp_path) as (process, address), closing(socket.socket()) as browser:
        port = int(re.findall(r":(\d+)/", address)[0])
        browser.connect(("127.0.0.1", port))
        browser.sendall(f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
        command = [sys.executable, str(PROGRAM), "a.txt", "--edits", "b.jsonl", "--port", str(port)]
        second = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
        assert (second.returncode, f"port {port}: " in second.stderr) == (2, True)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)
        while browser.recv(4096):  # what is left unread would end the connection otherwise than in a browser
            pass
    with serving("a.txt", "--port", str(port), folder=tmp_path) as (_, again):
        assert f":{port}/" in again


def test_what_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mtqa.review.find_spec", lambda _: None)
    from mtqa.review import require

    with pytest.raises(ConfigError, match=r"pip install 'mtqa\[review\]'"):
        require()
