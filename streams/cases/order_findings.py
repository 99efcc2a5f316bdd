"""An order as a case: its events in, facts and promises out [R7–R9, R17, R18, R23, R33, R45]."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from streams.cases.basket import basket_facts, revenue_of
from streams.cases.conventions import DEFAULT, Conventions
from streams.cases.digesting import bought
from streams.cases.digests import OF_ORDER
from streams.cases.facts import (
    BASKET,
    CANCELLATION,
    COMPLETE_DELIVERY,
    EFFORT,
    FIRST_SHIPMENT,
    INVOICE,
    LABOUR,
    LATE_CONTACT,
    ON_TIME_DELIVERY,
    ORDER_CONFIRMED,
    ORDER_ENTRY,
    PERFECT_ORDER,
    STATUS_NOTICE,
    Wanted,
    reads,
)
from streams.cases.findings import Findings, Obligation, Outcome, budgeted, decide
from streams.cases.notices import tell_notices
from streams.cases.order import BY_CUSTOMER, BY_SUPPLIER, Order
from streams.cases.order_warnings import heed
from streams.cases.policies import Policies
from streams.cases.shipments import perfect_order, shipment_facts
from streams.cases.spending import SPENDING, order_spending
from streams.cases.watching import orders_dims
from streams.events.model import Event, OrderEntered
from streams.names import AUTOMATED, UNKNOWN
from streams.units import MINUTE


class _Parts(NamedTuple):
    """What of an order something reads."""

    entry: bool
    basket: bool
    spending: bool
    work: bool
    confirmation: bool
    promise: bool
    goods: bool
    completion: bool
    notices: bool
    perfect: bool
    digest: bool


@lru_cache
def _parts(wanted: Wanted) -> _Parts:
    return _Parts(
        reads(wanted, ORDER_ENTRY, EFFORT),
        reads(wanted, BASKET, CANCELLATION, *SPENDING),
        reads(wanted, *SPENDING),
        reads(wanted, LABOUR),
        reads(wanted, ORDER_CONFIRMED),
        reads(wanted, ON_TIME_DELIVERY, COMPLETE_DELIVERY, PERFECT_ORDER, LATE_CONTACT),
        reads(wanted, FIRST_SHIPMENT, INVOICE),
        reads(wanted, COMPLETE_DELIVERY),
        reads(wanted, STATUS_NOTICE),
        reads(wanted, PERFECT_ORDER),
        reads(wanted, *OF_ORDER),
    )


def order_findings(events: Sequence[Event], asof: int, conventions: Conventions = DEFAULT) -> Findings:
    """The facts and obligations of an order as of the watermark `asof`."""
    order, found = Order(events), Findings()
    if not order.revisions:
        found.orphaned = bool(order.shipments)
        return found
    lowest, told = order.revisions[0], _parts(conventions.wanted)
    channel, region, agent = lowest.channel or UNKNOWN, lowest.region or UNKNOWN, lowest.agent_id or AUTOMATED
    place = channel, region
    _entered(order, found, told, (channel, region, agent), asof, conventions)
    complete = order.complete if order.shipments else None
    promise = delivery(order, complete, asof) if told.promise else None
    if promise is not None:
        _promise(found, _heeded(promise, found, conventions, place, asof), place, conventions.policies)
    if order.shipments:
        if told.goods:
            found.facts += shipment_facts(order, place)
        if told.completion:
            _completion(lowest.occurred_at, complete, promise, found, place)
        if told.notices:
            tell_notices(order, complete, asof, conventions.tolerance, found, place)
    perfect = perfect_order(order, complete, promise) if told.perfect else None
    if perfect is not None:
        found.facts.append((PERFECT_ORDER.name, perfect[0], place, (perfect[1],)))
    if told.digest:
        found.digest = bought(order, complete, found)
    return found


def _entered(  # noqa: PLR0917
    order: Order, found: Findings, told: _Parts, dims: tuple[str, str, str], asof: int, conventions: Conventions
) -> None:
    """What an order tells before anything of it is delivered."""
    channel, region, agent = dims
    place = channel, region
    if told.entry:
        _entry(order, found, dims)
    if told.basket:
        baskets = basket_facts(order, place, conventions.digits)
        found.facts += baskets
        if told.spending:
            found.facts += order_spending(order, channel, revenue_of(baskets), conventions)
    if told.work:
        _work(order, found, (channel, agent))
    if told.confirmation:
        confirmed = _heeded(confirmation(order, asof), found, conventions, place, asof)
        _promise(found, confirmed, (channel, agent), conventions.policies)


def _entry(order: Order, found: Findings, dims: tuple[str, ...]) -> None:
    lowest = order.revisions[0]
    taken = found.span(lowest.placed_at, lowest.occurred_at)
    accurate = "entry_error" not in [revision.revision_reason for revision in order.revisions]
    found.facts.append((ORDER_ENTRY.name, lowest.occurred_at, dims, (taken, accurate, 1)))
    _effort(lowest, found, dims[:1])


def _effort(lowest: OrderEntered, found: Findings, dims: tuple[str, ...]) -> None:
    """What the entry asked of the customer; what is missing is no sample [R33, R45]."""
    if lowest.screens is not None or lowest.clicks is not None:
        found.facts.append((EFFORT.name, lowest.occurred_at, dims, (lowest.screens, lowest.clicks)))


def _work(order: Order, found: Findings, dims: tuple[str, ...]) -> None:
    """The labour on each revision and delivery, at its own instant [R23]."""
    for revision in order.revisions:
        if revision.handling:
            found.facts.append((LABOUR.name, revision.occurred_at, dims, (revision.handling,)))
    for shipment in order.shipments.values():
        if shipment.handling:
            found.facts.append((LABOUR.name, shipment.occurred_at, dims, (shipment.handling,)))


def _completion(
    entry: int, complete: int | None, promise: Obligation | None, found: Findings, dims: tuple[str, ...]
) -> None:
    """A delivery is late against a promise that still stood."""
    if complete is None:
        return
    late = promise is not None and promise.outcome is Outcome.BREACHED and complete > promise.deadline
    delay = complete - promise.deadline if promise is not None and late else None
    found.facts.append((COMPLETE_DELIVERY.name, complete, dims, (found.span(entry, complete), delay)))


def confirmation(order: Order, asof: int) -> Obligation:
    """Confirmed within a minute of the customer's word; his cancellation by then voids it [R17]."""
    start = order.revisions[0].placed_at
    withdrawn = order.cancelled(BY_CUSTOMER)
    return decide(ORDER_CONFIRMED.name, start, start + MINUTE, order.confirmed, withdrawn, asof)


def delivery(order: Order, complete: int | None, asof: int) -> Obligation | None:
    """Delivered whole by the promise of the winning revision; none without a promise [R18]."""
    promised, start = order.promised, order.revisions[0].occurred_at
    if promised is None:
        return None
    withdrawn = order.cancelled(BY_SUPPLIER)
    if withdrawn is not None and (complete is None or complete >= min(withdrawn, promised + 1)):
        return Obligation(ON_TIME_DELIVERY.name, start, promised, Outcome.BREACHED, min(withdrawn, promised))
    return decide(ON_TIME_DELIVERY.name, start, promised, complete, order.cancelled(BY_CUSTOMER), asof)


def may_change(events: Sequence[Event], since: int) -> bool:
    """Whether an edition of the policies that is in force from an instant on, in ms, may change what an order tells."""
    return any(
        event.occurred_at >= since
        or (isinstance(event, OrderEntered) and max(event.placed_at + MINUTE, event.promised_at or 0) >= since)
        for event in events
    )


def _heeded(
    obligation: Obligation, found: Findings, conventions: Conventions, place: tuple[str, str], asof: int
) -> Obligation:
    policies = conventions.policies
    return obligation if policies is None else heed(found, obligation, policies, orders_dims(*place), asof)


def _promise(found: Findings, obligation: Obligation, dims: tuple[str, ...], policies: Policies | None) -> None:
    clock, at = obligation.clock, obligation.decided_at
    found.obligations.append(obligation)
    if at is not None and obligation.outcome is not Outcome.VOID:
        found.facts.append((clock, at, dims, (obligation.outcome is Outcome.MET,)))
        if policies is not None and policies.names(obligation.policy, clock, at):
            found.facts += budgeted(obligation)
