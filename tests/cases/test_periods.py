"""Retention of one customer, period by period [R39, R49]."""

from datetime import UTC, datetime
from typing import Any

import pytest

from streams.cases.counting import Counting
from streams.cases.digests import Bought
from streams.cases.periods import retention
from streams.units import DAY, to_ms
from streams.windows.sizes import SIZES, Calendar

MONTH, QUARTER = SIZES.index("1mo"), SIZES.index("1q")
MONTHS = Counting(Calendar("UTC"), ((MONTH, "1mo"),))
BOTH = Counting(Calendar("UTC"), ((MONTH, "1mo"), (QUARTER, "1q")))


def day(text: str) -> int:
    return to_ms(datetime.fromisoformat(text).replace(tzinfo=UTC))


def order(at: int, region: str = "south", recurring: int | None = None, flagged: int | None = None) -> Bought:
    place = (at, "", f"e{at}")
    return Bought(place, f"o{at}", "web", region, recurring, flagged, None, False, None, False, (None, None, None))


def told(*orders: Bought, asof: str, counting: Counting = MONTHS) -> dict[str, Any]:
    """Month of the period: (active at its start, usual, both), of a customer whose need is not told."""
    facts, _ = retention(orders, day(asof), counting)
    return {
        datetime.fromtimestamp(at / 1000, UTC).strftime("%y-%m"): (usual[0][1], usual[0][2], both[0][2])
        for _, at, _, (usual, _, both) in facts
    }


def test_one_order_keeps_a_customer_for_90_days() -> None:
    """New in January, active at the start of February to April, lapsed by the end of April, out of May."""
    assert told(order(day("2025-01-10")), asof="2026-01-01") == {
        "25-01": (0, 0, 0),
        "25-02": (1, 1, 1),
        "25-03": (1, 1, 1),
        "25-04": (1, 0, 0),
    }


@pytest.mark.parametrize(("at", "started"), [(day("2025-01-01"), 1), (day("2025-01-01") - 1, 0)])
def test_active_at_the_start_is_an_order_90_days_before_or_less(at: int, started: int) -> None:
    """1 April less 90 days is 1 January."""
    assert told(order(at), order(day("2025-04-15")), asof="2025-05-01")["25-04"] == (started, 1, started)


def test_an_order_at_the_very_start_lies_inside() -> None:
    """[R5]"""
    assert told(order(day("2025-04-01")), asof="2025-05-01") == {"25-04": (0, 0, 0)}
    assert told(order(day("2025-04-01") - 1), asof="2025-05-01")["25-04"] == (1, 1, 1)


def test_who_lapsed_and_comes_back_is_not_new() -> None:
    found = told(order(day("2024-01-10")), order(day("2025-04-10")), asof="2025-05-01")
    assert found["25-04"] == (0, 1, 0)
    assert "25-03" not in found


def test_only_periods_that_have_ended_count_and_the_next_one_is_waited_for() -> None:
    orders = [order(day("2025-01-10"))]
    end = day("2025-02-01")
    assert retention(orders, end - 1, BOTH) == ([], end - 1)
    facts, wake = retention(orders, end, BOTH)
    assert ([at for _, at, _, _ in facts], wake) == ([day("2025-01-01")], day("2025-03-01") - 1)


def test_nothing_is_waited_for_once_he_has_lapsed() -> None:
    assert retention([order(day("2025-01-10"))], day("2025-05-01"), MONTHS)[1] is None


def test_a_quarter_looks_back_as_long_as_it_is() -> None:
    """April to June has 91 days: 1 April less 91 days is 31 December."""
    counting = Counting(Calendar("UTC"), ((QUARTER, "1q"),))
    assert told(order(day("2024-12-31")), asof="2025-07-01", counting=counting)["25-04"] == (1, 0, 0)
    assert "25-04" not in told(order(day("2024-12-30")), asof="2025-07-01", counting=counting)


def regions(*orders: Bought) -> list[str]:
    return [region for _, _, (region,), _ in retention(orders, day("2025-03-01"), MONTHS)[0]]


def test_the_region_is_that_of_the_latest_entry_before_the_end() -> None:
    first, moved = order(day("2025-01-10"), "north"), order(day("2025-02-01"), "south")
    assert regions(first, moved) == ["north", "south"]


def recurs(*orders: Bought) -> list[bool]:
    return [recurring is not None for _, _, _, (_, recurring, _) in retention(orders, day("2025-03-01"), MONTHS)[0]]


def test_a_need_recurs_by_a_flag_that_is_known_by_the_end() -> None:
    """[R49]"""
    at, end = day("2025-01-10"), day("2025-02-01")
    assert recurs(order(at, recurring=at, flagged=at)) == [True, True]
    assert recurs(order(at, recurring=end, flagged=end)) == [False, True]
    assert recurs(order(at, recurring=end - 1, flagged=end - 1)) == [True, True]


def test_without_any_flag_two_orders_will_do_and_a_flag_that_says_no_outweighs_them() -> None:
    first, second = order(day("2025-01-10")), order(day("2025-02-10"))
    assert recurs(first, second) == [False, True]
    assert recurs(order(day("2025-01-10"), flagged=day("2025-01-10")), second) == [False, False]


def test_a_flag_counts_though_its_order_was_entered_later() -> None:
    """A second revision may be stamped before the first."""
    later = order(day("2025-02-10"), recurring=day("2025-01-20"), flagged=day("2025-01-20"))
    assert recurs(order(day("2025-01-10")), later) == [True, True]


def test_far_apart_orders_skip_the_periods_between() -> None:
    found = told(order(0), order(20_000 * DAY), asof="2025-01-01")
    assert list(found) == ["70-01", "70-02", "70-03", "70-04", "24-10", "24-11", "24-12"]
