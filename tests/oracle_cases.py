"""The oracle's cases: events by order, ticket and survey."""

from collections import defaultdict
from collections.abc import Iterator

from tests.oracle_events import Event, Sample
from tests.oracle_orders import order_samples
from tests.oracle_surveys import survey_samples
from tests.oracle_tickets import ticket_samples

CASES = {
    "order-entered": "order_id",
    "order-delivered": "order_id",
    "ticket-opened": "ticket_id",
    "ticket-answered": "ticket_id",
    "survey-submitted": "survey_id",
}


def all_samples(events: list[Event], watermark: int, digits: int, tolerance: int) -> Iterator[Sample]:
    """Every sample of every case; `events` are in the order of R4, `digits` and `tolerance` as of `order_samples`."""
    cases: dict[tuple[str, str, str], list[Event]] = defaultdict(list)
    for event in events:
        kind = CASES[event.topic]
        cases[event.customer, kind, event.body[kind]].append(event)
    for (_, kind, _), members in cases.items():
        if kind == "order_id":
            yield from order_samples(members, watermark, digits, tolerance)
        elif kind == "ticket_id":
            yield from ticket_samples(members, watermark)
        else:
            yield from survey_samples(members)
