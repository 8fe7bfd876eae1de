"""The protocol: which event of an editor asks for what."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cache
from pathlib import Path
from urllib.parse import unquote

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path
from pygls.workspace import TextDocument

import mtqa
from mtqa.checker import Checker
from mtqa.core.errors import ConfigError, MtqaError
from mtqa.core.faults import internal
from mtqa.core.limits import BATCH, OutOfTime, unless
from mtqa.core.proofreading import ABSENT, MISSING
from mtqa.core.settings import ARTICLES, RATE, CheckerSettings
from mtqa.lsp.actions import actions
from mtqa.lsp.articles import FORMAT_OF, Article
from mtqa.lsp.project import Project

__all__ = ["make_server"]

_QUICK_FIX = types.CodeActionKind.QuickFix


def make_server(load: Callable[[CheckerSettings], Checker]) -> LanguageServer:
    """A server that checks Markdown, HTML and plain text when they are opened and saved; ``load`` is called once for
    each way of judging that a project asks for."""
    # Whole texts, as pygls applies changes by lines that end where the protocol has none (U+2028, form feed).
    server = LanguageServer("mtqa", mtqa.__version__, text_document_sync_kind=types.TextDocumentSyncKind.Full)
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

    @server.feature(types.SHUTDOWN)
    def ending(params: None) -> None:
        desk.ended = True

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def hover(params: types.HoverParams) -> types.Hover | None:
        article = desk.current(params.text_document.uri)
        return None if article is None else article.hover(params.position)

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(code_action_kinds=[_QUICK_FIX]))
    def code_actions(params: types.CodeActionParams) -> list[types.CodeAction]:
        article = desk.current(params.text_document.uri)
        only = params.context.only
        if article is None or (only is not None and not {_QUICK_FIX, types.CodeActionKind.Empty} & set(only)):
            return []
        return actions(article, params.text_document.uri, params.range)

    return server


class _Desk:
    """The checkers by their settings, and the articles that they have seen.

    Attributes:
        ended: whether nothing is to be checked any more, nor any further.
    """

    def __init__(self, server: LanguageServer, load: Callable[[CheckerSettings], Checker]) -> None:
        self.ended = False
        self._server = server
        self._checker = cache(load)
        self._articles: dict[str, Article] = {}
        self._complaints: dict[str, tuple[str, ...]] = {}  # by the article that was checked last when they arose
        self._worker = ThreadPoolExecutor(max_workers=1)  # models are not shared by threads

    async def check(self, uri: str) -> None:
        """Check the text as it is now, and publish what is found unless it changes meanwhile."""
        document = self._server.workspace.get_text_document(uri)
        if document.language_id not in FORMAT_OF:
            return
        text, version = document.source, document.version
        path = _path(uri)
        project = Project.of(path, self._root(path))
        if project.excluded:
            self._complain(uri, project.complaints)
            self._articles.pop(uri, None)
            self._publish(uri, [], version)
            return
        try:
            article, unfit = await asyncio.get_running_loop().run_in_executor(
                self._worker, self._checked, document, text, project
            )
        except Exception as error:
            said = str(error) if isinstance(error, MtqaError) else internal(error, uri)
            self._complain(uri, (*project.complaints, said))
            return
        if article is None:
            return
        self._complain(uri, (*project.complaints, *unfit))
        if self._holds(uri, text):
            self._articles[uri] = article
            self._publish(uri, article.diagnostics(), version)

    def forget(self, uri: str) -> None:
        """Take back what was said of a document that was closed."""
        self._complaints.pop(uri, None)
        if self._articles.pop(uri, None) is not None:
            self._publish(uri, [], None)

    def current(self, uri: str) -> Article | None:
        """The article, unless its text has changed since it was checked."""
        article = self._articles.get(uri)
        return article if article is not None and self._holds(uri, article.text) else None

    def _holds(self, uri: str, text: str) -> bool:
        """Whether the document is open and reads ``text``."""
        if self.ended:
            return False
        document = self._server.workspace.text_documents.get(unquote(uri))  # pygls keeps them so
        return document is not None and document.source == text

    def _checked(self, document: TextDocument, text: str, project: Project) -> tuple[Article | None, tuple[str, ...]]:
        """The article, and what of its project cannot be honoured."""
        if not self._holds(document.uri, text):  # it changed while others were checked
            return None, ()
        unfit: tuple[str, ...] = ()
        wanted = project.policy.judging(replace(ARTICLES, termbase=project.termbase, limits=BATCH))
        try:
            checker = self._checker(wanted)
        except ConfigError as error:  # the model has no threshold for the false-alarm rate
            checker, unfit = self._checker(replace(wanted, rate=RATE)), (str(error),)
        if MISSING in checker.signature.extra:
            unfit = (*unfit, f"{ABSENT}, so the fast editor flags sentences")
        try:
            with unless(lambda: not self._holds(document.uri, text)):
                article = Article.check(
                    checker,
                    text,
                    str(_path(document.uri) or document.uri),
                    format=FORMAT_OF[document.language_id or ""],
                    encoding=str(self._server.workspace.position_encoding or types.PositionEncodingKind.Utf16),
                    project=project,
                )
        except OutOfTime:  # it changed while it was read
            return None, ()
        return article, unfit

    def _root(self, path: Path | None) -> Path:
        """The folder that the editor works in: the innermost that holds the file, else the first."""
        workspace = self._server.workspace
        roots = [found for uri in (*workspace.folders, workspace.root_uri or "") if (found := _path(uri))]
        holding = [root for root in roots if path is not None and path.is_relative_to(root)]
        if holding:
            return max(holding, key=lambda root: len(root.parts))
        if path is not None:
            return path.parent
        return roots[0] if roots else Path.cwd()

    def _publish(self, uri: str, found: list[types.Diagnostic], version: int | None) -> None:
        params = types.PublishDiagnosticsParams(uri=uri, diagnostics=found, version=version)
        self._server.text_document_publish_diagnostics(params)

    def _complain(self, uri: str, messages: tuple[str, ...]) -> None:
        """Show those that no open article has caused already: not again at every save."""
        shown = {message for known in self._complaints.values() for message in known}
        self._complaints[uri] = messages
        for message in messages:
            if message not in shown:
                params = types.ShowMessageParams(types.MessageType.Error, f"mtqa: {message}")
                self._server.window_show_message(params)


def _path(uri: str) -> Path | None:
    """The file that ``uri`` names; None where it names none, as that of a text that was never saved."""
    found = to_fs_path(uri) if uri.startswith("file:") else None
    return Path(found) if found else None
