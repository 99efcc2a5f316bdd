"""A ticket as a case: its opening and acts in, facts and obligations out [R8, R24–R34, R41, R45–R47]."""

from collections.abc import Callable, Sequence
from functools import lru_cache

from streams.cases import facts
from streams.cases.clocks import BY_POLICY
from streams.cases.conventions import DEFAULT, Conventions
from streams.cases.digesting import asked
from streams.cases.digests import OF_TICKET
from streams.cases.facts import Kind, Wanted, reads
from streams.cases.findings import OPEN, Findings
from streams.cases.handling import assignments, effort_of_opening, interactions
from streams.cases.in_hand import in_hand
from streams.cases.pending import pending
from streams.cases.replies import first_response, next_responses, review
from streams.cases.request import Request
from streams.cases.resolutions import promises, resolutions
from streams.cases.spending import SPENDING, request_spending
from streams.cases.timeline import Timeline
from streams.cases.watching import promised
from streams.events.model import Event, TicketAnswered, TicketOpened, in_order
from streams.names import UNKNOWN
from streams.units import HEREAFTER

Part = Callable[[Request], None]
"""Tells a part of what follows from a ticket."""


def ticket_findings(events: Sequence[Event], asof: int, conventions: Conventions = DEFAULT) -> Findings:
    """The facts and obligations of a ticket as of the watermark `asof`."""
    found = Findings()
    opening, acts = _told_apart(events)
    if opening is None:
        found.orphaned = bool(acts)
        return found
    parts = _parts(conventions.wanted, opening.kind == "review")
    if parts:
        request = Request(Timeline(opening, acts), found, asof, conventions)
        for part in parts:
            part(request)
    return found


def timeline(events: Sequence[Event]) -> Timeline | None:
    """The story of a ticket; None without an opening."""
    opening, acts = _told_apart(events)
    return None if opening is None else Timeline(opening, acts)


def may_change(events: Sequence[Event], since: int) -> bool:
    """Whether an edition of the policies that is in force from an instant on, in ms, may change what a ticket tells.

    Not where all that was promised had ended before, or could never be promised.
    """
    if any(event.occurred_at >= since for event in events):
        return True
    line = timeline(events)
    return line is not None and line.gone_at is None and any(of.end is None for of in promised(line))


def _told_apart(events: Sequence[Event]) -> tuple[TicketOpened | None, list[TicketAnswered]]:
    """The opening that counts, and the acts in order."""
    opening, acts = None, []
    for event in events:
        if isinstance(event, TicketAnswered):
            acts.append(event)
        elif isinstance(event, TicketOpened) and (opening is None or in_order(event) < in_order(opening)):
            opening = event
    if len(acts) > 1:
        acts.sort(key=in_order)
    return opening, acts


@lru_cache
def _parts(wanted: Wanted, of_review: bool) -> tuple[Part, ...]:
    """What tells the facts that something reads."""
    return tuple(part for part, kinds in (_OF_REVIEW if of_review else _OF_REQUEST) if reads(wanted, *kinds))


def _waiting(request: Request) -> None:
    """The obligations that are open now, under what is in force now."""
    count = sum([one.outcome is OPEN for one in request.obligations])
    if count:
        standing = request.line.standings[-1]
        dims = (request.channel, standing.department, standing.priority)
        request.add(facts.WAITING, HEREAFTER, dims, (count,))


def _opened(request: Request) -> None:
    """The request itself; spam, tests and what was merged into another are none [R25]."""
    if request.line.gone_at is not None:
        return
    opening, campaign = request.opening, request.opening.campaign or UNKNOWN
    dims = (request.channel, opening.department or UNKNOWN, request.category, campaign)
    request.add(facts.TICKET_OPENED, opening.occurred_at, dims, (1,))
    request.add(facts.CAMPAIGN_REQUEST, opening.occurred_at, (campaign,), (1,))


def _kept(request: Request) -> None:
    """What configured policies promise; without any the other parts tell what the default one does."""
    if request.policies is not None:
        request.keep(request.policies)


def _handed(request: Request) -> None:
    """In whose hands it is, where policies ask for somebody else when it was left unattended."""
    policies = request.policies
    if policies is not None and policies.reassigns:
        request.found.in_hand, wakes = in_hand(request.line, policies, request.asof)
        request.found.wakes += wakes


def _attended(request: Request) -> None:
    """What is promised of each assignment; it is not among what KPIs count as open."""
    if request.policies is not None:
        request.attend(request.policies)


def _digest(request: Request) -> None:
    """What it says of its customer, with all that it cost."""
    request.found.digest = asked(request.line, request.found)


_OF_REQUEST: tuple[tuple[Part, tuple[Kind, ...]], ...] = (
    (_opened, (facts.TICKET_OPENED, facts.CAMPAIGN_REQUEST)),
    (effort_of_opening, (facts.EFFORT,)),
    (first_response, (facts.FIRST_RESPONSE, facts.ANSWERED_IN_24H, facts.SLA_FIRST_RESPONSE, facts.WAITING)),
    (assignments, (facts.ASSIGNED, facts.SLA_ASSIGNMENT, facts.WAITING)),
    (next_responses, (facts.NEXT_RESPONSE, facts.SLA_NEXT_RESPONSE, facts.WAITING)),
    (interactions, (facts.HANDLED, facts.HELD)),
    (promises, (facts.RESOLVED_IN_2_DAYS, facts.SLA_RESOLUTION, facts.WAITING)),
    (
        resolutions,
        (facts.FIRST_RESOLUTION, facts.FULL_RESOLUTION, facts.CYCLE_RESOLVED, facts.RESOLUTION_METHOD, facts.SETTLED),
    ),
    (_kept, (*(clock.kind for clock in BY_POLICY.values()), facts.WAITING)),
    (request_spending, SPENDING),
    (_waiting, (facts.WAITING,)),
    (pending, (facts.PENDING,)),
    (_handed, (facts.SLA_ASSIGNMENT,)),
    (_attended, (facts.SLA_ASSIGNMENT,)),
    (_digest, OF_TICKET),
)
"""The parts of a request, and the kinds of facts for whose sake they are told; what is open is counted last."""
_OF_REVIEW: tuple[tuple[Part, tuple[Kind, ...]], ...] = (
    (review, (facts.REVIEW_RESPONSE, facts.REVIEW_ANSWERED, facts.WAITING)),
    (_waiting, (facts.WAITING,)),
    (pending, (facts.PENDING,)),
    (_digest, OF_TICKET),
)
"""Those of a review."""
