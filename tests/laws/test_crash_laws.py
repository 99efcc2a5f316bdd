"""Crashes change no number: whatever prefix of the writes survives, and however often."""

from collections.abc import Callable
from random import Random

import pytest

from streams.cases.case import Case
from streams.cases.digests import Digest
from streams.engine import rows
from streams.engine.routing import partition_of
from streams.events.model import Event
from tests.laws import crashing
from tests.laws.crashing import BREACHES, EVENTS, PARTIALS, Disk, Order, Worker, documented
from tests.laws.journals import TOLD, events_of, journal_of, latest, told_by, told_in, totals, values_of, whole

HISTORIES, SLICES, CRASHES = 200, 10, 5


def crashed(seed: int, events: tuple[Event, ...], watermark: int, order: Order, **options: bool) -> list[Worker]:
    """The events through one to three journal partitions that crash on the way."""
    rng, workers = Random(seed), []
    count = rng.randint(1, 3)
    for partition in range(count):
        own = [event for event in events if partition_of(event.customer_id, count) == partition]
        worker = Worker(partition, rng, order, **options)
        worker.run(journal_of(own, watermark), CRASHES)
        workers.append(worker)
    return workers


def faults(seed: int, order: Order = documented, **options: bool) -> list[str]:
    """In what a history with crashes differs from the whole of its events."""
    events = events_of(seed)
    want = whole(events)
    workers = crashed(seed, events, want.watermark, order, **options)
    durable = [told for worker in workers for told in told_by(worker.partition, worker.disk)]
    published = [told for worker in workers for told in told_in(worker.topics[PARTIALS])]
    checks: dict[str, Callable[[], bool]] = {
        "durable cells": lambda: totals(durable) == want.cells,
        "published cells": lambda: totals(published) == want.cells,
        "customers": lambda: all(known(worker.disk) == said(worker.disk) for worker in workers),
        "final values": lambda: values_of(latest(published), want.watermark) == want.values,
        "standing breaches": lambda: standing(workers) == want.breaches,
        "announced breaches": lambda: announced(workers) >= want.breaches,
        "greatest instant": lambda: max(greatest(worker) for worker in workers) == want.watermark,
    }
    return next(([name] for name, check in checks.items() if not check()), [])


def known(disk: Disk) -> dict[str, Digest]:
    """What durable customers know of their cases, by the cases' references."""
    stored = (rows.decode_customer(data).digests for _, data in rows.customers(disk))
    return {ref: digest for digests in stored for ref, digest in digests.items()}


def said(disk: Disk) -> dict[str, Digest]:
    """What durable cases say of their customers, by their references."""
    stored = ((ref, rows.decode_case(data)) for ref, data in rows.cases(disk))
    cases = ((ref, Case(row.events), row.asof) for ref, row in stored)
    found = {ref: case.review(ref, asof, TOLD).digest for ref, case, asof in cases}
    return {ref: digest for ref, digest in found.items() if digest is not None}


def standing(workers: list[Worker]) -> set[str]:
    """The obligations on the compacted topic of breaches."""
    last = {key: value for worker in workers for key, value in worker.topics[BREACHES]}
    return {key.decode() for key, value in last.items() if value is not None}


def announced(workers: list[Worker]) -> set[str]:
    """The obligations that an event called breached."""
    events = (event for worker in workers for event in worker.topics[EVENTS])
    return {identity.decode() for kind, identity in events if kind == b"sla-breached" and identity is not None}


def greatest(worker: Worker) -> int:
    """The latest instant of an event that counts, as the position has it."""
    return rows.decode_position(worker.disk.rows[rows.POSITION]).greatest


@pytest.mark.parametrize("part", range(SLICES))
def test_crashes_change_nothing(part: int) -> None:
    found = {seed: faults(seed) for seed in range(part, HISTORIES, SLICES)}
    assert {seed: fault for seed, fault in found.items() if fault} == {}


def test_the_same_records_again_change_nothing() -> None:
    found = {seed: faults(seed, turns_back=True) for seed in range(60)}
    assert {seed: fault for seed, fault in found.items() if fault} == {}


@pytest.mark.parametrize("order", [crashing.cases_first, crashing.position_first, crashing.no_intent])
def test_a_wrong_order_is_caught(order: Order) -> None:
    assert any(faults(seed, order) for seed in range(200))


def test_histories_do_crash_and_resume_within_a_flush() -> None:
    runs = [crashed(seed, events_of(seed), whole(events_of(seed)).watermark, documented) for seed in range(20)]
    assert sum(worker.crashes for workers in runs for worker in workers) > 30
    assert sum(worker.resumed for workers in runs for worker in workers) > 10
