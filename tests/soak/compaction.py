"""Compaction forced on a topic, and waited for."""

import time
from collections import defaultdict
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
CLOSED_MS = 400
"""Before the last record by `segment.ms`, and as much again for records that were sent together."""
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


def compactable(topics: Topics, name: str) -> bool:
    """Whether some records are gone, or will be: their keys come again in segments that are closed.

    Only a write closes a segment, so that nothing of what was written at once is ever compacted.
    """
    offsets = sum(topics.ends(name).values())
    held: defaultdict[int | None, list[tuple[bytes, int]]] = defaultdict(list)
    for message in topics.read(name):
        held[message.partition()].append((message.key() or b"", message.timestamp()[1]))
    return sum(map(len, held.values())) < offsets or any(map(_repeats, held.values()))


def _repeats(records: list[tuple[bytes, int]]) -> bool:
    """Whether some record follows another of its key, both of them old enough.

    >>> _repeats([(b"a", 0), (b"a", 50), (b"b", 500)]), _repeats([(b"a", 0), (b"b", 50), (b"a", 500)])
    (True, False)
    """
    closed = [key for key, at in records if at < records[-1][1] - CLOSED_MS]
    return len(set(closed)) < len(closed)


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
