"""What orders, requests and surveys cost, and which responses cover it [R7, R8, R13, R22, R24, R26, R48].

A response is an order, at its entry, or a closed cycle of a request, at its resolve. What is done after a resolve
belongs to the cycle that it closed. Of an order that stands cancelled nothing is earned.
"""

from collections.abc import Iterator, Sequence

from streams.cases.basket import margin
from streams.cases.conventions import Conventions
from streams.cases.costing import TICKET, Charge, charges, work_of
from streams.cases.facts import COST, COSTED, PROFIT, RESPONSE, Fact
from streams.cases.order import Order
from streams.cases.request import Request
from streams.events.model import OrderDelivered, OrderEntered, SurveySubmitted, TicketAnswered, in_order
from streams.names import COSTS_KNOWN, UNKNOWN
from streams.units import HEREAFTER, MILLIONTHS

SPENDING = (COST, RESPONSE, COSTED, PROFIT)
"""The kinds of facts for whose sake all this is told."""
_KNOWN: Fact = (COSTED.name, HEREAFTER, (COSTS_KNOWN,), (1,))


def order_spending(order: Order, channel: str, revenue: int | None, conventions: Conventions) -> list[Fact]:
    """The costs of each revision and shipment at its own instant, and the response; `revenue` in minor units."""
    first, facts, spent = order.revisions[0], list[Fact](), 0
    worked: list[OrderEntered | OrderDelivered] = [*order.revisions, *order.shipments.values()]
    for event in worked:
        found = charges(event, channel, work_of(event, first), conventions.costs)
        spent += _spend(facts, event.occurred_at, channel, UNKNOWN, found)
    earned = 0 if revenue is None else margin(order.lines, revenue, conventions.digits, conventions.costs.margin)
    covered = earned * MILLIONTHS >= spent
    facts.append((RESPONSE.name, first.occurred_at, (channel, UNKNOWN), (1, covered, 1, revenue, earned)))
    return [*facts, _KNOWN] if len(facts) > 1 else facts


def request_spending(request: Request) -> None:
    """The costs of the opening and of every act, those after a void too, and a response for each closed cycle."""
    cycles, opening, model = request.line.cycles, request.opening, request.costs
    facts: list[Fact] = []
    department = opening.department or UNKNOWN
    found = charges(opening, request.channel, TICKET, model)
    spent = [_spend(facts, opening.occurred_at, request.channel, department, found), *[0] * (len(cycles) - 1)]
    for act, number in _by_cycle(request):
        found = charges(act, request.channel, TICKET, model)
        if found:
            department = request.line.standing(act).department
            spent[number] += _spend(facts, act.occurred_at, request.channel, department, found)
    if facts:
        request.facts.extend([*facts, _KNOWN])
    for cycle, cost in zip(cycles, spent, strict=True):
        if cycle.resolve is not None:
            dims = (request.channel, request.line.standing(cycle.resolve).department)
            covered = (cycle.resolve.settled_value or 0) * MILLIONTHS >= cost
            request.add(RESPONSE, cycle.resolve.occurred_at, dims, (1, covered, None, None, None))


def survey_spending(survey: SurveySubmitted, conventions: Conventions) -> list[Fact]:
    """The costs of the record that stands for a survey."""
    facts: list[Fact] = []
    channel, department = survey.channel or UNKNOWN, survey.department or UNKNOWN
    _spend(facts, survey.occurred_at, channel, department, charges(survey, channel, TICKET, conventions.costs))
    return [*facts, _KNOWN] if facts else facts


def _by_cycle(request: Request) -> Iterator[tuple[TicketAnswered, int]]:
    """Each act, and which cycle it belongs to: the first reopen after a resolve begins the next one [R24]."""
    cycles, at = request.line.cycles, 0
    for act in request.line.acts:
        resolve = cycles[at].resolve
        if act.action == "reopen" and at + 1 < len(cycles) and resolve and in_order(resolve) < in_order(act):
            at += 1
        yield act, at


def _spend(facts: list[Fact], at: int, channel: str, department: str, found: Sequence[Charge]) -> int:
    """Tell charges; what they are together."""
    facts.extend([(COST.name, at, (kind, channel, department), (amount,)) for kind, amount in found])
    return sum([amount for _, amount in found])
