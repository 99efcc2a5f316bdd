"""A customer as a case: the digests of his orders, tickets and answers in, facts out [R21, R37, R39, R40, R44, R47]."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from streams.cases.counting import Counting, counted
from streams.cases.digests import Asked, Bought, Digest, Judged, Place
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
    Fact,
    Wanted,
    reads,
)
from streams.cases.findings import Findings
from streams.cases.periods import retention
from streams.cases.profits import entries, profits
from streams.names import ALL
from streams.units import DAY

AGAIN_WITHIN = 90 * DAY
"""How soon a further order makes a customer one who came back [R47]."""
CONTACT_WITHIN = 7 * DAY
"""How soon after a delivery was decided a ticket or a negative answer counts as caused by it [R40]."""
OF_CUSTOMERS = (
    CONTACT,
    FIRST_CONTACT,
    DISSATISFACTION,
    ORDERING,
    FIRST_ORDER,
    NOTICED,
    LATE_CONTACT,
    RETENTION,
    PROFIT,
)
"""The kinds of facts that customers tell."""
ASKING = ("question", "request", "complaint")
"""The kinds of ticket by which a customer asks after an order [R21]."""


def customer_findings(digests: Iterable[Digest], asof: int, counting: Counting, wanted: Wanted = None) -> Findings:
    """The facts of a customer as of the watermark `asof`; those that something reads, at least."""
    digests = list(digests)
    bought = [digest for digest in digests if type(digest) is Bought]
    asked = [digest for digest in digests if type(digest) is Asked]
    judged = [digest for digest in digests if type(digest) is Judged]
    told, facts = _parts(wanted), list[Fact]()
    if told.contacts:
        facts += _contacts(asked)
    if told.profits:
        facts += profits(entries(digests), counting)
    if told.first_contacts:
        facts += _first_contacts(bought, asked, counting)
    if judged and told.dissatisfaction:
        facts += _dissatisfaction(sorted(judged, key=_place_of_answer), counting)
    if not bought:
        return Findings(facts)
    bought.sort(key=_place)
    if told.ordering:
        facts += _ordering(bought, counting)
    if told.first_order:
        facts.append(_first_order(bought))
    if told.noticed:
        facts += _noticed(bought, asked)
    if told.late_contacts:
        facts += _late_contacts(bought, asked, judged)
    retained, wake = retention(bought, asof, counting) if told.retention else ([], None)
    facts += retained
    return Findings(facts, wakes=[] if wake is None else [wake])


class _Parts(NamedTuple):
    """What of a customer something reads."""

    contacts: bool
    first_contacts: bool
    dissatisfaction: bool
    ordering: bool
    first_order: bool
    noticed: bool
    late_contacts: bool
    retention: bool
    profits: bool


@lru_cache
def _parts(wanted: Wanted) -> _Parts:
    return _Parts(*(reads(wanted, kind) for kind in OF_CUSTOMERS))


def _place(digest: Digest) -> Place:
    return digest.place


def _place_of_answer(answer: Judged) -> Place:
    """Of two answers at one instant the one with the greater event id is the later [R37]."""
    at, source, event_id = answer.place
    return at, event_id, source


def _contacts(asked: Sequence[Asked]) -> list[Fact]:
    """What a customer asks: his own tickets, neither void nor merged nor reviews [R40]."""
    return [
        (CONTACT.name, ticket.place[0], (ticket.channel,), (1,))
        for ticket in asked
        if ticket.by_customer and not ticket.gone and ticket.kind != "review"
    ]


def _ordering(bought: Sequence[Bought], counting: Counting) -> list[Fact]:
    """He counts once in each window in which he orders, and once in each by a channel."""
    if len(bought) == 1:
        at, once = bought[0].place[0], (counted(counting.numbers),)
        return [(ORDERING.name, at, (ALL,), once), (ORDERING.name, at, (f"channel={bought[0].channel}",), once)]
    scopes: dict[str, list[int]] = {ALL: []}
    for order in bought:
        scopes[ALL].append(order.place[0])
        scopes.setdefault(f"channel={order.channel}", []).append(order.place[0])
    return [
        (ORDERING.name, at, (scope,), (counted(sizes),))
        for scope, instants in scopes.items()
        for at, sizes in zip(instants, counting.firsts(instants), strict=True)
        if sizes
    ]


def _first_contacts(bought: Sequence[Bought], asked: Sequence[Asked], counting: Counting) -> list[Fact]:
    """By which channel a customer comes first in each window: by an order or by a ticket of his own [R26, R47]."""
    contacts = [(order.place, order.channel) for order in bought]
    contacts += [(ticket.place, ticket.channel) for ticket in asked if ticket.by_customer and ticket.kind != "review"]
    if len(contacts) < 2:
        once = (counted(counting.numbers),)
        return [(FIRST_CONTACT.name, place[0], (channel,), once) for place, channel in contacts]
    contacts.sort()
    firsts = counting.firsts([place[0] for place, _ in contacts])
    return [
        (FIRST_CONTACT.name, place[0], (channel,), (counted(sizes),))
        for (place, channel), sizes in zip(contacts, firsts, strict=True)
        if sizes
    ]


def _dissatisfaction(answers: Sequence[Judged], counting: Counting) -> list[Fact]:
    """Whether his latest answer in each window, of a scope, is a negative one; `answers` in their order [R37]."""
    scopes = {ALL: answers}
    for answer in answers:
        for scope in (f"channel={answer.channel}", f"region={answer.region}"):
            scopes[scope] = [*scopes.get(scope, ()), answer]
    return [
        (DISSATISFACTION.name, answer.place[0], (scope,), (counted(sizes, int(answer.negative)),))
        for scope, given in scopes.items()
        for answer, sizes in zip(given, counting.lasts([one.place[0] for one in given]), strict=True)
        if sizes
    ]


def _first_order(bought: Sequence[Bought]) -> Fact:
    """Whether he ordered again, in the window of his first order [R47]."""
    first = bought[0]
    again = len(bought) > 1 and bought[1].place[0] - first.place[0] <= AGAIN_WITHIN
    return FIRST_ORDER.name, first.place[0], (first.region,), (again,)


def _noticed(bought: Sequence[Bought], asked: Sequence[Asked]) -> list[Fact]:
    """Whether he was told before he asked, of each order that is complete [R21]."""
    return [
        (NOTICED.name, order.complete, (order.channel,), (_told(order, asked),))
        for order in bought
        if order.complete is not None
    ]


def _told(order: Bought, asked: Sequence[Asked]) -> bool:
    until = min([ticket.place[0] for ticket in asked if _asks_after(ticket, order)], default=None)
    needed = order.sent if order.overdue else order.sent[:2]
    return all(sent is not None and (until is None or sent < until) for sent in needed)


def _asks_after(ticket: Asked, order: Bought) -> bool:
    return ticket.by_customer and ticket.order_id == order.order_id and ticket.kind in ASKING


def _late_contacts(bought: Sequence[Bought], asked: Sequence[Asked], judged: Sequence[Judged]) -> list[Fact]:
    """Whether a decided delivery was followed by a ticket, of any kind, or a negative answer [R40, R44]."""
    decided = [(order, order.decided_at) for order in bought if order.decided_at is not None]
    if not decided:
        return []
    cries = [ticket.place[0] for ticket in asked] + [answer.place[0] for answer in judged if answer.negative]
    facts: list[Fact] = []
    for order, at in decided:
        followed = any(0 < cry - at <= CONTACT_WITHIN for cry in cries)
        samples = (followed, None) if order.late else (None, followed)
        facts.append((LATE_CONTACT.name, at, (order.channel,), samples))
    return facts
