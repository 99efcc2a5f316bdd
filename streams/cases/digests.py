"""What a customer's order, ticket or survey says about the customer: the events of a customer case.

A digest is a function of its case's events and findings alone; a customer's facts follow from the digests of all his
cases, so they depend on the order of events as little as everything else.
"""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from streams.cases.facts import (
    CONTACT,
    DISSATISFACTION,
    FIRST_CONTACT,
    FIRST_ORDER,
    LATE_CONTACT,
    NOTICED,
    ON_TIME_DELIVERY,
    ORDERING,
    RETENTION,
    Kind,
    Wanted,
    reads,
)
from streams.cases.findings import Findings, Outcome
from streams.cases.order import Order
from streams.cases.survey import standing
from streams.events.model import Event, SurveySubmitted, TicketAnswered, TicketOpened, in_order
from streams.names import UNKNOWN

Place = tuple[int, str, str]
"""Instant in ms, source, event id: the order of R4."""


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


class Asked(msgspec.Struct, frozen=True, array_like=True, tag=2, gc=False):
    """A ticket."""

    place: Place
    channel: str
    kind: str
    by_customer: bool
    order_id: str | None
    gone: bool
    """Void, or merged into another."""


class Judged(msgspec.Struct, frozen=True, array_like=True, tag=3, gc=False):
    """The answer to an NPS or CSAT survey, or a review [R37]."""

    place: Place
    channel: str
    region: str
    negative: bool


Digest = Bought | Asked | Judged

NOTICES = ("confirmed", "shipped", "delayed")
_ON_TIME = ON_TIME_DELIVERY.name
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
    )


def _sent(order: Order) -> tuple[int | None, int | None, int | None]:
    first: dict[str, int] = {}
    for shipment in order.shipments.values():
        for notice in shipment.notices:
            first[notice.kind] = min(notice.sent_at, first.get(notice.kind, notice.sent_at))
    confirmed, shipped, delayed = (first.get(kind) for kind in NOTICES)
    return confirmed, shipped, delayed


def _asked(events: Sequence[Event], found: Findings) -> Asked | None:  # noqa: ARG001
    openings = [e for e in events if isinstance(e, TicketOpened)]
    if not openings:
        return None
    opening = min(openings, key=in_order)
    gone = any(isinstance(e, TicketAnswered) and e.action in ("void", "merge") for e in events)
    channel, by_customer = opening.channel or UNKNOWN, opening.opened_by == "customer"
    return Asked(in_order(opening), channel, opening.kind, by_customer, opening.order_id, gone)


def _judged(events: Sequence[Event], found: Findings) -> Judged | None:  # noqa: ARG001
    latest = standing(events)
    if latest is None or not latest.answered or latest.kind not in ("nps", "csat", "review"):
        return None
    place, channel = in_order(latest), latest.channel or UNKNOWN
    return Judged(place, channel, latest.region or UNKNOWN, negative(latest))


def negative(answer: SurveySubmitted) -> bool:
    """Whether an answer is that of a dissatisfied customer: a detractor, or negative by its scale [R35, R37]."""
    if answer.kind == "nps":
        return (answer.score or 0) <= 6
    if answer.label is not None and answer.score is None:
        return answer.label in _NEGATIVE_LABELS
    scale = "stars" if answer.kind == "review" else answer.scale or "1:5"
    return (answer.score or 0) <= _NEGATIVE[scale]


_READ_BY: dict[str, tuple[Kind, ...]] = {
    "order": (ORDERING, FIRST_CONTACT, FIRST_ORDER, NOTICED, LATE_CONTACT, RETENTION),
    "ticket": (CONTACT, FIRST_CONTACT, NOTICED, LATE_CONTACT),
    "survey": (DISSATISFACTION, LATE_CONTACT),
}
"""The facts of customers that depend on each kind of case."""
_DIGESTS: dict[str, Callable[[Sequence[Event], Findings], Any]] = {
    "order": _bought,
    "ticket": _asked,
    "survey": _judged,
}
