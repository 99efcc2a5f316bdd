"""When customers come: weekdays, hours, seasons, campaigns."""

from datetime import UTC, datetime

import pytest

from streams.importers.simulator_demand import GREATEST_PRESSURE, MEAN_DEMAND, campaign, demand, pressure, weekday
from streams.units import DAY, HOUR, WEEK, to_ms

MONDAY = 1_767_571_200_000


def day(month: int, number: int = 15, year: int = 2026) -> int:
    return to_ms(datetime(year, month, number, tzinfo=UTC))


def quiet(month: int) -> int:
    """A day of the month on which no campaign runs."""
    return next(day(month, number) for number in range(1, 29) if campaign(day(month, number)) is None)


def test_weekdays() -> None:
    assert [weekday(MONDAY + n * DAY) for n in range(8)] == [0, 1, 2, 3, 4, 5, 6, 0]


def test_demand_is_a_share_of_the_busiest_hour() -> None:
    hours = [demand(MONDAY + hour * HOUR) for hour in range(168)]
    assert max(hours) == 1
    assert min(hours) > 0
    assert hours.index(1) == 10, "Monday at ten"


def test_december_is_busy_and_august_is_not() -> None:
    assert pressure(quiet(12)) == 1.25
    assert pressure(quiet(8)) == 0.85


def test_a_campaign_runs_one_week_of_four_and_brings_more() -> None:
    weeks = [campaign(MONDAY + n * WEEK) for n in range(12)]
    assert sum(week is not None for week in weeks) == 3
    assert len({week for week in weeks if week}) == 3
    running = next(MONDAY + n * WEEK for n in range(12) if weeks[n])
    assert pressure(running) == pytest.approx(1.3 * pressure(running + WEEK), rel=0.1)


def test_the_mean_is_that_of_years_and_nothing_is_greater_than_the_greatest() -> None:
    hours = range(day(1, 1, 2000), day(1, 1, 2028), HOUR)
    found = [demand(at) * pressure(at) for at in hours]
    assert sum(found) / len(found) == pytest.approx(MEAN_DEMAND, rel=0.005)
    assert max(found) <= GREATEST_PRESSURE
