"""How large a run is."""

from typing import NamedTuple


class Size(NamedTuple):
    """Numbers of events, seconds of load, and the lengths of faults."""

    events: int = 8_000
    load: float = 8.0
    """Seconds in which the events are sent."""
    kills: int = 2
    rebalances: int = 20
    suspension: float = 90.0
    outage: float = 60.0
    long: int = 120_000
    """Events of the runs that take many simulated days."""
    patience: float = 60.0
    """Seconds without any progress that count as a hang."""


FULL = Size()
SHORT = Size(
    events=2_000,
    load=3.0,
    kills=1,
    rebalances=4,
    suspension=12.0,
    outage=8.0,
    long=3_000,
    patience=40.0,
)
