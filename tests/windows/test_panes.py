"""Panes: as long as windows, zone and rolling windows allow."""

import pytest

from streams.units import HOUR, MINUTE
from streams.windows.panes import pane_length


@pytest.mark.parametrize(
    ("sizes", "zone", "finest", "minutes"),
    [
        (("1h", "1d"), "UTC", None, 60),
        (("1d", "1mo"), "UTC", None, 60),
        (("15m", "1h"), "UTC", None, 15),
        (("1m", "5m", "1h"), "UTC", None, 1),
        (("1h", "1d"), "Europe/Berlin", None, 15),
        (("5m",), "Asia/Kolkata", None, 5),
        (("1h",), "UTC", 5 * MINUTE, 5),
        (("1m",), "UTC", 5 * MINUTE, 1),
        (("1h",), "UTC", 2 * HOUR, 60),
    ],
)
def test_the_longest_that_divides_all(sizes: tuple[str, ...], zone: str, finest: int | None, minutes: int) -> None:
    assert pane_length(sizes, zone, finest) == minutes * MINUTE
