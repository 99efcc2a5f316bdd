"""Figures of a contestant, their medians over the rounds, and tables of them."""

from collections.abc import Iterable, Sequence
from statistics import median

import msgspec


class Figure(msgspec.Struct, frozen=True):
    """One contestant in one round: so many events in so much wall time and CPU time, both in seconds."""

    events: int
    wall: float
    cpu: float

    @property
    def rate(self) -> float:
        """Events a second."""
        return self.events / self.wall

    @property
    def cpu_per_million(self) -> float:
        """CPU seconds for a million events."""
        return self.cpu / self.events * 1e6


class Medians(msgspec.Struct, frozen=True):
    """A contestant over its rounds."""

    events: int
    rate: float
    cpu: float

    @classmethod
    def of(cls, figures: Sequence[Figure]) -> "Medians":
        """The medians, each by itself."""
        rates, cpus = [one.rate for one in figures], [one.cpu_per_million for one in figures]
        return cls(figures[0].events, median(rates), median(cpus))


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table, its columns padded; all but the first aligned to the right.

    >>> print(table(("", "events/s"), [("ours", "12"), ("a peer", "3")]))
    |        | events/s |
    |--------|---------:|
    | ours   |       12 |
    | a peer |        3 |
    """
    cells = [list(head), *(list(row) for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(head))]
    lines = [_line(row, widths) for row in cells]
    rule = "|".join("-" * (width + 2) if n == 0 else "-" * (width + 1) + ":" for n, width in enumerate(widths))
    return "\n".join([lines[0], f"|{rule}|", *lines[1:]])


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    padded = (
        text.ljust(width) if n == 0 else text.rjust(width)
        for n, (text, width) in enumerate(zip(row, widths, strict=True))
    )
    return f"| {' | '.join(padded)} |"
