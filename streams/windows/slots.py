"""Like slots: windows at the same place of the calendar, weeks before and after.

Of a day the like ones are the same weekday's, of an hour or less the same weekday's at the same local time; of weeks,
months and quarters all are alike. An hour that a change of clocks leaves out is not there that week; of one that
comes twice, the first is meant.
"""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from streams.units import DAY, to_datetime, to_ms
from streams.windows.sizes import CLOCK, Calendar, Window

WEEKLY = (*CLOCK, "1d")
"""Sizes whose like slots lie a week apart."""


class Slots:
    """The `count` like slots before a window, and those after it.

    >>> from streams.units import rfc3339
    >>> calendar = Calendar("Europe/Berlin")
    >>> nine = calendar.window("1h", 1_774_854_000_000)  # Monday 30 March 2026, 09:00: summer time began
    >>> [rfc3339(window.start) for window in Slots(calendar, 2).before(nine)]
    ['2026-03-23T08:00:00Z', '2026-03-16T08:00:00Z']
    """

    def __init__(self, calendar: Calendar, count: int) -> None:
        self._calendar, self._count, self._zone = calendar, count, ZoneInfo(calendar.tz)
        self.before = lru_cache(maxsize=65_536)(self._before)
        self.after = lru_cache(maxsize=65_536)(self._after)

    def _before(self, window: Window) -> tuple[Window, ...]:
        """The like slots before, the latest first."""
        if window.size not in WEEKLY:
            return self._chain(window, self._calendar.previous)
        day = self.day(window)
        found = (self.on(window, day - timedelta(weeks=weeks)) for weeks in range(1, self._count + 1))
        return tuple(slot for slot in found if slot is not None)

    def _after(self, window: Window) -> tuple[Window, ...]:
        """Every window that has this one among the like slots before it."""
        if window.size not in WEEKLY:
            return self._chain(window, self._calendar.following)
        later = {slot: None for weeks in range(1, self._count + 1) for slot in self.around(window, 7 * weeks)}
        return tuple(slot for slot in later if window in self.before(slot))

    def _chain(self, window: Window, step: Callable[[Window], Window]) -> tuple[Window, ...]:
        found = []
        with suppress(OverflowError, ValueError):  # dates end with the year 9999, and begin with 1
            for _ in range(self._count):
                window = step(window)
                found.append(window)
        return tuple(found)

    def day(self, window: Window) -> date:
        """The local date on which a window starts."""
        return self._local(window.start).date()

    def on(self, window: Window, day: date) -> Window | None:
        """The window at the same local time of another date, or None where the clock never showed it then."""
        local = self._local(window.start)
        slot = self._at(window.size, datetime.combine(day, local.time()))
        return slot if self.day(slot) == day and self._place(window) == self._place(slot) else None

    def around(self, window: Window, days: int) -> Iterator[Window]:
        """Windows so many days away at the same local time; both where the clock shows it twice."""
        for edge in (self._local(window.start), self._local(window.end - 1)):
            for fold in (0, 1):
                yield self._at(window.size, (edge + timedelta(days=days)).replace(fold=fold))

    def _at(self, size: str, local: datetime) -> Window:
        return self._calendar.window(size, to_ms(local.replace(tzinfo=self._zone)))

    def _local(self, at: int) -> datetime:
        """What the local clock shows, without a zone and in its first showing."""
        return to_datetime(at).astimezone(self._zone).replace(tzinfo=None, fold=0)

    def _place(self, window: Window) -> int:
        """Which window of the day, by the local clock."""
        local = self._local(window.start)
        since = timedelta(hours=local.hour, minutes=local.minute)
        return since // timedelta(milliseconds=CLOCK.get(window.size, DAY))
