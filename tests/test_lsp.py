"""The language server, with a client in another process."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fakes import fake_checker
from lsprotocol import types
from pygls.lsp.client import LanguageClient
from pygls.workspace import TextDocument

from mtqa.cli.app import main
from mtqa.config import Policy
from mtqa.core.limits import check_time
from mtqa.lsp.actions import actions
from mtqa.lsp.articles import Article
from mtqa.lsp.positions import Positions
from mtqa.lsp.project import Project
from mtqa.lsp.server import _Desk, make_server

PROGRAM = Path(__file__).parent / "lsp_program.py"
TEXT = "The ferry was late 🙈 after a hour, and nobody minded. We sat on the pizza with our feet over the water.\n"
LONGEST = 30  # seconds that a client waits


class Editor(LanguageClient):
    """A client that waits for what the server publishes."""

    def __init__(self) -> None:
        super().__init__("editor", "1")
        self.published: asyncio.Queue[types.PublishDiagnosticsParams] = asyncio.Queue()
        self.told: asyncio.Queue[types.ShowMessageParams] = asyncio.Queue()

        @self.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def _publish(params: types.PublishDiagnosticsParams) -> None:
            self.published.put_nowait(params)

        @self.feature(types.WINDOW_SHOW_MESSAGE)
        def _show(params: types.ShowMessageParams) -> None:
            self.told.put_nowait(params)

    def open(self, text: str, uri: str = "file:///a.txt", language_id: str = "plaintext") -> None:
        item = types.TextDocumentItem(uri=uri, language_id=language_id, version=1, text=text)
        self.text_document_did_open(types.DidOpenTextDocumentParams(item))

    async def next(self) -> list[types.Diagnostic]:
        return list((await asyncio.wait_for(self.published.get(), LONGEST)).diagnostics)


def talk(folder: Path, what: Callable[[Editor], Awaitable[None]], *encodings: str) -> None:
    """Run the server in ``folder``, and ``what`` with a client of it."""

    async def session() -> None:
        editor = Editor()
        environment = os.environ | {
            "PYTHONPATH": os.pathsep.join(map(os.path.abspath, filter(None, sys.path))),
            "XDG_CONFIG_HOME": str(folder / "none"),
        }
        await editor.start_io(sys.executable, str(PROGRAM), env=environment, cwd=folder)
        general = types.GeneralClientCapabilities(position_encodings=list(encodings)) if encodings else None
        started = await editor.initialize_async(
            types.InitializeParams(
                capabilities=types.ClientCapabilities(general=general),
                workspace_folders=[types.WorkspaceFolder(folder.as_uri(), "work")],
            )
        )
        assert started.capabilities.position_encoding == (encodings[0] if encodings else "utf-16")
        editor.initialized(types.InitializedParams())
        try:
            await what(editor)
        finally:
            await editor.shutdown_async(None)
            editor.exit(None)
            await editor.stop()

    asyncio.run(session())


def spot(found: types.Diagnostic) -> tuple[int, int, int, int]:
    return (found.range.start.line, found.range.start.character, found.range.end.line, found.range.end.character)


def only(found: list[types.Diagnostic], code: str) -> types.Diagnostic:
    (one,) = (each for each in found if each.code == code)
    return one


def codes(found: list[types.Diagnostic]) -> set[Any]:
    return {each.code for each in found}


def checked(text: str, format: str, encoding: str = "utf-32", project: Project | None = None) -> Article:  # noqa: A002
    return Article.check(fake_checker(), text, "a", format=format, encoding=encoding, project=project or Project())


def applied(text: str, action: types.CodeAction) -> str:
    """``text``, whose positions count code points, after the action."""
    assert action.edit is not None
    assert action.edit.changes is not None
    (change,) = action.edit.changes["file:///a"]
    lines = text.replace("\r\n", "\n").split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + (2 if "\r\n" in text else 1))
    start = starts[change.range.start.line] + change.range.start.character
    end = starts[change.range.end.line] + change.range.end.character
    return text[:start] + change.new_text + text[end:]


def offered(article: Article, rule: str) -> tuple[list[types.CodeAction], list[types.CodeAction]]:
    """Repairs and ignores for the findings of a rule."""
    found = [
        action
        for each in article.diagnostics()
        if each.code == rule
        for action in actions(article, "file:///a", each.range)
        if f"(mtqa: {rule})" in action.title
    ]
    assert all(action.kind == types.CodeActionKind.QuickFix for action in found)
    return [a for a in found if a.is_preferred], [a for a in found if a.title.startswith("Ignore")]


@pytest.mark.parametrize(("encoding", "shift"), [("utf-8", 3), ("utf-16", 1), ("utf-32", 0), (None, 1)])
def test_open_hover_and_repair(tmp_path: Path, encoding: str | None, shift: int) -> None:
    at = TEXT.index("a hour")

    async def what(editor: Editor) -> None:
        uri = "file:///a.txt"
        editor.open(TEXT, uri)
        article = only(await editor.next(), "article-mismatch")
        assert spot(article) == (0, at + shift, 0, at + shift + len("a hour"))
        assert (article.source, article.severity) == ("mtqa", types.DiagnosticSeverity.Warning)
        here = types.TextDocumentIdentifier(uri)
        hover = await editor.text_document_hover_async(types.HoverParams(here, article.range.start))
        assert hover is not None
        assert isinstance(hover.contents, types.MarkupContent)
        assert hover.contents.kind == types.MarkupKind.PlainText
        assert "(p = 0.60)" in hover.contents.value
        assert "→ an hour (safe)" in hover.contents.value
        assert await editor.text_document_hover_async(types.HoverParams(here, types.Position(0, 0))) is None
        found: list[Any] = []
        for kinds in (None, [types.CodeActionKind.QuickFix], [types.CodeActionKind.Source]):
            context = types.CodeActionContext(diagnostics=[], only=kinds)
            found.append(
                await editor.text_document_code_action_async(types.CodeActionParams(here, article.range, context))
            )
        assert [len(each) for each in found] == [1, 1, 0]
        (action,) = found[0]
        assert action.title == "Replace “a hour,” with “an hour,” (mtqa: article-mismatch)"
        assert (action.kind, action.is_preferred) == (types.CodeActionKind.QuickFix, True)
        (change,) = action.edit.changes[uri]
        assert change.new_text == "n"
        assert change.range.start == change.range.end == types.Position(0, at + shift + 1)

    talk(tmp_path, what, *filter(None, [encoding]))


def test_save_change_and_close(tmp_path: Path) -> None:
    async def what(editor: Editor) -> None:
        editor.open("x = 'a hour'\n", "file:///a.py", "python")  # nothing is published of it
        editor.open(" \n", "file:///empty.txt")
        first = await asyncio.wait_for(editor.published.get(), LONGEST)
        assert (first.uri, list(first.diagnostics)) == ("file:///empty.txt", [])
        uri = "file:///folder/a%20b.md"
        here = types.TextDocumentIdentifier(uri)
        editor.open("# Late\n\n" + TEXT, uri, "markdown")
        found = await editor.next()
        assert only(found, "garbled").range.start.line == 2
        place = only(found, "article-mismatch").range
        editor.text_document_did_change(
            types.DidChangeTextDocumentParams(
                types.VersionedTextDocumentIdentifier(2, uri),
                [types.TextDocumentContentChangeWholeDocument("\n\u2028\n\n" + TEXT.replace("zz", ""))],
            )
        )
        assert await editor.text_document_hover_async(types.HoverParams(here, place.start)) is None
        assert editor.published.empty()
        editor.text_document_did_save(types.DidSaveTextDocumentParams(here))
        found = await editor.next()
        assert "garbled" not in codes(found)
        assert only(found, "article-mismatch").range.start.line == 3
        editor.text_document_did_close(types.DidCloseTextDocumentParams(here))
        assert await editor.next() == []

    talk(tmp_path, what)


def test_what_is_too_large_says_so_and_holds_up_nothing(tmp_path: Path) -> None:
    async def what(editor: Editor) -> None:
        editor.open(TEXT * 12_000)
        (found,) = await editor.next()
        assert (found.code, found.message.split(":")[0]) == ("unreadable", "not judged")
        editor.open(TEXT, "file:///b.txt")
        assert "garbled" in codes(await editor.next())

    talk(tmp_path, what)


def test_what_was_closed_is_checked_no_further(monkeypatch: pytest.MonkeyPatch) -> None:
    server = make_server(lambda settings: fake_checker())
    held = iter([True, True, False])
    monkeypatch.setattr("mtqa.lsp.server._Desk._holds", lambda desk, uri, text: next(held, False))
    texts: list[str] = []
    monkeypatch.setattr(
        Article, "check", lambda checker, text, *more, **options: (check_time(), texts.append(text), check_time())
    )
    desk = _Desk(server, lambda settings: fake_checker())
    document = TextDocument("file:///a.txt", TEXT, 1, "plaintext")
    monkeypatch.setattr(type(server), "workspace", SimpleNamespace(position_encoding=None))
    assert desk._checked(document, TEXT, Project()) == (None, ())
    assert texts == [TEXT]


def test_the_projects_settings_hold(tmp_path: Path) -> None:
    (tmp_path / "mtqa.toml").write_text(
        'rules-off = ["garbled"]\nexclude = ["drafts/"]\n'
        '[[overrides]]\npaths = ["odd/"]\nrules-off = ["article-mismatch"]\n'
    )
    (tmp_path / ".mtqaignore").write_text("old.txt\n")

    async def what(editor: Editor) -> None:
        for name, expected in (
            ("a.txt", {"article-mismatch"}),
            ("drafts/a.txt", set()),
            ("old.txt", set()),
            ("odd/a.txt", {"garbled"}),
        ):
            uri = (tmp_path / name).as_uri()
            editor.open(TEXT, uri)
            assert codes(await editor.next()) & {"article-mismatch", "garbled"} == expected, name
        (tmp_path / "mtqa.toml").write_text('rules-off = ["garbeld"]\n')
        here = types.TextDocumentIdentifier((tmp_path / "a.txt").as_uri())
        for _ in range(2):
            editor.text_document_did_save(types.DidSaveTextDocumentParams(here))
            assert {"article-mismatch", "garbled"} <= codes(await editor.next())
        told = await asyncio.wait_for(editor.told.get(), LONGEST)
        assert told.type == types.MessageType.Error
        assert told.message.startswith("mtqa: mtqa.toml:1: unknown rule 'garbeld'")
        assert editor.told.empty()

    talk(tmp_path, what)


def test_the_projects_false_alarm_rate_holds(tmp_path: Path) -> None:
    garbled = "The ferry zzwas late and nobody zzminded it. We zzsat on the wall and zztalked.\n"
    settings = tmp_path / "mtqa.toml"

    async def what(editor: Editor) -> None:
        uri = (tmp_path / "a.txt").as_uri()
        here = types.TextDocumentIdentifier(uri)
        editor.open(garbled, uri)
        assert "Up to 1 in 100 articles" in only(await editor.next(), "machine-translation").message
        for rate, said in (("0.05", "Up to 1 in 20 articles"), ("0.02", "Up to 1 in 100 articles")):
            settings.write_text(f"false-alarm-rate = {rate}\n")
            for _ in range(2):
                editor.text_document_did_save(types.DidSaveTextDocumentParams(here))
                assert said in only(await editor.next(), "machine-translation").message
        told = await asyncio.wait_for(editor.told.get(), LONGEST)
        assert "no threshold for a false-alarm rate of 0.02; choose 0.05 or 0.01" in told.message
        assert editor.told.empty()

    talk(tmp_path, what)


def test_it_says_once_that_the_careful_editor_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WITHOUT_EDITOR", "1")

    async def what(editor: Editor) -> None:
        for name in ("a.txt", "b.txt"):
            editor.open(TEXT, (tmp_path / name).as_uri())
            await editor.next()
        told = await asyncio.wait_for(editor.told.get(), LONGEST)
        assert "the careful editor is not on this machine" in told.message
        assert editor.told.empty()

    talk(tmp_path, what)


def test_min_level_terms_and_ignores_are_heeded(tmp_path: Path) -> None:
    (tmp_path / "mtqa.toml").write_text('min-level = "major"\nterms = ["terms.txt"]\n')
    (tmp_path / "terms.txt").write_text("pizza\n")
    project = Project.of(tmp_path / "a.md", tmp_path)
    assert project.complaints == ()
    assert codes(checked(TEXT, "text").diagnostics()) >= {"article-mismatch", "garbled"}
    assert not codes(checked(TEXT, "text", project=project).diagnostics()) & {"article-mismatch", "garbled"}
    kept = "<!-- mtqa ignore-next: article-mismatch it is meant -->\n" + TEXT
    assert "article-mismatch" not in codes(checked(kept, "markdown").diagnostics())
    assert "article-mismatch" in codes(checked(kept, "text").diagnostics())
    (tmp_path / "terms.txt").unlink()
    broken = Project.of(tmp_path / "a.md", tmp_path)
    assert (broken.policy, broken.terms) == (project.policy, None)
    assert "terms.txt" in broken.complaints[0]


def test_a_language_that_is_not_allowed() -> None:
    article = checked(TEXT, "text", project=Project(policy=Policy(languages=("de",))))
    assert "the policy allows German" in only(article.diagnostics(), "unexpected-language").message


HTML = '<html><head><meta charset="latin-1"></head><body>\r\n<p>Café: we waited for a hour &amp; {}.</p></body></html>'
WAIT = "We *waited* for a hour."


@pytest.mark.parametrize(
    ("text", "format", "replaced"),
    [
        (HTML.format("left"), "html", ("a hour", "an hour")),
        (HTML.format("it was a important day"), "html", ("a important", "an important")),
        (f"We sat.\n\n{WAIT}\n", "markdown", ("a hour", "an hour")),
        ("We sat.\r\n\r\nIt\ttook 🙈 a hour\u2028or so.\r\n", "text", ("a hour", "an hour")),
    ],
)
def test_a_repair_changes_the_flagged_words_only(text: str, format: str, replaced: tuple[str, str]) -> None:  # noqa: A002
    repairs, _ = offered(checked(text, format), "article-mismatch")
    assert text.replace(*replaced) in [applied(text, action) for action in repairs]


def test_markup_inside_is_never_edited() -> None:
    article = checked("We waited for a **hour** there.\n", "markdown")
    repairs, ignores = offered(article, "article-mismatch")
    assert (len(repairs), len(ignores)) == (0, 1)


COMMENT = "<!-- mtqa ignore-next: article-mismatch reason -->"


@pytest.mark.parametrize(
    ("text", "format", "before"),
    [
        (f"We sat.\r\n\r\n{WAIT}\r\n", "markdown", f"{COMMENT}\r\nWe *"),
        (f"# On a hour 🙈\n\n{TEXT.replace('a hour', 'then')}", "markdown", f"{COMMENT}\n# On"),
        (f"> We sat.\n>\n> {WAIT}\n", "markdown", f"> {COMMENT}\n> We *"),
        (f"- We sat.\n- {WAIT}\n", "markdown", f"{COMMENT}\n- We *"),
        (f"|One|Two|\n|-|-|\n|Sat.|{WAIT}|\n", "markdown", f"|{COMMENT}We *"),
        ("<p>We sat.</p>\n<p>We waited for a hour.</p>\n", "html", f"{COMMENT}\n<p>We waited"),
        ("<p>We sat.</p><p>We waited for a hour.</p>\n", "html", f"<p>{COMMENT}We waited"),
    ],
)
def test_an_ignore_stands_before_its_block(text: str, format: str, before: str) -> None:  # noqa: A002
    _, (action,) = offered(checked(text, format), "article-mismatch")
    after = applied(text, action)
    assert before in after
    assert after.replace(COMMENT, "").replace("\r\n", "").replace("\n", "").replace("> >", ">").replace(
        "> ", ""
    ) == text.replace("\r\n", "").replace("\n", "").replace("> ", "")
    assert "article-mismatch" not in codes(checked(after, format).diagnostics())


@pytest.mark.parametrize(
    ("format", "comment"),
    [
        ("mdx", "{/* mtqa ignore-next: article-mismatch reason */}\n"),
        ("rst", ".. mtqa ignore-next: article-mismatch reason\n\n"),
        ("asciidoc", "// mtqa ignore-next: article-mismatch reason\n"),
    ],
)
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_an_ignore_is_a_comment_of_its_format(format: str, comment: str, ending: str) -> None:  # noqa: A002
    text = f"We sat.\n\n{WAIT}\n".replace("\n", ending)
    _, (action,) = offered(checked(text, format), "article-mismatch")
    after = applied(text, action)
    assert after == text.replace(WAIT, comment.replace("\n", ending) + WAIT)
    assert "article-mismatch" not in codes(checked(after, format).diagnostics())


def test_plain_text_has_no_comments() -> None:
    repairs, ignores = offered(checked(TEXT, "text"), "article-mismatch")
    assert (len(repairs), len(ignores)) == (1, 0)


def test_what_cannot_be_read_is_a_diagnostic() -> None:
    (found,) = checked("a\0b", "text").diagnostics()
    assert found.code == "unreadable"
    assert "NUL" in found.message


@pytest.mark.parametrize(
    ("encoding", "columns"),
    [("utf-8", (0, 1, 2, 4, 8)), ("utf-16", (0, 1, 2, 3, 5)), ("utf-32", (0, 1, 2, 3, 4))],
)
def test_columns(encoding: str, columns: tuple[int, ...]) -> None:
    positions = Positions("x\r\n\taé🙈b", encoding)
    assert tuple(positions.between(3 + n, 3 + n).start.character for n in range(5)) == columns
    assert positions.between(3, 3).start.line == 1


def test_a_missing_extra_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(sys.modules, "pygls", None)
    with pytest.raises(SystemExit) as ended:
        main(["lsp"])
    assert ended.value.code == 2
    assert capsys.readouterr().err == (
        "mtqa: error: the language server needs pygls, which is not installed; pip install 'mtqa[lsp]'\n"
    )
