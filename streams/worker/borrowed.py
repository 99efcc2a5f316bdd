"""Topics for the time of a replay, embedded or on a cluster; whatever ends it, they are removed."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from streams.exports.topics import TopicSpec
from streams.worker.embedded import EmbeddedBroker

EMBEDDED = "embedded"


class BrokerError(RuntimeError):
    """The broker cannot be reached or refuses; the text says where, why and how to mend it."""


@contextmanager
def topics(broker: str, specs: list[TopicSpec], security: Mapping[str, Any] | None = None) -> Iterator[str]:
    """Topics for the time of the replay; the broker's address."""
    if broker == EMBEDDED:
        with EmbeddedBroker() as embedded:
            embedded.ensure_topics(spec.name for spec in specs)
            yield embedded.bootstrap
    else:
        with _made(broker, specs, security):
            yield broker


@contextmanager
def _made(broker: str, specs: list[TopicSpec], security: Mapping[str, Any] | None) -> Iterator[None]:
    from streams.worker import admin  # a client that the embedded broker does without

    try:
        admin.check(broker, specs, security)  # raises when the cluster is not there: then there is nothing to remove
        try:
            admin.create(broker, specs, security)
            yield
        finally:
            missing = {found.topic for found in admin.check(broker, specs, security) if found.what == admin.MISSING}
            admin.delete(broker, [spec.name for spec in specs if spec.name not in missing], security)
    except admin.ClusterError as error:
        raise BrokerError(str(error)) from error
