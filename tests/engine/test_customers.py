"""Customers in a partition: their rows, what a restart finds in them, and when they are looked at again."""

from collections.abc import Sequence

import pytest

from streams.cases.digests import Asked
from streams.engine import rows
from streams.engine.cells import Cells
from streams.engine.customers import Customers
from streams.engine.partition import Partition
from streams.engine.rows import CellKey
from streams.events.journal import Entry, Tick
from streams.events.model import Event
from streams.measures.vector import Vector
from streams.units import DAY, HOUR
from tests.laws.crashing import Disk
from tests.laws.journals import CATALOGUE, TERMS, TOLD
from tests.make import answered, delivered, entered, opened

STORY: Sequence[Event | Tick] = (
    entered(0, promised_at=HOUR, recurring=True),
    Tick(2 * HOUR),
    opened(3 * HOUR, order_id="o1"),
    delivered(DAY),
    answered(2 * DAY, score=1),
    Tick(40 * DAY),
    entered(41 * DAY, order_id="o2", promised_at=42 * DAY),
    Tick(130 * DAY),
)
"""Late, asked after, and answered badly; then another order, and the ends of some months."""


def partition(disk: Disk, keep: int = 1_000) -> Partition:
    return Partition(CATALOGUE, TERMS.pane(), disk, keep=keep, conventions=TOLD)


def absorb(engine: Partition, *records: Event | Tick) -> None:
    entries = [record if isinstance(record, Tick) else Entry(record) for record in records]
    engine.absorb(enumerate(entries, engine.next))


def durable(engine: Partition, disk: Disk) -> list[bytes]:
    """Flush; the keys of the case rows in the order of their writing."""
    flush = engine.flush()
    for key, value in (flush.intent, *flush.cells, *flush.cases, flush.position):
        disk.put(key, value)
    engine.flushed(flush)
    return [key for key, _ in flush.cases]


def cells(disk: Disk) -> dict[CellKey, Vector]:
    found = ((key, rows.decode_cell(data).vector) for key, data in rows.cells(disk))
    return {key: vector for key, vector in found if vector}


def at_once(*records: Event | Tick) -> dict[CellKey, Vector]:
    disk = Disk()
    engine = partition(disk)
    absorb(engine, *records)
    durable(engine, disk)
    return cells(disk)


def asked(at: int) -> Asked:
    return Asked((at, "", f"t{at}"), "web", "request", by_customer=True, order_id=None, gone=False)


def customers(disk: Disk) -> tuple[Customers, Cells]:
    assert TOLD.counting is not None
    shared = Cells(CATALOGUE, TERMS.pane(), disk)
    return Customers(disk, shared, TOLD.counting), shared


def test_rows_there_and_back() -> None:
    row = rows.CustomerRow(7, 5, {"ticket:2:c1:t1": asked(3)})
    assert rows.decode_customer(rows.encode(row)) == row
    assert rows.decode_customer_head(rows.encode(row)) == rows.CustomerHead(7)


def test_a_customer_is_written_before_his_cases() -> None:
    disk = Disk()
    engine = partition(disk)
    absorb(engine, entered(0), opened(5))
    assert durable(engine, disk) == [b"customer/c1", b"case/order:2:c1:o1", b"case/ticket:2:c1:t1"]


@pytest.mark.parametrize("keep", [0, 1_000])
@pytest.mark.parametrize("restarts", [False, True])
def test_flushes_and_restarts_change_nothing(keep: int, restarts: bool) -> None:
    disk = Disk()
    engine = partition(disk, keep)
    for record in STORY:
        absorb(engine, record)
        durable(engine, disk)
        engine = partition(disk, keep) if restarts else engine
    assert cells(disk) == at_once(*STORY)


def test_a_restart_knows_when_to_look_again() -> None:
    """[R39]"""
    disk = Disk()
    engine = partition(disk)
    absorb(engine, entered(0, confirmed_at=0))
    durable(engine, disk)
    again = partition(disk)
    assert engine.customers is not None
    assert again.customers is not None
    assert again.customers.earliest == engine.customers.earliest == 31 * DAY - HOUR - 1  # a month's end in Berlin
    absorb(again, Tick(31 * DAY))
    assert durable(again, disk) == [b"customer/c1"]
    assert cells(disk) == at_once(entered(0, confirmed_at=0), Tick(31 * DAY))


def test_a_watermark_that_goes_back_takes_ended_periods_back() -> None:
    """[R1, R39]"""
    story = [entered(0, confirmed_at=0), opened(HOUR)]
    disk = Disk()
    engine = partition(disk)
    absorb(engine, *story, Tick(200 * DAY))
    durable(engine, disk)
    assert cells(disk) != at_once(*story)
    again = partition(disk)
    absorb(again, Tick(HOUR, last=True))
    durable(again, disk)
    assert cells(disk) == at_once(*story)


def test_what_is_told_again_touches_nobody() -> None:
    disk = Disk()
    one, _ = customers(disk)
    one.tell("c1", "t1", asked(3))
    one.settle(5, keep=10)
    assert [key for key, _ in one.rows()] == [b"customer/c1"]
    one.flushed(keep=10)
    one.tell("c1", "t1", asked(3))
    one.tell("c1", "t2", None)
    one.settle(5, keep=10)
    assert list(one.rows()) == []


def test_what_a_case_no_longer_says_is_taken_back() -> None:
    one, shared = customers(Disk())
    one.tell("c1", "t1", asked(3))
    one.settle(5, keep=10)
    one.tell("c1", "t1", None)
    one.settle(5, keep=10)
    shared.spread(0)
    assert [vector for _, vector in shared.changed() if vector] == []
