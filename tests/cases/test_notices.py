"""Whether status messages came true [R20]."""

from typing import Any

import pytest

from streams.cases.conventions import Conventions
from streams.cases.order_findings import order_findings
from streams.events.model import Event, Notice
from streams.units import DAY, HOUR
from tests.cases.orders import FAR, revised, told
from tests.make import delivered, entered

TOLERANCE = 12 * HOUR


def sent(*notices: Notice, at: int = 5, **fields: Any) -> Event:
    """A first shipment that does not complete the order, with these notices."""
    return delivered(at, **{"final": False, "notices": notices, **fields})


def complete(at: int) -> Event:
    return delivered(at, shipment_no=2)


def verdicts(*events: Event, asof: int = FAR) -> list[tuple[int, bool]]:
    """When each was decided, and whether it was true."""
    return [(at, samples[0]) for at, _, samples in told("status_notice", *events, asof=asof)]


EXPECTED = Notice(kind="expected", sent_at=0, expected_at=2 * DAY)
DELAYED = Notice(kind="delayed", sent_at=0)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (2 * DAY - TOLERANCE - 1, (2 * DAY - TOLERANCE - 1, False)),
        (2 * DAY - TOLERANCE, (2 * DAY - TOLERANCE, True)),
        (2 * DAY + TOLERANCE, (2 * DAY + TOLERANCE, True)),
        (2 * DAY + TOLERANCE + 1, (2 * DAY + TOLERANCE, False)),
    ],
)
def test_expected_is_true_within_the_tolerance(at: int, expected: tuple[int, bool]) -> None:
    """[R20]"""
    assert verdicts(entered(0), sent(EXPECTED), complete(at)) == [expected]


def test_the_tolerance_is_a_convention() -> None:
    """[R20]"""
    events = entered(0), sent(EXPECTED), complete(2 * DAY + HOUR)
    assert told("status_notice", *events, conventions=Conventions(tolerance=HOUR - 1))[0][2] == (False,)
    assert told("status_notice", *events, conventions=Conventions(tolerance=HOUR))[0][2] == (True,)


def test_what_nothing_decides_is_left_out() -> None:
    """[R20]"""
    vague = Notice(kind="expected", sent_at=0)
    assert verdicts(entered(0), sent(vague, DELAYED), complete(9)) == []


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ((complete(DAY),), (DAY, False)),
        ((complete(DAY + 1),), (DAY, True)),
        ((), (DAY, True)),
        ((revised(9, "customer_change", promised_at=2 * DAY), complete(DAY + 1)), (DAY + 1, False)),
    ],
)
def test_delayed_is_true_when_the_promise_passed(events: tuple[Event, ...], expected: tuple[int, bool]) -> None:
    """[R20]"""
    assert verdicts(entered(0, promised_at=DAY), sent(DELAYED), *events) == [expected]


@pytest.mark.parametrize(("at", "true"), [(8, True), (9, True), (10, False), (None, False)])
def test_confirmed_is_true_when_it_was_so_as_it_was_sent(at: int | None, true: bool) -> None:
    """[R20]"""
    notice = Notice(kind="confirmed", sent_at=9)
    assert verdicts(entered(0), revised(3, "customer_change", confirmed_at=at), sent(notice)) == [(9, true)]


def test_shipped_is_true_at_its_shipment() -> None:
    """[R20]"""
    assert verdicts(entered(0), sent(Notice(kind="shipped", sent_at=1), at=7)) == [(7, True)]


def test_a_message_carries_channel_and_region_of_the_order() -> None:
    """[R8]"""
    events = entered(0, channel="web", region="north"), sent(Notice(kind="shipped", sent_at=1), channel="phone")
    assert told("status_notice", *events) == [(5, ("web", "north"), (True,))]


@pytest.mark.parametrize(("notice", "deadline"), [(EXPECTED, 2 * DAY + TOLERANCE), (DELAYED, DAY)])
def test_an_open_message_is_looked_at_again_after_its_deadline(notice: Notice, deadline: int) -> None:
    """[R20] Also where the delivery on time, which has that deadline too, is void."""
    void = revised(1, "cancelled_by_customer", promised_at=DAY)
    events = [entered(0, promised_at=DAY), void, sent(notice)]
    assert order_findings(events, deadline).due == deadline
    assert verdicts(*events, asof=deadline) == []
    assert order_findings(events, deadline + 1).due is None
    assert verdicts(*events, asof=deadline + 1) == [(deadline, notice is DELAYED)]


def test_the_notices_of_a_shipment_that_was_replaced_are_gone() -> None:
    """[R7]"""
    notice = Notice(kind="shipped", sent_at=1)
    assert verdicts(entered(0), sent(notice, notice), sent(notice, at=9)) == [(9, True)]
