"""Whom the desk proposes: checked against a naive reading of the events, and the same in any run."""

from itertools import pairwise
from random import Random

import pytest

from streams.cases.case import reference
from streams.events.model import Event, TicketAnswered, TicketOpened
from streams.sla.desk import Request
from streams.units import MINUTE
from tests.sla.department import Department, replayed

ACTIVE, COOL_DOWN, TARGET = 30 * MINUTE, 40 * MINUTE, 20 * MINUTE
SEEDS = range(6)


@pytest.fixture(scope="module", params=SEEDS)
def department(request: pytest.FixtureRequest) -> Department:
    return Department(request.param)


class Naive:
    """What a list of events says of an instant; it shares no code with the desk."""

    def __init__(self, events: list[Event], made: list[Request], at: int) -> None:
        self.at = at
        self.holder: dict[str, str | None] = {}
        self.begun: dict[str, int] = {}
        self.last: dict[str, int] = {}
        self.offered: dict[str, str | None] = {}
        told = [event for event in events if event.occurred_at <= at]
        proposals = [one for one in made if one.at < at]
        steps = sorted(
            [*((e.occurred_at, 1, e) for e in told), *((p.at, 0, p) for p in proposals)], key=lambda s: s[:2]
        )
        for _, _, step in steps:
            if isinstance(step, Request):
                self.offered[step.ref] = step.to
            else:
                self._read(step)

    def _read(self, event: Event) -> None:
        ref = reference(event)
        if isinstance(event, TicketOpened):
            self.holder[ref], self.begun[ref] = event.assigned_to, event.occurred_at
        elif isinstance(event, TicketAnswered):
            if event.agent_id is not None:
                self.last[event.agent_id] = event.occurred_at
            if event.action in ("message", "resolve", "assign"):
                self.begun.pop(ref, None)
                self.offered.pop(ref, None)
            if event.action == "message" and ref in self.holder and self.holder[ref] is None:
                self.holder[ref] = event.agent_id  # who writes first has it
            if event.action == "assign":
                self.holder[ref], self.begun[ref] = event.to_agent, event.occurred_at
            if event.action == "resolve":
                self.holder.pop(ref, None)

    def load(self, agent: str) -> int:
        return [*self.holder.values(), *self.offered.values()].count(agent)

    @property
    def active(self) -> list[str]:
        return [agent for agent, last in self.last.items() if last >= self.at - ACTIVE]


def test_every_unattended_ticket_goes_to_somebody_active_and_least_loaded(department: Department) -> None:
    asked: dict[str, list[Request]] = {}
    assert len(department.requests) > 40
    for request in department.requests:
        then = Naive(department.events, department.requests[: department.requests.index(request)], request.at)
        assert then.begun[request.ref] == request.assigned_at <= request.at - TARGET
        assert then.holder[request.ref] == request.holder
        before = asked.setdefault(request.ref, [])
        tried = {one.to for one in before[len(before) - request.chain + 1 :]} | {request.holder}
        may = [agent for agent in then.active if agent not in tried]
        assert (request.to is None) == (not may)
        if request.to is not None:
            assert request.to in may
            assert then.load(request.to) == min(then.load(agent) for agent in may)
        before.append(request)
    for requests in asked.values():
        assert all(later.at - earlier.at >= COOL_DOWN for earlier, later in pairwise(requests))
        assert all(request.chain <= 3 for request in requests)
    assert {request.chain for request in department.requests} == {1, 2, 3}
    assert any(request.holder is None for request in department.requests)


def test_no_ticket_that_was_left_is_forgotten(department: Department) -> None:
    """Whatever stands unattended at the end of a day was asked for, up to the end of its chain."""
    last = department.events[-1].occurred_at
    end = Naive(department.events, [], last)
    left = {ref for ref, begun in end.begun.items() if begun < last - TARGET - MINUTE}
    assert left
    assert left <= {request.ref for request in department.requests}


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("restarts", [False, True])
def test_any_run_asks_the_same(department: Department, count: int, restarts: bool) -> None:
    last = department.events[-1].occurred_at
    want = [request for request in department.requests if request.at <= last]
    assert replayed(department.events, Random(count), count, restarts) == want
