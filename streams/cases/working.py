"""Working time between two instants."""

from typing import Protocol


class WorkingTime(Protocol):
    """A calendar that knows how much of a span is working time."""

    def between(self, start: int, end: int) -> int:
        """Working ms in [start, end); 0 where end is not after start."""


class _Always:
    """24 × 7: all time is working time."""

    def between(self, start: int, end: int) -> int:
        return max(0, end - start)


ALWAYS: WorkingTime = _Always()
