"""What a ticket tells of its cycles: how long they took, how they were closed, what was promised of them [R24–R33]."""

from streams.cases import clocks, facts
from streams.cases.pauses import Interval, due
from streams.cases.request import Request, author
from streams.cases.timeline import Cycle
from streams.cases.turns import turns
from streams.cases.working import ALWAYS
from streams.events.model import TicketAnswered
from streams.names import UNKNOWN
from streams.units import DAY

REOPENED_WITHIN = 7 * DAY
"""How soon after a resolve, in ms, a reopen says that it was none [R32]."""


def resolutions(request: Request) -> None:
    """Resolution times, and all that each closed cycle tells."""
    closed = [(cycle, cycle.resolve) for cycle in request.line.cycles if cycle.resolve is not None]
    if not closed:
        return
    first, resolve = closed[0]
    _resolution(request, facts.FIRST_RESOLUTION, resolve, [(first.start, resolve.occurred_at)], [])
    spans = [(cycle.start, end.occurred_at) for cycle, end in closed]
    waits = [wait for cycle, _ in closed for wait in cycle.waits]
    _resolution(request, facts.FULL_RESOLUTION, closed[-1][1], spans, waits)
    for cycle, end in closed:
        _closed(request, cycle, end)


def promises(request: Request) -> None:
    """What is promised of every cycle; waiting on the customer stops the policy's clock alone [R27, R41]."""
    for cycle in request.line.cycles:
        start, end = cycle.start, cycle.resolve
        request.promise(clocks.RESOLVED_IN_2_DAYS, start, end, cycle.number)
        deadline, paused = start + clocks.RESOLUTION.target, False
        if cycle.waits or cycle.waiting_since is not None:
            deadline, paused = due(start, clocks.RESOLUTION.target, cycle.waits, cycle.waiting_since)
        if paused:
            request.put_off(clocks.RESOLUTION, start, cycle.number, deadline)
        else:
            request.promise(clocks.RESOLUTION, start, end, cycle.number, deadline=deadline)


def _resolution(
    request: Request, kind: facts.Kind, resolve: TicketAnswered, spans: list[Interval], waits: list[Interval]
) -> None:
    taken = sum([request.found.span(a, b) for a, b in spans]) - sum([b - a for a, b in waits])
    working = taken
    if request.calendar is not ALWAYS:
        working = _working(request, spans) - _working(request, waits)
    dims = (request.channel, request.line.standing(resolve).department, request.category)
    request.add(kind, resolve.occurred_at, dims, (taken, working))


def _working(request: Request, spans: list[Interval]) -> int:
    return sum([request.calendar.between(a, b) for a, b in spans])


def _closed(request: Request, cycle: Cycle, resolve: TicketAnswered) -> None:
    """The one fact of a closed cycle; its method, and the value settled."""
    end, department = resolve.occurred_at, request.line.standing(resolve).department
    dims = (request.channel, department, request.category, author(resolve))
    request.add(facts.CYCLE_RESOLVED, end, dims, _samples(request, cycle, end))
    method = resolve.resolution_method or UNKNOWN
    request.add(facts.RESOLUTION_METHOD, end, (method,), (1,))
    if resolve.settled_value is not None:
        request.add(facts.SETTLED, end, (department, method), (resolve.settled_value,))


def _samples(request: Request, cycle: Cycle, end: int) -> tuple[object, ...]:
    opening = request.opening if cycle.number == 1 and request.opening.opened_by == "customer" else None
    again = cycle.reopened_at is not None and cycle.reopened_at - end <= REOPENED_WITHIN
    exchanges, by = len(cycle.messages) + (opening is not None), cycle.escalations
    return (
        _served(request, cycle, end),
        1,
        exchanges,
        turns(opening, cycle.messages),
        cycle.replies == 1 and not again if cycle.number == 1 else None,
        bool(by),
        "agent" in by,
        "system" in by,
        again,
    )


def _served(request: Request, cycle: Cycle, end: int) -> int | None:
    """Ms in somebody's hands, without waits on the customer; None where nobody had it [R29]."""
    start = cycle.taken_on
    if start is None:
        return None
    return request.found.span(start, end) - sum([b - a for a, b in cycle.waited(start)])
