"""Slots that are like another by their date, over months of all lengths, holidays and changes of clocks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.engine.terms import reach
from streams.kpis.requests import requests_ratio
from streams.units import DAY, rfc3339
from streams.windows.likes import LOOKBACK, MONTH, Likes
from streams.windows.sizes import Calendar
from streams.windows.slots import WEEKLY, Slots
from tests.oracle_numbers import ms

CALENDARS = {tz: Calendar(tz) for tz in ("UTC", "Europe/Berlin", "Australia/Lord_Howe")}
LIKES = {tz: Likes(Slots(calendar, 8), ("DE",), 8) for tz, calendar in CALENDARS.items()}
INSTANTS = st.integers(ms("2017-01-01T00:00:00Z"), ms("2026-12-31T00:00:00Z"))


@pytest.mark.parametrize(
    ("size", "at", "earlier"),
    [
        ("1d", "2025-03-31T12:00:00Z", ["2025-01-30T23:00:00Z", "2024-12-30T23:00:00Z", "2024-10-30T23:00:00Z"]),
        ("1d", "2025-03-01T12:00:00Z", ["2025-01-31T23:00:00Z", "2024-12-31T23:00:00Z", "2024-11-30T23:00:00Z"]),
        ("1h", "2025-04-01T07:30:00Z", ["2025-03-01T08:00:00Z", "2025-02-01T08:00:00Z", "2025-01-01T08:00:00Z"]),
        ("1h", "2025-05-30T00:30:00Z", ["2025-04-30T00:00:00Z", "2025-01-30T01:00:00Z", "2024-12-30T01:00:00Z"]),
        ("1w", "2025-04-01T07:30:00Z", []),
        ("1mo", "2025-04-01T07:30:00Z", []),
    ],
)
def test_the_same_day_of_other_months(size: str, at: str, earlier: list[str]) -> None:
    """A month that has no such day has none; nor has one where the clock never showed the hour, 30 March at 02:00."""
    window = CALENDARS["Europe/Berlin"].window(size, ms(at))
    assert [rfc3339(slot.start) for slot in LIKES["Europe/Berlin"].days_of_month(window)][:3] == earlier


@pytest.mark.parametrize(
    ("at", "earlier"),
    [
        ("2025-04-22T07:30:00Z", ["2025-04-19T07:00:00Z", "2025-01-02T08:00:00Z", "2024-12-27T08:00:00Z"]),
        ("2025-04-21T07:30:00Z", []),
        ("2025-04-23T07:30:00Z", []),
    ],
)
def test_days_after_holidays(at: str, earlier: list[str]) -> None:
    """22 April 2025 comes after Easter Monday; 19 April after Good Friday, 27 December after two days of Christmas."""
    window = CALENDARS["Europe/Berlin"].window("1h", ms(at))
    assert [rfc3339(slot.start) for slot in LIKES["Europe/Berlin"].after_holidays(window)][:3] == earlier
    nowhere = Likes(Slots(CALENDARS["Europe/Berlin"], 8), (), 8)
    assert nowhere.after_holidays(window) == ()


@given(st.sampled_from(sorted(CALENDARS)), st.sampled_from(WEEKLY), INSTANTS)
def test_each_slot_before_has_this_one_after(tz: str, size: str, at: int) -> None:
    """And nothing else has: what a late event changes is found from either side."""
    window, likes = CALENDARS[tz].window(size, at), LIKES[tz]
    before = {*likes.days_of_month(window), *likes.after_holidays(window)}
    assert len(before) <= 16
    assert all(slot.start < window.start and window.start - slot.start <= (LOOKBACK + 1) * DAY for slot in before)
    assert all(window in list(likes.after(slot)) for slot in before)
    for later in likes.after(window):
        assert window in (*likes.days_of_month(later), *likes.after_holidays(later))


def test_windows_of_a_month_keep_what_is_asked_for() -> None:
    assert reach(requests_ratio, MONTH) > (LOOKBACK + 1) * DAY
