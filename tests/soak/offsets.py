"""The offsets of a consumer group without members, altered as an operator could."""

import time
from collections.abc import Iterable, Mapping
from contextlib import closing
from typing import Any

from kafka import KafkaAdminClient, TopicPartition
from kafka.structs import OffsetAndMetadata

from tests.soak.topics import Place, Topics

PATIENCE = 60.0


def alter(topics: Topics, group: str, offsets: Mapping[Place, int]) -> None:
    """Commit other offsets in the group's name."""
    with _admin(topics) as admin:
        told = admin.alter_group_offsets(
            group,
            {TopicPartition(topics.prefix + t, p): OffsetAndMetadata(n, "", -1) for (t, p), n in offsets.items()},
        )
    _check(told.items())


def delete(topics: Topics, group: str) -> None:
    """Forget all offsets of the group."""
    with _admin(topics) as admin:
        told = admin.delete_groups([group])
    _check(told.items() if isinstance(told, dict) else told)


def await_empty(topics: Topics, group: str) -> None:
    """Wait until the group has no members: those that died leave when their session ends."""
    deadline = time.monotonic() + PATIENCE
    with _admin(topics) as admin:
        while admin.describe_groups([group])[group]["members"]:
            if time.monotonic() > deadline:
                raise TimeoutError(f"the group {group} still has members after {PATIENCE} s")
            time.sleep(0.2)


def _check(told: Iterable[tuple[Any, Any]]) -> None:
    refused = [f"{what}: {error}" for what, error in told if "NoError" not in str(error) and error != "OK"]
    if refused:
        raise RuntimeError(f"the broker refused: {'; '.join(refused)}")


def _admin(topics: Topics) -> "closing[KafkaAdminClient]":
    return closing(KafkaAdminClient(bootstrap_servers=topics.bootstrap))
