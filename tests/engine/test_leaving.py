"""State that leaves: closed cases, and cells behind the horizon; what stays equals what a whole state says."""

import json
from random import Random
from typing import Any

import pytest
from msgspec.structs import replace

from streams.engine import rows
from streams.engine.flush import Flush
from streams.engine.partition import Partition
from streams.engine.rollup import Rollup
from streams.engine.terms import Terms
from streams.events.journal import Entry, Tick
from streams.events.model import Event
from streams.exports.publisher import Publisher
from streams.units import DAY, HOUR
from tests.laws.crashing import Disk
from tests.make import act, entered, opened, said

TERMS = Terms(windows=("1h", "1d"), retention=2 * DAY, bounded=True)
CATALOGUE, HORIZON = TERMS.catalogue(), TERMS.horizon or 0
DAYS = 170


def engine(disk: Disk, horizon: int | None = HORIZON) -> Partition:
    return Partition(CATALOGUE, TERMS.pane(), disk, TERMS.retention, conventions=TERMS.told, horizon=horizon)


def day(n: int) -> list[Event]:
    ticket, customer = f"t{n}", f"c{n % 7}"
    at = n * DAY
    return [
        opened(at, ticket_id=ticket, customer_id=customer, event_id=f"o{n}"),
        said(at + HOUR, ticket_id=ticket, customer_id=customer, event_id=f"s{n}"),
        act(at + 2 * HOUR, "resolve", ticket_id=ticket, customer_id=customer, event_id=f"r{n}"),
    ]


class Published(Publisher):
    """Everything that was published, the last of each window."""

    said: dict[bytes, Any]

    def take(self, flush: Flush) -> None:
        """Publish what a flush tells."""
        for (scope, pane), vector in flush.partials:
            self.rollup.tell(0, scope, pane, dict(vector))
        self.rollup.advance(0, flush.watermark)
        self.publish()

    def publish(self) -> None:
        for one in self.publications():
            record = json.loads(one.value)
            self.said[one.key] = {name: record[name] for name in ("value", "final", "denominator")}


def publisher(horizon: int | None) -> Published:
    terms = TERMS if horizon is not None else replace(TERMS, bounded=False)
    made = Published(Rollup(CATALOGUE, TERMS.calendar(), horizon=horizon), terms)
    made.said = {}
    return made


def run(disk: Disk, horizon: int | None, told: list[Published], restarts: bool = False) -> list[int]:
    """So many days, a flush a day; how many case and cell rows there are after each."""
    partition, counts, offset = engine(disk, horizon), [], 0
    for n in range(DAYS):
        partition.absorb([(offset + i, Entry(event)) for i, event in enumerate(day(n))])
        offset += 3
        flush = partition.flush()
        for row in (flush.intent, *flush.cells, *flush.cases, flush.position):
            disk.put(*row)
        partition.flushed(flush)
        for one in told:
            one.take(flush)
        counts.append(len(list(rows.cases(disk))) + len(list(rows.cells(disk))))
        if restarts and n % 10 == 9:
            partition = engine(disk, horizon)
    return counts


@pytest.mark.parametrize("restarts", [False, True])
def test_rows_reach_a_plateau(restarts: bool) -> None:
    counts = run(Disk(), HORIZON, [], restarts)
    assert counts[155] == counts[160] == counts[-1]
    assert run(Disk(), None, [])[-1] > 1.08 * counts[-1]


def test_everything_is_published_as_from_a_whole_state() -> None:
    bounded, whole = publisher(HORIZON), publisher(None)
    run(Disk(), HORIZON, [bounded])
    run(Disk(), None, [whole])
    assert bounded.said == whole.said
    assert bounded.rollup.forgotten > 0
    assert len(bounded.rollup._partials) < len(whole.rollup._partials)


def test_one_who_comes_back_at_the_last_moment_and_is_told_late_is_published() -> None:
    """Within 90 days of his first order, and within the retention of that."""
    orders = [
        entered(0, order_id="first", customer_id="back"),
        entered(92 * DAY - 1, order_id="meanwhile", customer_id="other"),
        entered(90 * DAY, order_id="again", customer_id="back"),
    ]
    told = {horizon: publisher(horizon) for horizon in (HORIZON, None)}
    for horizon, one in told.items():
        partition = engine(Disk(), horizon)
        for offset, event in enumerate(orders):
            partition.absorb([(offset, Entry(event))])
            flush = partition.flush()
            partition.flushed(flush)
            one.take(flush)
    assert told[HORIZON].said == told[None].said
    repeated = {
        key: value for key, value in told[HORIZON].said.items() if b"repeat_share" in key and value["value"] == 1
    }
    assert repeated


def test_cells_that_left_take_nothing_away_from_an_open_window() -> None:
    rollup = Rollup(CATALOGUE, TERMS.calendar(), horizon=HORIZON)
    rollup.tell(0, "all", 0, {1: 5})
    rollup.advance(0, HORIZON + 2 * DAY)
    assert rollup.tell(0, "all", 0, {}) == {}


def test_an_open_promise_keeps_its_case() -> None:
    disk = Disk()
    partition = engine(disk)
    partition.absorb([(0, Entry(opened(0))), (1, Tick(HOUR))])
    for offset in range(2, 6):
        flush = partition.flush()
        for row in (flush.intent, *flush.cells, *flush.cases, flush.position):
            disk.put(*row)
        partition.flushed(flush)
        partition.absorb([(offset, Tick(offset * HOUR))])
    assert len(list(rows.cases(disk))) == 1


def state(disk: Disk) -> tuple[Any, Any]:
    """What the rows say, whatever flushes they came by."""
    cells = {key: rows.decode_cell(data).vector for key, data in rows.cells(disk)}
    return {key: vector for key, vector in cells.items() if vector}, {ref for ref, _ in rows.cases(disk)}


def crashing(rng: Random, events: list[Event]) -> Disk:
    """Flushes of a few days each, of which many lose all but a prefix of their writes."""
    disk = Disk()
    partition = engine(disk)
    while partition.next < len(events):
        until = partition.boundary + 1 if partition.boundary is not None else min(len(events), partition.next + 9)
        partition.absorb([(n, Entry(events[n])) for n in range(partition.next, until)])
        flush = partition.flush()
        writes = [flush.intent, *flush.cells, *flush.cases, flush.position]
        kept = rng.randrange(len(writes)) if rng.random() < 0.4 else len(writes)
        for row in writes[:kept]:
            disk.put(*row)
        partition.flushed(flush)
        if kept < len(writes):
            partition = engine(disk)
    return disk


@pytest.mark.parametrize("seed", range(4))
def test_a_crash_changes_nothing_of_what_stays(seed: int) -> None:
    events = [event for n in range(DAYS) for event in day(n)]
    assert state(crashing(Random(seed), events)) == state(crashing(NeverRandom(), events))


class NeverRandom(Random):
    """No crash."""

    def random(self) -> float:
        return 1.0
