"""How a worker stops: it takes its leave of Kafka, or goes without it when there is none."""

import asyncio
import logging
import os
from collections.abc import Awaitable

from streams.worker.app import WorkerApp
from streams.worker.link import Link

STOP_SECONDS = 20.0
"""For flushes, commits and leaving the group."""
WITHOUT_KAFKA_SECONDS = 2.0
"""Where Kafka does not answer."""
LOOK_SECONDS = 0.1

log = logging.getLogger(__name__)


async def leave(stopping: Awaitable[None], link: Link, app: WorkerApp) -> None:
    """Stop; without Kafka end the process, as nothing more can be flushed, and nothing need be."""
    leaving = asyncio.ensure_future(stopping)
    began = asyncio.get_running_loop().time()
    while not (await asyncio.wait([leaving], timeout=LOOK_SECONDS))[0]:
        lasted = asyncio.get_running_loop().time() - began
        if not link.up and lasted > WITHOUT_KAFKA_SECONDS:
            abandon(app)
        if lasted > STOP_SECONDS:
            app.on_crash(app, TimeoutError(f"not stopped within {STOP_SECONDS:.0f} s"))
    leaving.result()


def abandon(app: WorkerApp) -> None:
    """End at once. What was not acknowledged is not committed either, and is done again after the next start."""
    log.warning("stopped without Kafka: what it has not acknowledged is done again after the next start")
    for table in app.tables.values():
        table.data.close()
    logging.shutdown()
    os._exit(0)
