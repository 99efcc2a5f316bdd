"""Values as they arrive, as server-sent events: at most one update a second for each series, many in one message.

Events: `values` (a JSON list of kpi-values records), `gone` (a JSON list of keys whose windows became empty), `lost`
(how many updates a slow reader missed: read the values anew).
Source: WHATWG HTML, section 9.2 "Server-sent events".
"""

import asyncio
from collections.abc import Iterator

import msgspec
from aiohttp import web

from streams.web.query import Query, Series


class Limits(msgspec.Struct, frozen=True):
    """Bounds of the streams; times in seconds."""

    clients: int = 32
    pending: int = 5_000
    """Windows that wait to be sent to one reader; the oldest are dropped beyond."""
    pause: float = 1.0
    """From one message to the next."""
    heartbeat: float = 15.0
    patience: float = 30.0
    """How long a reader may take for one message."""


class Client:
    """One reader: what he asked for, and what waits to be sent to him."""

    def __init__(self, query: Query, most: int) -> None:
        self._query, self._most = query, most
        self._pending: dict[bytes, bytes | None] = {}
        self._lost = 0
        self._stirred = asyncio.Event()
        self._closed = asyncio.Event()

    @property
    def closed(self) -> bool:
        """Whether the stream is to end."""
        return self._closed.is_set()

    def close(self) -> None:
        """Have the stream end."""
        self._closed.set()
        self._stirred.set()

    def offer(self, series: Series, key: bytes, record: bytes | None) -> None:
        """A record arrived; a later one of the same window takes the place of one that still waits."""
        if not self._query.asks_for(series):
            return
        if key not in self._pending and len(self._pending) >= self._most:
            del self._pending[next(iter(self._pending))]
            self._lost += 1
        self._pending[key] = record
        self._stirred.set()

    async def stirs(self, seconds: float) -> None:
        """Wait until there is something to send, or the time is over."""
        await _within(self._stirred, seconds)

    async def rests(self, seconds: float) -> None:
        """Wait, but not beyond the end."""
        await _within(self._closed, seconds)

    def message(self) -> bytes:
        """All that waits as one message; a comment where nothing does."""
        pending, self._pending = self._pending, {}
        lost, self._lost = self._lost, 0
        self._stirred.clear()
        return b"".join(_events(pending, lost)) or b": nothing new\n\n"


class Streams:
    """All readers."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._clients: set[Client] = set()

    def tell(self, series: Series, key: bytes, record: bytes | None) -> None:
        """A record arrived."""
        for client in self._clients:
            client.offer(series, key, record)

    def close(self) -> None:
        """Have every stream end."""
        for client in self._clients:
            client.close()

    async def serve(self, request: web.Request, query: Query) -> web.StreamResponse:
        """Send one reader what he asked for, until he leaves or the server ends."""
        if len(self._clients) >= self._limits.clients:
            text = f"all {self._limits.clients} streams are taken: close one, or try again"
            return web.json_response({"errors": [text]}, status=503, headers={"Retry-After": "10"})
        client = Client(query, self._limits.pending)
        self._clients.add(client)
        try:
            return await self._send(request, client)
        finally:
            self._clients.discard(client)

    async def _send(self, request: web.Request, client: Client) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "X-Accel-Buffering": "no"})
        limits = self._limits
        try:
            await response.prepare(request)
            await response.write(b"retry: 2000\n\n")
            while not client.closed:
                await client.stirs(limits.heartbeat)
                await asyncio.wait_for(response.write(client.message()), limits.patience)
                await client.rests(limits.pause)
        except ConnectionError:
            pass  # the reader left
        except TimeoutError:
            if request.transport is not None:
                request.transport.abort()  # it would wait for ever for what was written
        return response


def _events(pending: dict[bytes, bytes | None], lost: int) -> Iterator[bytes]:
    values = [record for record in pending.values() if record is not None]
    gone = [key for key, record in pending.items() if record is None]
    if lost:
        yield b"event: lost\ndata: %d\n\n" % lost
    if values:
        yield b"event: values\ndata: [" + b",".join(values) + b"]\n\n"
    if gone:
        yield b"event: gone\ndata: [" + b",".join(gone) + b"]\n\n"


async def _within(event: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        pass
