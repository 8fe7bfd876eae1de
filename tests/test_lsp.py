"""The language server, with a client in another process."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from fakes import fake_checker
from lsprotocol import types
from pygls.lsp.client import LanguageClient

from mtqa.cli.app import main
from mtqa.lsp.articles import Article
from mtqa.lsp.positions import Positions

PROGRAM = Path(__file__).parent / "lsp_program.py"
TEXT = "The ferry was late 🙈 after a hour, and nobody minded. We sat on the zzwall with our feet over the water.\n"


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
        return list((await asyncio.wait_for(self.published.get(), 60)).diagnostics)


def talk(what: Callable[[Editor], Awaitable[None]], *encodings: str) -> None:
    """Run the server, and ``what`` with a client of it."""

    async def session() -> None:
        editor = Editor()
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(os.path.abspath, filter(None, sys.path)))}
        await editor.start_io(sys.executable, str(PROGRAM), env=environment)
        general = types.GeneralClientCapabilities(position_encodings=list(encodings)) if encodings else None
        started = await editor.initialize_async(
            types.InitializeParams(capabilities=types.ClientCapabilities(general=general))
        )
        assert started.capabilities.position_encoding == (encodings[0] if encodings else "utf-16")
        editor.initialized(types.InitializedParams())
        await what(editor)
        await editor.shutdown_async(None)
        editor.exit(None)
        await editor.stop()

    asyncio.run(session())


def spot(found: types.Diagnostic) -> tuple[int, int, int, int]:
    return (found.range.start.line, found.range.start.character, found.range.end.line, found.range.end.character)


def only(found: list[types.Diagnostic], code: str) -> types.Diagnostic:
    (one,) = (each for each in found if each.code == code)
    return one


@pytest.mark.parametrize(("encoding", "shift"), [("utf-8", 3), ("utf-16", 1), ("utf-32", 0), (None, 1)])
def test_open_hover_and_repair(encoding: str | None, shift: int) -> None:
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
        assert "→ an hour (safe)" in hover.contents.value
        assert await editor.text_document_hover_async(types.HoverParams(here, types.Position(0, 0))) is None
        context = types.CodeActionContext(diagnostics=[])
        actions: Any = await editor.text_document_code_action_async(
            types.CodeActionParams(here, article.range, context)
        )
        (action,) = actions
        assert action.title.startswith("Replace with “an hour”")
        (change,) = action.edit.changes[uri]
        assert change.new_text == "n"
        assert change.range.start == change.range.end == types.Position(0, at + shift + 1)

    talk(what, *filter(None, [encoding]))


def test_save_change_and_close() -> None:
    async def what(editor: Editor) -> None:
        uri = "file:///folder/a%20b.md"
        here = types.TextDocumentIdentifier(uri)
        editor.open("# Late\n\n" + TEXT, uri, "markdown")
        found = await editor.next()
        assert only(found, "garbled").range.start.line == 2
        place = only(found, "article-mismatch").range
        editor.text_document_did_change(
            types.DidChangeTextDocumentParams(
                types.VersionedTextDocumentIdentifier(2, uri),
                [types.TextDocumentContentChangeWholeDocument("\n\n\n" + TEXT.replace("zz", ""))],
            )
        )
        assert await editor.text_document_hover_async(types.HoverParams(here, place.start)) is None
        editor.text_document_did_save(types.DidSaveTextDocumentParams(here))
        found = await editor.next()
        assert [each.code for each in found if each.code == "garbled"] == []
        assert only(found, "article-mismatch").range.start.line == 3
        editor.text_document_did_close(types.DidCloseTextDocumentParams(here))
        assert await editor.next() == []

    talk(what)


def test_other_languages_and_empty_files_are_left_alone() -> None:
    async def what(editor: Editor) -> None:
        editor.open("x = 'a hour'\n", "file:///a.py", "python")
        editor.open(" \n", "file:///empty.txt")
        first = await asyncio.wait_for(editor.published.get(), 60)
        assert (first.uri, list(first.diagnostics)) == ("file:///empty.txt", [])

    talk(what)


HTML = '<html><head><meta charset="latin-1"></head><body>\r\n<p>Caf\u00e9: we waited for a hour &amp; {}.</p></body></html>'


@pytest.mark.parametrize(
    ("text", "language", "code", "replaced"),
    [
        (HTML.format("left"), "html", "article-mismatch", ("a hour", "an hour")),
        (HTML.format("it was a important day"), "html", "article-mismatch", ("a important", "an important")),
        ("We sat.\n\nWe *waited* for a hour.\n", "markdown", "article-mismatch", ("a hour", "an hour")),
        ("We sat.\r\n\r\nIt took a hour\u2028or so.\r\n", "plaintext", "article-mismatch", ("a hour", "an hour")),
    ],
)
def test_an_action_changes_the_flagged_words_only(
    text: str, language: str, code: str, replaced: tuple[str, str]
) -> None:
    article = Article.check(fake_checker(), text, "a", language_id=language, encoding="utf-32")
    lines = text.replace("\r\n", "\n").split("\n")
    changed = set()
    for found in article.diagnostics():
        for action in article.actions("file:///a", found.range) if found.code == code else []:
            assert action.edit is not None
            assert action.edit.changes is not None
            (change,) = action.edit.changes["file:///a"]
            line, start, end = change.range.start.line, change.range.start.character, change.range.end.character
            assert change.range.end.line == line
            edited = lines.copy()
            edited[line] = lines[line][:start] + change.new_text + lines[line][end:]
            changed.add("\n".join(edited))
    assert text.replace("\r\n", "\n").replace(*replaced) in changed


def test_markup_inside_is_never_edited() -> None:
    article = Article.check(
        fake_checker(), "We waited for a **hour** there.\n", "a", language_id="markdown", encoding="utf-16"
    )
    places = [each.range for each in article.diagnostics() if each.code == "article-mismatch"]
    assert places
    assert article.actions("file:///a", places[0]) == []


def test_what_cannot_be_read_is_a_diagnostic() -> None:
    article = Article.check(fake_checker(), "a\0b", "a", language_id="plaintext", encoding="utf-16")
    (found,) = article.diagnostics()
    assert found.code == "unreadable"
    assert "NUL" in found.message


@pytest.mark.parametrize(
    ("encoding", "columns"), [("utf-8", (0, 1, 3, 7)), ("utf-16", (0, 1, 2, 4)), ("utf-32", (0, 1, 2, 3))]
)
def test_columns(encoding: str, columns: tuple[int, ...]) -> None:
    positions = Positions("x\r\naé🙈b", encoding)
    assert tuple(positions.between(3 + n, 3 + n).start.character for n in range(4)) == columns
    assert positions.between(3, 3).start.line == 1


def test_a_missing_extra_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(sys.modules, "pygls", None)
    with pytest.raises(SystemExit) as ended:
        main(["lsp"])
    assert ended.value.code == 2
    assert capsys.readouterr().err == (
        "mtqa: error: the language server needs pygls, which is not installed; pip install 'mtqa[lsp]'\n"
    )
