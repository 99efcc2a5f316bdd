"""Offsets of time zones, and where they change."""

from zoneinfo import ZoneInfo

import pytest

from streams.units import DAY, HOUR, MINUTE
from streams.windows.zones import change, offset, stretches, time_zone
from tests.windows.test_sizes import ms

BERLIN, LORD_HOWE = ZoneInfo("Europe/Berlin"), ZoneInfo("Australia/Lord_Howe")
FORWARD = ms("2026-03-29T01:00Z")


def test_the_offset_is_that_of_the_instant() -> None:
    assert offset(BERLIN, FORWARD - 1) == HOUR
    assert offset(BERLIN, FORWARD) == 2 * HOUR


def test_a_change_is_found_to_the_millisecond() -> None:
    assert change(BERLIN, FORWARD - 5 * DAY, FORWARD + 40 * DAY) == FORWARD


def test_a_year_has_three_stretches_where_clocks_go_forward_and_back() -> None:
    start, end = ms("2026-01-01T00:00Z"), ms("2027-01-01T00:00Z")
    back, forward = ms("2026-04-04T15:00Z"), ms("2026-10-03T15:30Z")
    assert list(stretches(LORD_HOWE, start, end)) == [
        (start, back, 11 * HOUR),
        (back, forward, 10 * HOUR + 30 * MINUTE),
        (forward, end, 11 * HOUR),
    ]


@pytest.mark.parametrize("shift", [-1, 0, 1])
def test_a_change_is_found_wherever_the_looks_fall(shift: int) -> None:
    start = FORWARD - 3 * DAY + shift
    pieces = list(stretches(BERLIN, start, start + 10 * DAY))
    assert pieces == [(start, FORWARD, HOUR), (FORWARD, start + 10 * DAY, 2 * HOUR)]


@pytest.mark.parametrize("name", ["Mars/Olympus", "Europe", "", "../etc"])
def test_what_is_no_zone_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="is no time zone; write one like Europe/Berlin"):
        time_zone(name)
