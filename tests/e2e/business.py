"""What happens: a request a minute, answered within a quarter of an hour, but for those of a support that is out."""

from collections.abc import Iterator
from random import Random
from typing import Any, NamedTuple

from streams.importers.simulator import Business, timed
from streams.names import TICKET_ANSWERED, TICKET_OPENED
from streams.units import DAY, HOUR, MINUTE, SECOND, WEEK, rfc3339
from tests.render.worker import rare

RARE = 10 * MINUTE
"""How far apart what is rare comes."""
SUPPORT, DELIVERY = "support", "delivery"


class Happening(NamedTuple):
    """An event and its instant, in ms."""

    at: int
    topic: str
    value: dict[str, Any]


class Outage(NamedTuple):
    """From when until when support answers nobody, in ms."""

    since: int
    until: int


def happenings(since: int, until: int, outage: Outage) -> list[Happening]:
    """Everything of the requests that are opened in a span, in order."""
    opened = range(since, until, MINUTE)
    told = (one for number, at in enumerate(opened) for one in _request(number, at, outage))
    return sorted(told, key=lambda one: one.at)


def _request(number: int, opened: int, outage: Outage) -> Iterator[Happening]:
    department = SUPPORT if number % 2 else DELIVERY
    answered = opened + (8 + number * 7 % 5) * MINUTE
    if department == SUPPORT and outage.since <= answered < outage.until:
        answered = outage.until + (opened - outage.since) // MINUTE * SECOND // 4  # those who waited longest first
    common = {"customer_id": f"c{number % 500}", "ticket_id": f"t{number}", "source": "desk"}
    agent = {"by": "agent", "agent_id": f"{department}-{number % 4}"}

    def told(at: int, topic: str, **fields: Any) -> Happening:
        return Happening(at, topic, {**common, "event_id": f"{number}-{at}", "occurred_at": rfc3339(at), **fields})

    channel = ("email", "chat", "phone")[number % 3]
    yield told(opened, TICKET_OPENED, channel=channel, department=department, priority="normal", category="question")
    yield told(answered, TICKET_ANSWERED, action="message", **agent)
    yield told(answered + 4 * MINUTE, TICKET_ANSWERED, action="resolve", **agent)


def variety(since: int, until: int, rate: float = 0.5) -> list[Happening]:
    """All that the simulator knows, in a span; at the default rate every KPI has a value in every hour."""
    business = Business(start=since, duration=until - since, rate=rate, life=0.001, steady=True, customers=500)
    told = [Happening(sent.at, sent.topic, sent.value) for sent in timed(Random(1), business)]
    for at in range(since, until, RARE):
        told += [Happening(at, line["topic"], line["value"]) for line in rare(at, f"rare-{at}")]
    return sorted([*told, *_weeks_before(since, until)], key=lambda one: one.at)


def _weeks_before(since: int, until: int) -> Iterator[Happening]:
    """A request in each hour of a span, and on the day before it, three weeks long: what the span usually brings."""
    hours = [since - DAY, *range(since - 2 * HOUR, until, HOUR)]
    before = [at - week * WEEK for week in (1, 2, 3) for at in hours]
    for number, at in enumerate(before, 1_000_000):
        yield from _request(number, at, Outage(0, 0))
