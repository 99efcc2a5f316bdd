"""Any number of orders, made of some simulated ones, and variants of them that grow in one way each."""

from datetime import datetime
from functools import cache
from itertools import islice
from random import Random
from typing import Any

import orjson

from bench.load import Event, is_entry, simulated
from streams.names import ORDER_ENTERED
from streams.units import HOUR, rfc3339, to_ms

MODELS = 2_000
RATE = 100.0
INSTANTS = ("occurred_at", "placed_at", "promised_at", "confirmed_at")


@cache
def models(number: int = MODELS) -> tuple[dict[str, Any], ...]:
    """So many simulated entries of orders, in the order in which they occurred."""
    entries = (sent.value for sent in simulated(RATE) if is_entry(sent.topic, sent.value))
    return tuple(sorted(islice(entries, number), key=_at))


def orders(number: int) -> list[Event]:
    """So many entries of orders, in the order of time."""
    return [order(n) for n in range(number)]


def order(n: int) -> Event:
    """The entry of the n-th order: the models, again and again, each time as others and later."""
    return _event(_again(models()[n % MODELS], n // MODELS, _span()))


@cache
def _span() -> int:
    return _at(models()[-1]) - _at(models()[0]) + 1


def revised(events: list[Event]) -> list[Event]:
    """A revision of each order, an hour later; the revisions of one order follow each other."""
    return [
        _event({**(entry := orjson.loads(value)), **_revision(entry, number)})
        for number, (_, value) in enumerate(events, 2)
    ]


def placed(events: list[Event], regions: int) -> list[Event]:
    """The orders, from so many regions."""
    return [_with(value, region=f"region-{number % regions}") for number, (_, value) in enumerate(events)]


def lengthened(events: list[Event], lines: int) -> list[Event]:
    """The orders, of so many lines each."""
    return [_with(value, lines=_lines(orjson.loads(value)["lines"][0], lines)) for _, value in events]


def aged(events: list[Event], by: int) -> list[Event]:
    """The orders, each sent up to `by` ms of event time later than it would be in order."""
    random = Random(1)
    sent = {event: _at(orjson.loads(event[1])) + random.random() * by for event in events}
    return sorted(events, key=sent.__getitem__)


def _again(order: dict[str, Any], turn: int, span: int) -> dict[str, Any]:
    """A model as another order of another customer, `turn` spans of ms later."""
    later = {name: rfc3339(_ms(order[name]) + turn * span) for name in INSTANTS if name in order}
    names = {name: f"{order[name]}-{turn}" for name in ("event_id", "order_id", "customer_id")}
    return {**order, **later, **names}


def _revision(order: dict[str, Any], number: int) -> dict[str, Any]:
    at = rfc3339(_at(order) + HOUR + number)
    names = {"event_id": f"{order['event_id']}-{number}", "revision": number, "revision_reason": "customer_change"}
    return {**names, "occurred_at": at}


def _lines(line: dict[str, Any], number: int) -> list[dict[str, Any]]:
    return [{**line, "sku": f"{line['sku']}-{n}"} for n in range(number)]


def _with(value: bytes, **fields: Any) -> Event:
    return _event({**orjson.loads(value), **fields})


def _event(order: dict[str, Any]) -> Event:
    return ORDER_ENTERED, orjson.dumps(order)


def _at(order: dict[str, Any]) -> int:
    return _ms(order["occurred_at"])


def _ms(text: str) -> int:
    return to_ms(datetime.fromisoformat(text))
