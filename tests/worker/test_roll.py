"""Which partials partitions a worker keeps over a rebalance."""

from collections.abc import Iterable
from pathlib import Path

import orjson
import pytest
from aiokafka.client import AIOKafkaClient
from faust.types import TP

from streams.worker.embedded import EmbeddedBroker
from streams.worker.pen import Outgoing, Pen, Wire
from streams.worker.roll import Roll
from streams.worker.settings import Settings
from streams.worker.stats import Stats
from streams.worker.values import Values
from streams.worker.writer import BatchWriter

SETTINGS = Settings()
PARTIALS = SETTINGS.topic("partials")


def roll() -> Roll:
    servers = ["127.0.0.1:1"]
    values, writer = Values(servers, "kpi-values", 4), BatchWriter(bootstrap=servers, client_id=Path(__file__).stem)
    return Roll(SETTINGS, SETTINGS.terms.catalogue(), values, writer, Stats())


async def pen() -> Pen:
    """One that is not connected."""
    return Pen(Wire(AIOKafkaClient(bootstrap_servers="127.0.0.1:1"), 1_000, 100))


async def test_what_stays_goes_on_where_it_was_and_what_went_is_dropped() -> None:
    rolling = roll()
    rolling.assign([0, 1])
    kept = rolling.shards[0]
    kept.next = 7
    rolling.suspend()
    assert rolling.assign([0, 2]) == {TP(PARTIALS, 0): 7, TP(PARTIALS, 2): 0}
    assert rolling.shards[0] is kept


async def test_one_interrupted_while_it_published_begins_anew() -> None:
    rolling = roll()
    rolling.assign([0])
    interrupted = rolling.shards[0]
    interrupted.next, interrupted.publishing = 7, True
    rolling.suspend()
    assert rolling.assign([0]) == {TP(PARTIALS, 0): 0}
    assert rolling.shards[0] is not interrupted


async def test_one_cut_off_between_two_chunks_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streams.worker.roll.CHUNK", 1)
    rolling = roll()
    rolling.assign([0])
    shard = rolling.shards[0]
    shard.next, shard.caught_up, shard.pen = 7, True, await pen()
    entered = next(kpi for kpi in rolling._catalogue.kpis.values() if kpi.name == "requests")
    shard.publisher.rollup.tell(0, "all", 0, {entered.source.code: 3})

    async def send(topic: str, partition: int, records: Iterable[Outgoing]) -> int:  # noqa: ARG001
        rolling.suspend()
        return 0

    monkeypatch.setattr(shard.pen, "send", send)
    await rolling.publish()
    assert rolling.assign([0]) == {TP(PARTIALS, 0): 0}
    assert rolling.shards[0] is not shard


async def test_a_claim_that_is_old_is_made_anew_and_revisions_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    with EmbeddedBroker() as broker:
        broker.ensure_topics(["kpi-values", "kpi-revisions"])
        values = Values([broker.bootstrap], "kpi-values", 4)
        writer = BatchWriter(bootstrap=[broker.bootstrap], client_id=Path(__file__).stem)
        rolling = Roll(SETTINGS, SETTINGS.terms.catalogue(), values, writer, Stats())
        async with writer, values:
            rolling.assign([0])
            shard = rolling.shards[0]
            shard.caught_up = True
            entered = next(kpi for kpi in rolling._catalogue.kpis.values() if kpi.name == "requests")
            pens = []
            for samples, renewed in ((3, 1e9), (4, 1e9), (5, 0)):
                monkeypatch.setattr("streams.worker.roll.RENEW_SECONDS", renewed)
                shard.publisher.rollup.tell(0, "all", 0, {entered.source.code: samples})
                await rolling.publish()
                pens.append(shard.pen)
            told = [orjson.loads(value) for value in (await values.caught_up(0)).values()]
    assert pens[0] is pens[1]
    assert pens[1] is not pens[2]
    assert {(one["value"], one["revision"]) for one in told if one["kpi"] == "requests"} == {(5, 3)}
