"""Who asks whether the cluster answers: how far partitions reach, and one line when the cluster goes."""

import asyncio
import logging

import pytest
from confluent_kafka import Producer
from faust.types import TP

from streams.worker.embedded import EmbeddedBroker
from streams.worker.link import Link
from streams.worker.logs import throttle


async def test_it_knows_the_ends_and_says_once_that_the_cluster_is_gone(caplog: pytest.LogCaptureFixture) -> None:
    with EmbeddedBroker() as broker:
        broker.ensure_topics(["t"])
        producer = Producer({"bootstrap.servers": broker.bootstrap})
        for _ in range(3):
            producer.produce("t", b"x", partition=1)
        assert producer.flush(10) == 0
        link = Link([broker.bootstrap])
        link.watched = lambda: [TP("t", 0), TP("t", 1)]
        await link.start()
        while not link.ends:
            await asyncio.sleep(0.01)
        assert link.up
        assert link.ends == {TP("t", 0): 0, TP("t", 1): 3}
        with caplog.at_level(logging.INFO, "streams"):
            broker.close()
            throttle.notice()
            while link.up:
                await asyncio.sleep(0.01)
            assert throttle.hold
            await asyncio.sleep(1)
        await link.stop()
    assert not throttle.hold
    assert [record.message.split(";")[0] for record in caplog.records if record.name == "streams.worker.link"] == [
        f"Kafka at {broker_of(link)} does not answer"
    ]


def broker_of(link: Link) -> str:
    return link._where


async def test_a_cluster_that_was_never_there_is_gone() -> None:
    link = Link(["127.0.0.1:1"])
    await link.start()
    while link.up:
        await asyncio.sleep(0.01)
    await link.stop()
