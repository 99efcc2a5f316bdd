"""Topics on a cluster: what differs from the plan, and creating what is missing. Nothing that exists is changed."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from kafka import KafkaAdminClient
from kafka.admin import ConfigFilterType, ConfigResource, ConfigResourceType
from kafka.errors import KafkaError, TopicAlreadyExistsError

from streams.exports.topics import PARTITIONS, TopicSpec

MISSING = "missing"
REPLICATION = "replication"

Security = Mapping[str, Any]
"""Options of kafka-python's clients, passed through: security_protocol, sasl_*, ssl_*."""


class ClusterError(Exception):
    """The cluster cannot be reached or refuses; the text says where, why and how to mend it."""


@dataclass(frozen=True)
class Difference:
    """One thing that is not as planned: `what` is missing, partitions, replication or the name of a topic setting."""

    topic: str
    what: str
    planned: str
    found: str
    mend: str

    def __str__(self) -> str:
        if self.what == MISSING:
            return f"{self.topic} is missing; mend: {self.mend}"
        return f"{self.topic}: {self.what} is {self.found}, planned {self.planned}; mend: {self.mend}"


@dataclass(frozen=True)
class Found:
    """A topic as it is on the cluster."""

    partitions: int
    replication: int
    config: Mapping[str, str]


def check(bootstrap: str, plan: Sequence[TopicSpec], security: Security | None = None) -> list[Difference]:
    """What is missing or differs, in the plan's order; raises ClusterError."""
    with _admin(bootstrap, security) as admin:
        found = _describe(admin, plan)
    return [difference for spec in plan for difference in compare(spec, found.get(spec.name))]


def create(bootstrap: str, plan: Sequence[TopicSpec], security: Security | None = None) -> list[str]:
    """Creates what is missing, waits until it can be used, and returns the names; raises ClusterError.

    Topics that exist stay as they are, whatever the plan says of them.
    """
    with _admin(bootstrap, security) as admin:
        found = _describe(admin, plan)
        missing = [spec for spec in plan if spec.name not in found]
        created = _create(admin, bootstrap, missing) if missing else []
        admin.wait_for_topics([spec.name for spec in plan])
    return created


def delete(bootstrap: str, topics: Sequence[str], security: Security | None = None) -> None:
    """Removes topics with all that they hold; raises ClusterError."""
    with _admin(bootstrap, security) as admin:
        admin.delete_topics(list(topics))


def compare(spec: TopicSpec, found: Found | None) -> list[Difference]:
    """How a topic differs from its plan, in what is firm; fewer replicas than planned always count."""
    if found is None:
        return [Difference(spec.name, MISSING, f"{spec.partitions} partitions", "", "streams topics --apply")]
    differences = [
        Difference(spec.name, key, spec.config[key], found.config.get(key, ""), _alter(spec, key))
        for key in sorted(spec.firm - {PARTITIONS})
        if found.config.get(key) != spec.config[key]
    ]
    if PARTITIONS in spec.firm and found.partitions != spec.partitions:
        differences.append(_partitions(spec, found.partitions))
    if found.replication < spec.replication:
        mend = "kafka-reassign-partitions.sh with more replicas"
        differences.append(Difference(spec.name, REPLICATION, str(spec.replication), str(found.replication), mend))
    return differences


def _alter(spec: TopicSpec, key: str) -> str:
    return f"kafka-configs.sh --alter --topic {spec.name} --add-config {key}={spec.config[key]}"


def _partitions(spec: TopicSpec, found: int) -> Difference:
    """Partitions are never added to a topic with state behind it: keys would move away from their rows."""
    mend = f"run with --partitions {found}, or stop every worker, take another prefix and application id, and replay"
    return Difference(spec.name, PARTITIONS, str(spec.partitions), str(found), mend)


def _describe(admin: Any, plan: Sequence[TopicSpec]) -> dict[str, Found]:
    """The topics of the plan that exist, by name."""
    topics = {topic["name"]: topic for topic in admin.describe_topics([spec.name for spec in plan])}
    there = [name for name, topic in topics.items() if not topic["error_code"]]
    resources = [ConfigResource(ConfigResourceType.TOPIC, name) for name in there]
    configs = admin.describe_configs(resources, config_filter=ConfigFilterType.ALL)["topic"] if there else {}
    return {name: _found(topics[name]["partitions"], configs[name]) for name in there}


def _found(partitions: Sequence[Mapping[str, Any]], config: Mapping[str, Mapping[str, Any]]) -> Found:
    replication = min((len(partition["replica_nodes"]) for partition in partitions), default=0)
    return Found(len(partitions), replication, {key: str(entry["value"]) for key, entry in config.items()})


def _create(admin: Any, bootstrap: str, missing: Sequence[TopicSpec]) -> list[str]:
    """Creates topics in one request; one that another worker has just created is fine."""
    results = admin.create_topics({spec.name: _options(spec) for spec in missing}, raise_errors=False)["topics"]
    refused = [result for result in results if result["error_code"] not in (0, TopicAlreadyExistsError.errno)]
    if refused:
        topics = ", ".join(result["name"] for result in refused)
        reasons = "; ".join(sorted({str(result["error_message"]) for result in refused}))
        raise ClusterError(f"Kafka at {bootstrap} refuses to create {topics}: {reasons}")
    return [result["name"] for result in results if not result["error_code"]]


def _options(spec: TopicSpec) -> dict[str, Any]:
    return {"num_partitions": spec.partitions, "replication_factor": spec.replication, "configs": spec.config}


def _defaults(bootstrap: str) -> dict[str, Any]:
    return {"bootstrap_servers": bootstrap.split(","), "bootstrap_timeout_ms": 10_000}


@contextmanager
def _admin(bootstrap: str, security: Security | None) -> Iterator[Any]:
    """An admin client that is closed at the end; Kafka's errors become ClusterError, and are not logged besides."""
    logging.getLogger("kafka").setLevel(logging.CRITICAL)
    try:
        admin = KafkaAdminClient(**{**_defaults(bootstrap), **(security or {})})
        try:
            yield admin
        finally:
            admin.close()
    except (KafkaError, OSError) as error:
        mend = "is it running, is the address right, do the security settings fit?"
        raise ClusterError(f"Kafka at {bootstrap}: {error}; {mend}") from error
