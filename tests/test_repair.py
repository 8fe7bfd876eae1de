"""Actions, the edits file, and repairs written back into their article."""

from __future__ import annotations

import csv
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import SupportsIndex

import pytest
from articles import BAD, CLEAN, checker, paragraphs
from growth import assert_linear
from hypothesis import given
from hypothesis import strategies as st
from program import Run

from mtqa.core.differences import changes, compared
from mtqa.core.documents import Document
from mtqa.core.errors import ConfigError, InputError
from mtqa.core.spans import Span
from mtqa.formats import expand, from_text, read, read_all, read_bytes
from mtqa.gate.reports import is_report
from mtqa.repair.actions import Action, FlagId, Kind, new_id, now
from mtqa.repair.apply import as_typed, repaired
from mtqa.repair.deleted import with_gaps
from mtqa.repair.edited import as_edited, judged_as_read, rejudged
from mtqa.repair.export import changes_csv, changes_html, labels
from mtqa.repair.history import Standing, actions_on, standings
from mtqa.repair.log import Log, beside
from mtqa.repair.log import read as read_log

SEEDS = Path(__file__).parent.parent / "seeds"


def span_of(document: Document, words: str) -> Span:
    start = document.text.index(words)
    return Span(start, start + len(words))


def action(document: Document, words: str, after: str | None = None, kind: Kind = Kind.EDIT, **more: object) -> Action:
    values: dict[str, object] = {
        "id": new_id(),
        "kind": kind,
        "uri": document.uri,
        "sha256": document.sha256,
        "document": 0,
        "segment": span_of(document, words),
        "text": words,
        "revision": 0,
        "replacement": after,
        "who": "Ada",
        "when": now(),
        "signature": "fake",
    }
    return Action(**{**values, **more})  # type: ignore[arg-type]


@pytest.fixture
def document(tmp_path: Path) -> Document:
    path = tmp_path / "a.txt"
    path.write_text(paragraphs(CLEAN, BAD), encoding="utf-8")
    return read(path, language="en")


def some_actions(document: Document) -> list[Action]:
    first = action(document, BAD, "He “shut” the door.\nÜber – and out.")
    false = action(document, CLEAN, kind=Kind.DISMISS, findings=(FlagId("garbled", "f00d", "wall"),), reason="style")
    undo = action(document, BAD, kind=Kind.UNDO, undoes=first.id, revision=1)
    return [first, false, undo]


def test_an_action_survives_its_row(document: Document) -> None:
    for one in some_actions(document):
        assert Action.from_row(json.dumps(one.row()).encode()) == one


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "delete"},
        {"segment": [3]},
        {"segment": [0.0, 5.0]},
        {"segment": [5, 2]},
        {"revision": "1"},
        {"document": -1},
        {"who": None},
        {"reason": "\ud800"},
        {"replacement": None},
        {"findings": [{}]},
        {"findings": [{"rule": [], "fingerprint": {}, "words": 1}]},
        {"findings": [{"rule": "a", "fingerprint": "b", "words": "\ud800"}]},
    ],
)
def test_what_is_no_action_is_refused(document: Document, change: Mapping[str, object]) -> None:
    row = some_actions(document)[0].row() | change
    with pytest.raises((KeyError, TypeError, ValueError)):
        Action.from_row(json.dumps(row).encode())


def test_a_log_is_read_and_repaired_wherever_it_was_cut(document: Document, tmp_path: Path) -> None:
    whole = some_actions(document)
    path = tmp_path / "whole.jsonl"
    with Log(path) as log:
        for one in whole:
            log.append(one)
    raw = path.read_bytes()
    cut = tmp_path / "cut.jsonl"
    for size in range(len(raw) + 1):
        cut.write_bytes(raw[:size])
        kept = read_log(cut)
        assert kept == tuple(whole[: len(kept)])
        assert len(kept) >= raw[:size].count(b"\n")
        if size % 7:  # opening it locks and syncs: some cuts tell enough
            continue
        with Log(cut) as log:
            assert tuple(log.actions) == kept
            log.append(whole[0])
        assert read_log(cut) == (*kept, whole[0])


def test_a_damaged_line_is_named(document: Document, tmp_path: Path) -> None:
    path = tmp_path / "e.jsonl"
    path.write_text("{}\n" + json.dumps(some_actions(document)[0].row()) + "\n")
    with pytest.raises(ConfigError, match="line 1 is not an action"):
        Log(path)


@pytest.mark.parametrize("content", ["An article.", '{"id": "a", "text": "A row."}', "[1, 2]"])
def test_a_file_that_is_something_else_is_left_alone(tmp_path: Path, content: str) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(content)
    with pytest.raises(ConfigError, match="line 1 is not an action"):
        Log(path)
    assert path.read_text() == content


def test_one_process_has_the_log(tmp_path: Path) -> None:
    with Log(tmp_path / "e.jsonl"), pytest.raises(ConfigError, match="another mtqa review"):
        Log(tmp_path / "e.jsonl")
    assert not (tmp_path / "e.jsonl").exists(), "an empty one is not left behind"


def test_an_action_is_not_saved_in_a_file_that_was_taken_away(document: Document, tmp_path: Path) -> None:
    path = tmp_path / "e.jsonl"
    first, *_ = some_actions(document)
    with Log(path) as log:
        log.append(first)
        path.unlink()
        with pytest.raises(ConfigError, match="not saved: the file was moved or removed"):
            log.append(first)
        path.write_text("", encoding="utf-8")
        with pytest.raises(ConfigError, match="another file is in its place"):
            log.append(first)
        assert log.actions == [first]


def test_undo_brings_back_what_was_before(document: Document) -> None:
    first = action(document, BAD, "One.")
    second = action(document, BAD, "Two.", revision=1)
    undo = action(document, BAD, kind=Kind.UNDO, undoes=second.id, revision=2)
    assert Standing.of([first, second]).text == "Two."
    assert Standing.of([first, second, undo]).text == "One."
    again = action(document, BAD, kind=Kind.UNDO, undoes=first.id, revision=3)
    assert (Standing.of([first, second, undo, again]).text, Standing.of([first, second, undo, again]).revision) == (
        None,
        4,
    )


@given(st.text(alphabet="ab .\n-é", max_size=30), st.text(alphabet="ab .\n-é", max_size=30))
def test_changes_turn_one_text_into_the_other(before: str, after: str) -> None:
    made, at = [], 0
    for change in changes(before, after):
        made += [before[at : change.span.start], change.text]
        at = change.span.end
    assert "".join([*made, before[at:]]) == after
    parts = compared(before, after)
    assert "".join(p.kept + p.removed for p in parts) == before
    assert "".join(p.kept + p.added for p in parts) == after


WRITTEN = [
    (
        "a.md",
        "It was **good** and *well* done.\n",
        "It was good and well done.",
        "It was bad and well made.",
        "It was **bad** and *well* made.\n",
    ),
    ("a.md", "The **old** town.\n", "The old town.", "The old grey town.", "The **old** grey town.\n"),
    ("a.md", "The **old**.\n", "The old.", "The old town.", "The **old** town.\n"),
    (
        "a.html",
        "<p>Salt &amp; <b>pepper</b> and oil.</p>",
        "Salt & pepper and oil.",
        "Salt & pepper & oil <x>.",
        "<p>Salt &amp; <b>pepper</b> &amp; oil &lt;x&gt;.</p>",
    ),
    ("a.txt", "One.\r\nTwo \r\nis now.\r\n", "Two \r\nis now.", "Two\nis then.", "One.\r\nTwo\r\nis then.\r\n"),
    ("a.txt", "One. Two. Three.\n", "Two.", "", "One. Three.\n"),
]


@pytest.mark.parametrize(("name", "content", "words", "after", "expected"), WRITTEN)
def test_an_edit_changes_its_words_alone(name: str, content: str, words: str, after: str, expected: str) -> None:
    documents, _ = read_bytes(content.encode(), name)
    typed = as_typed(after, documents[0])
    assert repaired(documents, {(0, span_of(documents[0], words)): typed}).decode() == expected


DELETED = [
    ("a.txt", "One. Two. Three.\n\nFour.\n", ["Three."], "One. Two.\n\nFour.\n"),
    ("a.txt", "One. Two. Three.", ["Two.", "Three."], "One."),
    ("a.txt", "One. Two. Three. Four.\n", ["Two.", "Three."], "One. Four.\n"),
    ("a.txt", "One. Two. Three.\n", ["One."], "Two. Three.\n"),
    ("a.txt", "One. Two. Three.\n", ["One.", "Three."], "Two.\n"),
    ("a.txt", "One. Two.\n\nThree.\n", ["One.", "Two."], "\n\nThree.\n"),
    ("a.txt", "One.  Two.  Three.\n", ["Three."], "One.  Two.\n"),
    ("a.md", "One. Two.\nThree. Four.\n", ["Two."], "One.\nThree. Four.\n"),
    ("a.md", "One. Two.\rThree. Four.\r", ["Two."], "One.\rThree. Four.\r"),
    ("a.md", "One. Two.\r\nThree. Four.\r\n", ["Two."], "One.\r\nThree. Four.\r\n"),
    ("a.md", "- One. Two.\n- Three.\n", ["Two."], "- One.\n- Three.\n"),
    ("a.md", "# One. Two.\n\nThree. *Four.*\n", ["Two."], "# One.\n\nThree. *Four.*\n"),
    ("a.md", "One. Two *is*. Three.\n", ["One."], "Two *is*. Three.\n"),
    ("a.md", "One.\nTwo.\nThree.\n", ["Two."], "One.\nThree.\n"),
    ("a.md", "One.\nTwo.\nThree.\n", ["Two.", "Three."], "One.\n"),
    ("a.html", "<p>One. Two.</p><p>Three.</p>", ["Two."], "<p>One.</p><p>Three.</p>"),
    ("a.html", "<p>One. <b>Two.</b> Three.</p>", ["Two."], "<p>One. <b></b> Three.</p>"),
]


@pytest.mark.parametrize(("name", "content", "words", "expected"), DELETED)
def test_a_sentence_is_deleted_with_a_gap_beside_it(name: str, content: str, words: list[str], expected: str) -> None:
    documents, _ = read_bytes(content.encode(), name)
    spans = [span_of(documents[0], each) for each in words]
    assert repaired(documents, {(0, span): "" for span in spans}).decode() == expected
    edited, _ = as_edited(documents[0], dict.fromkeys(spans, ""))
    if documents[0].text.strip() == content.strip():  # without markup, which is no part of the text
        assert edited.text.strip() == expected.strip()


class Copied(str):
    """Text that takes a step for every character that is copied out of it, as `assert_linear` sees none of those."""

    def __getitem__(self, key: SupportsIndex | slice) -> str:
        part = super().__getitem__(key)
        for _ in part:
            pass
        return part


def test_many_deletions_in_a_paragraph_take_no_longer_each() -> None:
    def deletions(n: int) -> tuple[Document, dict[Span, str]]:
        document = from_text("One goes. One stays. " * n)
        starts = range(0, len(document.text), len("One goes. One stays. "))
        return replace(document, text=Copied(document.text)), {Span(at, at + len("One goes.")): "" for at in starts}

    assert_linear(lambda made: with_gaps(*made), deletions)


@pytest.mark.parametrize(
    ("name", "content", "words", "after"),
    [
        ("a.md", "It was **good** here.\n", "It was good here.", "It was *good here*."),
        ("a.md", "It was un**happy** here.\n", "It was unhappy here.", "It was sad here."),
        ("a.html", "<p>A caf&eacute; here.</p>", "A café here.", "A bar here."),
    ],
)
def test_what_cannot_be_written_is_refused(name: str, content: str, words: str, after: str) -> None:
    documents, _ = read_bytes(content.encode(), name)
    with pytest.raises(InputError, match="markup"):
        repaired(documents, {(0, span_of(documents[0], words)): after})


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.md", "One. *Two.* Three.\n", ["Two."]),
        ("a.md", "One. *Two.*\n", ["Two."]),
        ("a.md", "One.\n\nTwo.\n\nThree.\n", ["Two."]),
        ("a.md", "One.\n\nTwo. Three.\n", ["Two.", "Three."]),
        ("a.md", "- One.\n- Two.\n- Three.\n", ["Two."]),
        ("a.md", "# One\n\nTwo.\n", ["One"]),
        ("a.rst", "One. *Two.* Three.\n", ["Two."]),
    ],
)
def test_what_cannot_be_deleted_alone_is_left_and_the_message_speaks_of_that(
    name: str, content: str, words: list[str]
) -> None:
    documents, _ = read_bytes(content.encode(), name)
    texts = {(0, span_of(documents[0], each)): "" for each in words}
    with pytest.raises(InputError, match=r"cannot be deleted without the markup .* edit the file by hand"):
        repaired(documents, texts)


def test_a_deletion_is_not_blamed_for_what_was_typed_elsewhere() -> None:
    documents, _ = read_bytes(b"One is *here*. Two. Three.\n", "a.md")
    texts = {(0, span_of(documents[0], "Two.")): "", (0, span_of(documents[0], "Three.")): "Three *is*."}
    with pytest.raises(InputError, match="leave out characters"):
        repaired(documents, texts)


def test_rows_of_json_lines_are_repaired_together() -> None:
    rows = [{"id": n, "text": f"Row {n} says “hi”.\nOn it goes."} for n in range(3)]
    raw = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
    documents, _ = read_bytes(raw, "a.jsonl")
    texts = {(n, span_of(documents[n], f"Row {n} says “hi”.")): f'Row {n}: "a much longer hello".' for n in (0, 2)}
    after = [json.loads(line)["text"] for line in repaired(documents, texts).decode().splitlines()]
    assert after == [
        'Row 0: "a much longer hello".\nOn it goes.',
        rows[1]["text"],
        'Row 2: "a much longer hello".\nOn it goes.',
    ]


@pytest.mark.parametrize(
    "name",
    [
        "000_3d0557e54902f2a4.txt",
        "001_bakery.txt",
        "002_river.md",
        "003_lighthouse.html",
        "020_kiln.mdx",
        "021_weir.rst",
        "022_observatory.adoc",
        "023_night_train.srt",
    ],
)
def test_seeds_are_the_same_outside_the_edits(name: str) -> None:
    documents, _ = read_all(SEEDS / name)
    report = checker().check(documents[0]).documents[0]
    written = 0
    for verdict in report.verdicts:
        segment = verdict.segment
        last = segment.text.split()[-1].strip(".,”“\"'")
        if not last.isalpha():
            continue
        after = segment.text.replace(last, "zebra")
        raw = repaired(documents, {(0, segment.span): after})
        before, made = (
            documents[0].content,
            raw.decode("utf-8-sig" if documents[0].encoding == "utf-8-sig" else "utf-8"),
        )
        assert len(made) - len(before) == len(after) - len(segment.text)
        assert made.replace("zebra", "") == before.replace("zebra", "") or made.count("zebra") == after.count("zebra")
        assert repaired(read_bytes(raw, name)[0], {}) == raw
        written += 1
    assert written >= 5


@pytest.mark.parametrize("text", ["bell \x07", "lone \ud800", "x" * 10_001])
def test_what_no_file_should_hold_is_not_typed(document: Document, text: str) -> None:
    with pytest.raises(InputError):
        as_typed(text, document)


def test_a_repaired_sentence_is_judged_among_its_neighbours(document: Document) -> None:
    report = checker().check(document).documents[0]
    number = next(v.segment.id for v in report.verdicts if v.segment.text == BAD)
    before = judged_as_read(report, number)
    assert [flag.rule for flag in before.flags] == ["repeated-word"]
    after = rejudged(checker(), report, number, {before.span: BAD.replace("the the", "the")})
    assert not after.flags
    assert after.p_repair < before.p_repair
    worse = rejudged(checker(), report, number, {before.span: f"{BAD} And the zzor fell off again."})
    assert len(worse.verdicts) == 2
    assert {flag.span.of(worse.report.document.text) for flag in worse.flags} == {"the the", "zzor"}


def test_a_quotation_that_goes_on_outside_the_window_is_no_finding() -> None:
    filler = " ".join([CLEAN] * 12)
    text = paragraphs("“We met at the old mill again.", filler, filler, filler, "The mill burned down last year.”")
    document = replace(read_bytes(text.encode(), "a.txt", language="en")[0][0])
    report = checker().check(document).documents[0]
    assert not report.verdicts[0].flags
    span = report.verdicts[0].segment.span
    again = rejudged(checker(), report, 0, {span: "“We met at the new mill again."})
    assert not again.flags


def test_the_document_as_edited_keeps_its_blocks_and_masks() -> None:
    document = read_bytes(b"# A `code` here\n\nOne `x y` two. Three `z` four.\n", "a.md", language="en")[0][0]
    edited, _ = as_edited(document, {span_of(document, "One x y two."): "Only one."})
    assert edited.text == "A code here\n\nOnly one. Three z four."
    assert [[mask.of(edited.text) for mask in block.masked] for block in edited.blocks] == [["code"], ["z"]]


def test_cells_that_would_be_formulas_are_defused(document: Document) -> None:
    done = action(document, BAD, "=HYPERLINK(1)", who="@you", reason="+1")
    (_, row) = csv.reader(changes_csv([document], [done]).splitlines())
    assert row[2:7] == [BAD, "'=HYPERLINK(1)", "", "'+1", "'@you"]
    (_, row) = csv.reader(changes_csv([document], [action(document, BAD, " =1+1")]).splitlines())
    assert row[3] == "' =1+1"
    written = changes_csv([document], [action(document, BAD, "\x1b[31ma\x9b1m\u202e", who="x\x1b]0;z\x07")])
    assert not re.search("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e]", written)


def test_the_change_list_is_inert(document: Document) -> None:
    page = changes_html([document], [action(document, BAD, "He <script>alert(1)</script> \u202e", who="<b>")])
    assert "<script" not in page
    assert "<ins>" in page
    assert "\u202e" not in page


def test_labels_say_what_was_changed_and_what_was_no_error(document: Document) -> None:
    found = FlagId("repeated-word", "beef", "the the")
    edit = action(document, BAD, BAD.replace("the the", "the"), findings=(found,))
    rows = [json.loads(line) for line in labels([document], [edit, some_actions(document)[1]]).splitlines()]
    clean, bad = rows
    assert (clean["post_edit"], clean["hter"], clean["flags"][0]["label"]) == (None, None, "false-alarm")
    assert (bad["post_edit"], bad["flags"][0]["label"]) == (edit.replacement, "confirmed")
    assert bad["hter"] == pytest.approx(1 / len(bad["post_edit"].split()), abs=1e-3)  # one deletion


def test_an_edits_file_is_no_article(document: Document, tmp_path: Path) -> None:
    beside(tmp_path / "a.txt").write_text("{}\n")
    assert expand([tmp_path])[0] == [tmp_path / "a.txt"]


@pytest.fixture
def edits(document: Document, tmp_path: Path) -> Path:
    path = tmp_path / "e.jsonl"
    with Log(path) as log:
        log.append(action(document, BAD, BAD.replace("the the", "the")))
    return path


def test_apply_shows_and_writes(mtqa: Run, document: Document, edits: Path, tmp_path: Path) -> None:
    before = document.raw
    shown = mtqa("apply", "a.txt", "e.jsonl", "--dry-run")
    assert shown.code == 0
    assert f"-{BAD}" in shown.out
    assert "nothing was, as you asked for a dry run" in shown.err
    assert (tmp_path / "a.txt").read_bytes() == before
    assert mtqa("apply", "a.txt", "e.jsonl").code == 2, "nobody to ask"
    assert (
        mtqa("apply", "a.txt", "e.jsonl", "-o", "b.txt", "--changes", "c.csv", "--labels", "l.jsonl", "--yes").code == 0
    )
    assert (tmp_path / "a.txt").read_bytes() == before
    assert (tmp_path / "b.txt").read_bytes() == before.replace(b"the the", b"the")
    assert (tmp_path / "c.csv").read_text().count("\n") == 2
    page = ("apply", "a.txt", "e.jsonl", "-o", "b.txt", "--changes", "c.html", "--yes")
    assert mtqa(*page).code == 0
    assert [is_report(tmp_path / name) for name in ("c.csv", "c.html", "l.jsonl")] == [True] * 3
    assert not is_report(tmp_path / "b.txt")
    assert json.loads((tmp_path / "l.jsonl").read_text())["hter"] > 0
    assert mtqa("apply", "a.txt", "e.jsonl", "-o", os.devnull, "--yes").code == 0
    assert Path(os.devnull).is_char_device()
    assert mtqa("apply", "a.txt", "e.jsonl", "--yes").code == 0
    assert (tmp_path / "a.txt").read_bytes() == before.replace(b"the the", b"the")


def test_what_was_written_is_done_and_the_next_review_begins_afresh(
    mtqa: Run, document: Document, edits: Path, tmp_path: Path
) -> None:
    kept = read_log(edits)
    with Log(edits):
        ran = mtqa("apply", "a.txt", "e.jsonl", "--yes")
        assert (ran.code, "another mtqa review has it open" in ran.err) == (2, True)
    assert (tmp_path / "a.txt").read_bytes() == document.raw
    ran = mtqa("apply", "a.txt", "e.jsonl", "--yes")
    assert (ran.code, "starts afresh" in ran.err) == (0, True)
    *before, done = read_log(edits)
    assert (tuple(before), done.kind, done.sha256) == (kept, Kind.APPLY, document.sha256)
    assert read(tmp_path / "a.txt").sha256 in done.reason
    after, _ = read_all(tmp_path / "a.txt")
    assert actions_on(tmp_path / "a.txt", after, read_log(edits)) == ()
    again = mtqa("apply", "a.txt", "e.jsonl", "--yes")
    assert (again.code, again.out, again.err) == (0, "", "mtqa: a.txt has these repairs already; nothing was written\n")
    (tmp_path / "a.txt").write_bytes(document.raw)
    assert actions_on(tmp_path / "a.txt", [document], read_log(edits)) == kept, "a file that is restored has its edits"


def test_apply_refuses_what_it_cannot_do(mtqa: Run, document: Document, edits: Path, tmp_path: Path) -> None:
    (tmp_path / "other.txt").write_text("Another article.\n")
    assert "no edits to write into other.txt" in mtqa("apply", "other.txt", "e.jsonl", "--yes").err
    assert "would overwrite" in mtqa("apply", "a.txt", "e.jsonl", "-o", "e.jsonl", "--yes").err
    assert "neither .csv nor .html" in mtqa("apply", "a.txt", "e.jsonl", "--changes", "c.pdf", "--yes").err
    same = mtqa("apply", "a.txt", "e.jsonl", "-o", "b.csv", "--changes", "b.csv", "--yes")
    assert (same.code, "two outputs would go to the same file" in same.err, (tmp_path / "b.csv").exists()) == (
        2,
        True,
        False,
    )
    (tmp_path / "c.csv").write_text("kept")
    (tmp_path / "d.jsonl").hardlink_to(tmp_path / "c.csv")
    same = mtqa("apply", "a.txt", "e.jsonl", "--changes", "c.csv", "--labels", "d.jsonl", "--yes")
    assert (same.code, (tmp_path / "c.csv").read_text()) == (2, "kept")
    (tmp_path / "a.txt").write_text("Changed since.\n")
    ran = mtqa("apply", "a.txt", "e.jsonl", "--yes")
    assert (ran.code, "changed since its edits were made" in ran.err) == (2, True)
    assert (tmp_path / "a.txt").read_text() == "Changed since.\n"


def test_edits_of_sentences_that_overlap_are_not_blended(mtqa: Run, document: Document, tmp_path: Path) -> None:
    with Log(tmp_path / "e.jsonl") as log:
        log.append(action(document, "He closed the the door before", "She closed the the door before"))
        log.append(action(document, "the the door before anybody", "the the door before somebody"))
    ran = mtqa("apply", "a.txt", "e.jsonl", "--yes")
    assert (ran.code, ran.out) == (2, "")
    assert "two edits overlap at line 3" in ran.err
    assert (tmp_path / "a.txt").read_bytes() == document.raw


def test_standings_are_in_text_order(document: Document) -> None:
    assert [span.of(document.text) for _, span in standings(some_actions(document))] == [CLEAN, BAD]


@pytest.mark.parametrize("output", ["", "b.txt"])
@pytest.mark.parametrize("step", ["fsync", "write", "replace"])
def test_outputs_are_written_all_or_none(
    mtqa: Run, edits: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str, output: str
) -> None:
    """Whichever of the writes of apply fails, nothing has changed, and the message names the file."""
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    given = ("--output", output) if output else ()
    command = ("apply", "a.txt", "e.jsonl", "--yes", "--changes", "c.csv", "--labels", "l.jsonl", *given)
    owner, name = {"fsync": (os, "fsync"), "write": (os, "write"), "replace": (Path, "replace")}[step]
    real = getattr(owner, name)
    failed = set()
    for number in range(10):
        calls = iter(range(100))

        def failing(*arguments: object, number: int = number, calls: Iterator[int] = calls) -> object:
            if next(calls) == number:
                raise OSError(28, "No space left on device")
            return real(*arguments)

        monkeypatch.setattr(owner, name, failing)
        ran = mtqa(*command)
        monkeypatch.setattr(owner, name, real)
        if ran.code == 0:
            break
        said = ran.err.splitlines()[-1]
        assert (ran.code, "No space left on device" in said) == (2, True)
        failed.add(said.removeprefix("mtqa: error: ").partition(": ")[0])
        assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    files = {"--changes c.csv", "--labels l.jsonl", f"--output {output}" if output else "a.txt"}
    log = set() if output else {"e.jsonl"}
    assert failed == {"fsync": files | log, "write": log, "replace": files}[step]


def test_edits_that_come_while_apply_asks_are_not_closed(
    mtqa: Run, document: Document, edits: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def add(_: object) -> bool:
        with Log(edits) as log:
            log.append(action(document, CLEAN, "Another sentence."))
        return True

    monkeypatch.setattr("mtqa.cli.apply._agreed", add)
    ran = mtqa("apply", "a.txt", "e.jsonl")
    assert (ran.code, "e.jsonl: changed just now; run it again" in ran.err) == (2, True)
    assert document.raw == Path("a.txt").read_bytes()
