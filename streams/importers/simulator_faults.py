"""Records that no event can be read from, in every way in which a producer may spoil one."""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from streams.importers.simulator_world import Value
from streams.names import ORDER_ENTERED, SURVEY_SUBMITTED, TICKET_ANSWERED, TICKET_OPENED

Broken = tuple[str, Any]
"""(topic, value): the value is an object, or bytes where it is no JSON."""


def broken(rng: Random, stamp: str, number: int) -> Broken:
    """A record that must end as a dead letter; it belongs to no case."""
    kinds = tuple(KINDS)
    kind = HUGE if rng.random() < 0.005 else kinds[int(rng.random() * len(kinds))]
    return broken_as(kind, stamp, number)


def broken_as(kind: str, stamp: str, number: int) -> Broken:
    """A record broken in one way of KINDS, or HUGE."""
    return {**KINDS, HUGE: _huge}[kind](_Draft(stamp, number))


HUGE = "over 1 MiB"


class _Draft:
    """Good events, to be spoilt."""

    def __init__(self, stamp: str, number: int) -> None:
        self.common: Value = {"event_id": f"broken-{number}", "occurred_at": stamp, "customer_id": f"broken-{number}"}
        self.stamp = stamp

    def ticket(self, **fields: Any) -> Broken:
        return TICKET_OPENED, {**self.common, "ticket_id": "broken", **fields}

    def answer(self, **fields: Any) -> Broken:
        answer = {"ticket_id": "broken", "action": "message", "by": "agent", "agent_id": "sales-1"}
        return TICKET_ANSWERED, {**self.common, **answer, **fields}

    def order(self, **fields: Any) -> Broken:
        line = {"sku": "sku-000", "quantity": 1, "unit_price": "4.00"}
        return ORDER_ENTERED, {**self.common, "order_id": "broken", "placed_at": self.stamp, "lines": [line], **fields}

    def survey(self, **fields: Any) -> Broken:
        return SURVEY_SUBMITTED, {**self.common, "survey_id": "broken", "kind": "nps", "score": 9, **fields}


def _without(field: str, record: Broken) -> Broken:
    topic, value = record
    return topic, {name: given for name, given in value.items() if name != field}


def _huge(draft: _Draft) -> Broken:
    return draft.survey(comment="x" * (1 << 20))


KINDS: Mapping[str, Callable[[_Draft], Broken]] = {
    "not JSON": lambda _: (TICKET_OPENED, b'{"event_id": "broken", "occ'),
    "not UTF-8": lambda _: (TICKET_OPENED, b'{"event_id": "broken\xff\xfe"}'),
    "empty": lambda _: (ORDER_ENTERED, b""),
    "not an object": lambda _: (TICKET_OPENED, ["broken"]),
    "null": lambda _: (SURVEY_SUBMITTED, None),
    "wrong type": lambda draft: draft.order(order_id=17),
    "missing field": lambda draft: _without("customer_id", draft.ticket()),
    "missing agent": lambda draft: _without("agent_id", draft.answer()),
    "missing reason of a revision": lambda draft: draft.order(revision=2),
    "unknown action": lambda draft: draft.answer(action="shrug"),
    "unknown priority": lambda draft: draft.ticket(priority="P1"),
    "list over its bound": lambda draft: draft.order(lines=draft.order()[1]["lines"] * 501),
    "no lines": lambda draft: draft.order(lines=[]),
    "string over its bound": lambda draft: draft.ticket(ticket_id="x" * 129),
    "empty string": lambda draft: draft.ticket(ticket_id=""),
    "time without an offset": lambda draft: draft.ticket(occurred_at="2026-01-06T08:00:00"),
    "no time": lambda draft: draft.ticket(occurred_at="yesterday"),
    "in the future": lambda draft: draft.ticket(occurred_at="2999-01-01T00:00:00Z"),
    "negative": lambda draft: draft.answer(handling_seconds=-1),
    "not money": lambda draft: draft.answer(action="resolve", settled_value="twelve"),
    "unsupported currency": lambda draft: draft.order(currency="XTS"),
    "unsupported scale": lambda draft: draft.survey(scale={"min": 1, "max": 5}, score=4),
    "score outside its scale": lambda draft: draft.survey(score=11),
}
"""Ways to break a record, by name. Where a machine's clock passes the year 2999 one of them is none."""
