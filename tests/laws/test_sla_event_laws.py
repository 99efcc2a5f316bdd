"""What is told of promises is the same, to the byte, in any run of events that come in their order.

Other partitions, other batches, ticks in between, an edition of the policies on the way: a breach and a warning are
told of their own instants, not of those of a flush. Only what comes late may be told twice.
"""

from random import Random

import msgspec
import pytest

from streams.cases.conventions import DEFAULT
from streams.engine.partition import Partition
from streams.engine.routing import partition_of
from streams.engine.whole import _Nothing
from streams.events.journal import Amendment, Entry, Record, Tick
from streams.events.model import Event, OrderDelivered, OrderEntered, in_order
from streams.sla.history import History, amending
from streams.units import DAY, HOUR
from streams.worker.measure import sla_records
from streams.worker.pen import Outgoing
from tests.laws.journals import CATALOGUE, TERMS, events_of
from tests.laws.test_policy_laws import BOOK, STRICT

PLAIN = msgspec.structs.replace(DEFAULT, policies=History(BOOK, business="office"), amend=amending("office"))
TOLD = msgspec.structs.replace(TERMS, conventions=PLAIN).told


def ordered(seed: int) -> list[Event]:
    """A history in its order, each event once, without the corrections of orders: they may change what was decided."""
    told = {event.identity: event for event in events_of(seed, customers=4, cases=3)}
    once: dict[object, Event] = {}
    for event in sorted(told.values(), key=in_order):
        match event:
            case OrderEntered():
                once.setdefault((event.customer_id, event.order_id), event)
            case OrderDelivered():
                once.setdefault((event.customer_id, event.order_id, event.shipment_no), event)
            case _:
                once.setdefault(event.identity, event)
    return list(once.values())


def run(events: list[Event], edition: Amendment, rng: Random) -> list[Outgoing]:
    """All that is told, in the order of keys and times, by so many partitions in such batches."""
    count, last = rng.randint(1, 4), max(event.occurred_at for event in events) + 9 * DAY
    engines = [Partition(CATALOGUE, TERMS.pane(), _Nothing(), conventions=TOLD) for _ in range(count)]
    told: list[Outgoing] = []
    often = rng.choice((0.02, 0.3, 1.0))
    for number, engine in enumerate(engines):
        mine = [event for event in events if partition_of(event.customer_id, count) == number]
        own: list[Record] = [Entry(event) for event in mine]
        own.insert(sum(event.occurred_at < edition.since for event in mine), edition)
        for record in [*own, Tick(last)]:
            if isinstance(record, Entry) and rng.random() < 0.2:
                engine.absorb([(engine.next, Tick(record.event.occurred_at - rng.randrange(HOUR)))])
            engine.absorb([(engine.next, record)])
            if rng.random() < often or isinstance(record, Tick):
                flush = engine.flush()
                engine.flushed(flush)
                told += [record for records in sla_records(flush) for record in records]
    return sorted(told, key=lambda one: (one[0], one[3], one[1] or b""))


@pytest.mark.parametrize("seed", range(20))
def test_any_run_tells_the_same_bytes(seed: int) -> None:
    rng, events = Random(seed), ordered(seed)
    edition = Amendment(rng.choice(events).occurred_at + rng.randrange(DAY), STRICT)
    first, second = (run(events, edition, rng) for _ in range(2))
    assert first == second
    assert first
