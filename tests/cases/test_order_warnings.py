"""Warnings before the deadlines of orders."""

from collections.abc import Iterable

import msgspec

from streams.cases.conventions import DEFAULT
from streams.cases.findings import Findings
from streams.cases.order_findings import may_change, order_findings
from streams.events.model import Event
from streams.sla.history import Edition, History
from streams.sla.loader import load
from streams.units import DAY, HOUR, MINUTE, SECOND
from tests.make import delivered, entered

TEXT = """
[calendars.night]
zone = "UTC"
hours = { mon-sun = ["20:00-06:00"] }
[[policies]]
name = "shop"
match = { channel = "web" }
order_confirmed = { warnings = [50] }
on_time_delivery = { warnings = [50, 75] }
[[policies]]
name = "rest"
quiet_hours = "night"
on_time_delivery = { warnings = [50] }
"""
LATER = '[[policies]]\nname = "later"\non_time_delivery = { warnings = [25, 75, 90] }\n'


def told(events: Iterable[Event], asof: int, *edits: int) -> Findings:
    policies = History(load(TEXT), [Edition(at, load(LATER)) for at in edits])
    return order_findings(list(events), asof, msgspec.structs.replace(DEFAULT, policies=policies))


def given(found: Findings, clock: str = "on_time_delivery") -> list[tuple[str, int, int]]:
    """Policy, share and instant."""
    return [(w.obligation.policy, w.share, w.at) for w in found.warnings if w.obligation.clock == clock]


def order(**fields: object) -> Event:
    return entered(0, promised_at=4 * DAY, channel="web", **fields)


def test_shares_of_the_time_are_warned_of_once_they_are_over() -> None:
    assert given(told([order()], 2 * DAY)) == []
    assert told([order(confirmed_at=0)], DAY).due == 2 * DAY
    assert given(told([order()], 2 * DAY + 1)) == [("shop", 50, 2 * DAY)]
    assert given(told([order()], 9 * DAY)) == [("shop", 50, 2 * DAY), ("shop", 75, 3 * DAY)]
    assert given(told([order()], DAY), "order_confirmed") == [("shop", 50, 30 * SECOND)]


def test_what_is_kept_before_is_not_warned_of() -> None:
    assert given(told([order(), delivered(2 * DAY)], 9 * DAY)) == []
    assert given(told([order(), delivered(2 * DAY + 1)], 9 * DAY)) == [("shop", 50, 2 * DAY)]
    assert given(told([order(confirmed_at=10 * SECOND)], DAY), "order_confirmed") == []


def test_the_promise_has_the_policy_of_its_decision() -> None:
    found = told([order(confirmed_at=SECOND)], 9 * DAY, 3 * DAY)
    assert {one.clock: one.policy for one in found.obligations} == {
        "order_confirmed": "shop",
        "on_time_delivery": "later",
    }


def test_quiet_hours_hold_a_warning_back() -> None:
    late = entered(22 * HOUR, promised_at=26 * HOUR)
    assert given(told([late], 30 * HOUR)) == []
    assert given(told([entered(14 * HOUR, promised_at=2 * DAY)], 3 * DAY)) == [("rest", 50, 31 * HOUR)]
    assert given(told([entered(14 * HOUR, promised_at=30 * HOUR + 1)], 3 * DAY)) == [("rest", 50, 30 * HOUR)]


def test_an_edition_counts_from_its_instant_on() -> None:
    edited = 2 * DAY + HOUR
    assert given(told([order()], 9 * DAY, edited)) == [
        ("shop", 50, 2 * DAY),
        ("later", 25, edited),
        ("later", 75, 3 * DAY),
        ("later", 90, 4 * DAY - 4 * DAY // 10),
    ]


def test_without_policies_nobody_asked_for_any() -> None:
    assert order_findings([order()], 9 * DAY).warnings == []


def test_what_an_edition_may_change() -> None:
    events = [order(), delivered(DAY)]
    assert may_change(events, 4 * DAY)
    assert not may_change(events, 4 * DAY + 1)
    assert not may_change([entered(0)], MINUTE + 1)
    assert may_change([entered(0)], MINUTE)
