"""Business calendars: worked examples; the laws are in tests/laws."""

import pytest

from streams.events.instants import EARLIEST, LATEST
from streams.units import DAY, HOUR, MINUTE, rfc3339
from streams.windows.business import _KEPT, BusinessCalendar
from streams.windows.hours import Hours, span
from tests.windows.test_hours import week
from tests.windows.test_sizes import ms

LUNCH = BusinessCalendar(Hours("Europe/Berlin", week(mon_fri="09:00-12:30 13:30-18:00"), holidays=("DE-BE",)))
NIGHTS = BusinessCalendar(Hours("Europe/Berlin", week(mon_sun="22:00-06:00")))
LORD_HOWE = BusinessCalendar(Hours("Australia/Lord_Howe", week(mon_sun="00:00-06:00")))
WHOLE_DAYS = BusinessCalendar(Hours("Europe/Berlin", week(mon_sun="00:00-24:00")))


def berlin(text: str) -> int:
    return ms(text, "Europe/Berlin")


def after(calendar: BusinessCalendar, start: str, hours: float) -> str:
    return rfc3339(calendar.after(ms(start, calendar.hours.zone), int(hours * HOUR)))


def test_a_lunch_break_is_left_out() -> None:
    assert after(LUNCH, "2026-03-02T12:00", 1) == rfc3339(berlin("2026-03-02T14:00"))
    assert LUNCH.between(berlin("2026-03-02T08:00"), berlin("2026-03-02T20:00")) == 8 * HOUR


def test_a_deadline_exactly_at_closing_time_is_at_closing() -> None:
    assert after(LUNCH, "2026-03-06T14:00", 4) == rfc3339(berlin("2026-03-06T18:00"))
    assert after(LUNCH, "2026-03-06T14:00", 4 + 1 / 3_600_000) == rfc3339(berlin("2026-03-09T09:00") + 1)
    assert after(LUNCH, "2026-03-06T09:00", 3.5) == rfc3339(berlin("2026-03-06T12:30"))


def test_a_start_outside_the_hours_waits_for_the_opening() -> None:
    assert after(LUNCH, "2026-03-06T19:00", 1) == rfc3339(berlin("2026-03-09T10:00"))


def test_a_start_on_a_holiday_waits_for_the_next_working_day() -> None:
    assert after(LUNCH, "2026-05-01T10:00", 1) == rfc3339(berlin("2026-05-04T10:00"))  # a Friday


def test_a_holiday_on_a_weekend_changes_nothing() -> None:
    unity_day = berlin("2026-10-03T00:00")  # a Saturday
    assert LUNCH.between(unity_day - 5 * DAY, unity_day + 2 * DAY) == 40 * HOUR


@pytest.mark.parametrize(("day", "hours"), [("2026-03-28T22:00", 7), ("2026-10-24T22:00", 9), ("2026-06-01T22:00", 8)])
def test_a_night_in_which_clocks_change_is_an_hour_shorter_or_longer(day: str, hours: int) -> None:
    start = berlin(day)
    assert NIGHTS.between(start, start + 12 * HOUR) == hours * HOUR
    assert NIGHTS.closing(start) == NIGHTS.after(start, hours * HOUR) == start + hours * HOUR


def test_a_working_day_keeps_its_hours_when_clocks_change() -> None:
    daily = BusinessCalendar(Hours("Europe/Berlin", week(mon_sun="09:00-17:00")))
    for day in ("2026-03-29T00:00", "2026-10-25T00:00"):
        assert daily.between(berlin(day), berlin(day) + DAY) == 8 * HOUR


def test_half_an_hour_is_left_out_or_comes_twice_at_lord_howe() -> None:
    forward, back = ms("2026-10-04T00:00", "Australia/Lord_Howe"), ms("2026-04-05T00:00", "Australia/Lord_Howe")
    assert LORD_HOWE.between(forward, forward + 12 * HOUR) == 5 * HOUR + 30 * MINUTE
    assert LORD_HOWE.between(back, back + 12 * HOUR) == 6 * HOUR + 30 * MINUTE


def test_hours_that_begin_in_the_hour_left_out_begin_when_the_clock_shows_a_later_time() -> None:
    early = BusinessCalendar(Hours("Europe/Berlin", week(sun="02:30-05:00")))
    assert after(early, "2026-03-29T00:00", 1) == "2026-03-29T02:00:00Z"
    assert early.between(berlin("2026-03-29T00:00"), berlin("2026-03-29T12:00")) == 2 * HOUR


def test_an_hour_that_comes_twice_is_open_twice() -> None:
    early = BusinessCalendar(Hours("Europe/Berlin", week(sun="01:00-02:30")))
    start = berlin("2026-10-25T00:00")
    assert early.between(start, start + 6 * HOUR) == 2 * HOUR
    assert early.closing(start + HOUR) == start + 2 * HOUR + 30 * MINUTE
    assert early.closing(start + 3 * HOUR) == start + 3 * HOUR + 30 * MINUTE


def test_a_day_that_a_zone_leaves_out_has_no_working_time() -> None:
    apia = BusinessCalendar(Hours("Pacific/Apia", week(mon_fri="09:00-17:00")))
    start = ms("2011-12-29T00:00", "Pacific/Apia")
    assert apia.between(start, start + DAY) == 8 * HOUR
    assert apia.after(start, 9 * HOUR) == ms("2012-01-02T10:00", "Pacific/Apia")  # the 30th was no day, a Friday


def test_whole_days_are_all_time_across_changes_and_chunks() -> None:
    start = berlin("2001-03-01T00:00")
    assert WHOLE_DAYS.between(start, start + 9_000 * DAY) == 9_000 * DAY
    assert WHOLE_DAYS.after(start, 9_000 * DAY) == start + 9_000 * DAY


def test_what_is_not_after_its_start_has_no_working_time() -> None:
    at = berlin("2026-03-02T10:00")
    assert LUNCH.between(at, at) == LUNCH.between(at, at - DAY) == 0
    assert LUNCH.after(at, 0) == LUNCH.after(at, -1) == at


def test_closing_is_the_end_of_the_stretch_or_the_instant_itself() -> None:
    assert LUNCH.closing(berlin("2026-03-02T09:00")) == berlin("2026-03-02T12:30")
    for closed in ("2026-03-02T12:30", "2026-03-02T08:59", "2026-03-01T12:00"):
        assert LUNCH.closing(berlin(closed)) == berlin(closed)


def test_a_closing_beyond_the_end_of_a_chunk_is_found() -> None:
    boundary = 51 << 35
    night = BusinessCalendar(Hours("UTC", week(mon_sun="00:00-20:00")))
    assert night.closing(boundary - 1) == boundary - boundary % DAY + 20 * HOUR > boundary
    with pytest.raises(OverflowError):
        WHOLE_DAYS.closing(boundary)


@pytest.mark.parametrize(
    "hours",
    [
        Hours("UTC", ((),) * 7),
        Hours("UTC", ((),) * 7, {"2026-12-24": (span("09:00-12:00"),)}),
        Hours("UTC", week(mon_sun="09:00-17:00"), {f"{m:02}-{d:02}": () for m in range(1, 13) for d in range(1, 32)}),
    ],
)
def test_a_calendar_that_never_opens_is_refused(hours: Hours) -> None:
    with pytest.raises(ValueError, match="it never opens"):
        BusinessCalendar(hours)


def test_a_calendar_that_opens_on_one_date_a_year_will_do() -> None:
    christmas = BusinessCalendar(Hours("UTC", ((),) * 7, {"12-24": (span("09:00-12:00"),)}))
    assert after(christmas, "2026-01-01T00:00", 4) == "2027-12-24T10:00:00Z"


@pytest.mark.parametrize("calendar", [LUNCH, NIGHTS, LORD_HOWE, WHOLE_DAYS])
def test_every_instant_of_an_event_has_working_time_around_it(calendar: BusinessCalendar) -> None:
    for at in (EARLIEST, LATEST - 1):
        assert calendar.between(at, calendar.after(at, 30 * DAY)) == 30 * DAY


def test_beyond_the_dates_there_is_an_error_and_no_endless_search() -> None:
    with pytest.raises(OverflowError):
        LUNCH.after(LATEST - 1, 400 * DAY)


def test_memory_is_bounded_and_what_was_dropped_is_found_again() -> None:
    calendar = BusinessCalendar(Hours("UTC", week(mon_fri="09:00-17:00")))
    start = ms("1960-01-01T00:00Z")
    total = calendar.between(start, start + 30_000 * DAY)
    assert len(calendar._chunks) == _KEPT
    assert calendar.between(start, start + 30_000 * DAY) == total
