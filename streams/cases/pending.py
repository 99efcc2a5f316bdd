"""What the customer of a ticket still waits for: promises that are not kept yet, open ones and broken ones."""

from collections.abc import Iterator

from streams.cases import clocks, facts
from streams.cases.clocks import Clock
from streams.cases.facts import AT_RISK, OVERDUE, WITHIN
from streams.cases.findings import BREACHED, OPEN, Obligation
from streams.cases.request import Request
from streams.cases.timeline import Timeline

RISK = 5
"""A promise is at risk when less than one part in so many of its time is left."""
_TARGETS = {one.name: one.target for one in vars(clocks).values() if isinstance(one, Clock)}
_MEASURES = facts.PENDING.measures


def pending(request: Request) -> None:
    """Tell how every promise that is not kept stands, and when the next of them will be at risk."""
    line = request.line
    if line.gone_at is not None:
        return
    unended = frozenset(_unended(line))
    since: dict[int, dict[str, tuple[tuple[int, int], ...]]] = {}
    for one in request.obligations:
        if one.key in unended and one.outcome in (OPEN, BREACHED):
            told = since.setdefault(one.start, {})
            told[one.clock] = (*told.get(one.clock, ()), (_standing(request, one), one.start))
    standing = line.standings[-1]
    dims = (request.channel, standing.department, standing.priority)
    for start, told in since.items():
        request.add(facts.PENDING, start, dims, tuple([told.get(clock) for clock in _MEASURES]))


def _unended(line: Timeline) -> Iterator[tuple[str, int, int]]:
    """The keys of the obligations that nothing has ended."""
    first = line.cycles[0]
    if first.reply is None and first.resolve is None:
        yield from ((name, 1, 1) for name in ("first_response", "answered_in_24h", "review_answered"))
    if line.in_hand is None:
        yield "assignment", 1, 1
    for cycle in line.cycles:
        if cycle.resolve is None:
            yield from ((name, cycle.number, 1) for name in ("resolution", "resolved_in_2_days"))
    for question in line.questions:
        if question.end is None:
            yield "next_response", question.cycle, question.number


def _standing(request: Request, one: Obligation) -> int:
    if one.outcome is BREACHED:
        return OVERDUE
    risk = one.deadline - (one.target or _TARGETS[one.clock]) // RISK
    if one.paused:
        since = request.line.cycles[one.cycle - 1].waiting_since
        return AT_RISK if since is not None and since >= risk else WITHIN
    if request.asof >= risk:
        return AT_RISK
    request.found.wakes.append(risk - 1)
    return WITHIN
