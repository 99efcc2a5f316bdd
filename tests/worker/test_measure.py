"""What a worker's journal partitions have in common."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, cast

import pytest

from streams import names
from streams.events.journal import Entry
from streams.worker import measure as module
from streams.worker import slices
from streams.worker.measure import DECODED, TOUCHED, Held, Measure
from streams.worker.patience import BACKLOG_SECONDS, NEAR_END
from streams.worker.settings import load as settings
from streams.worker.stats import Stats
from streams.worker.stores import MemoryRows
from tests.make import entered


class Table(defaultdict[int, MemoryRows]):
    """Rows of any partition, empty at first."""

    def __init__(self) -> None:
        super().__init__(MemoryRows)
        self.rows = self.__getitem__


def measuring(partitions: list[int], stats: Stats | None = None) -> Measure:
    """A worker's measure that holds partitions, and can not write."""
    config = settings(None)
    measure = Measure(config, config.terms.catalogue(), cast(Any, Table()), cast(Any, None), stats or Stats())
    measure.assign(partitions)
    return measure


def touch(held: Held, cases: int) -> None:
    orders = (Entry(entered(n, order_id=f"o{n}")) for n in range(cases))
    held.engine.absorb(enumerate(orders, held.engine.next))


def test_what_stays_decoded_is_shared_out_among_the_partitions() -> None:
    measure = measuring([0])
    assert measure.held[0].engine.keep == DECODED
    measure.assign([1, 2])
    assert [held.engine.keep for held in measure.held.values()] == [DECODED // 3] * 3


def test_a_flush_waits_longer_while_journal_or_inputs_have_much_before_them(monkeypatch: pytest.MonkeyPatch) -> None:
    stats = Stats()
    measure = measuring([0, 1], stats)
    monkeypatch.setattr(measure, "flush", lambda _: asyncio.sleep(0))  # what is due is asked, not done
    asyncio.run(measure.flush_due())
    assert [held.due for held in measure.held.values()] == [True, True]
    measure.held[0].lag = NEAR_END
    asyncio.run(measure.flush_due())
    assert [held.due for held in measure.held.values()] == [False, True]
    stats.note_input((names.ORDER_ENTERED, 0), 2 * NEAR_END)
    asyncio.run(measure.flush_due())
    assert [held.due for held in measure.held.values()] == [False, False]
    for held in measure.held.values():
        held.flushed_at -= BACKLOG_SECONDS
    assert [held.due for held in measure.held.values()] == [True, True]


def test_a_flush_is_large_by_its_events_and_by_the_cases_of_all_partitions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "TOUCHED", 6)
    measure = measuring([0, 1])
    held = measure.held[0]
    touch(held, 2)
    assert not measure._is_large(held)
    touch(held, 3)
    assert held.engine.touched == 3
    assert measure._is_large(held)
    measure.assign([2, 3])
    monkeypatch.setattr(module, "TOUCHED", TOUCHED)
    held.engine.next = held.flushed_next + measure._settings.worker.flush_events
    assert measure._is_large(held)


@pytest.mark.parametrize(("cases", "settles"), [(2, True), (3, False)])
def test_who_leaves_settles_what_is_soon_done_and_leaves_the_rest(
    monkeypatch: pytest.MonkeyPatch, cases: int, settles: bool
) -> None:
    monkeypatch.setattr(module, "SOON", 4)
    measure = measuring([0, 1])
    touch(measure.held[0], cases)
    measure._leaving = True
    assert asyncio.run(measure._settle(measure.held[0])) is settles
    assert (measure.held[0].engine.touched == 0) is settles


def test_a_large_flush_under_way_is_broken_off_by_who_leaves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SOON", 4)
    monkeypatch.setattr(slices, "SLICE_SECONDS", 0)

    async def leave_meanwhile() -> bool:
        settling = asyncio.ensure_future(measure._settle(measure.held[0]))
        await asyncio.sleep(0)
        measure._leaving = True
        return await settling

    measure = measuring([0])
    touch(measure.held[0], 50)
    assert not asyncio.run(leave_meanwhile())
    assert measure.held[0].engine.touched == 50


def test_work_in_slices_lets_others_have_their_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slices, "SLICE_SECONDS", 0)
    done: list[str] = []

    def steps() -> Iterator[None]:
        for n in range(3):
            done.append(f"step {n}")
            yield

    async def other() -> None:
        for _ in range(3):
            done.append("other")
            await asyncio.sleep(0)

    async def both() -> int:
        task = asyncio.ensure_future(other())
        taken = sum([count async for count in slices.sliced(steps(), "flush", stats)])
        await task
        return taken

    stats = Stats()
    assert asyncio.run(both()) == 3
    assert done == ["step 0", "other", "step 1", "other", "step 2", "other"]
    assert stats.busy_seconds["flush"] > 0
