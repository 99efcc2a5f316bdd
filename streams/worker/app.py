"""The Faust application of a worker, without Faust's web server, leader topic, standby tables and topic creation."""

import asyncio
import logging
import os
import signal
import uuid
from collections.abc import Awaitable, Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Literal

import faust
from faust.app.base import BootStrategy
from faust.transport.drivers.aiokafka import credentials_to_aiokafka_auth
from yarl import URL

from streams.worker import connection, logs
from streams.worker.batch import Batch
from streams.worker.hooks import Hooks, Notice, Positions, ignore, no_positions
from streams.worker.recovery import Tables
from streams.worker.table import StateTable
from streams.worker.transport import SCHEME, BatchSchema, ChangelogReader
from streams.worker.writer import BatchWriter

EXIT_CRASHED = 70
"""Process exit code after an error that cannot be handled: a supervisor starts the worker anew."""

JOIN_SLACK = 5.0
"""Seconds that the answer to a join may take beyond the time that the members have to join."""

log = logging.getLogger(__name__)

Crash = Callable[["WorkerApp", BaseException], None]
Handler = Callable[[Batch], Awaitable[None]]


def crash(app: "WorkerApp", error: BaseException) -> None:
    """End the process at once: nothing further is acked or committed, and the restart repeats what was not."""
    log.critical("worker %s ends: %r", app.conf.id, error, exc_info=error)
    logging.shutdown()
    os._exit(EXIT_CRASHED)


class Boot(BootStrategy):  # type: ignore[misc]
    """What Faust starts: all but its own producer, which nothing would use."""

    enable_kafka_producer = False


class WorkerApp(faust.App):  # type: ignore[misc]
    """A Faust app whose sources come in batches. Make it by `create_app`."""

    logger = logs.framework
    BootStrategy = Boot

    hooks: Hooks
    batch_topics: set[str]
    changelog_readers: dict[str, ChangelogReader]
    writer: BatchWriter
    directory: Path | None
    on_crash: Crash

    def on_init_dependencies(self) -> Iterable[Any]:
        """The writer starts first and stops last."""
        return [self.writer, *super().on_init_dependencies()]

    async def on_stop(self) -> None:
        """Take leave as at a revoke: flush, ack, commit. Then stop as Faust does."""
        if self._consumer is not None and self._consumer.started:
            await self.consumer.retire()
        await super().on_stop()

    def begin_anew(self) -> None:
        """Give all partitions up and join the group again: state, positions and connections are taken up anew."""
        self.consumer._thread.rejoin()

    def _crash(self, reason: BaseException) -> None:
        super()._crash(reason)
        self.on_crash(self, reason)

    async def _on_agent_error(self, agent: Any, exc: BaseException) -> None:  # noqa: ARG002
        self.on_crash(self, exc)

    def state_table(self, name: str, changelog: str) -> StateTable:
        """Add a table over an existing compacted topic with as many partitions as the topic whose state it holds."""
        table = StateTable(self, name=name, writer=self.writer, changelog=changelog, directory=self.directory)
        self.batch_topics.add(changelog)
        self.changelog_readers[changelog] = table
        self.tables.add(table)
        return table

    def handle(self, topics: Sequence[str], handler: Handler, name: str) -> None:
        """Have each batch of these topics handled, one after the other, by one agent. The handler acks, or keeps.

        An error in the handler ends the process (see `crash`): the batch is not acked. No handler runs while the
        `revoked` hook does, and none sees a batch of before a rebalance after it.
        """
        self.batch_topics.update(topics)

        async def run(stream: Any) -> None:
            async for batch in stream.noack():
                await self.consumer.hand_over(batch, handler)

        self.agent(self.topic(*topics, schema=BatchSchema()), name=name)(run)


def create_app(
    *,
    app_id: str,
    broker: str,
    datadir: Path,
    store: Literal["memory", "rocksdb"] = "memory",
    positions: Positions = no_positions,
    on_assigned: Notice = ignore,
    on_revoked: Notice = ignore,
    session_timeout: float = 10.0,
    heartbeat: float = 3.0,
    rebalance_timeout: float = 30.0,
    request_timeout: float = 15.0,
    instance: str | None = None,
    commit_interval: float = 1.0,
    compression: str | None = "zstd",
    credentials: Any = None,
    on_crash: Crash = crash,
    **settings: Any,
) -> WorkerApp:
    """A worker app; give it tables and handlers, then `start` it in a running loop, or `run` it.

    `app_id` is the consumer group, `broker` a comma-separated list of host:port, `datadir` one per worker process.
    Topics must exist before the start. Durations in seconds. An `instance` keeps its partitions over a restart that is
    shorter than the session timeout; no other worker of the group may have the same. Further settings go to Faust as
    they are.
    """
    servers = [part.strip() for part in broker.split(",")]
    app = WorkerApp(
        app_id,
        broker=[URL(f"{SCHEME}://{server}") for server in servers],
        broker_credentials=credentials,
        datadir=str(datadir),
        broker_session_timeout=session_timeout,
        broker_heartbeat_interval=heartbeat,
        broker_commit_interval=commit_interval,
        broker_rebalance_timeout=rebalance_timeout,
        broker_request_timeout=max(request_timeout, session_timeout, rebalance_timeout + JOIN_SLACK),
        producer_request_timeout=request_timeout,
        consumer_group_instance_id=instance,
        **{**_SETTINGS, **settings},
        canonical_url=URL(f"worker://{instance or uuid.uuid4().hex}"),  # an assignment names the member by it
    )
    app.hooks = Hooks(assigned=on_assigned, positions=positions, revoked=on_revoked)
    app.batch_topics, app.changelog_readers = set(), {}
    app.directory = Path(datadir) / "tables" if store == "rocksdb" else None
    app.on_crash = on_crash
    app.writer = BatchWriter(
        bootstrap=servers,
        client_id=f"{app_id}-writer",
        compression=compression,
        request_timeout=app.conf.producer_request_timeout,
        auth=dict(credentials_to_aiokafka_auth(credentials, app.conf.ssl_context)),
    )
    logs.quiet()
    connection.install()
    return app


_SETTINGS: dict[str, Any] = {
    "autodiscover": False,
    "web_enabled": False,
    "topic_allow_declare": False,
    "topic_disable_leader": True,
    "table_standby_replicas": 0,
    "processing_guarantee": "at_least_once",
    "TableManager": Tables,
    "stream_buffer_maxsize": 16,
    "stream_wait_empty": False,
    "stream_recovery_delay": 0.0,
    "broker_max_poll_records": 5000,
    "consumer_max_fetch_size": 4 * 1024 * 1024,
    "consumer_metadata_max_age_ms": 15_000,  # a topic that is deleted and made anew is taken up again by then
    "consumer_auto_offset_reset": "earliest",
}


async def run(app: WorkerApp, stopping: asyncio.Event | None = None, stop_timeout: float = 20.0) -> None:
    """Start, wait for SIGTERM, SIGINT or the event, stop. A stop that takes longer, as without a broker, is a crash."""
    stop, loop = stopping or asyncio.Event(), asyncio.get_running_loop()
    signals = (signal.SIGTERM, signal.SIGINT)
    for number in signals:
        loop.add_signal_handler(number, stop.set)
    starting = asyncio.ensure_future(app.start())
    try:
        await stop.wait()
    finally:
        for number in signals:
            loop.remove_signal_handler(number)
        await stop_within(app, stop_timeout)
        starting.cancel()
        await asyncio.wait([starting])


async def stop_within(app: WorkerApp, seconds: float) -> None:
    """Stop the app, or crash it when that takes too long."""
    stopping = asyncio.ensure_future(app.stop())
    done, _ = await asyncio.wait({stopping}, timeout=seconds)  # wait_for would cancel, which services do not heed
    if done:
        stopping.result()
    else:
        app.on_crash(app, TimeoutError(f"not stopped within {seconds} s"))
