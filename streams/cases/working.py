"""Working time between two instants."""

from typing import Protocol


class WorkingTime(Protocol):
    """A calendar that knows how much of a span is working time; instants in ms UTC."""

    def between(self, start: int, end: int) -> int:
        """Working ms in [start, end); 0 where end is not after start."""

    def after(self, start: int, duration: int) -> int:
        """The first instant with `duration` working ms since `start`; `start` where it is not more than 0."""


class _Always:
    """24 × 7: all time is working time."""

    def between(self, start: int, end: int) -> int:
        return max(0, end - start)

    def after(self, start: int, duration: int) -> int:
        return start + max(0, duration)


ALWAYS: WorkingTime = _Always()
