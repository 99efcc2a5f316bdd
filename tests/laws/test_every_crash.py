"""A crash at every single write of a short history of one customer, whose order is decided by the clock alone.

Random histories seldom crash between the row of a case that nothing but its deadline touched and that of its customer.
"""

from collections.abc import Iterator
from random import Random

import pytest

from streams.engine import rows
from streams.engine.partition import Partition
from streams.events.journal import Entry, Tick
from streams.units import DAY, HOUR
from tests.laws import crashing
from tests.laws.crashing import BREACHES, DISK, Disk, Order, cut, documented, published
from tests.laws.journals import CATALOGUE, TERMS, TOLD, Journal
from tests.laws.test_crash_laws import known, said
from tests.make import answered, delivered, entered, opened

RECORDS = (
    [Entry(entered(0, promised_at=HOUR, confirmed_at=0))],
    [Tick(2 * HOUR)],
    [Entry(opened(3 * HOUR))],
    [Tick(40 * DAY)],
    [Entry(entered(41 * DAY, order_id="o2")), Entry(answered(41 * DAY, score=1))],
)


def batches() -> list[Journal]:
    """The records at their offsets; each batch is flushed."""
    numbers = iter(range(100))
    return [[(next(numbers), record) for record in batch] for batch in RECORDS]


def engine(disk: Disk) -> Partition:
    return Partition(CATALOGUE, TERMS.pane(), disk, conventions=TOLD)


def flushed(running: Partition, disk: Disk, order: Order, kept: int | None = None) -> bool:
    """Write a flush, or only so many of its rows; whether that was all of them."""
    flush = running.flush()
    writes = [row for place, row in order(Random(0), flush, []) if place == DISK]
    for row in writes[:kept]:
        disk.put(*row)
    running.flushed(flush)
    return kept is None or kept >= len(writes)


def life(order: Order, crash: int = -1, kept: int = 0) -> tuple[Disk, bool]:
    """The rows in the end, after a crash in one flush that kept so many writes; whether that flush was whole."""
    disk, read, whole = Disk(), list[tuple[int, Entry | Tick]](), True
    running = engine(disk)
    for number, batch in enumerate(batches()):
        read += batch
        running.absorb(batch)
        if number == crash:
            whole = flushed(running, disk, order, kept)
            running = engine(disk)
            running.absorb(read)
        if running.unflushed:
            flushed(running, disk, order)
    return disk, whole


def crashes(order: Order) -> Iterator[Disk]:
    """The rows in the end for a crash at each write of each flush."""
    for crash in range(len(RECORDS)):
        whole, kept = False, 0
        while not whole:
            disk, whole = life(order, crash, kept)
            kept += 1
            yield disk


def cells(disk: Disk) -> dict[rows.CellKey, dict[int, int]]:
    return {key: rows.decode_cell(data).vector for key, data in rows.cells(disk)}


def test_no_crash_changes_a_cell_or_what_customers_know() -> None:
    want, _ = life(documented)
    found = list(crashes(documented))
    assert len(found) > 50
    assert all(cells(disk) == cells(want) and known(disk) == said(disk) for disk in found)


@pytest.mark.parametrize("order", [crashing.cases_first, crashing.customers_last])
def test_a_wrong_order_is_caught(order: Order) -> None:
    want, _ = life(documented)
    assert any(cells(disk) != cells(want) for disk in crashes(order))


def standing(order: Order, seed: int, kept: int) -> set[bytes]:
    """The breaches that stand in the end, after a crash that kept so many writes of the flush that told of one.

    The delivery that comes after the crash was in time, so the breach has to be taken back.
    """
    records = [Entry(entered(0, promised_at=HOUR, confirmed_at=0)), Tick(2 * HOUR), Entry(delivered(HOUR))]
    journal: Journal = list(enumerate(records))
    disk, breaches = Disk(), dict[bytes, bytes | None]()
    running = engine(disk)
    running.absorb(journal[:1])
    flushed(running, disk, documented)
    running.absorb(journal[:2])
    whole = running.flush()
    lost = order(Random(seed), whole, published(0, whole))[:kept]
    for place, row in lost:
        if place == DISK:
            disk.put(*row)
        elif place == BREACHES:
            breaches.update([row])
    again = engine(disk)
    for part in cut(journal, again.boundary):
        again.absorb(part)
        flush = again.flush()
        breaches.update(row for place, row in published(0, flush) if place == BREACHES)
        again.flushed(flush)
    return {key for key, value in breaches.items() if value is not None}


def test_no_crash_leaves_a_breach_standing_that_was_taken_back() -> None:
    assert all(not standing(documented, seed, kept) for seed in range(3) for kept in range(40))


def test_telling_before_the_intent_is_durable_is_caught() -> None:
    assert any(standing(crashing.told_first, 0, kept) for kept in range(40))


def test_a_customer_who_missed_what_a_durable_case_says_is_seen() -> None:
    assert any(known(disk) != said(disk) for disk in crashes(crashing.customers_last))
