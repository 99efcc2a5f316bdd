"""Local times of an export as instants: milliseconds UTC.

A clock put forward leaves local times out, put back shows some twice. A time that was left out is read by the offset
before the change (00:30 on a night without 00:00–01:00 is 01:30 by the new one); of a time seen twice the earlier
instant is taken (PEP 495, `fold=0`).
"""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from streams.units import to_ms

_DAY_FIRST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}) (\d{1,2}):(\d{2})(?::(\d{2}))?")


def instant(local: datetime, zone: ZoneInfo) -> int:
    """A local time in `zone`, or one that brings its own offset."""
    return to_ms(local if local.tzinfo else local.replace(tzinfo=zone))


def iso(text: str, zone: ZoneInfo) -> int:
    """`2017-10-02 10:56:33` and other ISO 8601 forms; raises ValueError.

    >>> iso("1970-01-01 01:00:00", ZoneInfo("Europe/Berlin"))
    0
    """
    return instant(datetime.fromisoformat(text), zone)


def day_first(text: str, zone: ZoneInfo) -> int:
    """`29-02-2016 01:16`, `29/2/2016 01:16`, with seconds or without; raises ValueError.

    >>> day_first("1/1/1970 00:01", ZoneInfo("UTC"))
    60000
    """
    found = _DAY_FIRST.fullmatch(text)
    if not found:
        raise ValueError(text)
    day, month, year, hour, minute, second = (int(part or 0) for part in found.groups())
    return instant(datetime(year, month, day, hour, minute, second), zone)


def strptime(text: str, pattern: str, zone: ZoneInfo) -> int:
    """A time in a `datetime.strptime` pattern; raises ValueError."""
    return instant(datetime.strptime(text, pattern), zone)


def end_of_day(text: str, zone: ZoneInfo) -> int:
    """The last millisecond of the local day of an ISO date or time; raises ValueError.

    The day is half-open and an obligation is met at its deadline still, so that the next midnight itself would pass as
    in time. Days of 23 and 25 hours end when they end.

    >>> iso("2020-01-02", ZoneInfo("UTC")) - end_of_day("2020-01-01 00:00:00", ZoneInfo("UTC"))
    1
    """
    day = datetime.fromisoformat(text).date() + timedelta(days=1)
    return instant(datetime(day.year, day.month, day.day), zone) - 1
