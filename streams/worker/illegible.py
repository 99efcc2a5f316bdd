"""What to say of rows in a changelog that nobody can read: which they are, where they stand, and the way out.

Rows of a damaged disk are told by their checksums (see `stores`); what is left is what somebody else has written.
"""

from collections.abc import Iterator, Mapping
from contextlib import closing
from typing import Any

import msgspec
from confluent_kafka import OFFSET_BEGINNING, Consumer, TopicPartition

from streams.engine.rows import legible
from streams.worker.stores import Rows

ERRORS = (msgspec.DecodeError, UnicodeDecodeError)
"""As what such a row makes itself felt."""
SHOWN = 5
"""Rows of a partition that are named."""
SECONDS = 10.0
"""For an answer of the broker."""

WAY_OUT = (
    "somebody else than a worker has written it. Let only workers write to this topic, and go on under another "
    "application id (worker.application), which reads the journal from its beginning and makes the state anew"
)


def told(held: Mapping[int, Rows], changelog: str, client: Mapping[str, Any]) -> Iterator[str]:
    """A line for each row that can not be read: topic, partition, offset, key, and the way out.

    `client` are librdkafka's settings that lead to the cluster.
    """
    for partition, rows in held.items():
        keys = [key for key, value in rows.scan() if not legible(key, value)]
        offsets = _offsets(keys[:SHOWN], changelog, partition, client) if keys else {}
        for key in keys[:SHOWN]:
            yield f"{changelog}/{partition}, offset {offsets.get(key, 'unknown')}, key {key!r}: no row; {WAY_OUT}"
        if len(keys) > SHOWN:
            yield f"{changelog}/{partition}: {len(keys) - SHOWN} more such rows"


def _offsets(keys: list[bytes], topic: str, partition: int, client: Mapping[str, Any]) -> dict[bytes, int]:
    """Where the last record of each key stands, as far as the broker tells."""
    found: dict[bytes, int] = {}
    place = TopicPartition(topic, partition, OFFSET_BEGINNING)
    with closing(Consumer({**client, "group.id": "unused", "enable.auto.commit": False, "log_level": 0})) as consumer:
        end = consumer.get_watermark_offsets(place, timeout=SECONDS)[1]
        consumer.assign([place])
        reached = 0
        while reached < end and (messages := consumer.consume(5_000, SECONDS)):
            for message in messages:
                if message.error() is None:
                    reached = (message.offset() or 0) + 1
                    found |= {message.key() or b"": reached - 1} if message.key() in keys else {}
    return found
