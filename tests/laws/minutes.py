"""A naive business calendar, minute by minute: the oracle of the calendar laws. It shares no code with the product."""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

MINUTE = 60_000
DAY = 1440
Spans = tuple[tuple[int, int], ...]
"""Minutes from midnight; beyond 1440 is the next day."""


class Naive:
    """Asks of every minute what the local clock shows, and whether that is within the hours."""

    def __init__(self, zone: str, week: tuple[Spans, ...], dates: dict[str, Spans], codes: tuple[str, ...]) -> None:
        self.zone, self.week, self.dates = ZoneInfo(zone), week, dates
        self.codes = [code.partition("-") for code in codes]
        self.is_open = cache(self._is_open)
        self.spans = cache(self._spans)

    def _spans(self, day: date) -> Spans | None:
        """What begins on a date; None is a closed one."""
        for text in (day.isoformat(), day.isoformat()[5:]):
            if text in self.dates:
                return self.dates[text] or None
        if any(day in holidays.country_holidays(country, part or None) for country, _, part in self.codes):
            return None
        return self.week[day.weekday()]

    def _is_open(self, minute: int) -> bool:
        """Whether the minute since 1970 is working time."""
        local = datetime.fromtimestamp(minute * 60, UTC).astimezone(self.zone)
        clock = local.hour * 60 + local.minute
        today, yesterday = self.spans(local.date()), self.spans(local.date() - timedelta(days=1))
        if today is None:
            return False
        spans = [*today, *((start - DAY, end - DAY) for start, end in yesterday or ())]
        return any(start <= clock < end for start, end in spans)

    def between(self, start: int, end: int) -> int:
        """Working ms in [start, end)."""
        total = 0
        for minute in range(start // MINUTE, -(-end // MINUTE)):
            if self.is_open(minute):
                total += min(end, (minute + 1) * MINUTE) - max(start, minute * MINUTE)
        return total

    def after(self, start: int, duration: int) -> int:
        """The first instant with so much working time since the start."""
        at = start
        while duration > 0:
            minute = at // MINUTE
            here = (minute + 1) * MINUTE - at
            if self.is_open(minute):
                if duration <= here:
                    return at + duration
                duration -= here
            at += here
        return at
