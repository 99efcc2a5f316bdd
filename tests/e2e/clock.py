"""The clock of the simulated day: a minute passes in a second, from its opening on.

Workers, events, rules and routes go by it. It stands still at the opening until somebody begins the day.
"""

import os
import time
from datetime import UTC, datetime
from pathlib import Path

from streams.units import DAY, SECOND, to_ms

SPEED = 60
OPENS = to_ms(datetime(2026, 3, 4, 10, 30, tzinfo=UTC))
"""When the day opens, in ms: a Wednesday."""
_REAL = time.time_ns
_MS = 1_000_000


class Clock:
    """The day's time, as the file tells that holds its beginning in real time."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._begun: int | None = None

    def begin(self) -> float:
        """Let the day begin; its beginning in real time, seconds since the epoch."""
        now = _REAL()
        fresh = self._file.with_suffix(".new")
        fresh.write_text(str(now))
        os.replace(fresh, self._file)
        return now / 1e9

    def time_ns(self) -> int:
        """In place of `time.time_ns`."""
        if self._begun is None and self._file.exists():
            self._begun = int(self._file.read_text())
        return OPENS * _MS + (0 if self._begun is None else SPEED * (_REAL() - self._begun))

    @property
    def now(self) -> int:
        """In ms."""
        return self.time_ns() // _MS


def at(clock: str) -> int:
    """An instant of the day, in ms.

    >>> at("10:30") == OPENS
    True
    """
    hours, minutes = map(int, clock.split(":"))
    return OPENS - OPENS % DAY + (60 * hours + minutes) * 60 * SECOND
