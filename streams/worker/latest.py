"""The latest records of a compacted topic, followed in a thread of its own."""

import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Any

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, Message, TopicPartition

POLL_SECONDS = 0.1


class RecordsLostError(RuntimeError):
    """The broker dropped records before they were read."""


class Latest:
    """Reads a topic from its beginning while the context lasts; `strict` makes a missing offset an error.

    `client` are librdkafka's settings that lead to the cluster.
    """

    def __init__(self, client: Mapping[str, Any], topic: str, partitions: int, *, strict: bool) -> None:
        self._topic, self._strict = topic, strict
        self.values: dict[bytes, bytes] = {}
        self.next = dict.fromkeys(range(partitions), 0)
        self._error: Exception | None = None
        self._stop = threading.Event()
        self._consumer = Consumer({**client, "group.id": "unused", "enable.auto.commit": False})
        self._consumer.assign([TopicPartition(topic, partition, OFFSET_BEGINNING) for partition in self.next])
        self._thread = threading.Thread(target=self._run, daemon=True)

    def check(self) -> None:
        """Raise what went wrong in the thread."""
        if self._error is not None:
            raise self._error

    def _run(self) -> None:
        try:
            while not self._stop.is_set():
                for message in self._consumer.consume(5_000, POLL_SECONDS):
                    self._take(message)
        except Exception as error:
            self._error = error

    def _take(self, message: Message) -> None:
        error = message.error()
        if error is not None:
            if error.code() != KafkaError._PARTITION_EOF and not error.retriable():
                raise RuntimeError(f"{self._topic}: {error.str()}")
            return
        partition, offset, key, value = message.partition(), message.offset(), message.key(), message.value()
        assert partition is not None
        assert offset is not None
        if self._strict and offset != self.next[partition]:
            raise RecordsLostError(
                f"{self._topic}/{partition}: the embedded broker dropped records before they were read; "
                "use a real Kafka (--broker HOST:PORT) for an input of this size"
            )
        self.next[partition] = offset + 1
        if value is None:
            self.values.pop(key or b"", None)
        else:
            self.values[key or b""] = value

    def __enter__(self) -> "Latest":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()
        self._consumer.close()
