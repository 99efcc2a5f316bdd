"""The topics of one run: made, read to their ends, and removed."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from confluent_kafka import OFFSET_BEGINNING, Consumer, Message, Producer, TopicPartition

from streams import names
from streams.events.journal import Tick, encode
from streams.exports.topics import changelog, topic_plan
from streams.worker import admin
from streams.worker.fetching import mark
from tests.soak.settings import APPLICATION

TIMEOUT = 30.0
LOOK = 5.0
"""Seconds for a look at offsets."""

Place = tuple[str, int]
"""A topic, without the prefix, and a partition."""


class Topics:
    """All topics of a prefix on one broker."""

    def __init__(self, bootstrap: str, prefix: str, partitions: int) -> None:
        self.bootstrap, self.prefix, self.partitions = bootstrap, prefix, partitions
        self.changelog = changelog(prefix + APPLICATION).removeprefix(prefix)
        self._ends = self._client(f"{prefix}ends")
        self._groups: dict[str, Consumer] = {}

    def _client(self, group: str) -> Consumer:
        return Consumer(
            {"bootstrap.servers": self.bootstrap, "group.id": group, "enable.auto.commit": False, "log_level": 0}
        )

    def close(self) -> None:
        """Let go of the clients."""
        for client in (self._ends, *self._groups.values()):
            client.close()

    def ends(self, *topics: str) -> dict[Place, int]:
        """The next offset to be written of every partition."""
        return {
            (topic, p): self._ends.get_watermark_offsets(TopicPartition(self.prefix + topic, p), timeout=LOOK)[1]
            for topic in topics
            for p in range(self.partitions)
        }

    def committed(self, group: str, *topics: str) -> dict[Place, int]:
        """The offsets that a group has reached and committed, -1 without one."""
        if group not in self._groups:
            self._groups[group] = self._client(group)
        places = [TopicPartition(self.prefix + topic, p) for topic in topics for p in range(self.partitions)]
        found = self._groups[group].committed(places, timeout=LOOK)
        return {
            (tp.topic.removeprefix(self.prefix), tp.partition): tp.offset if tp.metadata == mark(tp.offset)[:-1] else -1
            for tp in found
        }

    def read(self, topic: str) -> Iterator[Message]:
        """The records of a topic up to its present end, in order within each partition."""
        left = {p: end for (_, p), end in self.ends(topic).items() if end}
        client = self._client(f"{self.prefix}read")
        client.assign([TopicPartition(self.prefix + topic, p, OFFSET_BEGINNING) for p in left])
        try:
            while left:
                for message in client.consume(10_000, 0.1):
                    if message.error() is None:
                        yield message
                left = {
                    tp.partition: left[tp.partition]
                    for tp in client.position([TopicPartition(self.prefix + topic, p) for p in left])
                    if tp.offset < left[tp.partition]
                }
        finally:
            client.close()

    def latest(self, topic: str) -> dict[bytes, bytes]:
        """What a compacted topic says in the end."""
        latest = {message.key() or b"": message.value() for message in self.read(topic)}
        return {key: value for key, value in latest.items() if value is not None}

    def tick(self, watermark: int) -> None:
        """Tell every journal partition that the input has ended, at this watermark in ms."""
        producer = Producer({"bootstrap.servers": self.bootstrap, "log_level": 0, "enable.idempotence": True})
        for partition in range(self.partitions):
            producer.produce(self.prefix + names.JOURNAL, encode(Tick(watermark, last=True)), partition=partition)
        if producer.flush(TIMEOUT):
            raise TimeoutError("the ticks that end the input were not acknowledged")


@contextmanager
def made(bootstrap: str, prefix: str, partitions: int) -> Iterator[Topics]:
    """Topics for the time of a run."""
    plan = topic_plan(partitions, prefix=prefix)
    admin.create(bootstrap, plan)
    topics = Topics(bootstrap, prefix, partitions)
    try:
        yield topics
    finally:
        topics.close()
        _delete(bootstrap, [spec.name for spec in plan])


def _delete(bootstrap: str, topics: Iterable[str]) -> None:
    try:
        admin.delete(bootstrap, list(topics))
    except admin.ClusterError:
        pass  # the broker may be gone on purpose; its data go with the folder
