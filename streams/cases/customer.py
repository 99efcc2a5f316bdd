"""A customer as a case: the digests of his orders, tickets and answers in, facts out [R21, R37, R39, R40, R44, R47]."""

from collections.abc import Iterable, Iterator, Sequence

from streams.cases.conventions import Conventions
from streams.cases.digests import Asked, Bought, Digest, Judged, Place
from streams.cases.facts import (
    CONTACT,
    DISSATISFACTION,
    FIRST_CONTACT,
    FIRST_ORDER,
    LATE_CONTACT,
    NOTICED,
    ORDERING,
    Fact,
)
from streams.cases.findings import Findings
from streams.cases.periods import retention
from streams.names import ALL
from streams.units import DAY

AGAIN_WITHIN = 90 * DAY
"""How soon a further order makes a customer one who came back [R47]."""
CONTACT_WITHIN = 7 * DAY
"""How soon after a delivery was decided a ticket or a negative answer counts as caused by it [R40]."""
ASKING = ("question", "request", "complaint")
"""The kinds of ticket by which a customer asks after an order [R21]."""

Turn = tuple[int, str]
"""An instant in ms, and the scope's value that goes with it."""


def customer_findings(digests: Iterable[Digest], asof: int, conventions: Conventions) -> Findings:
    """The facts of a customer as of the watermark `asof`."""
    told = list(digests)
    bought = sorted([digest for digest in told if isinstance(digest, Bought)], key=_place)
    asked = [digest for digest in told if isinstance(digest, Asked)]
    judged = [digest for digest in told if isinstance(digest, Judged)]
    found = Findings()
    found.facts.extend(_contacts(asked))
    found.facts.extend(_first_contacts(bought, asked, conventions))
    if judged:
        found.facts.extend(_dissatisfaction(sorted(judged, key=_place_of_answer), conventions))
    if bought:
        found.facts.extend(_ordering(bought, conventions))
        found.facts.append(_first_order(bought))
        found.facts.extend(_noticed(bought, asked))
        found.facts.extend(_late_contacts(bought, asked, judged))
        facts, wake = retention(bought, asof, conventions)
        found.facts.extend(facts)
        if wake is not None:
            found.wakes.append(wake)
    return found


def _place(digest: Digest) -> Place:
    return digest.place


def _place_of_answer(answer: Judged) -> Place:
    """Of two answers at one instant the one with the greater event id is the later [R37]."""
    at, source, event_id = answer.place
    return at, event_id, source


def _contacts(asked: Sequence[Asked]) -> Iterator[Fact]:
    """What a customer asks: his own tickets, neither void nor merged nor reviews [R40]."""
    for ticket in asked:
        if ticket.by_customer and not ticket.gone and ticket.kind != "review":
            yield CONTACT.name, ticket.place[0], (ticket.channel,), (1,)


def _ordering(bought: Sequence[Bought], conventions: Conventions) -> Iterator[Fact]:
    """He counts once in each window in which he orders, and once in each by a channel."""
    yield from _counted(ORDERING.name, ALL, [order.place[0] for order in bought], conventions)
    for channel in dict.fromkeys([order.channel for order in bought]):
        instants = [order.place[0] for order in bought if order.channel == channel]
        yield from _counted(ORDERING.name, f"channel={channel}", instants, conventions)


def _counted(kind: str, scope: str, instants: Sequence[int], conventions: Conventions) -> Iterator[Fact]:
    """A fact at each instant that is the first in its window, of some size; `instants` ascend."""
    for at, sizes in zip(instants, conventions.first_in_windows(instants), strict=True):
        if sizes:
            yield kind, at, (scope,), (tuple([(size, 1, 0) for size in sizes]),)


def _first_contacts(bought: Sequence[Bought], asked: Sequence[Asked], conventions: Conventions) -> Iterator[Fact]:
    """By which channel a customer comes first in each window: by an order or by a ticket of his own [R26, R47]."""
    own = [(ticket.place, ticket.channel) for ticket in asked if ticket.by_customer and ticket.kind != "review"]
    contacts = sorted([(order.place, order.channel) for order in bought] + own)
    instants = [place[0] for place, _ in contacts]
    for (place, channel), sizes in zip(contacts, conventions.first_in_windows(instants), strict=True):
        if sizes:
            yield FIRST_CONTACT.name, place[0], (channel,), (tuple([(size, 1, 0) for size in sizes]),)


def _dissatisfaction(answers: Sequence[Judged], conventions: Conventions) -> Iterator[Fact]:
    """Whether his latest answer in each window, of a scope, is a negative one; `answers` in their order [R37]."""
    scopes = {ALL: list(answers)}
    for answer in answers:
        scopes.setdefault(f"channel={answer.channel}", []).append(answer)
        scopes.setdefault(f"region={answer.region}", []).append(answer)
    for scope, given in scopes.items():
        lasts = conventions.last_in_windows([answer.place[0] for answer in given])
        for answer, sizes in zip(given, lasts, strict=True):
            if sizes:
                hit = int(answer.negative)
                yield DISSATISFACTION.name, answer.place[0], (scope,), (tuple([(size, 1, hit) for size in sizes]),)


def _first_order(bought: Sequence[Bought]) -> Fact:
    """Whether he ordered again, in the window of his first order [R47]."""
    first = bought[0]
    again = len(bought) > 1 and bought[1].place[0] - first.place[0] <= AGAIN_WITHIN
    return FIRST_ORDER.name, first.place[0], (first.region,), (again,)


def _noticed(bought: Sequence[Bought], asked: Sequence[Asked]) -> Iterator[Fact]:
    """Whether he was told before he asked, of each order that is complete [R21]."""
    for order in bought:
        if order.complete is None:
            continue
        questions = [t.place[0] for t in asked if _asks_after(t, order)]
        until = min(questions, default=None)
        needed = order.sent if order.overdue else order.sent[:2]
        told = all(sent is not None and (until is None or sent < until) for sent in needed)
        yield NOTICED.name, order.complete, (order.channel,), (told,)


def _asks_after(ticket: Asked, order: Bought) -> bool:
    return ticket.by_customer and ticket.order_id == order.order_id and ticket.kind in ASKING


def _late_contacts(bought: Sequence[Bought], asked: Sequence[Asked], judged: Sequence[Judged]) -> Iterator[Fact]:
    """Whether a decided delivery was followed by a ticket, of any kind, or a negative answer [R40, R44]."""
    cries = [t.place[0] for t in asked] + [answer.place[0] for answer in judged if answer.negative]
    for order in bought:
        at = order.decided_at
        if at is not None:
            followed = any(0 < cry - at <= CONTACT_WITHIN for cry in cries)
            samples = (followed, None) if order.late else (None, followed)
            yield LATE_CONTACT.name, at, (order.channel,), samples
