"""Opening hours: what is written of a calendar, and which spans of a local date it opens.

A span is `(start, end)` in ms from the midnight of the date that it begins on, by the local clock; one that ends after
24:00 goes over midnight.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise

import msgspec

from streams.units import DAY, HOUR, MINUTE
from streams.windows.closures import is_holiday

Span = tuple[int, int]
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN = re.compile(r"([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")
_EPOCH = date(1970, 1, 1).toordinal()


def span(text: str) -> Span:
    """A span as in "09:00-17:30"; one that ends at or before its start goes over midnight.

    >>> [(start / HOUR, end / HOUR) for start, end in (span("09:00-17:30"), span("22:00-06:00"), span("00:00-24:00"))]
    [(9.0, 17.5), (22.0, 30.0), (0.0, 24.0)]
    """
    found = _SPAN.fullmatch(text)
    if not found:
        raise ValueError(f"{text!r} is no span of a day; write one like 09:00-17:30")
    hour, minute, until, minutes = map(int, found.groups())
    start, end = hour * HOUR + minute * MINUTE, until * HOUR + minutes * MINUTE
    if start >= DAY or end > DAY:
        raise ValueError(f"{text!r} is no span of a day; a day ends at 24:00")
    if start == end:
        raise ValueError(f"{text!r} ends where it begins; a whole day is 00:00-24:00")
    return start, end if end > start else end + DAY


def apart(spans: Sequence[Span]) -> tuple[Span, ...]:
    """The spans of one day in order; raises ValueError where two of them overlap."""
    ordered = tuple(sorted(spans))
    if any(later[0] < earlier[1] for earlier, later in pairwise(ordered)):
        raise ValueError("spans of one day overlap")
    return ordered


def weekdays(text: str) -> tuple[int, ...]:
    """The days of a name or a range of names, Monday is 0.

    >>> weekdays("tue"), weekdays("mon-fri"), weekdays("fri-mon")
    ((1,), (0, 1, 2, 3, 4), (4, 5, 6, 0))
    """
    first, dash, last = text.partition("-")
    if first not in WEEKDAYS or (dash and last not in WEEKDAYS):
        raise ValueError(f"{text!r} is no weekday; write one like mon, or a range like mon-fri")
    start, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
    return tuple(day % 7 for day in range(start, end + 1 if end >= start else end + 8))


def day_of(text: str) -> str:
    """A date as in "2026-12-24", or one of every year as in "12-24"; raises ValueError otherwise."""
    try:
        date.fromisoformat(text if len(text) == 10 else f"2000-{text}")
    except ValueError as error:
        raise ValueError(f"{text!r} is no date; write one like 2026-12-24, or 12-24 for every year") from error
    return text


class Hours(msgspec.Struct, frozen=True):
    """The opening hours of a calendar.

    What stands in `dates` counts before holidays, and these before the week; a date of one year before that of every
    year. A span belongs to the date that it begins on. A closed date, a holiday or one with no spans in `dates`, is
    closed from midnight to midnight: it also ends what reaches in from the evening before.
    """

    zone: str
    week: tuple[tuple[Span, ...], ...]
    """Seven, Monday first."""
    dates: Mapping[str, tuple[Span, ...]] = {}
    holidays: tuple[str, ...] = ()
    """Codes of countries or their parts, ISO 3166, as DE or DE-BE."""

    def exception(self, day: date) -> tuple[Span, ...] | None:
        """The spans of a date that is not like its weekday."""
        if self.dates:
            text = day.isoformat()
            found = self.dates.get(text, self.dates.get(text[5:]))
            if found is not None:
                return found
        return () if self.holidays and is_holiday(day, self.holidays) else None

    def open_between(self, first: int, last: int) -> list[Span]:
        """When it is open on the days `first` to `last`, numbered from 1970-01-01, by the local clock.

        The spans are ms of a clock that knows no changes, from the midnight of 1970-01-01, apart and in order.
        """
        opened: list[Span] = []
        following = self._day(first - 1)
        for day in range(first - 1, last + 1):
            (spans, _), following = following, self._day(day + 1)
            longest = 2 * DAY if following[1] else DAY
            for start, end in spans:
                join(opened, day * DAY + start, day * DAY + min(end, longest))
        return [(max(start, first * DAY), min(end, (last + 1) * DAY)) for start, end in opened if end > first * DAY]

    def _day(self, number: int) -> tuple[tuple[Span, ...], bool]:
        """What begins on a day, and whether the evening before may reach into it."""
        day = date.fromordinal(number + _EPOCH)
        exception = self.exception(day)
        return (self.week[day.weekday()], True) if exception is None else (exception, bool(exception))

    @property
    def in_a_week(self) -> int:
        """Working ms in an ordinary week."""
        plain = Hours(self.zone, self.week)
        return sum(end - start for start, end in plain.open_between(0, 6))


def join(spans: list[Span], start: int, end: int) -> None:
    """Add a span that begins no earlier than the last one, and join it to that where they meet."""
    if spans and start <= spans[-1][1]:
        spans[-1] = spans[-1][0], max(spans[-1][1], end)
    else:
        spans.append((start, end))
