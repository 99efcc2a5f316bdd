"""Seeded random histories of valid raw events, in every form, that hit the edges of the rules often.

A history clusters around one calendar edge (a change of clocks, a year's or month's end, week 53), its ids are small so
that they collide between customers and cases, and its lines are out of order. Left out on purpose is only what the
specification leaves open: conflicting duplicates stamped alike or at the very end, two openings of one ticket, a
delivery or confirmation in the very millisecond of a cancellation, and transfers or waits stamped before their
ticket's opening.
"""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.history_customers import months_of
from tests.history_orders import order, order_line, shipment
from tests.history_seasons import weekly
from tests.history_surveys import survey
from tests.history_tickets import act, ticket
from tests.history_writer import Body, Line, Writer

EDGES = (
    "2024-02-29T23:00:00Z",  # a leap month's end in Berlin and Paris
    "2024-03-31T01:00:00Z",  # Europe's clocks go forward
    "2024-10-27T01:00:00Z",  # Europe's clocks go back
    "2024-11-03T06:00:00Z",  # New York's clocks go back
    "2021-01-03T23:00:00Z",  # the end of week 53
    "2024-12-31T23:30:00Z",  # a year's end, near to it in Berlin too
    "2025-03-09T07:00:00Z",  # New York's clocks go forward
    "2025-04-30T18:30:00Z",  # a month's end in Kolkata
)


def history(seed: int, *, customers: int = 4, orders: int = 3, tickets: int = 4, surveys: int = 3) -> list[Line]:
    """Shuffled valid lines of up to `orders`, `tickets` and `surveys` cases for each of `customers` customers."""
    rng = random.Random(seed)
    edge = _ms(rng.choice(EDGES))
    lines: list[Line] = []
    for number in range(customers):
        writer = Writer(rng, f"c{number + 1}", edge)
        for kind, most in ((order, orders), (ticket, tickets), (survey, surveys)):
            for case in range(rng.randint(most // 2, most)):
                kind(writer, case + 1)
        lines += _conflicts(rng, writer.lines)
    if rng.random() < 0.2:
        lines += weekly(Writer(rng, "cw", edge))
    _stray(rng, lines, customers)
    return shuffled(lines + rng.choices(lines, k=len(lines) // 10) if lines else lines, seed)


def months(seed: int, *, customers: int = 4) -> list[Line]:
    """Shuffled valid lines of customers whose orders, tickets and surveys are spread over many months."""
    rng = random.Random(seed)
    edge = _ms(rng.choice(EDGES))
    lines: list[Line] = []
    for number in range(customers):
        lines += _conflicts(rng, months_of(rng, f"c{number + 1}", edge))
    _stray(rng, lines, customers)
    return shuffled(lines + rng.choices(lines, k=len(lines) // 10), seed)


def shuffled(lines: list[Line], seed: int) -> list[Line]:
    """The same lines in another order."""
    return random.Random(seed).sample(lines, len(lines))


def doubled(lines: list[Line], seed: int) -> list[Line]:
    """Every line twice, the second ones shuffled in."""
    return shuffled(lines + lines, seed)


def _ms(text: str) -> int:
    return int(datetime.fromisoformat(text).astimezone(UTC).timestamp()) * 1000


def _conflicts(rng: random.Random, lines: list[Line]) -> list[Line]:
    """Some lines with the event id of another of the customer's, whatever its topic; some sent again, changed."""
    for _ in range(len(lines) // 12):
        one, other = (line["value"] for line in rng.sample(lines, 2))
        if _ms_of(one) != _ms_of(other):
            other["event_id"] = one["event_id"]
            other.pop("source", None)
            other |= {"source": one["source"]} if "source" in one else {}
    return _without_ties(lines + [_changed(rng, sent) for sent in rng.sample(lines, len(lines) // 15)])


def _changed(rng: random.Random, line: Line) -> Line:
    """The same event sent again a little later with another region."""
    at = datetime.fromisoformat(line["value"]["occurred_at"]) + timedelta(seconds=rng.choice((1, 3600)))
    changed = {"occurred_at": at.isoformat(), "region": "elsewhere"}
    return {"topic": line["topic"], "value": line["value"] | changed}


def _without_ties(lines: list[Line]) -> list[Line]:
    """One line for each customer, identity and instant: equal stamps would leave the winner to the hash."""
    first: dict[tuple[Any, ...], Line] = {}
    for line in lines:
        value = line["value"]
        first.setdefault((value["customer_id"], value.get("source", ""), value["event_id"], _ms_of(value)), line)
    return list(first.values())


def _ms_of(value: Body) -> float:
    return datetime.fromisoformat(value["occurred_at"]).timestamp()


def _stray(rng: random.Random, lines: list[Line], customers: int) -> None:
    """Follow-ups of nobody's ticket and order, and messages that name another customer than the opening does."""
    writer = Writer(rng, "c0", _ms(EDGES[0]))
    follow_ups = [line["value"] for line in lines if line["topic"] == "ticket-answered"]
    for number, value in enumerate(rng.sample(follow_ups, len(follow_ups) // 20)):
        strayed = {"customer_id": f"c{rng.randint(1, customers)}", "event_id": f"x{number}", "action": "message"}
        keep = {name: value[name] for name in ("occurred_at", "ticket_id", "by", "agent_id") if name in value}
        lines.append({"topic": "ticket-answered", "value": keep | strayed})
    act(writer, 99, writer.near(), writer.near(), "message")
    shipment(writer, 99, writer.near(), None, [order_line(writer)])
    last = max(_ms_of(line["value"]) for line in lines + writer.lines)
    writer.write("survey-submitted", round(last * 1000), survey_id="s99", kind="ces")  # the end, with no say of its own
    lines += writer.lines
