"""The embedded broker: librdkafka's mock cluster, a real Kafka protocol on 127.0.0.1 that needs no Java.

It keeps nothing on disk and forgets everything when it closes. A topic comes to be by a metadata request and has
4 partitions; CreateTopics does not exist. It silently drops what exceeds some 5 MB or 100,000 records a partition,
so whoever replays through it has to pace itself by the reader's progress.
"""

from collections.abc import Iterable
from types import TracebackType

from confluent_kafka import Producer

PARTITIONS = 4
TIMEOUT = 10.0


class EmbeddedBroker:
    """One mock broker, alive from construction to `close`.

    >>> with EmbeddedBroker() as broker:
    ...     broker.ensure_topics(["journal"])
    ...     broker.bootstrap.split(":")[0]
    '127.0.0.1'
    """

    def __init__(self) -> None:
        self._producer: Producer | None = Producer({"test.mock.num.brokers": 1, "log_level": 3})
        brokers = self._producer.list_topics(timeout=TIMEOUT).brokers
        node = next(iter(brokers.values()))
        self.bootstrap = f"{node.host}:{node.port}"

    def ensure_topics(self, names: Iterable[str]) -> None:
        """Bring topics into being, 4 partitions each. Those that exist stay as they are."""
        if self._producer is None:
            raise RuntimeError("the embedded broker is closed")
        for name in names:
            self._producer.list_topics(name, timeout=TIMEOUT)

    def close(self) -> None:
        """End the cluster and all that it holds."""
        self._producer = None

    def __enter__(self) -> "EmbeddedBroker":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
