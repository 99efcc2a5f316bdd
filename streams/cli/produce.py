"""Sending records to a cluster with kafka-python."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from random import Random
from typing import Any

import orjson
from kafka import KafkaProducer
from kafka.errors import KafkaError

from streams.cli.broker import protection
from streams.units import SECOND

Send = Callable[[str, Any], None]
Headers = Sequence[tuple[str, bytes | None]]
Resend = Callable[[str, bytes | None, Headers], None]

PROTOCOL = (2, 1)
"""The oldest that Kafka 4 speaks. Named, since kafka-python cannot read what the embedded broker says of its own."""

_MEND = "is it running, is the address right, are the topics there (`streams topics --apply`)?"


class ProducerError(Exception):
    """The cluster did not take the records: where, and how to mend it."""


@contextmanager
def producing(broker: str, prefix: str, patience: int = 10 * SECOND) -> Iterator[Send]:
    """Sends (topic, value) until the end of the block, then waits for the broker's word on all of them.

    A value is bytes, or becomes JSON. Keys are random, since nothing may depend on them. `patience` in ms is for the
    cluster to show itself. Raises ProducerError.
    """
    with resending(broker, prefix, patience) as send:
        yield lambda topic, value: send(topic, value if isinstance(value, bytes) else orjson.dumps(value), ())


@contextmanager
def resending(broker: str, prefix: str, patience: int = 10 * SECOND) -> Iterator[Resend]:
    """The same for (topic, value as bytes or none, headers). A header without a value goes out with an empty one."""
    logging.getLogger("kafka").setLevel(logging.CRITICAL)
    failures: list[Exception] = []
    keys = Random(0)

    def send(topic: str, value: bytes | None, headers: Headers) -> None:
        key = b"%08x" % keys.getrandbits(32)
        texts = [(name, text or b"") for name, text in headers]
        producer.send(prefix + topic, value=value, key=key, headers=texts).add_errback(failures.append)
        if failures:
            raise failures[0]

    try:
        producer = _producer(broker, patience)
        try:
            yield send
            producer.flush()
        finally:
            producer.close(timeout=1)
        if failures:
            raise failures[0]
    except (KafkaError, OSError) as error:
        raise ProducerError(f"Kafka at {broker}: {error}; {_MEND}") from error


def put(broker: str, topic: str, record: tuple[bytes, bytes, Headers]) -> None:
    """Append key, value and headers to partition 0 of a topic, and wait for the broker's word; raises ProducerError."""
    key, value, headers = record
    texts = [(name, text or b"") for name, text in headers]
    logging.getLogger("kafka").setLevel(logging.CRITICAL)
    try:
        producer = _producer(broker, 10 * SECOND)
        try:
            producer.send(topic, value=value, key=key, headers=texts, partition=0).get(timeout=10)
        finally:
            producer.close(timeout=1)
    except (KafkaError, OSError) as error:
        raise ProducerError(f"Kafka at {broker}: {error}; {_MEND}") from error


def _producer(broker: str, patience: int) -> Any:
    return KafkaProducer(
        bootstrap_servers=broker.split(","),
        acks="all",
        linger_ms=5,
        max_block_ms=patience,
        max_request_size=2 << 20,
        api_version=PROTOCOL,
        **protection(),
    )
