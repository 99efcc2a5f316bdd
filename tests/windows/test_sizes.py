"""Calendar windows, right across changes of clocks, week 53 and quarters."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.units import DAY, HEREAFTER, HOUR, MINUTE, WEEK, rfc3339, to_ms
from streams.windows.panes import pane_length
from streams.windows.sizes import CLOCK, DATES, NOW, Calendar, Window

CALENDAR = (*CLOCK, *DATES)
ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "Asia/Kolkata",
    "America/Sao_Paulo",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "America/Havana",
)
CALENDARS = {zone: Calendar(zone) for zone in ZONES}
INSTANTS = st.integers(to_ms(datetime(2000, 1, 1, tzinfo=UTC)), to_ms(datetime(2037, 12, 31, tzinfo=UTC)))


def ms(text: str, zone: str = "UTC") -> int:
    moment = datetime.fromisoformat(text)
    return to_ms(moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone)))


CHANGES = tuple(
    ms(text)
    for text in (
        "2026-03-29T01:00Z",  # Berlin goes forward
        "2026-10-25T01:00Z",  # Berlin goes back
        "2026-03-08T07:00Z",  # New York goes forward
        "2018-11-04T03:00Z",  # Sao Paulo goes forward, at midnight
        "2018-02-18T02:00Z",  # Sao Paulo goes back, at midnight
        "2026-04-04T15:00Z",  # Lord Howe goes back by half an hour
        "2026-10-03T15:30Z",  # Lord Howe goes forward by half an hour
        "2011-12-30T10:00Z",  # Apia leaves a whole day out
        "2026-11-01T05:00Z",  # Havana goes back to midnight
        "2020-12-31T23:00Z",  # within week 53
    )
)
NEAR_CHANGES = st.tuples(st.sampled_from(CHANGES), st.integers(-2 * DAY, 2 * DAY)).map(sum)


def window(zone: str, size: str, text: str) -> tuple[str, str]:
    found = CALENDARS[zone].window(size, ms(text))
    return rfc3339(found.start), rfc3339(found.end)


@given(st.sampled_from(ZONES), st.sampled_from(CALENDAR), INSTANTS | NEAR_CHANGES)
def test_windows_partition_time(zone: str, size: str, at: int) -> None:
    calendar = CALENDARS[zone]
    found = calendar.window(size, at)
    assert found.start <= at < found.end
    assert calendar.window(size, found.start) == calendar.window(size, found.end - 1) == found
    assert calendar.previous(found).end == found.start
    assert calendar.following(found).start == found.end
    assert calendar.following(calendar.previous(found)) == found


@given(st.sampled_from(ZONES), st.sampled_from(CALENDAR), INSTANTS | NEAR_CHANGES)
def test_every_window_is_a_union_of_panes(zone: str, size: str, at: int) -> None:
    found = CALENDARS[zone].window(size, at)
    pane = pane_length((size,), zone)
    assert found.start % pane == found.end % pane == 0


@given(st.sampled_from(ZONES), INSTANTS | NEAR_CHANGES)
def test_an_hour_lies_within_one_hour_of_the_local_clock(zone: str, at: int) -> None:
    found = CALENDARS[zone].window("1h", at)
    clocks = {
        datetime.fromtimestamp(t / 1000, ZoneInfo(zone)).strftime("%d %H %z") for t in (found.start, found.end - 1)
    }
    assert len(clocks) == 1
    assert 0 < found.end - found.start <= HOUR


@pytest.mark.parametrize(
    ("size", "length"),
    [("1m", MINUTE), ("5m", 5 * MINUTE), ("15m", 15 * MINUTE), ("1h", HOUR), ("1d", DAY), ("1w", WEEK)],
)
def test_in_utc_windows_have_their_length(size: str, length: int) -> None:
    found = CALENDARS["UTC"].window(size, ms("2026-03-29T10:07:31.5Z"))
    assert found.end - found.start == length


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", "2026-03-29", 23),
        ("Europe/Berlin", "2026-10-25", 25),
        ("Europe/Berlin", "2026-10-26", 24),
        ("Australia/Lord_Howe", "2026-04-05", 24.5),
        ("Australia/Lord_Howe", "2026-10-04", 23.5),
        ("America/Sao_Paulo", "2018-02-17", 25),
        ("America/Sao_Paulo", "2018-11-04", 23),
    ],
)
def test_days_are_as_long_as_the_clocks_make_them(zone: str, day: str, hours: float) -> None:
    found = CALENDARS[zone].window("1d", ms(f"{day}T12:00", zone))
    assert (found.end - found.start) / HOUR == hours


def test_a_day_without_midnight_starts_at_one() -> None:
    found = CALENDARS["America/Sao_Paulo"].window("1d", ms("2018-11-04T12:00Z"))
    assert rfc3339(found.start) == "2018-11-04T03:00:00Z"  # 01:00 local: 00:00 was skipped
    assert CALENDARS["America/Sao_Paulo"].previous(found).end == found.start


@pytest.mark.parametrize("at", ["02:29Z", "02:30Z", "02:31Z", "02:35Z", "03:29Z", "03:30Z"])
def test_a_day_that_begins_a_minute_before_its_clocks_go_back_to_the_day_before(at: str) -> None:
    """Until 2010 Newfoundland's clocks went from 00:01 to 23:01: the date went back too."""
    calendar, instant = Calendar("America/St_Johns"), ms(f"2010-11-07T{at}")
    found = calendar.window("1d", instant)
    assert found.start <= instant < found.end
    assert calendar.following(calendar.previous(found)) == found


def test_an_hour_ends_where_the_clocks_change_within_it() -> None:
    calendar = Calendar("America/St_Johns")
    found = calendar.window("1h", ms("2010-11-07T02:30:30Z"))
    assert (rfc3339(found.start), rfc3339(found.end)) == ("2010-11-07T02:30:00Z", "2010-11-07T02:31:00Z")


def test_a_repeated_hour_is_two_windows() -> None:
    assert window("Europe/Berlin", "1h", "2026-10-25T00:30Z") == ("2026-10-25T00:00:00Z", "2026-10-25T01:00:00Z")
    assert window("Europe/Berlin", "1h", "2026-10-25T01:30Z") == ("2026-10-25T01:00:00Z", "2026-10-25T02:00:00Z")


def test_a_change_by_half_an_hour_cuts_an_hour() -> None:
    """On Lord Howe 02:00 +11 becomes 01:30 +10:30: half an hour until 02:00 follows the change."""
    assert window("Australia/Lord_Howe", "1h", "2026-04-04T14:59Z") == ("2026-04-04T14:00:00Z", "2026-04-04T15:00:00Z")
    assert window("Australia/Lord_Howe", "1h", "2026-04-04T15:00Z") == ("2026-04-04T15:00:00Z", "2026-04-04T15:30:00Z")
    assert window("Australia/Lord_Howe", "1h", "2026-04-04T15:30Z") == ("2026-04-04T15:30:00Z", "2026-04-04T16:30:00Z")


def test_hours_of_kolkata_start_at_half_past() -> None:
    assert window("Asia/Kolkata", "1h", "2026-03-01T10:00Z") == ("2026-03-01T09:30:00Z", "2026-03-01T10:30:00Z")


@pytest.mark.parametrize(
    ("size", "at", "start", "end"),
    [
        ("1w", "2021-01-03T23:59:59Z", "2020-12-28", "2021-01-04"),
        ("1w", "2021-01-04T00:00Z", "2021-01-04", "2021-01-11"),
        ("1mo", "2024-02-29T23:59:59Z", "2024-02-01", "2024-03-01"),
        ("1mo", "2025-12-31T12:00Z", "2025-12-01", "2026-01-01"),
        ("1q", "2026-03-31T23:59:59Z", "2026-01-01", "2026-04-01"),
        ("1q", "2026-06-30T00:00Z", "2026-04-01", "2026-07-01"),
        ("1q", "2026-07-01T00:00Z", "2026-07-01", "2026-10-01"),
        ("1q", "2026-12-31T23:59:59Z", "2026-10-01", "2027-01-01"),
    ],
)
def test_weeks_months_and_quarters(size: str, at: str, start: str, end: str) -> None:
    assert window("UTC", size, at) == (f"{start}T00:00:00Z", f"{end}T00:00:00Z")


def test_longer_windows_start_at_local_midnight() -> None:
    assert window("Europe/Berlin", "1mo", "2026-03-31T21:59Z") == ("2026-02-28T23:00:00Z", "2026-03-31T22:00:00Z")
    assert window("Europe/Berlin", "1mo", "2026-03-31T22:00Z")[0] == "2026-03-31T22:00:00Z"


def test_an_unknown_size_is_named() -> None:
    with pytest.raises(ValueError, match="unknown window size '2d'"):
        Calendar("UTC").window("2d", 0)


def test_windows_are_ordered_by_size_and_start() -> None:
    assert Window("1d", 0, DAY) < Window("1d", DAY, 2 * DAY)


def test_what_stands_now_has_a_window_of_its_own() -> None:
    assert {Calendar(zone).window(NOW, HEREAFTER) for zone in ("UTC", "Asia/Kolkata")} == {
        Window(NOW, HEREAFTER, HEREAFTER + DAY)
    }
