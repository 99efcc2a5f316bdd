"""What a customer's order, ticket or survey says about the customer: the events of a customer case.

A digest is a function of its case's events and findings alone; a customer's facts follow from the digests of all his
cases, so they depend on the order of events as little as everything else.
"""

import msgspec

from streams.cases.facts import (
    CONTACT,
    DISSATISFACTION,
    FIRST_CONTACT,
    FIRST_ORDER,
    LATE_CONTACT,
    NOTICED,
    ORDERING,
    PROFIT,
    RETENTION,
)
from streams.names import UNKNOWN

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

OF_ORDER = (ORDERING, FIRST_CONTACT, FIRST_ORDER, NOTICED, LATE_CONTACT, RETENTION, PROFIT)
OF_TICKET = (CONTACT, FIRST_CONTACT, NOTICED, LATE_CONTACT, PROFIT)
OF_SURVEY = (DISSATISFACTION, LATE_CONTACT, PROFIT)
"""The facts of customers that depend on each kind of case."""
