"""Sending records to a cluster with kafka-python."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

import orjson
from kafka import KafkaProducer
from kafka.errors import KafkaError

Send = Callable[[str, Any], None]

_WAIT_MS = 20_000


class ProducerError(Exception):
    """The cluster did not take the records: where, and how to mend it."""


@contextmanager
def producing(broker: str, prefix: str) -> Iterator[Send]:
    """Sends (topic, value) until the end of the block, then waits for the broker's word on all of them.

    Keys are random, since nothing may depend on them. Raises ProducerError.
    """
    logging.getLogger("kafka").setLevel(logging.CRITICAL)
    failures: list[Exception] = []
    keys = Random(0)
    producer = _producer(broker)

    def send(topic: str, value: Any) -> None:
        raw = value if isinstance(value, bytes) else orjson.dumps(value)
        key = b"%08x" % keys.getrandbits(32)
        producer.send(prefix + topic, value=raw, key=key).add_errback(failures.append)
        if failures:
            raise failures[0]

    try:
        try:
            yield send
        finally:
            producer.flush(_WAIT_MS / 1000)
        if failures:
            raise failures[0]
    except KafkaError as error:
        raise ProducerError(f"{broker}: {error}; are the topics there (`streams topics --apply`)?") from error
    finally:
        producer.close(timeout=1)


def _producer(broker: str) -> Any:
    try:
        return KafkaProducer(
            bootstrap_servers=broker.split(","),
            acks="all",
            linger_ms=5,
            max_block_ms=_WAIT_MS,
            max_request_size=2 << 20,
        )
    except (KafkaError, ValueError, OSError) as error:
        raise ProducerError(f"{broker}: {error}; does a broker listen there?") from error
