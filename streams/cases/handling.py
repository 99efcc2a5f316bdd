"""What a ticket tells of the work on it: holds, effort, assignments [R33, R41, R45]."""

from streams.cases import clocks, facts
from streams.cases.request import Request


def effort_of_opening(request: Request) -> None:
    """The customer's effort to complete the request; what is missing is no sample."""
    screens, clicks = request.opening.screens, request.opening.clicks
    if screens is not None or clicks is not None:
        request.add(facts.EFFORT, request.opening.occurred_at, (request.channel,), (screens, clicks))


def interactions(request: Request) -> None:
    """How long each interaction took, and each wait of the caller; together at the last one."""
    for act in request.line.handled:
        request.add(facts.HANDLED, act.occurred_at, (request.channel,), (act.handling,))
    together = 0
    for act in request.line.held:
        dims = (request.channel, request.line.standing(act).department)
        together += sum(act.holds)
        for hold in act.holds:
            request.add(facts.HELD, act.occurred_at, dims, (hold, None))
        if act is request.line.held[-1]:
            request.add(facts.HELD, act.occurred_at, dims, (None, together))


def assignments(request: Request) -> None:
    """Every assignment, and what was promised of the first one in cycle 1."""
    for act, passed_on in request.line.assigns:
        dims = (request.line.standing(act).department,)
        request.add(facts.ASSIGNED, act.occurred_at, dims, (passed_on, 1 if passed_on else None))
    if request.policies is None:
        request.promise(clocks.ASSIGNMENT, request.opening.occurred_at, request.line.in_hand)
