"""Panes: the slices of time that cells are kept in; every window is a union of panes.

A pane is aligned to UTC. In UTC an hour will do; elsewhere a quarter of one divides every window as long as the zone's
offsets are multiples of it, as all offsets in force since 1972 are.
"""

from streams.units import HOUR, MINUTE
from streams.windows.sizes import CLOCK

QUARTER = 15 * MINUTE


def pane_length(sizes: tuple[str, ...], tz: str = "UTC", finest: int | None = None) -> int:
    """The longest pane, in ms, that the sizes allow; `finest` asks for shorter ones, for rolling windows.

    >>> pane_length(("1h", "1d")) // MINUTE, pane_length(("1h",), "Asia/Kolkata") // MINUTE
    (60, 15)
    """
    lengths = [HOUR if tz == "UTC" else QUARTER, *(CLOCK[size] for size in sizes if size in CLOCK)]
    return min(*lengths, finest or HOUR)
