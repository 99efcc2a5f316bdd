"""Records into one partition, in order, acknowledged by the broker: some 2 µs a record instead of 17 by `send`."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaTimeoutError
from aiokafka.producer.message_accumulator import BatchBuilder
from mode import Service

Headers = list[tuple[str, bytes | None]]
Outgoing = tuple[bytes | None, bytes | None, int | None, Headers]
"""Key, value, timestamp in milliseconds since the epoch (None: now), headers."""

MAX_BATCH = 512 * 1024
"""Bytes of a record batch before compression; Kafka refuses more than 1 MiB by default."""

CLOSE_TIMEOUT = 5.0
"""Seconds that a stop waits for a broker that may be gone."""


class BatchWriter(Service):  # type: ignore[misc]
    """A producer of its own (idempotent, acks=all), started and stopped with the service that it is added to.

    `compression` is None, gzip, snappy, lz4 or zstd. On JSON of 134 bytes a record zstd costs 0.5 µs and leaves 15 %;
    aiokafka's lz4 runs at its level 9: 2.6 µs, 21 %.
    """

    def __init__(
        self,
        *,
        bootstrap: Sequence[str],
        client_id: str,
        compression: str | None = "zstd",
        request_timeout: float = 30.0,
        auth: dict[str, Any] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self._settings = {
            "bootstrap_servers": list(bootstrap),
            "client_id": client_id,
            "compression_type": compression,
            "request_timeout_ms": int(request_timeout * 1000),
            "acks": "all",
            "enable_idempotence": True,
            "max_batch_size": MAX_BATCH,
            **(auth or {}),
        }
        self._request_timeout = request_timeout
        self._producer: AIOKafkaProducer | None = None

    async def on_start(self) -> None:
        """Connect."""
        producer = AIOKafkaProducer(**self._settings)
        await producer.start()
        self._producer = producer

    async def on_stop(self) -> None:
        """Send what is queued, if the broker is there, and disconnect."""
        producer, self._producer = self._producer, None
        if producer is not None:
            await asyncio.wait({asyncio.ensure_future(producer.stop())}, timeout=CLOSE_TIMEOUT)

    @property
    def producer(self) -> AIOKafkaProducer:
        """The producer while the service runs.

        Raises:
            RuntimeError: not started, or stopped.
        """
        if self._producer is None:
            raise RuntimeError("the writer is not running")
        return self._producer

    async def partitions(self, topic: str) -> int:
        """How many partitions a topic has."""
        partitions: set[int] = await self.producer.partitions_for(topic)
        return len(partitions)

    async def send(self, topic: str, partition: int, records: Iterable[Outgoing]) -> int:
        """Append records to a partition in their order; the offset of the last one, or -1 if there are none.

        Returns when the broker has acknowledged all. A failure may leave a prefix of whole batches in the topic.

        Raises:
            aiokafka.errors.KafkaError: a batch was refused, or not acknowledged within the request timeout. It may
                still reach the topic later: end the process, its next start finds out.
        """
        sent: list[tuple[asyncio.Future[Any], int]] = []
        for batch in self._batches(records):
            future = await self.producer.send_batch(batch, topic, partition=partition)
            sent.append((future, batch.record_count()))
        if not sent:
            return -1
        await self._acknowledged([future for future, _ in sent])
        base: int = sent[-1][0].result().offset
        return base + sent[-1][1] - 1

    async def _acknowledged(self, futures: Sequence[asyncio.Future[Any]]) -> None:
        """Wait for all; an idempotent aiokafka producer would wait for a lost broker for ever."""
        done, late = await asyncio.wait(futures, timeout=self._request_timeout)
        for future in done:
            future.result()
        if late:
            raise KafkaTimeoutError(f"{len(late)} batches without an answer after {self._request_timeout} s")

    def _batches(self, records: Iterable[Outgoing]) -> Iterable[BatchBuilder]:
        """Records packed into closed builders; a record larger than a batch travels alone."""
        builder = self.producer.create_batch()
        append = builder.append
        for key, value, timestamp, headers in records:
            if append(timestamp=timestamp, key=key, value=value, headers=headers) is None:
                yield builder
                builder = self.producer.create_batch()
                append = builder.append
                append(timestamp=timestamp, key=key, value=value, headers=headers)
        builder.close()
        if builder.record_count():
            yield builder
