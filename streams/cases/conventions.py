"""What a configuration decides about facts."""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from streams.cases.working import ALWAYS, WorkingTime
from streams.units import HOUR


class Window(Protocol):
    """A calendar window [start, end), in ms UTC."""

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...


class Windows(Protocol):
    """Calendar windows in the configured time zone."""

    tz: str

    def window(self, size: str, at: int) -> Window:
        """The window of a size that holds an instant."""


class Conventions(msgspec.Struct, frozen=True):
    """Raise the layout of rows, or let the fingerprint tell, when a change would mix old facts with new ones."""

    digits: int = 2
    """Decimal places of the reporting currency's minor unit [R13]."""
    tolerance: int = 12 * HOUR
    """How far, in ms, a delivery may be from what a status message expected [R20]."""
    calendar: WorkingTime = ALWAYS
    """For business times."""
    windows: Windows | None = None
    """For what counts once a window; without any there are no facts of customers."""
    sizes: tuple[tuple[int, str], ...] = ()
    """The window sizes in which customers count, each with its number."""
    pane: int = 1
    """The length, in ms, of the panes that windows are made of: all instants of one lie in the same windows."""

    @property
    def fingerprint(self) -> str:
        """Tells conventions apart under which facts differ."""
        tz = self.windows.tz if self.windows else ""
        return f"{self.digits}-{self.tolerance}-{tz}-{','.join(size for _, size in self.sizes)}"

    def window(self, size: str, at: int) -> Window:
        """The window of a size that holds an instant; to be asked where customers count."""
        if self.windows is None:
            raise ValueError("these conventions know no windows")
        return self.windows.window(size, at - at % self.pane)  # of few instants, which a cache knows

    def number(self, size: str) -> int:
        """The number of a window size; ValueError for one that is not kept."""
        return next(number for number, name in self.sizes if name == size)

    def first_in_windows(self, instants: Sequence[int]) -> list[list[int]]:
        """For each of ascending instants the sizes, by number, in whose window it is the first."""
        firsts: list[list[int]] = [[] for _ in instants]
        for number, size in self.sizes:
            end = -1
            for place, at in enumerate(instants):
                if not place or at >= end:
                    firsts[place].append(number)
                    end = self.window(size, at).end
        return firsts

    def last_in_windows(self, instants: Sequence[int]) -> list[list[int]]:
        """For each of ascending instants the sizes, by number, in whose window it is the last."""
        lasts: list[list[int]] = [[] for _ in instants]
        for number, size in self.sizes:
            start: int | None = None
            for place in range(len(instants) - 1, -1, -1):
                if start is None or instants[place] < start:
                    lasts[place].append(number)
                    start = self.window(size, instants[place]).start
        return lasts


DEFAULT = Conventions()
