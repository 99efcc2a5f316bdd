"""What a ticket tells of its cycles: how long they took, how they were closed, what was promised of them [R24–R33]."""

from streams.cases import clocks, facts
from streams.cases.pauses import Interval, due
from streams.cases.request import Request, author
from streams.cases.timeline import Cycle, Standing
from streams.cases.turns import turns
from streams.cases.working import ALWAYS, WorkingTime
from streams.events.model import TicketAnswered
from streams.names import UNKNOWN
from streams.units import DAY

REOPENED_WITHIN = 7 * DAY
"""How soon after a resolve, in ms, a reopen says that it was none [R32]."""
_NOT_ESCALATED = False, False, False


def promises(request: Request) -> None:
    """What is promised of every cycle; waiting on the customer stops the policy's clock alone [R27, R41]."""
    for cycle in request.line.cycles:
        start, end = cycle.start, cycle.resolve
        request.promise(clocks.RESOLVED_IN_2_DAYS, start, end, cycle.number)
        if request.policies is not None:
            continue
        deadline, paused = start + clocks.RESOLUTION.target, False
        if cycle.waits or cycle.waiting_since is not None:
            deadline, paused = due(start, clocks.RESOLUTION.target, cycle.waits, cycle.waiting_since)
        if paused:
            request.put_off(clocks.RESOLUTION, start, cycle.number, deadline)
        else:
            request.promise(clocks.RESOLUTION, start, end, cycle.number, deadline=deadline)


def resolutions(request: Request) -> None:
    """Resolution times, and all that each closed cycle tells."""
    taken = working = 0
    told: tuple[int, tuple[str, ...]] | None = None
    for cycle in request.line.cycles:
        resolve = cycle.resolve
        if resolve is None:
            break
        end, standing = resolve.occurred_at, request.line.standing(resolve)
        told = end, (request.channel, standing.department, request.category)
        spent = request.found.span(cycle.start, end)
        calendar = request.working(clocks.RESOLUTION, standing, end)
        worked = _working(calendar, [(cycle.start, end)], spent)
        if cycle.number == 1:
            request.add(facts.FIRST_RESOLUTION, *told, (spent, worked))
        waited = sum([b - a for a, b in cycle.waits]) if cycle.waits else 0
        taken += spent - waited
        working += worked - _working(calendar, cycle.waits, waited)
        _closed(request, cycle, resolve, standing)
    if told is not None:
        request.add(facts.FULL_RESOLUTION, *told, (taken, working))


def _working(calendar: WorkingTime, spans: list[Interval], total: int) -> int:
    """The working time in spans of so many ms in all."""
    if calendar is ALWAYS or not total:
        return total
    return sum([calendar.between(a, b) for a, b in spans])


def _closed(request: Request, cycle: Cycle, resolve: TicketAnswered, standing: Standing) -> None:
    """The one fact of a closed cycle; its method, and the value settled."""
    end, department = resolve.occurred_at, standing.department
    dims = (request.channel, department, request.category, author(resolve))
    request.add(facts.CYCLE_RESOLVED, end, dims, _samples(request, cycle, end))
    method = resolve.resolution_method or UNKNOWN
    request.add(facts.RESOLUTION_METHOD, end, (method,), (1,))
    if resolve.settled_value is not None:
        request.add(facts.SETTLED, end, (department, method), (resolve.settled_value,))


def _samples(request: Request, cycle: Cycle, end: int) -> tuple[object, ...]:
    """The samples of a closed cycle, as `CYCLE_RESOLVED` declares them."""
    first = cycle.number == 1
    opening = request.opening if first and request.opening.opened_by == "customer" else None
    again = cycle.reopened_at is not None and cycle.reopened_at - end <= REOPENED_WITHIN
    by = cycle.escalations
    return (
        _served(request, cycle, end),
        1,
        len(cycle.messages) + (opening is not None),
        turns(opening, cycle.messages),
        cycle.replies == 1 and not again if first else None,
        *((True, "agent" in by, "system" in by) if by else _NOT_ESCALATED),
        again,
    )


def _served(request: Request, cycle: Cycle, end: int) -> int | None:
    """Ms in somebody's hands, without waits on the customer; None where nobody had it [R29]."""
    start = cycle.taken_on
    if start is None:
        return None
    served = request.found.span(start, end)
    return served - sum([b - a for a, b in cycle.waited(start)]) if cycle.waits else served
