"""Records of customer-value: what a customer brought and cost in a window."""

from typing import Any

import msgspec
import orjson

from streams.cases.worth import Worth
from streams.exports import sized
from streams.exports.records import publication, window_of
from streams.units import rfc3339
from streams.windows.sizes import Window


class CustomerValue(msgspec.Struct, frozen=True, kw_only=True):
    """One customer in one window; money in minor units of the reporting currency."""

    customer_id: str
    region: str
    window: Window
    margin: int
    """Of the orders: quantity times price less cost."""
    cost: int
    """Of the responses."""
    outlook: int | None
    """What the next equal window is to be expected to bring, where the order rate is known."""


def of(customer: str, window: Window, worth: Worth) -> CustomerValue:
    """What is told of a customer's worth."""
    return CustomerValue(
        customer_id=customer,
        region=worth.region,
        window=window,
        margin=worth.margin,
        cost=worth.cost,
        outlook=worth.outlook,
    )


def key_of(customer_id: str, window: Window) -> bytes:
    """The record's key."""
    at = {"size": window.size, "start": rfc3339(window.start)}
    return sized.dumps({"customer_id": customer_id, "window": at}, option=orjson.OPT_SORT_KEYS)


def record(value: CustomerValue, *, tz: str, currency: str, digits: int) -> dict[str, Any]:
    """What is a function of the events alone; `digits` are the decimals of the currency's minor unit [R13]."""
    unit: int = 10**digits

    def major(minor: int) -> float:
        return minor / unit

    return {
        "customer_id": value.customer_id,
        "region": value.region,
        "window": window_of(value.window, tz),
        "currency": currency,
        "margin": major(value.margin),
        "cost": major(value.cost),
        "value": major(value.margin - value.cost),
        "outlook": None if value.outlook is None else major(value.outlook),
    }


def published(body: dict[str, Any], revision: int, final: bool, watermark: int) -> bytes:
    """The whole record; `watermark` in ms."""
    return sized.dumps({**body, **publication(revision, final, watermark)})
