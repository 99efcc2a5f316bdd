"""A time zone's offsets from UTC: what a local clock shows, and when that changes. Instants in ms UTC."""

from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

from streams.units import DAY, to_datetime

_MS = timedelta(milliseconds=1)


def time_zone(name: str) -> ZoneInfo:
    """The IANA time zone of a name; raises ValueError that says how to write one."""
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError) as error:
        raise ValueError(f"{name!r} is no time zone; write one like Europe/Berlin") from error


def offset(zone: ZoneInfo, at: int) -> int:
    """How far the local clock is ahead of UTC, in ms.

    >>> offset(ZoneInfo("Asia/Kolkata"), 0) // 60_000
    330
    """
    return (to_datetime(at).astimezone(zone).utcoffset() or timedelta()) // _MS


def change(zone: ZoneInfo, before: int, after: int) -> int:
    """The first instant in (before, after] with the offset of `after`, where the offset changes once."""
    new = offset(zone, after)
    while after - before > 1:
        middle = (before + after) // 2
        before, after = (before, middle) if offset(zone, middle) == new else (middle, after)
    return after


def stretches(zone: ZoneInfo, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """[start, end) in pieces `(start, end, offset)` of one offset each.

    It looks once a day: no zone has changed its offset twice within four days since 1900.
    """
    now = offset(zone, start)
    for day in range(start, end, DAY):
        last = min(day + DAY, end) - 1
        following = offset(zone, last)
        if following != now:
            at = change(zone, max(day - 1, start), last)
            yield start, at, now
            start, now = at, following
    yield start, end, now
