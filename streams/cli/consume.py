"""Reading topics with kafka-python: from a place on, or up to their present ends; nothing is ever committed."""

import logging
import socket
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any

import click
from kafka import KafkaConsumer, TopicPartition
from kafka.errors import KafkaError

from streams.cli.produce import PROTOCOL
from streams.worker.admin import Security

_MEND = "is it running, is --broker right, do the security settings fit?"
_PATIENCE = 5.0
"""Seconds that an address may take to answer."""


@contextmanager
def consuming(broker: str, security: Security | None = None) -> Iterator[Any]:
    """A consumer; what Kafka says against it ends the command with a word to its user."""
    logging.getLogger("kafka").setLevel(logging.CRITICAL)
    _reached(broker)
    options = {
        "bootstrap_servers": broker.split(","),
        "bootstrap_timeout_ms": 10_000,
        "enable_auto_commit": False,
        "allow_auto_create_topics": False,
        "max_poll_records": 5_000,
        "api_version": PROTOCOL,
    }
    try:
        with closing(KafkaConsumer(**{**options, **(security or {})})) as consumer:
            yield consumer
    except KafkaError as error:
        raise click.ClickException(f"Kafka at {broker}: {error}; {_MEND}") from None


def _reached(broker: str) -> None:
    """Ends the command where none of the addresses answers: the consumer would ask them for ever."""
    reason: Exception | None = None
    for address in broker.split(","):
        host, _, port = address.strip().rpartition(":")
        try:
            socket.create_connection((host.strip("[]"), int(port)), _PATIENCE).close()
        except (OSError, ValueError, OverflowError) as error:
            reason = error
        else:
            return
    raise click.ClickException(f"Kafka at {broker}: {reason}; {_MEND}")


def partitions_of(consumer: Any, topic: str) -> list[TopicPartition]:
    """All partitions of a topic that has to be there."""
    partitions = [TopicPartition(topic, number) for number in sorted(consumer.partitions_for_topic(topic) or ())]
    if not partitions:
        raise click.ClickException(f"there is no topic {topic}; mend: --prefix, or create it by streams topics --apply")
    return partitions


def polls(consumer: Any, topic: str, *, oldest: bool, once: bool) -> Iterator[list[Any]]:
    """Records as they come, empty lists while none do; with once, up to the ends that the topic has now."""
    partitions = partitions_of(consumer, topic)
    consumer.assign(partitions)
    ends = consumer.end_offsets(partitions)
    (consumer.seek_to_beginning if oldest else consumer.seek_to_end)(*partitions)
    while not (once and all(consumer.position(partition) >= ends[partition] for partition in partitions)):
        yield _polled(consumer)


def since(consumer: Any, topic: str, at: int | None) -> Iterator[Any]:
    """The records stamped at an instant or after it, in ms, or all of them, up to the ends that the topic has now."""
    partitions = partitions_of(consumer, topic)
    consumer.assign(partitions)
    ends, starts = consumer.end_offsets(partitions), _starts(consumer, partitions, at)
    for partition in partitions:
        consumer.seek(partition, min(starts[partition], ends[partition]))
    while any(consumer.position(partition) < ends[partition] for partition in partitions):
        for record in _polled(consumer):
            if record.offset < ends[TopicPartition(record.topic, record.partition)]:
                yield record


def _starts(consumer: Any, partitions: Sequence[TopicPartition], at: int | None) -> dict[TopicPartition, int]:
    first: dict[TopicPartition, int] = consumer.beginning_offsets(partitions)
    if at is None:
        return first
    found = consumer.offsets_for_times(dict.fromkeys(partitions, at))
    ends = consumer.end_offsets(partitions)
    return {partition: found[partition].offset if found[partition] else ends[partition] for partition in partitions}


def one(consumer: Any, topic: str, partition: int, offset: int) -> Any | None:
    """The record at a place, or None where there is none (any more)."""
    place = TopicPartition(topic, partition)
    if place not in partitions_of(consumer, topic):
        return None
    consumer.assign([place])
    first, end = consumer.beginning_offsets([place])[place], consumer.end_offsets([place])[place]
    if not first <= offset < end:
        return None
    consumer.seek(place, offset)
    while consumer.position(place) == offset:
        records = _polled(consumer)
        if records:
            return records[0] if records[0].offset == offset else None
    return None


def _polled(consumer: Any) -> list[Any]:
    return [record for batch in consumer.poll(timeout_ms=250).values() for record in batch]
