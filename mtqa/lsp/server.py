"""The protocol: which event of an editor asks for what."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.workspace import TextDocument

import mtqa
from mtqa.checker import Checker
from mtqa.core.errors import MtqaError
from mtqa.lsp.articles import FORMAT_OF, Article

__all__ = ["make_server"]


def make_server(load: Callable[[], Checker]) -> LanguageServer:
    """A server that checks Markdown, HTML and plain text when they are opened and saved; ``load`` is called once."""
    server = LanguageServer("mtqa", mtqa.__version__)
    desk = _Desk(server, load)

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    async def opened(params: types.DidOpenTextDocumentParams) -> None:
        await desk.check(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    async def saved(params: types.DidSaveTextDocumentParams) -> None:
        await desk.check(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseTextDocumentParams) -> None:
        desk.forget(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def hover(params: types.HoverParams) -> types.Hover | None:
        article = desk.current(params.text_document.uri)
        return None if article is None else article.hover(params.position)

    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix])
    )
    def actions(params: types.CodeActionParams) -> list[types.CodeAction]:
        article = desk.current(params.text_document.uri)
        return [] if article is None else article.actions(params.text_document.uri, params.range)

    return server


class _Desk:
    """The checker, and the articles that it has seen."""

    def __init__(self, server: LanguageServer, load: Callable[[], Checker]) -> None:
        self._server = server
        self._load = load
        self._checker: Checker | None = None
        self._articles: dict[str, Article] = {}
        self._complaint = ""
        self._worker = ThreadPoolExecutor(max_workers=1)  # models are not shared by threads

    async def check(self, uri: str) -> None:
        """Check the text as it is now, and publish what is found unless it changes meanwhile."""
        document = self._server.workspace.get_text_document(uri)
        if document.language_id not in FORMAT_OF:
            return
        text, version = document.source, document.version
        try:
            article = await asyncio.get_running_loop().run_in_executor(self._worker, self._checked, document, text)
        except MtqaError as error:
            self._complain(str(error))
            return
        now = self._server.workspace.text_documents.get(uri)
        if now is None or now.source != text:
            return
        self._articles[uri] = article
        self._publish(uri, article.diagnostics(), version)

    def forget(self, uri: str) -> None:
        """Take back what was said of a document that was closed."""
        if self._articles.pop(uri, None) is not None:
            self._publish(uri, [], None)

    def current(self, uri: str) -> Article | None:
        """The article, unless its text has changed since it was checked."""
        article = self._articles.get(uri)
        same = article is not None and self._server.workspace.get_text_document(uri).source == article.text
        return article if same else None

    def _checked(self, document: TextDocument, text: str) -> Article:
        if self._checker is None:
            self._checker = self._load()
        encoding = str(self._server.workspace.position_encoding or types.PositionEncodingKind.Utf16)
        language_id = document.language_id or ""
        name = document.path or document.uri
        return Article.check(self._checker, text, name, language_id=language_id, encoding=encoding)

    def _publish(self, uri: str, found: list[types.Diagnostic], version: int | None) -> None:
        params = types.PublishDiagnosticsParams(uri=uri, diagnostics=found, version=version)
        self._server.text_document_publish_diagnostics(params)

    def _complain(self, message: str) -> None:
        if message != self._complaint:  # not again at every save
            self._complaint = message
            params = types.ShowMessageParams(types.MessageType.Error, f"mtqa: {message}")
            self._server.window_show_message(params)
