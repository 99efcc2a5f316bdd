"""What a ticket tells of answers: the first one, further ones, those to reviews [R26–R28, R30, R34, R41]."""

from streams.cases import clocks, facts
from streams.cases.request import Request, author
from streams.events.model import TicketAnswered


def first_response(request: Request) -> None:
    """The first answer by a person in cycle 1, and what was promised of it; nothing of what an agent opened."""
    if request.opening.opened_by != "customer":
        return
    cycle, start = request.line.cycles[0], request.opening.occurred_at
    if cycle.reply is not None:
        _answered(request, cycle.reply)
    end = cycle.reply or cycle.resolve
    request.promise(clocks.ANSWERED_IN_24H, start, end)
    if request.policies is None:
        request.promise(clocks.FIRST_RESPONSE, start, end)


def _answered(request: Request, reply: TicketAnswered) -> None:
    line, start = request.line, request.opening.occurred_at
    end, wrong, standing = reply.occurred_at, line.misrouted_at, line.standing(reply)
    waited = request.found.span(start, end)
    dims = (request.channel, standing.department, standing.priority, author(reply))
    lost = None if wrong is None else request.found.span(start, wrong)
    calendar = request.working(clocks.FIRST_RESPONSE, standing, end)
    samples = (waited, calendar.between(start, start + waited), wrong is not None, lost)
    request.add(facts.FIRST_RESPONSE, end, dims, samples)


def next_responses(request: Request) -> None:
    """Every answer after the first one, and what was promised of it."""
    for question in request.line.questions:
        start, end = question.message.occurred_at, question.end
        if end is not None and question.answered:
            dims = (request.channel, request.line.standing(end).department)
            request.add(facts.NEXT_RESPONSE, end.occurred_at, dims, (end.occurred_at - start,))
        if request.policies is None:
            request.promise(clocks.NEXT_RESPONSE, start, end, question.cycle, question.number)


def review(request: Request) -> None:
    """The answer to a public review, as a first response [R26]."""
    if request.opening.opened_by != "customer":
        return
    cycle, start = request.line.cycles[0], request.opening.occurred_at
    if cycle.reply is not None:
        end = cycle.reply.occurred_at
        request.add(facts.REVIEW_RESPONSE, end, (request.channel,), (request.found.span(start, end),))
    request.promise(clocks.REVIEW_ANSWERED, start, cycle.reply or cycle.resolve)
