"""What a customer's order, ticket or survey says about the customer: the events of a customer case.

A digest is a function of its case's events and findings alone; a customer's facts follow from the digests of all his
cases, so they depend on the order of events as little as everything else.
"""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from streams.cases.facts import (
    CONTACT,
    COST,
    DISSATISFACTION,
    FIRST_CONTACT,
    FIRST_ORDER,
    LATE_CONTACT,
    NOTICED,
    ON_TIME_DELIVERY,
    ORDERING,
    PROFIT,
    RESPONSE,
    RETENTION,
    Kind,
    Wanted,
    reads,
)
from streams.cases.findings import Findings, Outcome
from streams.cases.order import Order
from streams.cases.survey import standing
from streams.cases.timeline import ENDINGS
from streams.events.model import Event, SurveySubmitted, TicketAnswered, TicketOpened, in_order
from streams.names import UNKNOWN
from streams.units import MILLIONTHS

Place = tuple[int, str, str]
"""Instant in ms, source, event id: the order of R4."""


Costs = tuple[tuple[int, int, int], ...]
"""Instant in ms, whole minor units, and millionths of one on top."""


class Bought(msgspec.Struct, frozen=True, array_like=True, tag=1, gc=False):
    """An order; instants in ms, None for what did not happen."""

    place: Place
    order_id: str
    channel: str
    region: str
    recurring_since: int | None
    """When it was first known to recur."""
    flagged_since: int | None
    """When it was first said whether it recurs or not."""
    decided_at: int | None
    """When its promise was kept or broken."""
    late: bool
    complete: int | None
    overdue: bool
    """Complete after the promised instant."""
    sent: tuple[int | None, int | None, int | None]
    """The first notice of each kind: confirmed, shipped, delayed."""
    margin: int = 0
    """In minor units; 0 where it stands cancelled."""
    costs: Costs = ()


class Asked(msgspec.Struct, frozen=True, array_like=True, tag=2, gc=False):
    """A ticket."""

    place: Place
    channel: str
    kind: str
    by_customer: bool
    order_id: str | None
    gone: bool
    """Void, or merged into another."""
    region: str = UNKNOWN
    costs: Costs = ()


class Judged(msgspec.Struct, frozen=True, array_like=True, tag=3, gc=False):
    """The answer to an NPS or CSAT survey, or a review [R37]."""

    place: Place
    channel: str
    region: str
    negative: bool
    costs: Costs = ()


class Surveyed(msgspec.Struct, frozen=True, array_like=True, tag=4, gc=False):
    """Any other record of a survey, where it cost something."""

    place: Place
    region: str
    costs: Costs


Digest = Bought | Asked | Judged | Surveyed

NOTICES = ("confirmed", "shipped", "delayed")
_ON_TIME, _COST, _RESPONSE = ON_TIME_DELIVERY.name, COST.name, RESPONSE.name
_NEGATIVE = {"1:5": 2, "1:10": 4, "stars": 2}
"""The highest negative score of a numeric scale; an absent scale is 1 to 5 [R35]."""
_NEGATIVE_LABELS = frozenset({"no", "dissatisfied", "very_dissatisfied", "🙁", "😡", "😞"})


def digested(wanted: Wanted) -> frozenset[str]:
    """The kinds of cases whose digests the facts of customers need that something reads.

    >>> sorted(digested(frozenset({"dissatisfaction"}))), digested(frozenset({"csat"}))
    (['survey'], frozenset())
    """
    return frozenset(case for case, kinds in _READ_BY.items() if reads(wanted, *kinds))


def digest_of(kind: str, events: Sequence[Event], found: Findings) -> Digest | None:
    """The digest of a case of a kind (`order`, `ticket`, `survey`); None where it says nothing about the customer."""
    digest: Digest | None = _DIGESTS[kind](events, found)
    return digest


def _bought(events: Sequence[Event], found: Findings) -> Bought | None:
    order = Order(events)
    if not order.revisions:
        return None
    lowest, promised = order.revisions[0], order.revisions[-1].promised_at
    complete = order.complete if order.shipments else None
    decided = [o for o in found.obligations if o.clock == _ON_TIME and o.outcome in (Outcome.MET, Outcome.BREACHED)]
    flags = [(r.occurred_at, r.recurring) for r in order.revisions if r.recurring is not None]
    return Bought(
        in_order(lowest),
        lowest.order_id,
        lowest.channel or UNKNOWN,
        lowest.region or UNKNOWN,
        min([at for at, recurring in flags if recurring], default=None),
        min([at for at, _ in flags], default=None),
        decided[0].decided_at if decided else None,
        bool(decided) and decided[0].outcome is Outcome.BREACHED,
        complete,
        complete is not None and promised is not None and complete > promised,
        _sent(order),
        next((samples[-1] for kind, _, _, samples in found.facts if kind == _RESPONSE), 0),
        _costs(found),
    )


def _costs(found: Findings) -> Costs:
    """What was spent at each instant."""
    spent: dict[int, int] = {}
    for kind, at, _, samples in found.facts:
        if kind == _COST:
            spent[at] = spent.get(at, 0) + samples[0]
    return tuple([(at, *divmod(amount, MILLIONTHS)) for at, amount in spent.items()])


def _sent(order: Order) -> tuple[int | None, int | None, int | None]:
    if not order.shipments:
        return None, None, None
    first: dict[str, int] = {}
    for shipment in order.shipments.values():
        for notice in shipment.notices:
            first[notice.kind] = min(notice.sent_at, first.get(notice.kind, notice.sent_at))
    confirmed, shipped, delayed = (first.get(kind) for kind in NOTICES)
    return confirmed, shipped, delayed


def _asked(events: Sequence[Event], found: Findings) -> Asked | None:
    openings = [e for e in events if isinstance(e, TicketOpened)]
    if not openings:
        return None
    opening = min(openings, key=in_order)
    gone = any(isinstance(e, TicketAnswered) and e.action in ENDINGS for e in events)
    channel, by_customer = opening.channel or UNKNOWN, opening.opened_by == "customer"
    region, costs = opening.region or UNKNOWN, _costs(found)
    return Asked(in_order(opening), channel, opening.kind, by_customer, opening.order_id, gone, region, costs)


def _judged(events: Sequence[Event], found: Findings) -> Judged | Surveyed | None:
    latest = standing(events)
    if latest is None:
        return None
    place, region, costs = in_order(latest), latest.region or UNKNOWN, _costs(found)
    if latest.answered and latest.kind in ("nps", "csat", "review"):
        return Judged(place, latest.channel or UNKNOWN, region, negative(latest), costs)
    return Surveyed(place, region, costs) if costs else None


def negative(answer: SurveySubmitted) -> bool:
    """Whether an answer is that of a dissatisfied customer: a detractor, or negative by its scale [R35, R37]."""
    if answer.kind == "nps":
        return (answer.score or 0) <= 6
    if answer.label is not None and answer.score is None:
        return answer.label in _NEGATIVE_LABELS
    scale = "stars" if answer.kind == "review" else answer.scale or "1:5"
    return (answer.score or 0) <= _NEGATIVE[scale]


_READ_BY: dict[str, tuple[Kind, ...]] = {
    "order": (ORDERING, FIRST_CONTACT, FIRST_ORDER, NOTICED, LATE_CONTACT, RETENTION, PROFIT),
    "ticket": (CONTACT, FIRST_CONTACT, NOTICED, LATE_CONTACT, PROFIT),
    "survey": (DISSATISFACTION, LATE_CONTACT, PROFIT),
}
"""The facts of customers that depend on each kind of case."""
_DIGESTS: dict[str, Callable[[Sequence[Event], Findings], Any]] = {
    "order": _bought,
    "ticket": _asked,
    "survey": _judged,
}
