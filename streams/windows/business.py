"""Business calendars: working time between two instants, and the instant when so much of it has passed.

Exact to the ms. An instant is working time if the local clock shows a time within the opening hours: an hour that
comes twice in autumn counts twice, one that is left out in spring does not count, and 09:00-17:00 is always 8 hours.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from datetime import date
from itertools import accumulate

import msgspec

from streams.units import DAY, EPOCH
from streams.windows.hours import Hours, Span, join
from streams.windows.zones import stretches, time_zone

_SHIFT = 35
"""A chunk is 2^35 ms long, some 398 days: an instant's chunk is found by a shift."""
_KEPT = 64
"""Chunks in memory, at some 50 KB each; others are computed again when they are asked for."""


def _day(day: date) -> int:
    return day.toordinal() - EPOCH.toordinal()


_FIRST, _LAST = DAY * _day(date(1, 1, 3)), DAY * _day(date(9999, 12, 30))
"""Between them the local date of every zone, and its neighbours, exist."""


class _Chunk(msgspec.Struct, frozen=True, gc=False):
    """Open stretches within a chunk: when each starts, and how much is done before it; `done` ends with the total."""

    starts: list[int]
    done: list[int]

    def upto(self, at: int) -> int:
        """Working ms from the chunk's start to an instant in it."""
        before = bisect_right(self.starts, at)
        if not before:
            return 0
        return min(self.done[before - 1] + at - self.starts[before - 1], self.done[before])


class BusinessCalendar:
    """Working time by opening hours; instants in ms UTC.

    >>> from streams.units import rfc3339
    >>> from streams.windows.hours import span
    >>> office = BusinessCalendar(Hours("Europe/Berlin", ((span("09:00-17:00"),),) * 5 + ((),) * 2))
    >>> friday = 1_774_623_600_000  # 27 March 2026, 16:00; the clocks go forward on Sunday
    >>> rfc3339(office.after(friday, 2 * 3_600_000))
    '2026-03-30T08:00:00Z'

    Raises ValueError where the hours never open, as one with a fault in its zone or a code of holidays does.
    """

    def __init__(self, hours: Hours) -> None:
        self.hours = hours
        self._zone = time_zone(hours.zone)
        self._chunks: dict[int, _Chunk] = {}
        if not _recurs(hours):
            raise ValueError("it never opens; write hours for a weekday that is no holiday")

    def between(self, start: int, end: int) -> int:
        """Working ms in [start, end); 0 where end is not after start."""
        if end <= start:
            return 0
        first, last = start >> _SHIFT, end >> _SHIFT
        done = self._chunk(last).upto(end) - self._chunk(first).upto(start)
        return done + sum([self._chunk(number).done[-1] for number in range(first, last)]) if first < last else done

    def after(self, start: int, duration: int) -> int:
        """The first instant with `duration` working ms since `start`: at closing time, not at the next opening.

        It is `start` where the duration is not more than 0. Raises OverflowError beyond the year 9999.
        """
        if duration <= 0:
            return start
        number = start >> _SHIFT
        chunk = self._chunk(number)
        wanted = chunk.upto(start) + duration
        while wanted > chunk.done[-1]:
            wanted -= chunk.done[-1]
            number += 1
            chunk = self._chunk(number)
        before = bisect_left(chunk.done, wanted) - 1
        return chunk.starts[before] + wanted - chunk.done[before]

    def closing(self, at: int) -> int:
        """When it closes next, if it is open at an instant; else that instant.

        Raises OverflowError where it stays open for more than a year.
        """
        for number in range(at >> _SHIFT, (at >> _SHIFT) + 3):
            chunk = self._chunk(number)
            before = bisect_right(chunk.starts, at) - 1
            if before < 0:
                return at
            end = chunk.starts[before] + chunk.done[before + 1] - chunk.done[before]
            if at >= end or end >> _SHIFT == number:
                return max(at, end)
            at = end
        raise OverflowError("it never closes")

    def _chunk(self, number: int) -> _Chunk:
        return self._chunks.get(number) or self._compute(number)

    def _compute(self, number: int) -> _Chunk:
        start, end = max(number << _SHIFT, _FIRST), min((number + 1) << _SHIFT, _LAST)
        if start >= end:
            raise OverflowError("working time beyond the years that have a date")
        spans: list[Span] = []
        for opening, closing in self._open(start, end):
            join(spans, opening, closing)
        while len(self._chunks) >= _KEPT:
            self._chunks.pop(next(iter(self._chunks)))
        chunk = _Chunk([a for a, _ in spans], list(accumulate((b - a for a, b in spans), initial=0)))
        self._chunks[number] = chunk
        return chunk

    def _open(self, start: int, end: int) -> Iterator[Span]:
        """The open spans of [start, end) in ms UTC."""
        for since, until, ahead in stretches(self._zone, start, end):
            here = since + ahead, until + ahead
            for opening, closing in self.hours.open_between(here[0] // DAY, (here[1] - 1) // DAY):
                if max(opening, here[0]) < min(closing, here[1]):
                    yield max(opening, here[0]) - ahead, min(closing, here[1]) - ahead


def _recurs(hours: Hours) -> bool:
    """Whether it opens in 28 years, after which weekdays fall on the same dates; exceptions of one year aside."""
    yearly = {day: spans for day, spans in hours.dates.items() if len(day) == len("12-24")}
    hours = msgspec.structs.replace(hours, dates=yearly)
    first = _day(date(2000, 1, 1))
    return any(hours.open_between(day, day + 30) for day in range(first, first + 28 * 366, 31))
