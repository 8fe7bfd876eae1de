"""The page's addresses. Everything that touches an article runs in one thread, one request at a time."""

from __future__ import annotations

import asyncio
import json
import shlex
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from mtqa.core.errors import ConfigError, InputError, MtqaError
from mtqa.renderers.house import environment, house_style
from mtqa.renderers.wording import list_title, visible
from mtqa.repair.export import changes_csv, changes_html, labels
from mtqa.review import views
from mtqa.review.desk import Desk, Stale
from mtqa.review.guard import Guard
from mtqa.review.proposals import suggested
from mtqa.web import is_url

__all__ = ["make_app"]

_HERE = Path(__file__).parent
_LONGEST_REASON = 500
_PATIENCE = 15.0  # seconds for the body of a request
_STATIC = {"review.css": "text/css", "review.js": "text/javascript"}

T = TypeVar("T")


def make_app(
    desks: Sequence[Desk], *, token: str, hosts: Iterable[str], ready: Callable[[], None] = lambda: None
) -> Starlette:
    """The application for some documents.

    Args:
        token: what addresses begin with.
        hosts: names and ports that it answers to.
        ready: called when it starts.
    """
    pages = _Pages(desks, token)
    base = "/{token}"
    document, sentence = f"{base}/d/{{number:int}}", f"{base}/d/{{number:int}}/s/{{segment:int}}"
    routes = [
        Route(f"{base}/", pages.index),
        Route(f"{base}/static/{{name}}", pages.static),
        Route(document, pages.document),
        Route(f"{document}/verdict", pages.verdict),
        Route(f"{document}/export/{{what}}", pages.export),
        Route(sentence, pages.sentence, methods=["GET"]),
        Route(sentence, pages.act, methods=["POST"]),
        Route(f"{sentence}/suggestions", pages.suggestions),
        Route(f"{sentence}/ask", pages.ask, methods=["POST"]),
    ]

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        ready()
        yield
        pages.close()

    return Starlette(routes=routes, lifespan=lifespan, middleware=[Middleware(Guard, token=token, hosts=hosts)])


class _Pages:
    def __init__(self, desks: Sequence[Desk], token: str) -> None:
        self._desks = desks
        self._root = f"/{token}"
        self._worker = ThreadPoolExecutor(max_workers=1)
        self._templates = environment(_HERE / "templates")

    def close(self) -> None:
        self._worker.shutdown()

    async def index(self, _: Request) -> Response:
        if len(self._desks) == 1:
            return RedirectResponse(f"{self._root}/d/0", 303)
        rows = await self._run(lambda: [views.row(n, desk) for n, desk in enumerate(self._desks)])
        return HTMLResponse(self._render("index", rows=rows))

    async def document(self, request: Request) -> Response:
        number, desk = self._desk(request)
        return HTMLResponse(await self._run(lambda: self._page(number, desk)))

    def _page(self, number: int, desk: Desk) -> str:
        done, total = views.progress(desk)
        desk.seek(*desk.shown())
        return self._render(
            "document",
            base=f"{self._root}/d/{number}",
            uri=visible(desk.report.document.uri),
            language="" if desk.report.document.language == "und" else desk.report.document.language,
            several=len(self._desks) > 1,
            verdict=views.verdict(desk, desk.report),
            list_title=list_title(total, len(desk.shown())),
            done=done,
            total=total,
            groups=views.article(desk),
            cards=[views.card(desk, segment) for segment in desk.shown()],
            ignored=views.ignored(desk),
            trackable=desk.trackable,
            command=visible(shlex.join(["mtqa", "apply", str(desk.file), str(desk.edits_path)])),
            edits=visible(str(desk.edits_path or "")),
            on_disk=not is_url(desk.report.document.file),
            signature=visible(str(desk.signature)),
            adviser=visible(desk.adviser),
        )

    async def verdict(self, request: Request) -> Response:
        _, desk = self._desk(request)
        found = await self._run(lambda: views.verdict(desk, desk.judge_again()))
        return JSONResponse(
            {"html": self._render("verdict", verdict=found), "said": f"{found['headline']}, p(machine) {found['p']}"}
        )

    async def sentence(self, request: Request) -> Response:
        _, desk = self._desk(request)
        segment = self._segment(request, desk)
        return JSONResponse(await self._run(lambda: self._state(desk, segment)))

    async def suggestions(self, request: Request) -> Response:
        """What has become of the search for them: never waits for it. The sentence at hand comes before all others.
        Suggestions whose keys are in the query as ``shown`` stay where they are."""
        _, desk = self._desk(request)
        segment = self._segment(request, desk)

        def look() -> dict[str, object]:
            desk.seek(segment)
            return self._suggestions(request, desk, segment)

        return JSONResponse(await self._run(look))

    async def ask(self, request: Request) -> Response:
        """Have the language model asked about one sentence now: does not wait for it, either."""
        _, desk = self._desk(request)
        segment = self._segment(request, desk)
        if not desk.adviser:
            raise HTTPException(404, "no language model; start mtqa review with --llm")

        def ask() -> dict[str, object]:
            desk.ask(segment)
            return self._suggestions(request, desk, segment)

        return JSONResponse(await self._run(ask))

    def _suggestions(self, request: Request, desk: Desk, segment: int) -> dict[str, object]:
        shown = suggested(desk, segment, shown=request.query_params.getlist("shown"))
        return {
            "html": self._render("suggestions", suggested=shown),
            "revision": desk.standing(segment).revision,
            "looking": shown is not None and shown.looking,
            "said": "" if shown is None else shown.failure or shown.said,
        }

    async def act(self, request: Request) -> Response:
        """Do one thing to one sentence: ``{"kind", "revision", …}``."""
        _, desk = self._desk(request)
        segment = self._segment(request, desk)
        try:
            async with asyncio.timeout(_PATIENCE):
                body = await request.body()
        except TimeoutError:
            raise HTTPException(408, "the request came too slowly") from None
        try:
            asked = json.loads(body)
            kind, revision = asked["kind"], int(asked["revision"])
            text, reason = str(asked.get("text", "")), str(asked.get("reason", "")).strip()[:_LONGEST_REASON]
            do: Callable[[], None] = {
                "edit": lambda: desk.rewrite(segment, revision, text),
                "accept": lambda: desk.accept(segment, revision, str(asked["suggestion"])),
                "dismiss": lambda: desk.dismiss(segment, revision, str(asked["flag"]), reason),
                "undo": lambda: desk.undo(segment, revision),
            }[kind]
            if kind == "accept":
                str(asked["suggestion"])
            if kind == "dismiss":
                str(asked["flag"]).encode()
            (reason + text).encode()
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
            raise HTTPException(400, "not a request of this page") from None

        def act() -> tuple[int, dict[str, object]]:
            yours = text if kind == "edit" else None
            try:
                do()
            except Stale as error:
                return 409, self._state(desk, segment, note=str(error), yours=yours)
            except InputError as error:
                return 422, self._state(desk, segment, note=str(error), yours=yours)
            except ConfigError as error:
                return 507, self._state(desk, segment, note=str(error), yours=yours)
            return 200, self._state(desk, segment)

        status, state = await self._run(act)
        return JSONResponse(state, status)

    async def export(self, request: Request) -> Response:
        _, desk = self._desk(request)
        makers: dict[str, tuple[Callable[[], str | bytes], str]] = {
            "file": (desk.repaired, f"{desk.file.stem}.repaired{desk.file.suffix}"),
            "tracked": (desk.tracked, f"{desk.file.stem}.tracked{desk.file.suffix}"),
            "changes.html": (lambda: changes_html(desk.documents, desk.actions), f"{desk.file.stem}.changes.html"),
            "changes.csv": (lambda: changes_csv(desk.documents, desk.actions), f"{desk.file.stem}.changes.csv"),
            "labels.jsonl": (lambda: labels(desk.documents, desk.actions), f"{desk.file.stem}.labels.jsonl"),
        }
        make, name = makers.get(request.path_params["what"], (None, ""))
        if make is None:
            raise HTTPException(404, "not found")
        try:
            made = await self._run(make)
        except Stale as error:
            raise HTTPException(409, str(error)) from None
        except MtqaError as error:
            raise HTTPException(422, str(error)) from None
        where = f"attachment; filename*=UTF-8''{quote(name.encode('utf-8', 'replace'))}"
        return Response(made, media_type="application/octet-stream", headers={"Content-Disposition": where})

    async def static(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in _STATIC:
            raise HTTPException(404, "not found")
        text = (_HERE / name).read_text(encoding="utf-8")
        return Response(house_style() + text if name.endswith(".css") else text, media_type=_STATIC[name])

    def _state(self, desk: Desk, segment: int, *, note: str = "", yours: str | None = None) -> dict[str, object]:
        desk.seek(segment)
        card = views.card(desk, segment, note=visible(note), yours=yours)
        done, total = views.progress(desk)
        was = f"{card.p_was} before, " if card.p_was else ""
        return {
            "card": self._render("card", card=card),
            "sentence": self._render("sentence", run=views.run_of(desk, segment)),
            "done": done,
            "total": total,
            "said": visible(note) or f"{card.status}. Probability that it needs repair: {was}{card.p} now.",
        }

    def _render(self, template: str, **values: object) -> str:
        return self._templates.get_template(f"{template}.html.j2").render(root=self._root, **values)

    def _desk(self, request: Request) -> tuple[int, Desk]:
        number = request.path_params["number"]
        if number >= len(self._desks):
            raise HTTPException(404, "no such document")
        return number, self._desks[number]

    def _segment(self, request: Request, desk: Desk) -> int:
        segment: int = request.path_params["segment"]
        if segment >= len(desk.report.verdicts):
            raise HTTPException(404, "no such sentence")
        return segment

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._worker, work)
