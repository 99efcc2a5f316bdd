"""A ticket as a case: its opening and acts in, facts and obligations out [R8, R24–R34, R41, R45–R47]."""

from collections.abc import Sequence

from streams.cases import facts
from streams.cases.conventions import DEFAULT, Conventions
from streams.cases.findings import OPEN, Findings
from streams.cases.handling import assignments, effort_of_opening, interactions
from streams.cases.replies import first_response, next_responses, review
from streams.cases.request import Request
from streams.cases.resolutions import promises, resolutions
from streams.cases.timeline import Timeline
from streams.events.model import Event, TicketAnswered, TicketOpened, in_order
from streams.names import UNKNOWN
from streams.units import HEREAFTER


def ticket_findings(events: Sequence[Event], asof: int, conventions: Conventions = DEFAULT) -> Findings:
    """The facts and obligations of a ticket as of the watermark `asof`."""
    found = Findings()
    opening, acts = _told_apart(events)
    if opening is None:
        found.orphaned = True
        return found
    request = Request(Timeline(opening, acts), found, asof, conventions.calendar)
    if opening.kind == "review":
        review(request)
    else:
        _told(request)
    _waiting(request)
    return found


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


def _told(request: Request) -> None:
    _opened(request)
    effort_of_opening(request)
    first_response(request)
    assignments(request)
    next_responses(request)
    interactions(request)
    promises(request)
    resolutions(request)


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
