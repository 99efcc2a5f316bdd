"""The oracle's formulas and calendar windows, in their plainest form; nothing of the product is used."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from math import sqrt
from zoneinfo import ZoneInfo

Z = 1.959964
"""The 97.5 % quantile of the normal distribution [R42]."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def ms(text: str) -> int:
    """RFC 3339 text as milliseconds since the epoch, UTC, towards the past."""
    return (datetime.fromisoformat(text) - EPOCH) // timedelta(milliseconds=1)


def text(instant: int) -> str:
    """Milliseconds since the epoch as RFC 3339 in UTC, with milliseconds only where there are any."""
    moment = EPOCH + timedelta(milliseconds=instant)
    fraction = f".{instant % 1000:03d}" if instant % 1000 else ""
    return moment.strftime("%Y-%m-%dT%H:%M:%S") + fraction + "Z"


def nearest_rank(values: Sequence[float], percent: int) -> float:
    """The ⌈percent/100 · n⌉-th smallest of `values`, n > 0 [R12].

    >>> nearest_rank([40, 10, 30, 20], 50), nearest_rank([40, 10, 30, 20], 90)
    (20, 40)
    """
    rank = -(-percent * len(values) // 100)
    return sorted(values)[rank - 1]


def wilson(numerator: int, denominator: int) -> tuple[float, float]:
    """The 95 % Wilson interval of a share (Wilson 1927, without continuity correction).

    >>> [round(end, 3) for end in wilson(9, 10)]
    [0.596, 0.982]
    """
    share = numerator / denominator
    centre = share + Z**2 / (2 * denominator)
    reach = Z * sqrt(share * (1 - share) / denominator + Z**2 / (4 * denominator**2))
    scale = 1 + Z**2 / denominator
    return max(0.0, (centre - reach) / scale), min(1.0, (centre + reach) / scale)


def adjusted_wald(promoters: int, detractors: int, answered: int) -> tuple[float, float]:
    """The 95 % adjusted-Wald interval of an NPS, in points: P + 3/4, D + 3/4, n + 3, clipped to what an NPS can be.

    >>> low, high = adjusted_wald(5, 2, 10)
    >>> round((low + high) / 2, 1), round((high - low) / 2, 1)
    (23.1, 42.1)
    """
    n = answered + 3
    p, d = (promoters + 0.75) / n, (detractors + 0.75) / n
    reach = Z * sqrt((p + d - (p - d) ** 2) / n)
    return max(-100.0, 100 * (p - d - reach)), min(100.0, 100 * (p - d + reach))


def window(instant: int, size: str, tz: str) -> tuple[int, int]:
    """The calendar window [start, end) of `size` that holds `instant`, in milliseconds UTC.

    The hour that comes twice when clocks go back is two windows of an hour each.
    """
    if size == "now":  # Open: where a window that has no bounds is said to be
        return ms("9000-01-01T00:00:00Z"), ms("9000-01-02T00:00:00Z")
    if size in MINUTES:
        return _clock_window(instant, MINUTES[size], tz)
    day = (EPOCH + timedelta(milliseconds=instant)).astimezone(ZoneInfo(tz)).date()
    first, following = _DAYS[size](day)
    return _midnight(first, tz), _midnight(following, tz)


MINUTES = {"1m": 1, "5m": 5, "15m": 15, "1h": 60}


def _clock_window(instant: int, minutes: int, tz: str) -> tuple[int, int]:
    local = (EPOCH + timedelta(milliseconds=instant)).astimezone(ZoneInfo(tz))
    into_hour = local.minute * 60_000 + local.second * 1000 + local.microsecond // 1000
    start = instant - into_hour % (minutes * 60_000)
    return start, start + minutes * 60_000


def _midnight(day: date, tz: str) -> int:
    """The first instant of a local day: fold 0 is the earlier midnight of two, and the end of a gap over midnight."""
    return (datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(tz)) - EPOCH) // timedelta(milliseconds=1)


def _one_day(day: date) -> tuple[date, date]:
    return day, day + timedelta(days=1)


def _iso_week(day: date) -> tuple[date, date]:
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=7)


def _month(day: date) -> tuple[date, date]:
    first = day.replace(day=1)
    return first, (first + timedelta(days=31)).replace(day=1)


def _quarter(day: date) -> tuple[date, date]:
    first = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    return first, (first + timedelta(days=93)).replace(day=1)


_DAYS = {"1d": _one_day, "1w": _iso_week, "1mo": _month, "1q": _quarter}
