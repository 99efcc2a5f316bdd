"""The oracle's seasons: what like slots of the calendar usually bring."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from tests.oracle_numbers import EPOCH, window

Place = tuple[str, str, str, str, int, int]
"""(kpi, scope, the scope's value, window size, start, end)"""


def seasons(
    place: Place, groups: dict[Place, list[Any]], tz: str, dated: bool
) -> Iterator[tuple[Place, dict[str, Any]]]:
    """What follows from a window of `requests`: its ratio to what is usual, and of a campaign its lift.

    Taken literally: all requests over what is usual, in every window in which the campaign has one, so that there is
    no lift in the scope `all`.
    """
    _, scope, *rest = place
    found = against_usual(place, groups, tz, dated)
    if found is not None:
        yield ("requests_ratio", scope, *rest), found
    if scope == "campaign":
        lift = against_usual(("requests", "all", "", *place[3:]), groups, tz, dated)
        if lift is not None:
            yield ("campaign_lift", scope, *rest), lift


def against_usual(place: Place, groups: dict[Place, list[Any]], tz: str, dated: bool) -> dict[str, Any] | None:
    """A window's count over the median of the last 8 like slots, where at least 3 brought anything [R48]."""
    earlier = brought(place, groups, slots_before(place[4], place[3], tz), tz)
    if len(earlier) < 3 or place not in groups:
        return None
    count = len(groups[place])
    within_days = place[3] not in ("1w", "1mo", "1q")
    days = brought(place, groups, days_before(place[4], tz), tz) if dated and within_days else []
    reading = {"value": count / median(earlier), "numerator": None, "denominator": count, "interval": None}
    return reading | {"usual": usual(earlier, days) if within_days else band(earlier, "before")}


def brought(place: Place, groups: dict[Place, list[Any]], instants: Iterator[int], tz: str) -> list[int]:
    """The counts of the windows at these instants that have any."""
    like = [(*place[:4], *window(instant, place[3], tz)) for instant in instants]
    return [len(groups[slot]) for slot in like if slot in groups]


def usual(earlier: list[int], days: list[int]) -> dict[str, Any]:
    """The band of the weekday, or of the day of the month where there are three that lie wholly beside it."""
    weekday = band(earlier, "weekday")
    if len(days) < 3:
        return weekday
    day = band(days, "day_of_month")
    return day if day["low"] > weekday["high"] or day["high"] < weekday["low"] else weekday


def band(counts: list[int], like: str) -> dict[str, Any]:
    """The median, and three deviations to either side: 1.4826 x MAD, or the root of the median where that is more."""
    middle = median(counts)
    spread = max(1.4826 * median(abs(count - middle) for count in counts), middle**0.5)
    ends = {"low": max(0.0, middle - 3.0 * spread), "high": middle + 3.0 * spread}
    return {"like": like, "slots": len(counts), "expected": middle, **ends}


def days_before(start: int, tz: str) -> Iterator[int]:
    """An instant in the slot of the same time on the same day of each of the 8 months before that have it."""
    zone = ZoneInfo(tz)
    local = (EPOCH + timedelta(milliseconds=start)).astimezone(zone).replace(tzinfo=None, fold=0)
    first = local.replace(day=1)
    for _ in range(8):
        first = (first - timedelta(days=1)).replace(day=1)
        shown = first + timedelta(days=local.day - 1)
        instant = shown.replace(tzinfo=zone).astimezone(UTC)
        if shown.month == first.month and instant.astimezone(zone).replace(tzinfo=None, fold=0) == shown:
            yield _ms(instant)


def slots_before(start: int, size: str, tz: str) -> Iterator[int]:
    """An instant in each of the 8 like slots before: of weeks, months and quarters simply the ones before."""
    zone = ZoneInfo(tz)
    local = (EPOCH + timedelta(milliseconds=start)).astimezone(zone).replace(tzinfo=None, fold=0)
    for weeks in range(1, 9):
        if size in ("1w", "1mo", "1q"):
            start = window(start - 1, size, tz)[0]
            yield start
            continue
        if size == "1d":
            local = local.replace(hour=12)
        shown = local - timedelta(days=7 * weeks)
        instant = shown.replace(tzinfo=zone).astimezone(UTC)
        if instant.astimezone(zone).replace(tzinfo=None, fold=0) == shown:  # else the clock never showed it
            yield _ms(instant)


def _ms(instant: datetime) -> int:
    return (instant - EPOCH) // timedelta(milliseconds=1)
