"""`/metrics`: what a worker shows is held fast on its loop, and made into text in another thread."""

import asyncio
import gzip
from collections.abc import Awaitable, Callable

from aiohttp import hdrs, web
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

from streams.exports.collector import Registry, frozen

LEVEL = 1
"""Of compression: the text is much alike, and time counts."""


def metrics_of(registry: Registry) -> Callable[[web.Request], Awaitable[web.Response]]:
    """The handler of a registry: OpenMetrics where it is asked for, compressed where that is accepted."""

    async def metrics(request: web.Request) -> web.Response:
        accepted = ",".join(request.headers.getall(hdrs.ACCEPT, []))
        packed = "gzip" in request.headers.get(hdrs.ACCEPT_ENCODING, "")
        body, kind = await asyncio.to_thread(_text, frozen(registry), accepted, packed)
        encoding = {hdrs.CONTENT_ENCODING: "gzip"} if packed else {}
        return web.Response(body=body, headers={hdrs.CONTENT_TYPE: kind, hdrs.VARY: hdrs.ACCEPT, **encoding})

    return metrics


def _text(registry: CollectorRegistry, accepted: str, packed: bool) -> tuple[bytes, str]:
    encode, kind = choose_encoder(accepted)
    body = encode(registry)
    return (gzip.compress(body, LEVEL) if packed else body), kind
