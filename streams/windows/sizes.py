"""Calendar windows: which window of a size holds an instant, in a time zone, right across DST.

Windows are half-open [start, end) in ms UTC. Windows of an hour and less follow the local clock: where a change of
offset falls inside such a window it ends there, and the next one starts. Longer ones start at local midnight, weeks
on Monday (ISO 8601), quarters in January, April, July and October.
"""

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import msgspec

from streams.units import DAY, HEREAFTER, HOUR, MINUTE, to_datetime, to_ms
from streams.windows.zones import change, offset

CLOCK = {"1m": MINUTE, "5m": 5 * MINUTE, "15m": 15 * MINUTE, "1h": HOUR}
DATES = ("1d", "1w", "1mo", "1q")
NOW = "now"
"""The window of what is told of the present: it holds nothing but `HEREAFTER`, and nothing in it is ever final."""
SIZES = (*CLOCK, *DATES, NOW)
"""Every size, in growing order."""
LENGTHS = {NOW: 0, **CLOCK, "1d": 25 * HOUR, "1w": 7 * DAY + HOUR, "1mo": 31 * DAY + HOUR, "1q": 92 * DAY + HOUR}
"""How long a window of each size is at most, in ms."""


class Window(msgspec.Struct, frozen=True, order=True):
    """A window of a size: [start, end) in ms UTC."""

    size: str
    start: int
    end: int


class Calendar:
    """Windows in one time zone.

    >>> Calendar("Europe/Berlin").window("1d", 1_774_746_000_000)  # 29 March 2026: a day of 23 hours
    Window(size='1d', start=1774738800000, end=1774821600000)
    """

    def __init__(self, tz: str) -> None:
        self.tz = tz
        self._zone = ZoneInfo(tz)
        self.window = lru_cache(maxsize=262_144)(self._window)

    def previous(self, window: Window) -> Window:
        """The equal window that ends where this one starts."""
        return self.window(window.size, window.start - 1)

    def following(self, window: Window) -> Window:
        """The equal window that starts where this one ends."""
        return self.window(window.size, window.end)

    def _window(self, size: str, at: int) -> Window:
        if size == NOW:
            return Window(NOW, HEREAFTER, HEREAFTER + DAY)
        return self._by_clock(size, at) if size in CLOCK else self._by_date(size, at)

    def _by_clock(self, size: str, at: int) -> Window:
        length, ahead = CLOCK[size], offset(self._zone, at)
        start = at - (at + ahead) % length
        end = start + length
        if offset(self._zone, start) != ahead:
            start = change(self._zone, start, at)
        if offset(self._zone, end - 1) != ahead:
            end = change(self._zone, at, end - 1)
        return Window(size, start, end)

    def _by_date(self, size: str, at: int) -> Window:
        first = _first_day(size, to_datetime(at).astimezone(self._zone).date())
        after = _next_first_day(size, first)
        if at >= self._midnight(after):  # clocks went back over midnight: the evening came twice
            first, after = after, _next_first_day(size, after)
        return Window(size, self._midnight(first), self._midnight(after))

    def _midnight(self, day: date) -> int:
        return to_ms(datetime(day.year, day.month, day.day, tzinfo=self._zone))


def _first_day(size: str, day: date) -> date:
    match size:
        case "1d":
            return day
        case "1w":
            return day - timedelta(days=day.weekday())
        case "1mo":
            return day.replace(day=1)
        case "1q":
            return date(day.year, day.month - (day.month - 1) % 3, 1)
    raise ValueError(f"unknown window size {size!r}: use one of {', '.join(SIZES)}")


def _next_first_day(size: str, first: date) -> date:
    if size in ("1d", "1w"):
        return first + timedelta(days=1 if size == "1d" else 7)
    return _first_day(size, first + timedelta(days=32 if size == "1mo" else 93))
