"""A case: an order, a ticket or a survey of a customer, as the set of its events.

Facts are a pure function of that set and a watermark, so neither order nor repetition can change them.
"""

from collections.abc import Callable
from functools import lru_cache
from operator import attrgetter
from typing import Any

import msgspec

from streams.cases import order_findings, ticket
from streams.cases.conventions import DEFAULT, Conventions
from streams.cases.findings import NOTHING, Findings
from streams.cases.survey import survey_findings
from streams.events.model import Event, OrderDelivered, OrderEntered, SurveySubmitted, TicketAnswered, TicketOpened

ORDER, TICKET, SURVEY = "order", "ticket", "survey"

_order_id, _ticket_id, _survey_id = attrgetter("order_id"), attrgetter("ticket_id"), attrgetter("survey_id")
_CASE_OF: dict[type, tuple[str, Callable[[Any], str]]] = {
    OrderEntered: (ORDER, _order_id),
    OrderDelivered: (ORDER, _order_id),
    TicketOpened: (TICKET, _ticket_id),
    TicketAnswered: (TICKET, _ticket_id),
    SurveySubmitted: (SURVEY, _survey_id),
}
_FINDINGS: dict[str, Callable[[list[Event], int, Conventions], Findings]] = {
    ORDER[0]: order_findings.order_findings,
    TICKET[0]: ticket.ticket_findings,
    SURVEY[0]: survey_findings,
}
"""By the first letter of a reference."""


_MAY_CHANGE: dict[str, Callable[[list[Event], int], bool]] = {
    ORDER[0]: order_findings.may_change,
    TICKET[0]: ticket.may_change,
}


def may_change(ref: str, events: list[Event], since: int) -> bool:
    """Whether an edition of the policies that is in force from an instant on, in ms, may change what a case tells."""
    changes = _MAY_CHANGE.get(ref[0])
    return changes is not None and changes(events, since)


class CaseId(msgspec.Struct, frozen=True, gc=False):
    """Which case: ids are unique within a customer [R6]."""

    kind: str
    customer: str
    subject: str


def reference(event: Event) -> str:
    """The id of the case that an event belongs to, as one unambiguous string.

    The customer's length stands before his id, so that no two pairs of ids run together.
    """
    kind, subject_of = _CASE_OF[type(event)]
    return reference_of(kind, event.customer_id, subject_of(event))


def reference_of(kind: str, customer: str, subject: str) -> str:
    """The reference of the case with these ids.

    >>> reference_of("ticket", "c1", "t1")
    'ticket:2:c1:t1'
    """
    return f"{kind}:{len(customer)}:{customer}:{subject}"


def beginnings(customer: str) -> tuple[str, ...]:
    """What the references of a customer's cases start with.

    >>> beginnings("c1")
    ('order:2:c1:', 'ticket:2:c1:', 'survey:2:c1:')
    """
    return tuple(f"{kind}:{len(customer)}:{customer}:" for kind in (ORDER, TICKET, SURVEY))


@lru_cache(maxsize=16_384)
def identify(ref: str) -> CaseId:
    """The parts of a reference.

    >>> identify("order:2:c1:o1")
    CaseId(kind='order', customer='c1', subject='o1')
    """
    kind, length, rest = ref.split(":", 2)
    return CaseId(kind, rest[: int(length)], rest[int(length) + 1 :])


class Case(msgspec.Struct, gc=False):
    """The events of a case, and what was told of them last.

    `events` are the ones that count; `losers` lost to another event of the same identity, here or in another case of
    the customer, and are kept so that a repetition of them is known. `seen` is the journal offset that the case
    includes, `asof` the watermark of its findings. `codes` stand for the identities of all of them, `latest` is the
    instant of the last one in ms.
    """

    events: list[Event] = []
    losers: list[Event] = []
    codes: list[int] = []
    latest: int = 0
    seen: int = -1
    asof: int = 0
    findings: Findings = msgspec.field(default_factory=lambda: NOTHING)
    told: dict[str, tuple[int, int, int]] = {}
    """Of obligations that were decided otherwise before: how often each was told (see `engine.flush.Told`)."""
    editions: int = 0
    """Under how many of the journal's editions of policies the findings were told."""
    untold: int | None = None
    """After so many of its events `findings` were told, and they are still to be told again; None: told."""

    def review(self, ref: str, asof: int, conventions: Conventions = DEFAULT) -> Findings:
        """The findings as of a watermark; the case itself stays as it is."""
        return _FINDINGS[ref[0]](self.events, asof, conventions)
