"""The windows in which customers count, once each; of ascending instants the first or the last in each of them."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Protocol

import msgspec

PERIODS = ("1mo", "1q")
"""The window sizes of retention [R5]."""

Numbers = tuple[int, ...]
"""Of window sizes."""


@lru_cache(maxsize=4_096)
def counted(sizes: Numbers, hits: int = 0) -> tuple[tuple[int, int, int], ...]:
    """One trial in the windows of these sizes, for `BySize`: (size, trials, hits)."""
    return tuple((size, 1, hits) for size in sizes)


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


class Valuing(msgspec.Struct, frozen=True):
    """In which windows customers are told of, and how long, in ms, after its end a window is final."""

    sizes: tuple[str, ...]
    lateness: int


class Counting:
    """Calendar windows of some sizes, each with its number, made of panes of a length in ms.

    All instants of a pane lie in the same windows.
    """

    def __init__(self, windows: Windows, sizes: tuple[tuple[int, str], ...], pane: int = 1) -> None:
        self.name = f"{windows.tz}-{','.join(size for _, size in sizes)}"
        """Tells apart where customers count otherwise."""
        self.periods = tuple((number, size) for number, size in sizes if size in PERIODS)
        self.numbers = tuple(number for number, _ in sizes)
        """Of all sizes."""
        self._windows, self._sizes, self._pane = windows, sizes, pane
        self._starts = lru_cache(maxsize=65_536)(self._starts_of)

    def window(self, size: str, at: int) -> Window:
        """The window of a size that holds an instant."""
        return self._windows.window(size, at - at % self._pane)  # of few instants, which a cache knows

    def places(self, at: int) -> Iterable[tuple[int, int]]:
        """The window of each size that holds an instant, as the size's number and the start."""
        return zip(self.numbers, self._starts(at - at % self._pane), strict=True)

    def together(self, first: int, last: int) -> bool:
        """Whether two instants, and all between them, lie in the same window of each size."""
        return self._starts(first - first % self._pane) == self._starts(last - last % self._pane)

    def firsts(self, instants: Sequence[int]) -> list[Numbers]:
        """For each of ascending instants, one at least, the sizes by number in whose window it is the first."""
        return [self.numbers, *self._parted(instants)] if len(instants) > 1 else [self.numbers]

    def lasts(self, instants: Sequence[int]) -> list[Numbers]:
        """For each of ascending instants, one at least, the sizes by number in whose window it is the last."""
        return [*self._parted(instants), self.numbers] if len(instants) > 1 else [self.numbers]

    def _parted(self, instants: Sequence[int]) -> list[Numbers]:
        """For each neighbouring two instants the sizes in whose windows they are not together."""
        starts = [self._starts(at - at % self._pane) for at in instants]
        return [
            tuple([n for n, a, b in zip(self.numbers, one, other, strict=True) if a != b]) if one != other else ()
            for one, other in pairwise(starts)
        ]

    def _starts_of(self, pane: int) -> Numbers:
        """Where the windows start that hold a pane, for each size."""
        return tuple(self._windows.window(size, pane).start for _, size in self._sizes)
