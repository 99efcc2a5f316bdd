"""The oracle's customers: what all orders, tickets and surveys of each say of him, by the specification alone.

Where the specification is open, the comment "Open:" says what was decided here and what else could have been meant.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from tests.oracle_events import UNKNOWN, Event, Key, Sample
from tests.oracle_numbers import ms, window
from tests.oracle_orders import order_dims, punctuality
from tests.oracle_surveys import answered

DAY = 86_400_000
K, WEEK = 90 * DAY, 7 * DAY
PERIODS = ("1mo", "1q")
"""The windows of retention, whatever others are kept [R5]."""

Place = tuple[str, str, str, str, int, int]
"""(kpi, scope, the scope's value, window size, start, end)"""
Totals = tuple[Place, tuple[int, int]]
"""A numerator and a denominator at their place."""
Span = tuple[str, int, int]
"""A window: size, start, end."""


@dataclass
class Order:
    """One order with a revision known; revisions lowest first."""

    revisions: list[Event]
    shipments: dict[int, Event]

    @property
    def entered(self) -> Event:
        """The event of the entry: the lowest revision's [R7]."""
        return self.revisions[0]

    @property
    def complete(self) -> int | None:
        """When the order was complete [R14]."""
        return min((event.at for event in self.shipments.values() if event.body["final"]), default=None)

    @property
    def dims(self) -> dict[str, str]:
        """The dimensions of the lowest revision [R8]."""
        return order_dims(self.entered)


@dataclass(eq=False)
class Customer:
    """All cases of one customer."""

    orders: list[Order] = field(default_factory=list)
    openings: list[Event] = field(default_factory=list)
    """One for each ticket."""
    gone: set[str] = field(default_factory=set)
    """Ids of tickets that became void or were merged."""
    answers: list[Event] = field(default_factory=list)
    """The latest answer of each nps, csat or review survey [R36, R37]."""
    entries: list[Event] = field(default_factory=list)
    """Every order-entered event, whichever its order and revision."""


def customers_of(events: Iterable[Event]) -> list[Customer]:
    """The cases of each customer; `events` are in the order of R4."""
    mine: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        mine[event.customer].append(event)
    return [customer(own) for own in mine.values()]


def customer(events: list[Event]) -> Customer:
    """One customer's cases."""
    found = Customer()
    for members in by_id(events, "order_id", ("order-entered", "order-delivered")):
        entered = [event for event in members if event.topic == "order-entered"]
        shipments = {event.body["shipment_no"]: event for event in members if event.topic == "order-delivered"}
        if entered:
            found.orders.append(
                Order(sorted(entered, key=lambda event: (event.get("revision", 1), event.key)), shipments)
            )
        found.entries += entered
    for members in by_id(events, "ticket_id", ("ticket-opened", "ticket-answered")):
        found.openings += [event for event in members if event.topic == "ticket-opened"][:1]
        if any(event.get("action") in ("void", "merge") for event in members):
            found.gone.add(members[0].body["ticket_id"])
    for members in by_id(events, "survey_id", ("survey-submitted",)):
        replies = [event for event in members if event.get("dismissed") or answered(event)]
        if replies and not replies[-1].get("dismissed") and replies[-1].body["kind"] in ("nps", "csat", "review"):
            found.answers.append(replies[-1])
    return found


def by_id(events: list[Event], name: str, topics: tuple[str, ...]) -> list[list[Event]]:
    """The events of these topics by case."""
    cases: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        if event.topic in topics:
            cases[event.body[name]].append(event)
    return list(cases.values())


NEGATIVE_LABELS = {"no", "dissatisfied", "very_dissatisfied", "🙁", "😡", "😞"}


def negative(answer: Event) -> bool:
    """A detractor, or negative by R35."""
    scale = answer.get("scale")
    if scale in ("yes_no", "five_level", "emoji"):
        return answer.body["label"] in NEGATIVE_LABELS
    most = 2
    if answer.body["kind"] == "nps":
        most = 6
    elif isinstance(scale, dict) and scale["max"] == 10:
        most = 4
    return bool(answer.body["score"] <= most)


def by_customer(opening: Event) -> bool:
    """Whether the customer opened the ticket, and not an agent."""
    return bool(opening.get("opened_by", "customer") == "customer")


# What an order or a customer adds at one instant


def customer_samples(customers: list[Customer], watermark: int) -> Iterator[Sample]:
    """Notices, further orders, and contacts after deliveries."""
    for one in customers:
        for order in one.orders:
            yield from notice_samples(order, one.openings)
            yield from contact_samples(order, one, watermark)
        yield from repeat_samples(one.orders)


def notice_samples(order: Order, openings: list[Event]) -> Iterator[Sample]:
    """Confirmed and shipped, delayed when late, each sent before the customer asked; at complete [R21]."""
    complete, promised = order.complete, order.revisions[-1].instant("promised_at")
    if complete is None:
        return
    kinds = ("question", "request", "complaint")
    # Open: a void or merged ticket was a question all the same.
    asked = [
        ticket.at
        for ticket in openings
        if ticket.get("order_id") == order.entered.body["order_id"]
        and by_customer(ticket)
        and ticket.get("kind", "request") in kinds
    ]
    # Open: the notice's own `proactive` plays no part, nor whether it was sent before the order was complete.
    notices = [
        (notice["kind"], ms(notice["sent_at"]))
        for shipment in order.shipments.values()
        for notice in shipment.get("notices", [])
    ]
    needed = ["confirmed", "shipped"]
    if promised is not None and complete > promised:
        needed.append("delayed")
    told = all(any(name == kind and (not asked or at < min(asked)) for name, at in notices) for kind in needed)
    yield Sample("proactive_notices", complete, order.dims, (int(told), 1))


def contact_samples(order: Order, one: Customer, watermark: int) -> Iterator[Sample]:
    """Orders decided late, or on time, with a contact of the customer within 7 days after [R40, R44]."""
    promised = order.revisions[-1].instant("promised_at")
    decision = None if promised is None else punctuality(order.revisions, order.complete, promised, watermark)
    if decision is None:
        return
    at, on_time = decision
    # Open: `any ticket` is taken by its word: void and merged ones, an agent's, and reviews in spite of R26.
    contacts = [ticket.at for ticket in one.openings]
    contacts += [answer.at for answer in one.answers if negative(answer)]
    # Open: what comes in the very millisecond of the decision does not come after it.
    followed = any(at < contact <= at + WEEK for contact in contacts)
    yield Sample("contact_rate_on_time" if on_time else "contact_rate_late", at, order.dims, (int(followed), 1))


def repeat_samples(orders: list[Order]) -> Iterator[Sample]:
    """Whether a further order was entered within 90 days of the first in the data [R47]."""
    if not orders:
        return
    first, *further = sorted(orders, key=lambda order: order.entered.key)
    again = any(order.entered.at - first.entered.at <= K for order in further)
    yield Sample("repeat_share", first.entered.at, first.dims, (int(again), 1))


# What customers add to a window


def customer_totals(customers: list[Customer], watermark: int, windows: Sequence[str], tz: str) -> Iterator[Totals]:
    """Numerators and denominators of what counts once for each customer in each window, and of requests per order."""
    yield from ordering_totals(customers, windows, tz)
    yield from contact_totals(customers, windows, tz)
    yield from dissatisfied_totals(customers, windows, tz)
    yield from preference_totals(customers, windows, tz)
    yield from retention_totals(customers, watermark, [size for size in windows if size in PERIODS], tz)


def spans(instants: Iterable[int], windows: Sequence[str], tz: str) -> list[Span]:
    """The windows that hold any of the instants."""
    return sorted({(size, *window(at, size, tz)) for at in instants for size in windows})


def within(at: int, span: Span) -> bool:
    """Whether an instant lies in a window [R5]."""
    return span[1] <= at < span[2]


def scopes(dims: dict[str, str], by: tuple[str, ...]) -> list[tuple[str, str]]:
    """`all`, and the scope of each dimension."""
    return [("all", ""), *((name, dims[name]) for name in by)]


def ordering_totals(customers: list[Customer], windows: Sequence[str], tz: str) -> Iterator[Totals]:
    """Orders entered, cancelled ones too, by distinct customers ordering [R22]."""
    entered = [(number, order.entered.at, order.dims) for number, one in enumerate(customers) for order in one.orders]
    for span in spans((at for _, at, _ in entered), windows, tz):
        for scope in {scope for _, _, dims in entered for scope in scopes(dims, ("channel",))}:
            who = [n for n, at, dims in entered if within(at, span) and scope in scopes(dims, ("channel",))]
            if who:
                yield ("orders_per_customer", *scope, *span), (len(who), len(set(who)))


def contact_totals(customers: list[Customer], windows: Sequence[str], tz: str) -> Iterator[Totals]:
    """Customer-opened tickets, not void, merged or reviews, by orders entered [R40]."""
    orders = [(order.entered.at, order.dims) for one in customers for order in one.orders]
    tickets = [
        (ticket.at, {"channel": ticket.get("channel", UNKNOWN)})
        for one in customers
        for ticket in one.openings
        if by_customer(ticket) and ticket.get("kind") != "review" and ticket.body["ticket_id"] not in one.gone
    ]
    for span in spans((at for at, _ in orders), windows, tz):
        for scope in {scope for _, dims in orders for scope in scopes(dims, ("channel",))}:
            counts = [
                sum(within(at, span) and scope in scopes(dims, ("channel",)) for at, dims in things)
                for things in (tickets, orders)
            ]
            if counts[1]:
                yield ("contact_rate", *scope, *span), (counts[0], counts[1])


def dissatisfied_totals(customers: list[Customer], windows: Sequence[str], tz: str) -> Iterator[Totals]:
    """Customers whose latest answer within scope and window is negative, of those with any [R37]."""
    for span in spans((answer.at for one in customers for answer in one.answers), windows, tz):
        last: dict[tuple[str, str], list[Event]] = defaultdict(list)
        for one in customers:
            latest: dict[tuple[str, str], Event] = {}
            for answer in sorted(one.answers, key=answer_key):
                dims = {name: answer.get(name, UNKNOWN) for name in ("channel", "region")}
                if within(answer.at, span):
                    latest |= dict.fromkeys(scopes(dims, ("channel", "region")), answer)
            for scope, answer in latest.items():
                last[scope].append(answer)
        for scope, answers in last.items():
            yield ("dissatisfied_customers", *scope, *span), (sum(map(negative, answers)), len(answers))


def answer_key(answer: Event) -> Key:
    """The order of a customer's answers: ties by event_id [R37], and then, which R37 leaves open, by source."""
    return answer.at, answer.event_id, answer.source


def preference_totals(customers: list[Customer], windows: Sequence[str], tz: str) -> Iterator[Totals]:
    """Customers by the channel of their first order entry or own ticket in the window; no scope `all` [R47]."""
    # Open: void and merged tickets were contacts; reviews enter nothing but their own KPIs [R26].
    contacts = [
        [order.entered for order in one.orders]
        + [ticket for ticket in one.openings if by_customer(ticket) and ticket.get("kind") != "review"]
        for one in customers
    ]
    for span in spans((contact.at for own in contacts for contact in own), windows, tz):
        inside = [[contact for contact in own if within(contact.at, span)] for own in contacts]
        first = [min(own, key=lambda event: event.key).get("channel", UNKNOWN) for own in inside if own]
        for channel in set(first):
            yield ("channel_preference", "channel", channel, *span), (first.count(channel), len(first))


# Retention


def retention_totals(customers: list[Customer], watermark: int, sizes: Sequence[str], tz: str) -> Iterator[Totals]:
    """(E − A) / S of each period that has ended, of all and of recurring customers, and |S ∩ E| / S [R39, R49]."""
    buyers = [one for one in customers if one.orders]
    entries = [order.entered.at for one in buyers for order in one.orders]
    for size in sizes if entries else ():
        start, end = window(min(entries), size, tz)
        while end <= watermark:
            for scope, members in regions(buyers, end).items():
                yield from period_totals(members, scope, (size, start, end))
            start, end = window(end, size, tz)


def regions(buyers: list[Customer], end: int) -> dict[tuple[str, str], list[Customer]]:
    """The customers with an entry before the end, all and by the region of the latest [R39]."""
    found: dict[tuple[str, str], list[Customer]] = defaultdict(list)
    for one in buyers:
        before = [order for order in one.orders if order.entered.at < end]
        if before:
            dims = max(before, key=lambda order: order.entered.key).dims
            for scope in scopes(dims, ("region",)):
                found[scope].append(one)
    return found


def period_totals(members: list[Customer], scope: tuple[str, str], span: Span) -> Iterator[Totals]:
    """The three retentions of one scope and period; none where S = 0 [R49]."""
    _, start, end = span
    back = max(K, end - start)
    for kpi in ("retention", "retention_recurring", "retention_both"):
        chosen = [one for one in members if kpi != "retention_recurring" or recurring(one, end)]
        active = [one for one in chosen if ordered(one, start - back, start)]
        ending = [one for one in chosen if ordered(one, end - back, end)]
        new = [one for one in ending if min(order.entered.at for order in one.orders) >= start]
        kept = len(ending) - len(new)
        if kpi == "retention_both":
            kept = sum(one in active for one in ending)
        if active:
            yield (kpi, *scope, *span), (kept, len(active))


def ordered(one: Customer, start: int, end: int) -> bool:
    """Whether an order was entered in [start, end)."""
    return any(start <= order.entered.at < end for order in one.orders)


def recurring(one: Customer, end: int) -> bool:
    """Any order flagged recurring by the end, or, with no flag at all, two entries or more by then [R39, R49]."""
    # Open: any revision's flag counts, also one that a later revision takes back; `false` is a flag, that says no.
    flags = [event.body["recurring"] for event in one.entries if event.at < end and event.get("recurring") is not None]
    return any(flags) if flags else sum(order.entered.at < end for order in one.orders) >= 2
