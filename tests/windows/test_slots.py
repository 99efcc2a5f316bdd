"""Like slots: weeks apart on the local clock, over changes of clocks, and the same relation both ways."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.units import DAY, MINUTE, rfc3339
from streams.windows.sizes import CLOCK, DATES, Calendar
from streams.windows.slots import Slots
from tests.oracle_numbers import ms

CALENDAR = (*CLOCK, *DATES)
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "America/Sao_Paulo")
CALENDARS = {tz: Calendar(tz) for tz in ZONES}
SLOTS = {tz: Slots(calendar, 8) for tz, calendar in CALENDARS.items()}
INSTANTS = st.integers(ms("2017-01-01T00:00:00Z"), ms("2026-12-31T00:00:00Z"))


def starts(tz: str, size: str, at: str, count: int = 2) -> list[str]:
    window = CALENDARS[tz].window(size, ms(at))
    return [rfc3339(slot.start) for slot in SLOTS[tz].before(window)][:count]


@pytest.mark.parametrize(
    ("tz", "size", "at", "earlier"),
    [
        ("UTC", "1h", "2025-03-17T09:30:00Z", ["2025-03-10T09:00:00Z", "2025-03-03T09:00:00Z"]),
        ("UTC", "15m", "2025-03-17T09:31:00Z", ["2025-03-10T09:30:00Z", "2025-03-03T09:30:00Z"]),
        ("UTC", "1d", "2025-03-17T09:30:00Z", ["2025-03-10T00:00:00Z", "2025-03-03T00:00:00Z"]),
        ("UTC", "1w", "2025-01-08T00:00:00Z", ["2024-12-30T00:00:00Z", "2024-12-23T00:00:00Z"]),
        ("UTC", "1mo", "2025-03-31T00:00:00Z", ["2025-02-01T00:00:00Z", "2025-01-01T00:00:00Z"]),
        ("UTC", "1q", "2025-03-31T00:00:00Z", ["2024-10-01T00:00:00Z", "2024-07-01T00:00:00Z"]),
        ("Europe/Berlin", "1h", "2025-03-31T07:30:00Z", ["2025-03-24T08:00:00Z", "2025-03-17T08:00:00Z"]),
        ("Europe/Berlin", "1d", "2025-04-06T12:00:00Z", ["2025-03-29T23:00:00Z", "2025-03-22T23:00:00Z"]),
        ("Asia/Kolkata", "1h", "2025-03-17T09:40:00Z", ["2025-03-10T09:30:00Z", "2025-03-03T09:30:00Z"]),
    ],
)
def test_the_slots_before(tz: str, size: str, at: str, earlier: list[str]) -> None:
    assert starts(tz, size, at) == earlier


def test_an_hour_that_was_left_out_is_no_slot() -> None:
    """30 March 2025 has no 02:00 in Berlin; a week later 02:30 is 00:30 UTC."""
    assert starts("Europe/Berlin", "1h", "2025-04-06T00:30:00Z", 1) == ["2025-03-23T01:00:00Z"]


def test_of_an_hour_that_came_twice_the_first_is_meant() -> None:
    """26 October 2025 has 02:00 in Berlin at 00:00 and at 01:00 UTC; both are compared with the hours before."""
    assert starts("Europe/Berlin", "1h", "2025-11-02T01:30:00Z", 1) == ["2025-10-26T00:00:00Z"]
    both = [starts("Europe/Berlin", "1h", f"2025-10-26T0{hour}:30:00Z") for hour in (0, 1)]
    assert both[0] == both[1] == ["2025-10-19T00:00:00Z", "2025-10-12T00:00:00Z"]


@given(st.sampled_from(ZONES), st.sampled_from(CALENDAR), INSTANTS)
def test_eight_at_most_and_each_earlier_than_the_last(tz: str, size: str, at: int) -> None:
    window = CALENDARS[tz].window(size, at)
    found = [window, *SLOTS[tz].before(window)]
    assert len(found) in (8, 9)
    assert all(earlier.end <= later.start and earlier.size == size for later, earlier in pairwise(found))


@given(st.sampled_from(ZONES), st.sampled_from(CALENDAR), INSTANTS)
def test_a_slot_before_has_the_window_after_it(tz: str, size: str, at: int) -> None:
    window = CALENDARS[tz].window(size, at)
    assert all(window in SLOTS[tz].after(slot) for slot in SLOTS[tz].before(window))
    assert all(window in SLOTS[tz].before(slot) for slot in SLOTS[tz].after(window))


@pytest.mark.parametrize(
    ("tz", "change"),
    [
        ("Europe/Berlin", "2025-10-26T01:00:00Z"),
        ("Europe/Berlin", "2025-03-30T01:00:00Z"),
        ("Australia/Lord_Howe", "2025-04-05T15:00:00Z"),
        ("Australia/Lord_Howe", "2025-10-04T15:30:00Z"),
        ("America/Sao_Paulo", "2018-11-04T03:00:00Z"),
    ],
)
def test_both_ways_around_a_change_of_clocks(tz: str, change: str) -> None:
    calendar, slots = CALENDARS[tz], SLOTS[tz]
    near = {
        calendar.window(size, ms(change) + 7 * week * DAY + quarter * 15 * MINUTE)
        for size in ("15m", "1h", "1d")
        for week in range(-9, 10)
        for quarter in range(-16, 16)
    }
    for window in near:
        assert {slot for slot in slots.after(window) if slot in near} == {
            other for other in near if window in slots.before(other)
        }


@pytest.mark.parametrize("at", ["0002-01-01T00:00:00Z", "9998-12-31T23:59:59Z"])
@pytest.mark.parametrize("size", CALENDAR)
def test_the_ends_of_the_calendar(size: str, at: str) -> None:
    window = CALENDARS["UTC"].window(size, ms(at))
    assert SLOTS["UTC"].before(window) or size == "1q"
    assert SLOTS["UTC"].after(window) or size == "1q"
