"""Panes: the slices of time that cells are kept in; every window is a union of panes.

A pane is aligned to UTC. Its length divides every window of the configured sizes as long as the zone's offsets are
multiples of it, as all offsets in force since 1972 are of a quarter of an hour.
"""

from streams.units import HOUR, MINUTE
from streams.windows.sizes import CLOCK

QUARTER = 15 * MINUTE


def pane_length(sizes: tuple[str, ...], finest: int | None = None) -> int:
    """The longest pane, in ms, that the sizes allow; `finest` asks for shorter ones, for rolling windows.

    >>> pane_length(("1h", "1d")) // MINUTE, pane_length(("5m", "1h")) // MINUTE
    (15, 5)
    """
    lengths = [QUARTER, *(CLOCK[size] for size in sizes if size in CLOCK)]
    return min(*lengths, finest or HOUR)


def pane_of(at: int, length: int) -> int:
    """The start of the pane that holds an instant, ms UTC."""
    return at - at % length
