"""The cells are a function of the set of distinct events: not of order, repetition, batches or partitions."""

from collections.abc import Sequence
from random import Random

import pytest

from streams.engine.partials import cell_record
from streams.engine.partition import Partition
from streams.engine.routing import partition_of
from streams.events.journal import Entry
from streams.events.model import Event, TicketOpened
from streams.units import DAY
from tests.laws.crashing import Disk
from tests.laws.journals import (
    CATALOGUE,
    TERMS,
    TOLD,
    Journal,
    events_of,
    journal_of,
    latest,
    told_in,
    values_of,
    whole,
)
from tests.make import opened

Records = list[tuple[bytes, bytes | None]]


def run(journal: Journal, rng: Random, partition: int = 0) -> Records:
    """A journal in random batches, settled and flushed now and then; every partial that was published."""
    disk, published = Disk(), []
    engine = Partition(CATALOGUE, TERMS.pane(), disk, keep=rng.choice((0, 5, 1_000)), conventions=TOLD)
    at = 0
    while at < len(journal):
        batch = journal[at : at + rng.randint(1, 30)]
        engine.absorb(batch)
        at += len(batch)
        if rng.random() < 0.3:
            engine.settle()
        if rng.random() < 0.3 or at >= len(journal):
            flush = engine.flush()
            published += [cell_record(partition, cell, vector) for cell, vector in flush.partials]
            for key, value in (flush.intent, *flush.cells, *flush.cases, flush.position):
                disk.put(key, value)
            engine.flushed(flush)
    return published


def spread(events: Sequence[Event], count: int, rng: Random, watermark: int) -> list[Records]:
    """The events by customer over so many journal partitions; what each published."""
    parts = [[e for e in events if partition_of(e.customer_id, count) == p] for p in range(count)]
    return [run(journal_of(part, watermark), rng, p) for p, part in enumerate(parts)]


@pytest.mark.parametrize("seed", range(40))
def test_order_repetition_and_batches_change_nothing(seed: int) -> None:
    events, rng = list(events_of(seed)), Random(seed)
    want = whole(events)
    again = rng.sample(events + events, 2 * len(events))
    published = run(journal_of(again, want.watermark), rng)
    assert values_of(latest(told_in(published)), want.watermark) == want.values
    assert whole(again) == want


@pytest.mark.parametrize("seed", range(40))
def test_partitions_change_nothing(seed: int) -> None:
    events, rng = events_of(seed, customers=5), Random(seed)
    want = whole(events)
    published = spread(events, rng.randint(1, 7), rng, want.watermark)
    records = [record for part in published for record in part]
    assert values_of(latest(told_in(records)), want.watermark) == want.values


@pytest.mark.parametrize("seed", range(20))
def test_what_a_rollup_is_told_again_changes_nothing(seed: int) -> None:
    events, rng = events_of(seed), Random(seed)
    want = whole(events)
    records = [record for part in spread(events, 3, rng, want.watermark) for record in part]
    since = rng.randrange(len(records))
    rollup = latest(told_in([*records, *records[since:]]))
    assert values_of(rollup, want.watermark) == want.values


@pytest.mark.parametrize("seed", range(20))
def test_the_ending_of_an_input_may_come_first(seed: int) -> None:
    """The stray that ends a history is left out: conflicts may then stand at its very end."""
    events, rng = [e for e in events_of(seed) if e.customer_id != "c0"], Random(seed)
    want = whole(events)
    for _ in range(5):
        assert whole(rng.sample(events + events, 2 * len(events))) == want


@pytest.mark.parametrize("order", ["wl", "lw", "wll", "llw", "lwl", "lwlwl"])
def test_an_event_that_lost_moves_no_watermark(order: str) -> None:
    winner = opened(0, event_id="e")
    loser = opened(10 * DAY, event_id="e", channel="email")
    events: list[TicketOpened] = [winner if letter == "w" else loser for letter in order]
    assert whole(events).watermark == 0
    assert whole(events).values == whole([winner]).values


def test_an_event_that_lost_moves_no_watermark_after_a_crash() -> None:
    loser, winner = opened(10 * DAY, event_id="e", channel="email"), opened(0, event_id="e")
    journal: Journal = [(0, Entry(loser)), (1, Entry(winner))]
    disk = Disk()
    engine = Partition(CATALOGUE, TERMS.pane(), disk, conventions=TOLD)
    engine.absorb(journal)
    flush = engine.flush()
    for key, value in (flush.intent, *flush.cells, *flush.cases):  # the position is lost
        disk.put(key, value)
    again = Partition(CATALOGUE, TERMS.pane(), disk, conventions=TOLD)
    again.absorb(journal)
    assert again.greatest == engine.greatest == 0


def test_the_checks_see_a_lost_event() -> None:
    events = events_of(1)
    assert any(whole([e for e in events if e != gone]) != whole(events) for gone in events)
