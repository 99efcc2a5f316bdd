"""Forecasts in a worker are those of `streams sla predict` over its own tickets, a little at a time."""

import asyncio
from random import Random

import msgspec
import pytest

from streams.cases.conventions import DEFAULT
from streams.cases.ticket import timeline
from streams.engine.partition import Partition
from streams.engine.terms import Terms
from streams.events.journal import Entry, Tick
from streams.events.model import Event, in_order
from streams.sla.foresight import chances, expected, scored
from streams.sla.history import History
from streams.sla.loader import load
from streams.sla.prediction import experience_at, lives
from streams.units import DAY, HOUR, MINUTE
from streams.worker import forecaster
from streams.worker.forecaster import Forecaster
from streams.worker.measure import Held
from streams.worker.stores import MemoryRows
from tests.make import act, opened, said

POLICIES = History(
    load('[[policies]]\nname = "all"\nfirst_response = { target = "2h" }\nresolution = { target = "8h" }\n')
)
BEGIN = 20_000 * DAY
NOW = BEGIN + 4 * DAY


def business(tickets: int) -> list[Event]:
    """Tickets that come all the time, are answered and resolved after a while, and some that are open still."""
    rng, made = Random(1), list[Event]()
    for number in range(tickets):
        own = {"customer_id": f"c{number}", "ticket_id": f"t{number}"}
        at = BEGIN + number * (4 * DAY - MINUTE) // tickets
        made.append(opened(at, **own))
        replied, done = at + rng.randrange(4 * HOUR), at + rng.randrange(16 * HOUR)
        made += [said(replied, **own)] if replied < NOW else []
        made += [act(done, "resolve", **own)] if done < NOW else []
    return sorted(made, key=in_order)


def held(events: list[Event]) -> tuple[Held, MemoryRows]:
    """A partition with these events, flushed."""
    terms = Terms(conventions=msgspec.structs.replace(DEFAULT, policies=POLICIES))
    stored = MemoryRows()
    engine = Partition(terms.catalogue(), terms.pane(), stored, conventions=terms.told)
    engine.absorb(enumerate([*map(Entry, events), Tick(NOW)]))
    flush = engine.flush()
    stored.apply([*flush.cases, flush.position], 1)
    engine.flushed(flush)
    return Held(engine), stored


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forecaster, "REST", 0)


async def test_they_are_those_of_all_tickets_where_the_sample_holds_them() -> None:
    events = business(300)
    one, stored = held(events)
    ahead = Forecaster(lambda: {3: one}, {3: stored}.__getitem__)
    await ahead.step()
    by_ticket: dict[str, list[Event]] = {}
    for event in events:
        by_ticket.setdefault(event.customer_id, []).append(event)
    found = [life for own in by_ticket.values() if (line := timeline(own)) for life in lives(line, POLICIES, NOW)]
    known = experience_at(found, NOW)
    want = expected(chances(found, known, NOW), NOW, HOUR)
    told = ahead.expected[3]
    assert {promise: told.get(promise, 0.0) for promise in want} == pytest.approx(want)
    assert want["all", "resolution"] > 0.5
    for clock in ("first_response", "resolution"):
        *_, score = scored(found, clock)
        assert ahead.known[3].scores[clock].count == score.count > 100
        assert ahead.known[3].scores[clock].brier == pytest.approx(score.brier)
        assert score.brier < score.base_brier


async def test_other_work_goes_on_and_it_may_be_broken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forecaster, "SLICE_SECONDS", 0)
    one, stored = held(business(100))
    partitions = {0: one}
    ahead, turns = Forecaster(lambda: partitions, {0: stored}.__getitem__), 0
    looking = asyncio.ensure_future(ahead.step())
    while turns < 20:
        await asyncio.sleep(0)
        turns += 1
    assert not looking.done()
    partitions.clear()
    await looking
    assert ahead.known == ahead.expected == {}


async def test_what_it_learns_from_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forecaster, "TICKETS", 20)
    one, stored = held(business(200))
    ahead = Forecaster(lambda: {0: one}, {0: stored}.__getitem__)
    await ahead.step()
    assert 0 < ahead.known[0].scores["resolution"].count <= 20 * 4


async def test_without_policies_nothing_is_forecast() -> None:
    terms = Terms()
    engine = Partition(terms.catalogue(), terms.pane(), MemoryRows(), conventions=terms.told)
    ahead = Forecaster(lambda: {0: Held(engine)}, dict[int, MemoryRows]().__getitem__)
    await ahead.step()
    assert ahead.known == {}
