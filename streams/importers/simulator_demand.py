"""When customers come: the hour, the weekday, the season and the campaigns of the simulated business.

Instants are milliseconds of business time, whose weeks and years are as in UTC.
"""

from functools import lru_cache

from streams.units import DAY, HOUR, WEEK, to_datetime

_THURSDAY = 3
"""Weekday of the epoch, Monday being 0."""

_BY_HOUR = (2, 1, 1, 1, 1, 2, 4, 8, 14, 18, 20, 19, 16, 15, 16, 17, 17, 16, 15, 14, 13, 11, 7, 4)
_BY_DAY = (1.15, 1.05, 1.0, 1.0, 0.95, 0.6, 0.5)
_BUSIEST = max(_BY_HOUR) * max(_BY_DAY)
_DEMAND = tuple(hour * day / _BUSIEST for day in _BY_DAY for hour in _BY_HOUR)
_BY_MONTH = (0.95, 0.92, 0.95, 1.0, 1.0, 0.95, 0.88, 0.85, 1.0, 1.05, 1.2, 1.25)
_LIFT = 1.3
"""What a campaign multiplies demand by."""
_CAMPAIGN_WEEKS = 4
"""A campaign runs in the first week of so many."""

MEAN_DEMAND = sum(_DEMAND) / len(_DEMAND) * sum(_BY_MONTH) / 12 * (1 + (_LIFT - 1) / _CAMPAIGN_WEEKS)
"""Mean of `demand` times `pressure` over years."""
GREATEST_PRESSURE = max(_BY_MONTH) * _LIFT


def weekday(ms: int) -> int:
    """0 for Monday to 6 for Sunday."""
    return (ms // DAY + _THURSDAY) % 7


def demand(ms: int) -> float:
    """How busy customers are at this hour of the week, the busiest being 1."""
    return _DEMAND[(ms // HOUR + 24 * _THURSDAY) % 168]


def pressure(ms: int) -> float:
    """How many times the usual demand this day has, by its season and by a campaign."""
    return _by_day(ms // DAY)


@lru_cache(maxsize=64)
def _by_day(day: int) -> float:
    season = _BY_MONTH[to_datetime(day * DAY).month - 1]
    return season * _LIFT if campaign(day * DAY) else season


def campaign(ms: int) -> str | None:
    """The campaign that runs at an instant."""
    week, in_week = divmod(ms // WEEK, _CAMPAIGN_WEEKS)
    return f"campaign-{week}" if in_week == 0 else None


LIFTED = (_LIFT - 1) / _LIFT
"""The share of those who come during a campaign that come because of it."""
