"""Orders: their entry, labour and effort, and what was promised [R7–R9, R17, R18, R23, R33, R45]."""

from typing import Any

import pytest

from streams.cases.findings import Findings, Outcome
from streams.cases.order_findings import order_findings
from streams.events.model import Event
from streams.units import DAY, HOUR, MINUTE
from tests.cases.orders import FAR, revised, told
from tests.make import delivered, entered, line


def facts(*events: Event, asof: int = FAR) -> dict[str, tuple[Any, ...]]:
    """Instant, dimensions and samples by kind."""
    return {fact[0]: fact[1:] for fact in order_findings(events, asof).facts}


def outcome(clock: str, *events: Event, asof: int = FAR) -> tuple[Outcome, int | None]:
    found = order_findings(events, asof)
    promise = next(o for o in found.obligations if o.clock == clock)
    return promise.outcome, promise.decided_at


def test_the_highest_revision_wins_and_ties_go_to_the_latest() -> None:
    first = entered(9, promised_at=1)
    second, third = (entered(at, revision=2, promised_at=promised) for at, promised in ((5, 2), (7, 3)))
    promises = [o for o in order_findings([third, first, second], FAR).obligations if o.clock == "on_time_delivery"]
    assert [(promise.start, promise.deadline) for promise in promises] == [(9, 3)]


def test_the_entry_is_that_of_the_lowest_revision_known() -> None:
    assert facts(entered(50, placed_at=20, revision=3))["order_entry"][0] == 50
    at, dims, samples = facts(entered(90, placed_at=20, revision=2), entered(50, placed_at=20, channel="phone"))[
        "order_entry"
    ]
    assert (at, dims, samples) == (50, ("phone", "unknown", "automated"), (30, True, 1))


def test_an_entry_error_in_any_revision_makes_the_entry_inaccurate() -> None:
    assert facts(entered(0), revised(5, "customer_change"))["order_entry"][2][:2] == (0, True)
    assert facts(entered(0), revised(5, "entry_error"), revised(9, "customer_change", 3))["order_entry"][2][:2] == (
        0,
        False,
    )


def test_an_entry_before_the_customers_word_took_no_time_and_is_counted() -> None:
    found = order_findings([entered(10, placed_at=20)], FAR)
    assert found.facts[0][3][:2] == (0, True)
    assert found.negatives == 1


def test_without_an_entry_there_are_no_facts() -> None:
    assert order_findings([delivered(5)], FAR) == Findings(orphaned=True)


def test_a_later_record_of_the_same_shipment_replaces_it_whole() -> None:
    events: list[Event] = [
        entered(0, lines=(line("a", 2),)),
        delivered(9, goods={"a": 2}),
        delivered(10, goods={"a": 1}, final=False),
    ]
    assert facts(*events)["first_shipment"] == (10, ("unknown", "unknown"), ((1, 2), (0, 1), False))
    assert "complete_delivery" not in facts(*events)


def test_a_cancellation_without_lines_leaves_those_before_it() -> None:
    events: list[Event] = [
        entered(0, lines=(line("a", 2),)),
        revised(5, "cancelled_by_customer"),
        delivered(9, goods={"a": 2}),
    ]
    assert facts(*events)["first_shipment"][2] == ((2, 2), (1, 1), True)


def test_complete_is_the_first_final_shipment() -> None:
    events: list[Event] = [
        entered(2),
        delivered(9),
        delivered(5, shipment_no=2),
        delivered(3, shipment_no=3, final=False),
    ]
    assert facts(*events)["complete_delivery"] == (5, ("unknown", "unknown"), (3, None))


def test_the_delay_is_that_after_the_promise() -> None:
    assert facts(entered(0, promised_at=8), delivered(8))["complete_delivery"][2] == (8, None)
    assert facts(entered(0, promised_at=8), delivered(10))["complete_delivery"][2] == (10, 2)


@pytest.mark.parametrize(
    ("confirmed", "asof", "expected"),
    [
        (MINUTE, 0, (Outcome.MET, MINUTE)),
        (MINUTE + 1, 0, (Outcome.BREACHED, MINUTE)),
        (None, MINUTE, (Outcome.OPEN, None)),
        (None, MINUTE + 1, (Outcome.BREACHED, MINUTE)),
        (-5, 0, (Outcome.MET, -5)),
    ],
)
def test_confirmed_within_a_minute(confirmed: int | None, asof: int, expected: tuple[Outcome, int | None]) -> None:
    order = entered(HOUR, placed_at=0, confirmed_at=confirmed)
    assert outcome("order_confirmed", order, asof=asof) == expected


def test_the_earliest_confirmation_of_any_revision_counts() -> None:
    later = revised(5, "customer_change", confirmed_at=9)
    assert outcome("order_confirmed", entered(0, confirmed_at=2 * MINUTE), later) == (Outcome.MET, 9)


@pytest.mark.parametrize(("at", "expected"), [(MINUTE, Outcome.VOID), (MINUTE + 1, Outcome.BREACHED)])
def test_a_customer_who_cancels_in_time_owes_no_confirmation(at: int, expected: Outcome) -> None:
    assert outcome("order_confirmed", entered(0), revised(at, "cancelled_by_customer"))[0] is expected


def test_what_was_confirmed_before_the_cancellation_stays_met() -> None:
    events = entered(0, confirmed_at=9), revised(10, "cancelled_by_customer")
    assert outcome("order_confirmed", *events) == (Outcome.MET, 9)


def test_without_a_promise_nothing_is_owed() -> None:
    found = order_findings([entered(0), delivered(9)], FAR)
    assert [o.clock for o in found.obligations] == ["order_confirmed"]


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ((delivered(DAY),), (Outcome.MET, DAY)),
        ((delivered(DAY + 1),), (Outcome.BREACHED, DAY)),
        ((), (Outcome.BREACHED, DAY)),
        ((revised(DAY, "cancelled_by_customer", promised_at=DAY),), (Outcome.VOID, DAY)),
        ((revised(DAY + 1, "cancelled_by_customer", promised_at=DAY),), (Outcome.BREACHED, DAY)),
        ((revised(9, "cancelled_by_customer", promised_at=DAY), delivered(5)), (Outcome.MET, 5)),
        ((revised(9, "cancelled_by_supplier", promised_at=DAY),), (Outcome.BREACHED, 9)),
        ((revised(2 * DAY, "cancelled_by_supplier", promised_at=DAY),), (Outcome.BREACHED, DAY)),
        ((revised(9, "cancelled_by_supplier", promised_at=DAY), delivered(5)), (Outcome.MET, 5)),
        ((revised(9, "cancelled_by_supplier", promised_at=DAY), revised(10, "customer_change", 3, promised_at=DAY),
          delivered(20)), (Outcome.MET, 20)),
    ],
)  # fmt: skip
def test_delivered_by_the_promise(events: tuple[Event, ...], expected: tuple[Outcome, int]) -> None:
    first = entered(0, promised_at=DAY)
    assert outcome("on_time_delivery", first, *events) == expected
    told = {Outcome.VOID: None}.get(expected[0], (expected[1], ("unknown", "unknown"), (expected[0] is Outcome.MET,)))
    assert facts(first, *events).get("on_time_delivery") == told


def test_labour_counts_at_each_event_for_the_agent_of_the_order() -> None:
    """[R23] Of a shipment told twice the later record's alone [R7]; work of no time is none."""
    events = (
        entered(1, agent_id="a1", channel="phone", handling=5),
        revised(2, "entry_error", agent_id="a2", handling=6),
        delivered(3, handling=7),
        delivered(4, handling=8),
        delivered(5, shipment_no=2, handling=0),
    )
    dims = ("phone", "a1")
    assert told("labour", *events) == [(1, dims, (5,)), (2, dims, (6,)), (4, dims, (8,))]


def test_the_effort_is_that_of_the_lowest_revision() -> None:
    """[R33, R45]"""
    assert told("effort", entered(1, screens=3), revised(2, "entry_error", clicks=9)) == [(1, ("unknown",), (3, None))]
    assert told("effort", entered(1), revised(2, "entry_error", clicks=9)) == []
    assert told("effort", entered(1, clicks=0)) == [(1, ("unknown",), (None, 0))]
