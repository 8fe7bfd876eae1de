"""What is excused from the gate."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fakes import fake_checker
from growth import assert_linear
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from mtqa import formats
from mtqa.core.documents import Document
from mtqa.core.errors import ConfigError, InputError
from mtqa.core.findings import Category, Flag, Severity
from mtqa.core.spans import Span
from mtqa.gate.ignore_terms import spelling_rules
from mtqa.gate.ignores import Ignores, PathIgnores, Terms


def read(raw: str | bytes, name: str = "a.md") -> Document:
    (document,), failures = formats.read_bytes(raw.encode() if isinstance(raw, str) else raw, name, language="en")
    assert not failures
    return document


def flag(document: Document, words: str, rule: str = "misspelling") -> Flag:
    at = document.text.index(words)
    return Flag(
        rule=rule,
        span=Span(at, at + len(words)),
        category=Category.SPELLING,
        severity=Severity.MINOR,
        probability=0.9,
        message="",
        reasons=(),
        fingerprint="",
    )


def excused(raw: str | bytes, name: str = "a.md", rule: str = "misspelling") -> list[str]:
    """Which of the words W1, W2, … of the file are excused."""
    document, ignores = read(raw, name), Ignores()
    words = re.findall(r"\bW\d", document.text)
    assert words
    return [word for word in words if ignores.excuse(document, flag(document, word, rule))]


def stale(raw: str | bytes, name: str = "a.md") -> tuple[str, ...]:
    """What is stale once each of W1, W2, … was asked about."""
    document, ignores = read(raw, name), Ignores()
    ignores.add(document)
    for word in re.findall(r"\bW\d", document.text):
        ignores.excuse(document, flag(document, word))
    return ignores.stale()


# Comments: off and on.


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("before", ["Word one.", "Words 😀👩‍👩‍👧 here.", "日本語。"])
@pytest.mark.parametrize("name", ["a.md", "a.html"])
def test_off_and_on(end: str, mark: bytes, before: str, name: str) -> None:
    parts = [before + " W1", "<!-- mtqa off: quoted minutes -->", "Some W2 here.", "<!-- mtqa on -->", "Then W3 there."]
    raw = (
        mark
        + (end * 2).join(f"<p>{part}</p>" if name == "a.html" and "!" not in part else part for part in parts).encode()
    )
    assert excused(raw, name) == ["W2"]
    document = read(raw, name)
    assert Ignores().excuse(document, flag(document, "W2")) == "ignored in the file at line 3: quoted minutes"
    assert stale(raw, name) == ()


@pytest.mark.parametrize(
    ("comment", "reason"),
    [
        ("<!-- mtqa off -->", ""),
        ("<!--mtqa off-->", ""),
        ("<!-- MTQA Off -->", ""),
        ("<!-- mtqa off quoted  minutes -->", "quoted minutes"),
        ("<!-- mtqa off - quoted minutes -->", "quoted minutes"),
        ("<!-- mtqa off — quoted minutes -->", "quoted minutes"),
        ("<!-- mtqa off -- quoted minutes -->", "quoted minutes"),
        ("<!-- mtqa off: quoted\nminutes -->", "quoted minutes"),
        ("<!-- mtqa\noff: quoted -->", "quoted"),
        ("<!-- mtqa off: a\x1b[31m -->", "a\ufffd[31m"),
        (f"<!-- mtqa off: {'x' * 500} -->", "x" * 199 + "…"),
    ],
)
@pytest.mark.parametrize("name", ["a.md", "a.html"])
def test_reasons(comment: str, reason: str, name: str) -> None:
    document = read(f"{comment}\n\nOf W1 words.", name)
    excuse = "ignored in the file at line 1" + (f": {reason}" if reason else "")
    assert Ignores().excuse(document, flag(document, "W1")) == excuse


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        ("W1 <!-- mtqa off --> W2 <!-- mtqa on --> W3", ["W2"]),
        ("W1\n\n<!-- mtqa off -->\n\nW2\n\nW3", ["W2", "W3"]),
        (
            "<!-- mtqa off -->\n\nW1\n\n<!-- mtqa off -->\n\nW2\n\n<!-- mtqa on -->\n\nW3\n\n<!-- mtqa on -->\n\nW4",
            ["W1", "W2"],
        ),
        ("<!-- mtqa off -->\n\nW1\n\n<!-- mtqa on --> \n\nW2\n\n<!-- mtqa off -->\n\nW3", ["W1", "W3"]),
        ("> W1\n>\n> <!-- mtqa\n> off -->\n>\n> W2", ["W2"]),
        ("- W1\n\n  <!-- mtqa off -->\n\n  W2", ["W2"]),
        ("- W1\n\n      <!-- mtqa off -->\n\n  W2", []),
        ("- W1\n\n    <!-- mtqa off -->\n\nW2", ["W2"]),
        ("-\n\n    <!-- mtqa off -->\n\nW1", []),
        ("<!-- a comment --> <!-- mtqa off -->\n\nW1", ["W1"]),
        ("<!-- not mtqa off -->\n\nW1", []),
        ("<!-- mtqa-like off -->\n\nW1", []),
        ("W1 <!-- mtqa off", []),
    ],
)
def test_off_and_on_in_markdown(raw: str, found: list[str]) -> None:
    assert excused(raw) == found


CODE = {
    "fence": "```\n{}\n```",
    "long fence": "````text\n```\n{}\n````",
    "tilde fence": "~~~\n{}\n~~~",
    "fence in a list": "- a\n\n  ```\n  {}\n  ```",
    "fence in a quote": "> ```\n> {}\n> ```",
    "open fence": "W9\n\n> ```\n> {}",
    "indented": "Words.\n\n    {}",
    "tab": "Words.\n\n\t{}",
    "inline": "Words `{}` here.",
    "inline, two": "Words ``a ` {}`` here.",
    "inline over lines": "Words `a\nb {}` here.",
    "escaped": "Words \\{} here.",
    "attribute": 'Words <a title="{}">here</a>.',
    "tags": "Words <code>{}</code> here.",
    "pre": "<pre>\n{}\n</pre>",
    "script": "<script>\n{}\n</script>",
    "style": "<style>\n{}\n</style>",
    "div": "<div><code>{}</code></div>",
    "front matter": None,
}


@pytest.mark.parametrize("place", CODE)
def test_comments_in_code_are_none_in_markdown(place: str) -> None:
    comment = "<!-- mtqa off -->"
    frame = CODE[place]
    raw = f"---\na: {comment}\n---\n\nW1" if frame is None else frame.format(comment) + "\n\nThen W1.\n"
    assert "W1" not in excused(raw)
    assert stale(raw) == ()
    assert excused(raw + "\n\n<!-- mtqa off -->\n\nThen W2.")[-1:] == ["W2"]


@pytest.mark.parametrize(
    "frame",
    [
        "<pre>{}</pre>",
        "<p>a <code>{}</code></p>",
        "<PRE><b>{}</b></PRE>",
        "<script>{}</script>",
        "<style>{}</style>",
        "<script>'<!-- '; {}</script >",
        "<textarea>{}</textarea>",
        '<p title="{}">a</p>',
        "<p title='{}'>a</p>",
        "<![if {} ]>",
        "<p>&lt;!-- mtqa off --&gt;</p>",
        "<!-- <!-- mtqa off -->",
    ],
)
def test_comments_in_code_are_none_in_html(frame: str) -> None:
    raw = frame.format("<!-- mtqa off -->") + "<p>Then W1 there.</p>"
    assert excused(raw, "a.html") == []
    assert stale(raw, "a.html") == ()
    assert excused(raw + "<!-- mtqa off --><p>And W2 there.</p>", "a.html") == ["W2"]


def test_code_left_open_ends_with_the_element_around_it() -> None:
    assert excused("<div><p>Say <code> here</p></div><!-- mtqa off --><p>W1 there.</p>", "a.html") == ["W1"]
    assert excused("Say <code> here.\n\n<!-- mtqa off -->\n\nW1") == ["W1"]


def test_other_formats_have_no_comments() -> None:
    assert excused("<!-- mtqa off -->\n\nW1", "a.txt") == []
    assert excused('{"text": "<!-- mtqa off --> W1"}', "a.jsonl") == []


def test_a_flag_that_reaches_over_the_end_is_not_excused() -> None:
    document = read("W1 <!-- mtqa off --> W2 <!-- mtqa on --> W3")
    assert document.text == "W1 W2 W3"
    assert Ignores().excuse(document, flag(document, "W1 W2")) is None
    assert Ignores().excuse(document, flag(document, "W2 W3")) is None


def test_a_flag_with_no_place_of_its_own_counts_where_the_words_before_it_stand() -> None:
    raw = "<p>One &amp; two.</p><!-- mtqa off --><p>Three &lt; four.</p><!-- mtqa on --><p>Five &gt; six.</p>"
    document, ignores = read(raw, "a.html"), Ignores()
    assert [bool(ignores.excuse(document, flag(document, sign))) for sign in "&<>"] == [False, True, False]
    document = read("<!-- mtqa off --><p>Three <!-- mtqa on -->&lt; four.</p>", "a.html")
    assert Ignores().excuse(document, flag(document, "<")) is None


# Comments: ignore-next.


@pytest.mark.parametrize(
    ("comment", "rule", "found"),
    [
        ("ignore-next: misspelling a ship's name", "misspelling", True),
        ("ignore-next misspelling - a ship's name", "misspelling", True),
        ("ignore-next: Misspelling: a ship's name", "misspelling", True),
        ("ignore-next: all a ship's name", "mojibake", True),
        ("ignore-next: misspelling a ship's name", "mojibake", False),
        ("ignore-next: misspelling", "misspelling", False),
        ("ignore-next: misspelling -", "misspelling", False),
        ("ignore-next: misspelling, mojibake a ship's name", "misspelling", False),
        ("ignore-next", "misspelling", False),
    ],
)
@pytest.mark.parametrize(
    "frame", ["W1\n\n<!-- mtqa {} -->\n\nW2\n\nW3", "<p>W1 a.</p><!-- mtqa {} --><p>W2 a.</p><p>W3 a.</p>"]
)
def test_ignore_next(comment: str, rule: str, found: bool, frame: str) -> None:
    name = "a.html" if "<p>" in frame else "a.md"
    raw = frame.format(comment)
    assert excused(raw, name, rule) == (["W2"] if found else [])
    document = read(raw, name)
    excuse = Ignores().excuse(document, flag(document, "W2", rule))
    line = 1 if name == "a.html" else 3
    assert excuse == (f"ignored in the file at line {line}: a ship's name" if found else None)


def test_the_next_block_begins_behind_the_comment() -> None:
    assert excused("W1 <!-- mtqa ignore-next: all why --> W2\n\nW3\n\nW4") == ["W3"]
    assert excused("<!-- mtqa ignore-next: all why -->\nW1\nW2\n\nW3") == ["W1", "W2"]
    assert excused(
        "<!-- mtqa ignore-next: mojibake why -->\n<!-- mtqa ignore-next: misspelling so -->\n\nW1\n\nW2"
    ) == ["W1"]
    assert stale("W1\n\n<!-- mtqa ignore-next: all why -->\n") == (
        "a.md, line 3: this comment excuses nothing; remove it",
    )


# Problems and stale ignores.


@pytest.mark.parametrize(
    ("comment", "problem"),
    [
        ("mtqa of", "unknown word 'of' after mtqa; did you mean 'off'?"),
        ("mtqa ONN: why", "unknown word 'onn' after mtqa; did you mean 'on'?"),
        ("mtqa ignore-nxt: all why", "unknown word 'ignore-nxt' after mtqa; did you mean 'ignore-next'?"),
        ("mtqa ignore", "unknown word 'ignore' after mtqa; did you mean 'ignore-next'?"),
        ("mtqa", "no word after mtqa; write for example 'off'"),
        ("mtqa on", "mtqa on without an mtqa off before it; remove it"),
        ("mtqa ignore-next: misspelling", "mtqa ignore-next names no reason, so it does not apply"),
        ("mtqa ignore-next:", "mtqa ignore-next names no single rule, so it does not apply"),
    ],
)
def test_problems(comment: str, problem: str) -> None:
    (found,) = stale(f"Words 😀.\r\n\r\n<!-- {comment} -->\r\n\r\nW1")
    assert found.startswith(f"a.md, line 3: {problem}")
    assert excused(f"<!-- {comment} -->\n\nW1") == []


def test_stale_ignores_are_named_and_used_ones_are_not() -> None:
    raw = (
        "<!-- mtqa off -->\n\nW1\n\n<!-- mtqa off -->\n\n<!-- mtqa on -->\n\n"
        "<!-- mtqa ignore-next: mojibake why -->\n\nW2\n\n<!-- mtqa off: none here -->\n\nWords.\n\n"
        "<!-- mtqa on -->\n\n<!-- mtqa on -->\n"
    )
    assert stale(raw) == (
        "a.md, line 5: mtqa off, though it has been off since line 1; remove one of them",
        "a.md, line 9: this comment excuses nothing; remove it",
        "a.md, line 13: this comment excuses nothing; remove it",
        "a.md, line 19: mtqa on without an mtqa off before it; remove it",
    ), "by line, whatever is wrong"


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("mispelling", "unknown rule 'mispelling': did you mean 'misspelling'?"),
        ("Zzz", "unknown rule 'zzz'; 'mtqa explain' lists them all"),
        ("undecided", "'undecided' is about the whole article, which no comment can excuse; remove this"),
        ("mojibake", "this comment excuses nothing; remove it"),
        ("all", "this comment excuses nothing; remove it"),
    ],
)
def test_an_ignore_that_excuses_nothing_says_why(rule: str, said: str) -> None:
    assert stale(f"<!-- mtqa ignore-next: {rule} why -->\n\nWords.\n") == (f"a.md, line 1: {said}",)


def test_what_is_excused_is_left_out_of_a_report_and_counted() -> None:
    twice = "He closed the the door before anybody could see the the harbour from there."
    text = f"<!-- mtqa ignore-next: repeated-word a quotation -->\n\n{twice}\n\n{twice}\n"
    (report,) = fake_checker().check(read(text)).documents
    after = Ignores().without_excused(report)
    assert [len([f for f in each.flags if f.rule == "repeated-word"]) for each in (report, after)] == [4, 2]
    assert len(after.to_repair()) == len(report.to_repair()) - 1
    assert after.remarks == (*report.remarks, "2 ignored findings are left out")
    assert Ignores().without_excused(after) is after


def test_every_ignore_that_covers_a_flag_is_used() -> None:
    assert stale("<!-- mtqa off -->\n\n<!-- mtqa ignore-next: all why -->\n\nW1") == ()


def test_documents_are_kept_apart() -> None:
    ignores = Ignores()
    first, second = read("<!-- mtqa off -->\n\nW1", "a.md"), read("<!-- mtqa off -->\n\nW1", "b.md")
    ignores.add(first)
    ignores.add(second)
    assert ignores.excuse(second, flag(second, "W1"))
    assert ignores.stale() == ("a.md, line 1: this comment excuses nothing; remove it",)
    assert ignores.excuse(first, flag(first, "W1"))
    assert ignores.stale() == ()


# Hostile files.

HOSTILE = {
    "offs": "<!-- mtqa off -->",
    "pairs": "a <!-- mtqa off --> W <!-- mtqa on -->\n\n",
    "nexts": "<!-- mtqa ignore-next: all why -->\n",
    "unknown": "<!-- mtqa ofg -->\n",
    "unclosed": "<!-- mtqa off ",
    "unclosed lines": "a <!-- mtqa off\n\n",
    "attributes": '<a title="<!-- mtqa off -->',
    "shifted attributes": '<a b=\'<a b=" c=\' d=" e=" ',
    "ticks": "` `` ``` ",
    "quotes": "> ",
    "items": "- ",
    "deep lines": "- - - - - - - - - - a\n\n",
    "tags": "<b ",
    "opens": "<i>",
    "instructions": "<?".ljust(1000),
    "scripts": "<script> ",
    "stars": "* *",
    "spaces": " " * 10,
}


def judged(content: str, name: str) -> Document:
    document = read(content, name)
    Ignores().excuse(document, flag(document, "W1"))
    return document


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("name", ["a.md", "a.html"])
def test_hostile_files_are_read_in_linear_work(hostile: str, name: str) -> None:
    def make(times: int) -> str:
        return "W1\n\n<!-- mtqa off -->\n\n" + HOSTILE[hostile] * times

    if (hostile, name) == ("quotes", "a.md"):
        with pytest.raises(InputError, match="nested deeper"):
            read(make(1000), name)
        return
    assert_linear(lambda content: judged(content, name), make, n=max(4, 150 // len(HOSTILE[hostile])))
    assert judged(make(1000), name).comments[0].text == " mtqa off "


@pytest.mark.parametrize("comment", ["<!-- mtqa off --> <!-- mtqa on -->", "<!-- mtqa ignore-next: all why -->"])
@pytest.mark.parametrize(
    ("name", "frame"),
    [("a.md", "{}\n\n"), ("a.md", "a {}\n\n"), ("a.md", "{} a "), ("a.html", "{}"), ("a.html", "<p>a{}")],
)
def test_many_ignores_are_read_in_linear_work(comment: str, name: str, frame: str) -> None:
    def read_all(content: str) -> None:
        document, ignores = read(content, name), Ignores()
        ignores.excuse(document, flag(document, "W1"))
        assert len(document.comments) == content.count("<!--")
        assert len(ignores.stale()) == content.count(frame.format(comment))

    assert_linear(read_all, lambda times: "W1\n\n" + frame.format(comment) * times, n=25)


PIECES = [
    "`",
    "``",
    "```\n",
    "~~~\n",
    "\n",
    "\n\n",
    "# ",
    "a",
    "b ",
    "\\",
    "---\n",
    "* * *\n",
    "=\n",
    " ",
    "\r\n",
    "é😀",
]
PIECES += ["<div>", "</div>\n", "<i>", "</p>", "<a b='c'>", "|", *["<!-- C -->"] * 5]
INDENTED = st.lists(st.sampled_from([*PIECES, "\n    ", "\n\t", "   "]), max_size=14).map("".join)
NESTED = st.lists(st.sampled_from([*PIECES, "> ", "- ", "1. ", "2. ", "\n> ", "\n- ", "\n  "]), max_size=14).map(
    "".join
)


@given(INDENTED | NESTED)
@settings(max_examples=300, deadline=None)
def test_comments_are_where_the_markdown_parser_finds_them(content: str) -> None:
    content = "a\n\n" + content  # no front matter
    tokens = MarkdownIt("commonmark").enable(["table"]).parse(content)
    html = [one.content for token in tokens for one in [token, *(token.children or ())] if one.type.startswith("html_")]
    document = read(content)
    found = [comment.span for comment in document.comments]
    assert all(span.of(document.content) == "<!-- C -->" for span in found)
    assert found == sorted(set(found))
    assert len(found) == sum(part.count("<!-- C -->") for part in html)


FRAGMENTS = st.lists(
    st.sampled_from(
        [
            "<!-- mtqa off",
            "<!-- mtqa on -->",
            "<!-- mtqa ignore-next: all x -->",
            "-->",
            "<!--",
            "--",
            "mtqa",
            "`",
            "\\",
        ]
    )
    | st.sampled_from(["<pre>", "</pre>", "<p>", "</p>", ">", "<a b=", '"', "'", "&amp;", "W1 ", "😀", "\ufeff"])
    | st.sampled_from(["\n", "\n\n", "\r", "```\n", " ", "\t"])
    | st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=5),
    max_size=25,
).map("".join)


@given(FRAGMENTS, st.sampled_from(["a.md", "a.html"]))
@settings(max_examples=300, deadline=None)
def test_nothing_raises(content: str, name: str) -> None:
    raw = ("Words <b>here</b>.\n\n" + content).encode()
    document, ignores = read(raw, name), Ignores()
    for block in document.blocks:
        ignores.excuse(document, flag(document, block.span.of(document.text)))
    assert all(line.startswith(f"{name}, line ") and "\n" not in line for line in ignores.stale())


# Paths.


def test_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".mtqaignore").write_bytes(
        b"\xef\xbb\xbf# drafts\r\n\r\ndrafts/\r\n*.tmp.md\r\n!keep.tmp.md\r\n/top.md\r\n"
    )
    ignores = PathIgnores.load(tmp_path, ["# none", "", "old/**/x.md"])
    matched = {
        "drafts/a.md": True,
        "deep/drafts/b/a.md": True,
        "drafts.md": False,
        "a.tmp.md": True,
        "keep.tmp.md": False,
        "top.md": True,
        "b/top.md": False,
        "old/a/b/x.md": True,
        "a/../top.md": True,
        "../top.md": False,
        "": False,
    }
    assert {name: ignores.matches(tmp_path / name) for name in matched} == matched
    monkeypatch.chdir(tmp_path)
    assert {name: ignores.matches(Path(name)) for name in matched} == matched
    assert ignores.reason(tmp_path / "top.md") == f"path ignored by {tmp_path / '.mtqaignore'}, line 6"
    assert ignores.reason(tmp_path / "old/x.md") == "path ignored by ignore pattern 3"
    assert not ignores.matches(Path("/elsewhere/top.md"))
    assert not ignores.matches(tmp_path / "a\0b")
    assert PathIgnores.load(Path()).matches(Path("top.md"))


def test_a_path_through_a_link_matches(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert PathIgnores.load(tmp_path / "real", ["a.md"]).matches(tmp_path / "link" / "a.md")


def test_without_an_ignore_file_nothing_matches(tmp_path: Path) -> None:
    assert not PathIgnores.load(tmp_path).matches(tmp_path / "a.md")


@pytest.mark.parametrize("pattern", ["[z-a]", "[a", "foo\\", "!", "/", "[[:alpha:]].md"])
def test_a_bad_pattern_is_named(pattern: str, tmp_path: Path) -> None:
    (tmp_path / ".mtqaignore").write_text(f"a.md\n\n{pattern}\n")
    message = f"{tmp_path / '.mtqaignore'}, line 3: '{pattern}' is not a gitignore pattern; correct it or remove it"
    with pytest.raises(ConfigError, match=re.escape(message)):
        PathIgnores.load(tmp_path)
    (tmp_path / ".mtqaignore").unlink()
    with pytest.raises(ConfigError, match=r"^ignore pattern 2: "):
        PathIgnores.load(tmp_path, ["a.md", pattern])


def test_an_unreadable_ignore_file_is_named(tmp_path: Path) -> None:
    (tmp_path / ".mtqaignore").write_bytes(b"a.md\ncaf\xe9.md\n")
    with pytest.raises(ConfigError, match=r"\.mtqaignore, line 2: not UTF-8; save"):
        PathIgnores.load(tmp_path)
    (tmp_path / ".mtqaignore").unlink()
    (tmp_path / ".mtqaignore").mkdir()
    with pytest.raises(ConfigError, match=r"\.mtqaignore: cannot be read \(.*\); check"):
        PathIgnores.load(tmp_path)


def test_a_finding_in_an_ignored_path_is_excused(tmp_path: Path) -> None:
    ignores = Ignores(PathIgnores.load(tmp_path, ["*.md"]))
    inside, outside = read("W1", str(tmp_path / "a.md")), read("W1", "/elsewhere/a.md")
    assert ignores.excuse(inside, flag(inside, "W1")) == "path ignored by ignore pattern 1"
    assert ignores.excuse(outside, flag(outside, "W1")) is None


# Terms.


@pytest.mark.parametrize(
    ("term", "words", "found"),
    [
        ("Lenn", "Lenn", True),
        ("Lenn", "LENN", True),
        ("Straße", "STRASSE", True),
        ("Lenn", "“Lenn,”", True),
        ("Lenn", "Lenn's", True),
        ("Lenn", "Lenn’s", True),
        ("Lenn", "'Lenn's'", True),
        ("O'Neill", "O’Neill", True),
        ("Jose\u0301", "José", True),
        ("Blue  Bottle", "blue\nbottle", True),
        ("Yahoo!", "Yahoo", True),
        ("Lenn", "Lenns", False),
        ("Lenn", "the Lenn", False),
        ("Lenn Bank", "Lenn", False),
        ("Lenn # a river", "Lenn", True),
        ("Item#5", "Item", False),
    ],
)
def test_terms(term: str, words: str, found: bool, tmp_path: Path) -> None:
    file = tmp_path / "brands.txt"
    file.write_bytes(f"\ufeff# brands\r\n\r\n{term}\r\n".encode())
    assert Terms.load([file]).reason("misspelling", words) == (f"term list {file}, line 3" if found else None)


def test_terms_excuse_spelling_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("brands.txt").write_text("  # indented\nLenn\nlenn\n", encoding="utf-8")
    document = read("The Lenn’s banks.")
    ignores = Ignores(terms=Terms.load([Path("brands.txt")]))
    for rule in spelling_rules():
        assert ignores.excuse(document, flag(document, "Lenn’s", rule)) == "term list brands.txt, line 2"
    assert ignores.excuse(document, flag(document, "Lenn’s", "mojibake")) is None
    assert ignores.excuse(document, flag(document, "banks")) is None
    assert ignores.stale() == ()


def test_a_comment_goes_before_a_term(tmp_path: Path) -> None:
    (tmp_path / "t.txt").write_text("W1")
    document = read("<!-- mtqa off -->\n\nW1")
    excuse = Ignores(terms=Terms.load([tmp_path / "t.txt"])).excuse(document, flag(document, "W1"))
    assert excuse == "ignored in the file at line 1"


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"a\r\nb\rcaf\xe9\n", "line 3: not UTF-8; save the file as UTF-8"),
        (b"a\n ?! \n", r"line 2: '\?!' is not a word; write one term per line"),
        (None, r"cannot be read \(No such file or directory\); check the path"),
    ],
)
def test_a_bad_term_list_is_named(raw: bytes | None, message: str, tmp_path: Path) -> None:
    if raw is not None:
        (tmp_path / "t.txt").write_bytes(raw)
    with pytest.raises(ConfigError, match=rf"t\.txt(?:,|:) {message}"):
        Terms.load([tmp_path / "t.txt"])
