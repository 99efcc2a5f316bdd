"""Slots that are like another by their date: the same day of other months, and days after public holidays.

Both at the same local time; of days, hours and less alone. What lies further back than `LOOKBACK` is not asked.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import lru_cache

from streams.windows.closures import is_holiday
from streams.windows.sizes import Window
from streams.windows.slots import WEEKLY, Slots

MONTH = "1mo"
"""Where windows of this size are compared with those before, what is kept reaches back far enough."""
MONTHS = 8
LOOKBACK = MONTHS * 31
"""In days."""


class Likes:
    """By date, the `count` like slots before a window, and all those after it; holidays are those of `places`.

    >>> from streams.units import rfc3339
    >>> from streams.windows.sizes import Calendar
    >>> calendar = Calendar("Europe/Berlin")
    >>> likes = Likes(Slots(calendar, 8), ("DE",), 8)
    >>> day = calendar.window("1d", 1_767_312_000_000)  # 2 January 2026, the day after New Year's
    >>> [rfc3339(slot.start) for slot in likes.after_holidays(day)[:2]]
    ['2025-12-26T23:00:00Z', '2025-10-03T22:00:00Z']
    """

    def __init__(self, slots: Slots, places: tuple[str, ...], count: int) -> None:
        self._slots, self._places, self._count = slots, places, count
        self._holidays = lru_cache(maxsize=4_096)(self._days_before)
        self.days_of_month = lru_cache(maxsize=65_536)(self._days_of_month)
        self.after_holidays = lru_cache(maxsize=65_536)(self._after_holidays)

    def _days_of_month(self, window: Window) -> tuple[Window, ...]:
        """The same day of the months before, where they have it; the latest first."""
        return self._at(window, (_month(self._slots.day(window), -n) for n in range(1, MONTHS + 1)))

    def _after_holidays(self, window: Window) -> tuple[Window, ...]:
        """If a window is on a day after a holiday, the last days before it that are, too."""
        day = self._slots.day(window)
        return self._at(window, self._holidays(day)) if self._is_after(day) else ()

    def after(self, window: Window) -> Iterator[Window]:
        """Every window that has this one among the like slots before it."""
        if window.size not in WEEKLY:
            return
        day = self._slots.day(window)
        later = [date for n in range(1, MONTHS + 1) if (date := _month(day, n))]
        if self._is_after(day):
            later += [date for n in range(1, LOOKBACK + 1) if self._is_after(date := day + timedelta(days=n))]
        slots = {slot: None for date in later for slot in self._slots.around(window, (date - day).days)}
        yield from (slot for slot in slots if window in self.days_of_month(slot) or window in self.after_holidays(slot))

    def _at(self, window: Window, days: Iterable[date | None]) -> tuple[Window, ...]:
        if window.size not in WEEKLY:
            return ()
        return tuple([slot for day in days if day and (slot := self._slots.on(window, day))][: self._count])

    def _days_before(self, day: date) -> tuple[date, ...]:
        """The days after holidays before a date, the latest first."""
        before = (day - timedelta(days=n) for n in range(1, LOOKBACK + 1))
        return tuple([one for one in before if self._is_after(one)])

    def _is_after(self, day: date) -> bool:
        """Whether it is no holiday, and the day before is one."""
        places = self._places
        return bool(places) and is_holiday(day - timedelta(days=1), places) and not is_holiday(day, places)


def _month(day: date, months: int) -> date | None:
    """The same day of another month, or None where that has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    try:
        return day.replace(year=year, month=month + 1)
    except ValueError:
        return None
