"""The oracle's seasons: what like slots of the calendar usually bring."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from tests.oracle_numbers import EPOCH, window

Place = tuple[str, str, str, str, int, int]
"""(kpi, scope, the scope's value, window size, start, end)"""


def seasons(place: Place, groups: dict[Place, list[Any]], tz: str) -> Iterator[tuple[Place, dict[str, Any]]]:
    """What follows from a window of `requests`: its ratio to what is usual, and of a campaign its lift.

    Taken literally: all requests over what is usual, in every window in which the campaign has one, so that there is
    no lift in the scope `all`.
    """
    _, scope, *rest = place
    found = against_usual(place, groups, tz)
    if found is not None:
        yield ("requests_ratio", scope, *rest), found
    if scope == "campaign":
        lift = against_usual(("requests", "all", "", *place[3:]), groups, tz)
        if lift is not None:
            yield ("campaign_lift", scope, *rest), lift


def against_usual(place: Place, groups: dict[Place, list[Any]], tz: str) -> dict[str, Any] | None:
    """A window's count over the median of the last 8 like slots, where at least 3 brought anything [R48]."""
    like = [(*place[:4], *window(instant, place[3], tz)) for instant in slots_before(place[4], place[3], tz)]
    earlier = [len(groups[slot]) for slot in like if slot in groups]
    if len(earlier) < 3 or place not in groups:
        return None
    count = len(groups[place])
    return {"value": count / median(earlier), "numerator": None, "denominator": count, "interval": None}


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
