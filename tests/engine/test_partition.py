"""A partition: what it counts, refuses, tells, and finds again in its rows. Its laws are in tests/laws."""

import pytest

from streams.cases.findings import Outcome
from streams.engine import rows
from streams.engine.flush import Flush
from streams.engine.partition import Partition
from streams.events.journal import Entry, Tick
from streams.events.model import Event
from streams.units import DAY, HOUR, MINUTE
from tests.laws.crashing import Disk
from tests.laws.journals import CATALOGUE, TERMS
from tests.make import delivered, entered, opened, said


def partition(disk: Disk | None = None, retention: int | None = None) -> Partition:
    return Partition(CATALOGUE, TERMS.pane(), disk or Disk(), retention)


def absorb(engine: Partition, *records: Event | Tick) -> None:
    entries = [record if isinstance(record, Tick) else Entry(record, 3, 7) for record in records]
    engine.absorb(enumerate(entries, engine.next))


def durable(engine: Partition, disk: Disk) -> Flush:
    flush = engine.flush()
    for key, value in (flush.intent, *flush.cells, *flush.cases, flush.position):
        disk.put(key, value)
    engine.flushed(flush)
    return flush


def test_it_counts_what_became_of_events() -> None:
    engine, ticket = partition(), opened(9, event_id="e")
    absorb(engine, ticket, ticket, opened(10, event_id="e"), said(5), delivered(5))
    engine.settle()
    assert dict(engine.counts) == {"applied": 3, "duplicate": 1, "conflict": 1, "negative_duration": 1, "orphan": 1}
    absorb(engine, entered(4, placed_at=1))
    engine.settle()
    assert engine.counts["orphan"] == 0


def test_a_conflict_is_refused_with_its_place() -> None:
    engine, ticket, other = partition(), opened(0, event_id="e"), opened(5, event_id="e")
    absorb(engine, ticket, other)
    (refusal,) = engine.flush().refusals
    assert (refusal.event, refusal.partition, refusal.offset, refusal.reason) == (other, 3, 7, "conflicting_duplicate")


@pytest.mark.parametrize(("at", "late"), [(10 * DAY - HOUR, False), (10 * DAY - HOUR - 1, True)])
def test_older_than_the_retention_is_too_late(at: int, late: bool) -> None:
    engine = partition(retention=HOUR)
    absorb(engine, opened(10 * DAY), opened(at, ticket_id="t2"))
    assert engine.counts["too_late"] == late
    assert [refusal.reason for refusal in engine.flush().refusals] == ["too_late"] * late


def test_without_a_retention_nothing_is_too_late() -> None:
    engine = partition()
    absorb(engine, opened(10_000 * DAY), opened(0, ticket_id="t2"))
    assert engine.counts["applied"] == 2


def test_watermark_and_greatest_instant() -> None:
    engine = partition()
    absorb(engine, opened(5), said(9), said(7), Tick(20), Tick(15))
    assert (engine.watermark, engine.greatest, engine.next) == (20, 9, 5)


def test_a_flush_tells_each_transition_once() -> None:
    engine, disk = partition(), Disk()
    absorb(engine, entered(0), Tick(MINUTE + 1))
    assert [(t.obligation.clock, t.obligation.outcome) for t in durable(engine, disk).transitions] == [
        ("order_confirmed", Outcome.BREACHED)
    ]
    absorb(engine, Tick(DAY))
    assert durable(engine, disk).transitions == []


def test_an_obligation_that_is_gone_is_void() -> None:
    engine, disk = partition(), Disk()
    absorb(engine, entered(0, promised_at=DAY), Tick(2 * DAY))
    durable(engine, disk)
    absorb(engine, entered(HOUR, placed_at=0, revision=2, revision_reason="customer_change"))
    (gone,) = durable(engine, disk).transitions
    assert (gone.obligation.clock, gone.obligation.outcome, gone.was) == (
        "on_time_delivery",
        Outcome.VOID,
        Outcome.BREACHED,
    )


def test_only_what_was_touched_is_written() -> None:
    engine, disk = partition(), Disk()
    absorb(engine, opened(0), entered(0, confirmed_at=5))
    durable(engine, disk)
    absorb(engine, said(HOUR))
    flush = durable(engine, disk)
    assert [key for key, _ in flush.cases if key.startswith(b"case/")] == [rows.case_key("ticket:2:c1:t1")]
    assert not engine.unflushed


def test_a_restart_goes_on_from_the_rows() -> None:
    engine, disk = partition(), Disk()
    absorb(engine, entered(0, promised_at=DAY), opened(0))
    durable(engine, disk)
    again = partition(disk)
    assert (again.next, again.watermark, again.greatest, again.boundary) == (2, 0, 0, None)
    assert (len(again.deadlines), again.deadlines.earliest) == (2, MINUTE)
    absorb(again, Tick(2 * DAY))
    breached = {t.obligation.clock for t in durable(again, disk).transitions}
    assert breached == {"order_confirmed", "on_time_delivery", "answered_in_24h", "first_response", "assignment"}


def test_orphans_are_counted_as_they_stand_after_a_restart_too() -> None:
    engine, disk = partition(), Disk()
    absorb(engine, delivered(5), said(5))
    durable(engine, disk)
    again = partition(disk)
    assert again.counts["orphan"] == 2
    absorb(again, opened(0))
    again.settle()
    assert again.counts["orphan"] == 1


def test_an_interrupted_flush_is_a_boundary_until_one_that_reaches_it() -> None:
    engine, disk = partition(), Disk()
    absorb(engine, opened(0), said(5))
    disk.put(*engine.flush().intent)
    again = partition(disk)
    assert (again.next, again.boundary) == (0, 1)
    absorb(again, opened(0))
    durable(again, disk)
    assert again.boundary == 1
    absorb(again, said(5))
    durable(again, disk)
    assert again.boundary is None


def test_records_below_the_next_offset_are_in_already() -> None:
    engine = partition()
    absorb(engine, opened(0), said(5))
    engine.absorb([(0, Entry(opened(9, ticket_id="t9"))), (1, Entry(said(7)))])
    assert (engine.next, dict(engine.counts)) == (2, {"applied": 2})


def test_the_cases_used_last_stay_decoded() -> None:
    disk = Disk()
    engine = partition(disk)
    engine.keep = 2
    for number in range(3):
        absorb(engine, opened(number, ticket_id=f"t{number}"))
        durable(engine, disk)
    absorb(engine, said(5, ticket_id="t1"), opened(6, ticket_id="t3"))
    durable(engine, disk)
    assert [ref.rsplit(":", 1)[1] for ref, _ in engine.held()] == ["t1", "t3"]
