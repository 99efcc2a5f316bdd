"""Compaction forced on a topic, and waited for."""

import time
from contextlib import closing

from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType

from tests.soak.topics import Topics

EAGER = {
    "segment.ms": "200",
    "min.cleanable.dirty.ratio": "0.001",
    "min.compaction.lag.ms": "0",
    "max.compaction.lag.ms": "200",
    "delete.retention.ms": "10000",
}
"""Tombstones stay for some seconds: a reader that has seen the row before must get to see them, as Kafka has it."""
BROKER = "1"
BACKOFF_MS = "100"
PATIENCE = 90.0


def make_eager(topics: Topics, *names: str) -> None:
    """Have the broker compact these topics as soon as it can; the newest segment of a partition always stays.

    Workers that check topics would not start with them.
    """
    with closing(KafkaAdminClient(bootstrap_servers=topics.bootstrap)) as admin:
        broker = ConfigResource(ConfigResourceType.BROKER, BROKER, {"log.cleaner.backoff.ms": BACKOFF_MS})
        own = [ConfigResource(ConfigResourceType.TOPIC, topics.prefix + name, EAGER) for name in names]
        admin.alter_configs([broker])
        admin.alter_configs(own)


def await_compacted(topics: Topics, name: str) -> dict[str, int]:
    """Wait until no more than the latest record of each key is left, but for the newest segments; what is left.

    A segment is closed by the next write only, so some records that are out of date stay.
    """
    deadline = time.monotonic() + PATIENCE
    offsets, last = sum(topics.ends(name).values()), -1
    while True:
        keys: set[tuple[int, bytes]] = set()
        records = 0
        for message in topics.read(name):
            keys.add((message.partition() or 0, message.key() or b""))
            records += 1
        if records == last and records < offsets:
            return {"offsets": offsets, "records": records, "keys": len(keys)}
        if time.monotonic() > deadline:
            raise TimeoutError(f"{name}: {records} records of {offsets} offsets after {PATIENCE} s: not compacted")
        last = records
        time.sleep(1.0)
