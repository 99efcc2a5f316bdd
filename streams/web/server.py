"""The HTTP side of a worker: metrics, health, values, and the live page."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from importlib.resources import files
from typing import Any

import orjson
from aiohttp import web

from streams.names import AGENT
from streams.units import to_ms
from streams.web.asking import asked, series_of
from streams.web.board import Board
from streams.web.catalogue import describe
from streams.web.fairness import Fairness
from streams.web.metrics import metrics_of
from streams.web.query import BadQueryError, Params, parse
from streams.web.stream import Limits, Streams
from streams.web.view import View

HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Server": "streams",
}
"""On every response."""

FILES = {
    "/": ("page.html", "text/html"),
    "/static/icon.svg": ("icon.svg", "image/svg+xml"),
    "/static/page.css": ("page.css", "text/css"),
    "/static/uplot.css": ("uplot.css", "text/css"),
    **{
        f"/static/{name}.js": (f"{name}.js", "text/javascript")
        for name in ("page", "store", "cards", "chart", "detail", "numbers", "rows", "uplot")
    },
}
"""What is served as it is: path → file, type. Nothing else in the folder is reachable."""

ASKING = 2
"""Explanations under way at once, at most."""
GRACE = 3.0
"""Seconds that requests under way have at the end."""

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Api:
    """The answers of one worker."""

    def __init__(self, view: View, limits: Limits) -> None:
        self._view = view
        self._board, self._streams = Board(view.kpis), Streams(limits)
        self._board.told.append(self._streams.tell)
        self._asking = 0

    async def follow(self, app: web.Application) -> AsyncIterator[None]:  # noqa: ARG002
        """Keep the board up to date for as long as the server runs."""
        self._view.listen(self._board.take)
        self._board.fill(self._view.latest())
        yield
        self._view.unlisten(self._board.take)

    async def end_streams(self, app: web.Application) -> None:  # noqa: ARG002
        """The server is about to end."""
        self._streams.close()

    async def healthz(self, request: web.Request) -> web.Response:  # noqa: ARG002
        """Whether the process does its work."""
        alive = self._view.alive()
        return _json({"alive": alive}, 200 if alive else 503)

    async def readyz(self, request: web.Request) -> web.Response:  # noqa: ARG002
        """Whether the numbers are up to date, and why not."""
        told = self._view.ready()
        return _json(told, 200 if told["ready"] else 503)

    async def positions(self, request: web.Request) -> web.Response:  # noqa: ARG002
        """Where the stages stand."""
        return _json(self._view.positions())

    async def kpis(self, request: web.Request) -> web.Response:  # noqa: ARG002
        """The catalogue."""
        return _json([describe(kpi) for kpi in self._view.kpis.values()])

    async def values(self, request: web.Request) -> web.Response:
        """The latest records asked for; `X-Total-Count` tells how many there are without the limit."""
        found = self._board.find(parse(_params(request), self._view.kpis))
        fairness = Fairness(self._view.kpis, self._agents)
        body = b"[" + b",".join([fairness.among_all(record) for record in found.records]) + b"]"
        headers = {"X-Total-Count": str(found.total)}
        return web.Response(body=body, content_type="application/json", headers=headers)

    def _agents(self, kpi: str, size: str, start: str) -> list[bytes]:
        """The records of all agents."""
        return self._board.records_of(kpi, AGENT, size, to_ms(datetime.fromisoformat(start)))

    async def open(self, request: web.Request) -> web.Response:  # noqa: ARG002
        """What is open now, fleet-wide."""
        return _json(await self._view.open())

    async def explain(self, request: web.Request) -> web.Response:
        """The cases behind a value; few may ask at once, for it takes a while."""
        params = _params(request)
        newest = self._board.start_of(series_of(params))
        question, limit = asked(params, self._view.kpis, self._view.calendar, newest)
        if self._asking >= ASKING:
            return _busy(f"{ASKING} explanations are under way: try again")
        self._asking += 1
        try:
            return _json(await self._view.explain(question, limit))
        finally:
            self._asking -= 1

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Records as they arrive."""
        return await self._streams.serve(request, parse(_params(request), self._view.kpis, bounds=False))


def make_app(view: View, limits: Limits | None = None) -> web.Application:
    """The application over a worker."""
    api = Api(view, limits or Limits())
    app = web.Application(middlewares=[_explain])
    app.cleanup_ctx.append(api.follow)
    app.on_shutdown.append(api.end_streams)
    app.on_response_prepare.append(_secure)
    app.router.add_get("/metrics", metrics_of(view.registry))
    for path, answer in (("/healthz", api.healthz), ("/readyz", api.readyz)):
        app.router.add_get(path, answer)
    for name in ("kpis", "values", "positions", "open", "explain"):
        app.router.add_get(f"/api/{name}", getattr(api, name))
    app.router.add_get("/api/events", api.events, allow_head=False)
    for path, (name, kind) in FILES.items():
        app.router.add_get(path, _file(name, kind))
    return app


async def serve(app: web.Application, host: str, port: int) -> tuple[web.AppRunner, int]:
    """Listen; the runner, whose `cleanup` ends it, and the port, which the system chooses for 0."""
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=GRACE)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError:
        await runner.cleanup()
        raise
    return runner, runner.addresses[0][1]


@web.middleware
async def _explain(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A request that cannot be understood is told what would be right."""
    try:
        return await handler(request)
    except BadQueryError as error:
        return _json({"errors": error.faults}, 400)


async def _secure(request: web.Request, response: web.StreamResponse) -> None:  # noqa: ARG001
    response.headers.update(HEADERS)
    response.headers.setdefault("Cache-Control", "no-store")


def _file(name: str, kind: str) -> Handler:
    body = files("streams.web").joinpath("static", name).read_bytes()

    async def answer(request: web.Request) -> web.Response:  # noqa: ARG001
        return web.Response(body=body, content_type=kind, charset="utf-8", headers={"Cache-Control": "no-cache"})

    return answer


def _params(request: web.Request) -> Params:
    return {name: request.query.getall(name) for name in request.query}


def _busy(text: str) -> web.Response:
    return web.json_response({"errors": [text]}, status=503, headers={"Retry-After": "10"})


def _json(body: Any, status: int = 200) -> web.Response:
    return web.Response(body=orjson.dumps(body), status=status, content_type="application/json")
