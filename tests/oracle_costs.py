"""The oracle's costs: what was spent, which responses and customers pay, by the specification alone.

Where the specification is open, the comment "Open:" says what was decided here and what else could have been meant.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from typing import Any

from tests.oracle_customers import by_id, spans, within
from tests.oracle_events import UNKNOWN, Event
from tests.oracle_orders import cancellation, order_dims, standing_lines
from tests.oracle_surveys import answered
from tests.oracle_ticket_story import cycles, ticket_dims

Place = tuple[str, str, str, str, int, int]
"""(kpi, scope, the scope's value, window size, start, end)"""
Body = dict[str, Any]


@dataclass(frozen=True)
class Spent:
    """A cost at its event's instant."""

    at: int
    dims: dict[str, str]
    amount: Fraction


@dataclass(frozen=True)
class Response:
    """An order entered, or a cycle of a request closed; what it brought and cost."""

    at: int
    dims: dict[str, str]
    brought: Fraction
    cost: Fraction
    is_order: bool = False
    revenue: Fraction | None = None


@dataclass(frozen=True)
class Books:
    """Everything that one customer was the reason of."""

    spent: list[Spent]
    responses: list[Response]


def money(amount: Any, digits: int) -> Fraction:
    """An amount in whole minor units, half-even [R13]."""
    return Fraction(Decimal(str(amount)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_EVEN))


def costs_of(event: Event, dims: dict[str, str], digits: int) -> list[Spent]:
    """What an event tells of costs, at its own instant."""
    told = event.get("costs", [])
    return [Spent(event.at, dims | {"kind": cost["kind"]}, money(cost["amount"], digits)) for cost in told]


def books_of(events: list[Event], digits: int) -> Books:
    """The books of one customer; `events` are in the order of R4."""
    books = Books([], [])
    for members in by_id(events, "order_id", ("order-entered", "order-delivered")):
        order_books(members, books, digits)
    for members in by_id(events, "ticket_id", ("ticket-opened", "ticket-answered")):
        request_books(members, books, digits)
    for members in by_id(events, "survey_id", ("survey-submitted",)):
        # Open: the later record replaces the earlier whole, its costs too; an invitation replaces no reply [R7, R43].
        replies = [event for event in members if event.get("dismissed") or answered(event)]
        last = (replies or members)[-1]
        dims = {name: last.get(name, UNKNOWN) for name in ("channel", "department", "region")}
        books.spent.extend(costs_of(last, dims, digits))
    return books


def order_books(members: list[Event], books: Books, digits: int) -> None:
    """The costs of all revisions and of the shipments that stand; the order as a response at its entry."""
    entered = [event for event in members if event.topic == "order-entered"]
    if not entered:
        return
    revisions = sorted(entered, key=lambda event: (event.get("revision", 1), event.key))
    shipments = {event.body["shipment_no"]: event for event in members if event.topic == "order-delivered"}
    dims = order_dims(revisions[0]) | {"department": UNKNOWN}
    spent = [cost for event in [*revisions, *shipments.values()] for cost in costs_of(event, dims, digits)]
    books.spent.extend(spent)
    # Open: a cancelled order is a response that brings nothing; a cost of goods that is not told is 0 [R22, R48].
    brought, revenue = Fraction(0), None
    if cancellation(revisions, "customer") is None and cancellation(revisions, "supplier") is None:
        lines = standing_lines(revisions)
        revenue = sum((worth(line, "unit_price", digits) for line in lines), Fraction(0))
        brought = revenue - sum((worth(line, "unit_cost", digits) for line in lines), Fraction(0))
    cost = sum((one.amount for one in spent), Fraction(0))
    books.responses.append(Response(revisions[0].at, dims, brought, cost, True, revenue))


def worth(line: Body, price: str, digits: int) -> Fraction:
    """Quantity times a price of the line, in whole minor units; 0 where the price is missing."""
    return money(line["quantity"] * Decimal(str(line.get(price) or 0)), digits)


def request_books(members: list[Event], books: Books, digits: int) -> None:
    """The costs of a ticket, those after a void too; each closed cycle as a response. None of a review [R26]."""
    opening = next((event for event in members if event.topic == "ticket-opened"), None)
    if opening is None or opening.get("kind") == "review":
        return
    every = [event for event in members if event.topic == "ticket-answered"]
    end = next((act for act in every if act.body["action"] in ("void", "merge")), None)
    acts = [act for act in every if end is None or act.key < end.key]
    history = cycles(opening, acts)
    # Open: what comes after a resolve, until a reopen begins the next cycle, is a cost of the cycle that it closed.
    reopens = [reopen(acts, cycle.start, cycle.acts) for cycle in history[1:]]
    totals = [Fraction(0) for _ in history]
    for event in [opening, *every]:
        dims = ticket_dims(opening, acts, event.key) if event is not opening else ticket_dims(opening, [], event.key)
        number = 0 if event is opening else sum(event.key >= start for start in reopens)
        for cost in costs_of(event, dims, digits):
            books.spent.append(cost)
            totals[number] += cost.amount
    for cycle, total in zip(history, totals, strict=True):
        if cycle.resolve is not None:
            dims = ticket_dims(opening, acts, cycle.resolve.key)
            settled = money(cycle.resolve.get("settled_value", 0), digits)
            books.responses.append(Response(cycle.resolve.at, dims, settled, total))


def reopen(acts: list[Event], start: int, later: list[Event]) -> tuple[int, str, str]:
    """The place of the reopen that began a cycle: the last one at its start before its other acts."""
    found = [act.key for act in acts if act.body["action"] == "reopen" and act.at == start and act not in later]
    return max(found)


def cost_totals(
    events: Sequence[Event], digits: int, windows: Sequence[str], tz: str
) -> Iterator[tuple[Place, tuple[Fraction, int]]]:
    """Value and denominator of everything that is about costs; nothing where no event tells one [R48]."""
    books = [books_of([event for event in events if event.customer == name], digits) for name in names(events)]
    spent = [cost for one in books for cost in one.spent]
    responses = [response for one in books for response in one.responses]
    if not spent:
        return
    for span in spans([one.at for one in [*spent, *responses]], windows, tz):
        costs = [one for one in spent if within(one.at, span)]
        had = [one for one in responses if within(one.at, span)]
        for scope in sorted({("all", ""), *scopes_in(costs), *scopes_in(had)}):
            yield from figures(costs, had, (*scope, *span))
    yield from customer_figures(books, windows, tz)


def names(events: Sequence[Event]) -> list[str]:
    """Every customer."""
    return list(dict.fromkeys(event.customer for event in events))


def scopes_in(things: Sequence[Spent | Response]) -> set[tuple[str, str]]:
    """The scopes of cost that something counts in."""
    return {(name, one.dims[name]) for one in things for name in ("kind", "channel", "department") if name in one.dims}


def figures(
    costs: list[Spent], had: list[Response], at: tuple[str, str, str, int, int]
) -> Iterator[tuple[Place, tuple[Fraction, int]]]:
    """Everything that one scope and window say."""
    scope, value, *_ = at
    mine = [cost for cost in costs if scope == "all" or cost.dims[scope] == value]
    beside = [one for one in had if scope in ("all", "kind") or one.dims[scope] == value]
    orders = [one for one in beside if one.is_order]
    revenue = [one.revenue for one in orders if one.revenue is not None]
    total = sum((cost.amount for cost in mine), Fraction(0))
    if mine:
        yield ("response_cost", *at), (total, len(mine))
    if beside:
        yield ("response_cost_per_response", *at), (total / len(beside), len(beside))
        if scope in ("all", "channel"):
            paid = sum(one.brought >= one.cost for one in beside)
            yield ("profitable_responses", *at), (paid, len(beside))
    if orders:
        yield ("response_cost_per_order", *at), (total / len(orders), len(orders))
    if sum(revenue) > 0:
        yield ("response_cost_per_1000", *at), (total * 1000 / sum(revenue), len(revenue))


def customer_figures(books: list[Books], windows: Sequence[str], tz: str) -> Iterator[tuple[Place, tuple[int, int]]]:
    """Customers who brought more than they cost, of those with an order or a cost.

    Open: above, not as much as; in a region, by what they brought and cost there.
    """
    moves = [
        (number, at, region, amount)
        for number, one in enumerate(books)
        for at, region, amount in [
            *((cost.at, cost.dims["region"], -cost.amount) for cost in one.spent),
            *((order.at, order.dims["region"], order.brought) for order in one.responses if order.is_order),
        ]
    ]
    regions = {region for _, _, region, _ in moves}
    for span in spans([at for _, at, _, _ in moves], windows, tz):
        for scope in [("all", ""), *(("region", region) for region in regions)]:
            values: dict[int, Fraction] = {}
            for number, at, region, amount in moves:
                if within(at, span) and scope in (("all", ""), ("region", region)):
                    values[number] = values.get(number, Fraction(0)) + amount
            if values:
                yield ("profitable_customers", *scope, *span), (sum(v > 0 for v in values.values()), len(values))
