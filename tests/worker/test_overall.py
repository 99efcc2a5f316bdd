"""What is open over everything is the same on the worker that holds the scope and on one that reads its partials."""

from pathlib import Path
from random import Random

from confluent_kafka import Producer

from streams.engine.partials import Progress, cell_record, progress_record
from streams.engine.routing import home_of
from streams.engine.whole import Whole
from streams.events.journal import Entry
from streams.events.model import TicketOpened
from streams.names import ALL
from streams.units import HOUR, SECOND
from streams.worker.embedded import PARTITIONS, EmbeddedBroker
from streams.worker.overall import Overall
from streams.worker.roll import Roll, Shard
from streams.worker.settings import Settings
from streams.worker.stats import Stats
from streams.worker.values import Values
from streams.worker.writer import BatchWriter
from tests.laws.journals import events_of

HOME = home_of(ALL, PARTITIONS)


def history() -> Whole:
    """Half an hour after the last of some tickets was opened."""
    events = events_of(3, 6, 6)
    until = max(event.occurred_at for event in events if isinstance(event, TicketOpened)) + HOUR // 2
    whole = Whole(Settings().terms)
    whole.absorb(Entry(event) for event in events if event.occurred_at <= until)
    list(whole.values(until))
    return whole


async def test_every_worker_of_the_fleet_tells_the_same() -> None:
    whole = history()
    cells = list(whole.partition.cells.changed())
    with EmbeddedBroker() as broker:
        settings = Settings.model_validate({"broker": {"bootstrap": broker.bootstrap}})
        broker.ensure_topics(["partials", "kpi-values"])
        producer = Producer({"bootstrap.servers": broker.bootstrap})
        stale = [((scope, pane), dict.fromkeys(list(vector)[:2], 1)) for (scope, pane), vector in cells]
        for cell, vector in [*stale, *Random(1).sample(cells, len(cells))]:
            key, value = cell_record(0, cell, vector)
            producer.produce("partials", value, key, partition=home_of(cell[0], PARTITIONS))
        for partition in range(PARTITIONS):
            key, value = progress_record(partition, Progress(whole.watermark))
            producer.produce("partials", value, key, partition=HOME)
        assert producer.flush(30) == 0

        catalogue = settings.terms.catalogue()
        values = Values([broker.bootstrap], "kpi-values", PARTITIONS)
        writer = BatchWriter(bootstrap=[broker.bootstrap], client_id=Path(__file__).stem)
        roll = Roll(settings, catalogue, values, writer, Stats())
        overall, now = Overall(settings, catalogue, roll, {}), whole.watermark + 90 * SECOND
        read = await overall.told(now)

        roll.shards[HOME] = shard = Shard(settings, catalogue, None)
        shard.caught_up = True
        for (scope, pane), vector in cells:
            shard.tell(0, scope, pane, vector)
        held = await overall.told(now)
        await overall.rest()
    assert read == held
    assert read["waiting"] + read["overdue"] > 0
    assert read["waiting"] == sum(one["waiting"] for one in read["clocks"].values())
    assert read["oldest_seconds"] == max(one["oldest_seconds"] for one in read["clocks"].values())
    assert overall._reader is None
