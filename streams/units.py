"""Units and their formats: milliseconds inside, seconds and RFC 3339 outside."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
WEEK = 7 * DAY

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)
HEREAFTER = (datetime(9000, 1, 1, tzinfo=UTC) - EPOCH) // _MS
"""An instant, in ms, that never comes: where stands what is told of the present, in a window of its own."""


def to_ms(instant: datetime) -> int:
    """An aware datetime as whole milliseconds since the epoch, UTC, towards the past.

    >>> to_ms(datetime(1970, 1, 1, 0, 0, 1, 999, tzinfo=UTC))
    1000
    """
    return (instant - EPOCH) // _MS


def to_datetime(ms: int) -> datetime:
    """Milliseconds since the epoch as an aware datetime in UTC."""
    return EPOCH + timedelta(milliseconds=ms)


@lru_cache(maxsize=65_536)
def _minute(minutes: int) -> str:
    return (EPOCH + timedelta(minutes=minutes)).isoformat()[:17]


_ENDS = tuple(f".{fraction:03d}Z" if fraction else "Z" for fraction in range(SECOND))
_SECONDS = tuple(f"{second:02d}" for second in range(60))


@lru_cache(maxsize=16_384)  # the promises of a case share their instants
def rfc3339(ms: int) -> str:
    """Milliseconds since the epoch as RFC 3339 in UTC, with a fraction only where there is one.

    >>> rfc3339(0), rfc3339(1500)
    ('1970-01-01T00:00:00Z', '1970-01-01T00:00:01.500Z')
    """
    minute, rest = divmod(ms, MINUTE)
    second, fraction = divmod(rest, SECOND)
    return _minute(minute) + _SECONDS[second] + _ENDS[fraction]


MILLIONTHS = 10**6
"""Costs are integers of a millionth of a minor unit, so that a rate may be finer than what is paid."""


def half_even(numerator: int, denominator: int) -> int:
    """The nearest integer to a quotient, of two the even one; the denominator is above 0.

    >>> half_even(5, 2), half_even(7, 2), half_even(-5, 2), half_even(8, 3)
    (2, 4, -2, 3)
    """
    whole, rest = divmod(numerator, denominator)
    return whole + (2 * rest > denominator or (2 * rest == denominator and whole % 2))
