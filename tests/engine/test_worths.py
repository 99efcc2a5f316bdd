"""What a partition tells of what its customers are worth: every change once, from the first known cost on."""

from collections.abc import Iterable
from decimal import Decimal

import msgspec
import pytest

from streams.cases.counting import Valuing
from streams.cases.worth import WindowKey, Worth, worths
from streams.engine import rows
from streams.engine.flush import Flush
from streams.engine.partition import Partition
from streams.events.journal import Entry, Tick
from streams.events.model import Cost, Event, OrderLine
from streams.units import DAY, HOUR
from tests.laws.crashing import Disk
from tests.laws.journals import CATALOGUE, TERMS, TOLD, events_of
from tests.make import act, answered, entered, opened

VALUING = Valuing(("1mo",), HOUR)
CONVENTIONS = msgspec.structs.replace(TOLD, valuing=VALUING)
JANUARY, FEBRUARY, MARCH = -HOUR, 31 * DAY - HOUR, 59 * DAY - HOUR
"""Where these months of 1970 start in Berlin."""
GOODS = (OrderLine(sku="a", quantity=2, unit_price=Decimal(10), unit_cost=Decimal("7.5")),)
Told = dict[tuple[str, WindowKey], Worth]


def partition(disk: Disk, keep: int = 1_000) -> Partition:
    return Partition(CATALOGUE, TERMS.pane(), disk, keep=keep, conventions=CONVENTIONS)


def flushed(engine: Partition, disk: Disk, *records: Event | Tick, lost: int | None = None) -> Flush:
    """Absorb and flush; `lost` writes of it, from the end, do not become durable."""
    entries = [record if isinstance(record, Tick) else Entry(record) for record in records]
    engine.absorb(enumerate(entries, engine.next))
    flush = engine.flush()
    writes = [flush.intent, *flush.cells, *flush.cases, flush.position]
    for key, value in writes[: len(writes) - (lost or 0)]:
        disk.put(key, value)
    engine.flushed(flush)
    return flush


def told(flush: Flush) -> list[tuple[int, Worth | None]]:
    """What a flush tells of c1: the start of the month, and his worth."""
    return [(start, worth) for name, (_, start, _), worth in flush.worths if name == "c1"]


def test_margin_cost_and_outlook_by_the_rate_of_orders() -> None:
    engine, disk = partition(Disk()), Disk()
    cost = Cost(kind="labour", amount=150)
    first = flushed(engine, disk, entered(DAY, lines=GOODS, region="north", costs=(cost,)))
    length = FEBRUARY - JANUARY
    outlook = round(350 * length / (FEBRUARY - DAY))
    assert told(first) == [(JANUARY, Worth("north", 500, 150, outlook, final=False))]
    again = flushed(engine, disk, opened(32 * DAY, costs=(cost,)))
    length, since = MARCH - FEBRUARY, MARCH - DAY
    assert told(again) == [
        (JANUARY, Worth("north", 500, 150, outlook, final=True)),
        (FEBRUARY, Worth("north", 0, 150, round(200 * length / since), final=False)),
    ]


def test_nothing_is_told_before_a_cost_is_known_and_then_everybody() -> None:
    engine, disk = partition(Disk()), Disk()
    assert flushed(engine, disk, entered(DAY, lines=GOODS), entered(DAY, customer_id="c2", lines=GOODS)).worths == []
    flush = flushed(engine, disk, opened(DAY, customer_id="c3", costs=(Cost(kind="other", amount=1),)))
    assert {name for name, _, _ in flush.worths} == {"c1", "c2", "c3"}
    assert next(worth for name, _, worth in flush.worths if name == "c3") == Worth("unknown", 0, 1, None, final=False)


def test_a_change_is_told_once_and_what_is_left_is_taken_back() -> None:
    engine, disk = partition(Disk()), Disk()
    costly = answered(DAY, score=3, costs=(Cost(kind="other", amount=5),))
    assert len(told(flushed(engine, disk, costly))) == 1
    assert told(flushed(engine, disk, act(DAY, "note"), opened(DAY))) == []
    assert told(flushed(engine, disk, answered(DAY + 1, score=4))) == [(JANUARY, None)]


def test_a_window_is_told_again_when_it_is_final() -> None:
    engine, disk = partition(Disk()), Disk()
    flushed(engine, disk, entered(DAY, lines=GOODS, costs=(Cost(kind="other", amount=5),)))
    assert flushed(engine, disk, Tick(FEBRUARY + HOUR)).worths == []
    ((_, last),) = told(flushed(engine, disk, Tick(FEBRUARY + HOUR + 1)))
    assert last is not None
    assert last.final


def test_a_restart_tells_nothing_again() -> None:
    disk = Disk()
    flushed(partition(disk), disk, entered(DAY, lines=GOODS, costs=(Cost(kind="other", amount=5),)))
    assert flushed(partition(disk), disk, opened(DAY)).worths == []


def test_where_the_first_cost_was_told_and_the_position_lost_everybody_is_told_again() -> None:
    disk = Disk()
    engine = partition(disk)
    flushed(engine, disk, entered(DAY, lines=GOODS))
    costly = opened(DAY, customer_id="c3", costs=(Cost(kind="other", amount=1),))
    flushed(engine, disk, costly, lost=1)
    assert {name for name, _, _ in flushed(partition(disk), disk, costly).worths} == {"c1", "c3"}


def last_told(flushes: Iterable[Flush]) -> Told:
    found: dict[tuple[str, WindowKey], Worth | None] = {}
    for flush in flushes:
        found |= {(name, window): worth for name, window, worth in flush.worths}
    return {key: worth for key, worth in found.items() if worth is not None}


@pytest.mark.parametrize("seed", range(6))
def test_what_was_told_last_is_what_the_set_of_events_says(seed: int) -> None:
    events = events_of(seed, 3, 3)
    disk, flushes = Disk(), []
    for start in range(0, len(events), 7):
        engine = partition(disk, keep=1)  # a restart before each
        flushes.append(flushed(engine, disk, *events[start : start + 7]))
    flushes.append(flushed(partition(disk), disk, Tick(max(event.occurred_at for event in events))))
    assert CONVENTIONS.counting is not None
    expected: Told = {}
    for name, data in rows.customers(disk):
        row = rows.decode_customer(data)
        of = worths(row.digests.values(), engine.watermark, CONVENTIONS.counting, VALUING)
        expected |= {(name, window): worth for window, worth in of.items()}
    assert last_told(flushes) == expected
    assert expected
