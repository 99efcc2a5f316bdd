"""Business calendars against a naive one, minute by minute, and the laws of working time."""

from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.units import DAY, HOUR, MINUTE
from streams.windows.business import BusinessCalendar
from streams.windows.hours import Hours
from tests.laws.minutes import Naive, Spans

# Where clocks go forward or back, or a year ends: the days around which calendars are tried.
NEAR = {
    "UTC": ("2026-12-31", "2028-02-29"),
    "Europe/Berlin": ("2026-03-29", "2026-10-25", "2026-12-26", "2027-01-01"),
    "America/New_York": ("2026-03-08", "2026-11-01", "2026-07-04", "2027-12-31"),
    "Australia/Lord_Howe": ("2026-04-05", "2026-10-04"),
    "America/Sao_Paulo": ("2018-02-18", "2018-11-04"),
    "America/Havana": ("2026-03-08", "2026-11-01"),
    "Asia/Kolkata": ("2026-01-26",),
    "Pacific/Apia": ("2011-12-30",),
}
HOLIDAYS = ((), (), ("DE-BE",), ("US",), ("AU-NSW", "IN"))
SPAN = 12 * DAY


def spans(rng: Random) -> Spans:
    """None to three spans of a day, the last one perhaps over midnight."""
    step = rng.choice([1, 15, 30])
    marks = sorted(rng.sample(range(0, 1440, step), 2 * rng.choice([0, 1, 1, 2, 3])))
    found = [(marks[i], marks[i + 1]) for i in range(0, len(marks), 2)]
    if found and rng.random() < 0.3:
        found[-1] = (found[-1][0], 1440 + rng.randrange(found[-1][0]) if found[-1][0] and rng.random() < 0.7 else 1440)
    return tuple(found)


def pair(seed: int) -> tuple[BusinessCalendar, Naive, int, Random]:
    """The same calendar twice, and a start near a day on which something happens."""
    rng = Random(seed)
    zone = rng.choice(sorted(NEAR))
    day = datetime.fromisoformat(rng.choice(NEAR[zone]))
    week = tuple(spans(rng) for _ in range(7))
    if not any(week):
        week = (((540, 1020),),) * 7
    dates: dict[str, Spans] = {}
    for _ in range(rng.randrange(4)):
        other = (day + timedelta(days=rng.randint(-4, 8))).date().isoformat()
        dates[other[5:] if rng.random() < 0.3 else other] = spans(rng)
    codes = rng.choice(HOLIDAYS)
    start = int(day.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).timestamp() * 1000)
    hours = Hours(zone, tuple(map(ms, week)), {name: ms(of) for name, of in dates.items()}, codes)
    return BusinessCalendar(hours), Naive(zone, week, dates, codes), start + rng.randint(-4 * DAY, DAY), rng


def ms(of: Spans) -> Spans:
    return tuple((start * MINUTE, end * MINUTE) for start, end in of)


@pytest.mark.parametrize("seed", range(60))
def test_working_time_is_that_of_the_minutes(seed: int) -> None:
    calendar, naive, start, rng = pair(seed)
    for _ in range(4):
        a = start + rng.randrange(SPAN)
        b = a + rng.choice([rng.randrange(3 * DAY), rng.randrange(HOUR), rng.randrange(MINUTE)])
        assert calendar.between(a, b) == naive.between(a, b)
    assert calendar.between(start, start + SPAN) == naive.between(start, start + SPAN)


@pytest.mark.parametrize("seed", range(100, 140))
def test_the_instant_after_working_time_is_that_of_the_minutes(seed: int) -> None:
    calendar, naive, start, rng = pair(seed)
    most = naive.between(start, start + SPAN)
    for duration in {rng.randint(0, most), most // 2, most}:
        assert calendar.after(start, duration) == naive.after(start, duration)


@pytest.mark.parametrize("seed", range(200, 220))
def test_a_stretch_closes_when_the_next_minute_is_no_working_time(seed: int) -> None:
    calendar, naive, start, rng = pair(seed)
    at = start + rng.randrange(DAY)
    minute = at // MINUTE
    while naive.is_open(minute) and minute < (start + SPAN) // MINUTE:
        minute += 1
    assert calendar.closing(at) == max(at, minute * MINUTE) or minute == (start + SPAN) // MINUTE


CALENDARS = [pair(seed)[0] for seed in range(300, 340)]
YEARS = st.integers(1_262_304_000_000, 1_893_456_000_000)
"""2010 to 2029."""
WORK = st.integers(0, 90 * DAY)


@given(st.sampled_from(CALENDARS), YEARS, WORK)
def test_between_undoes_after(calendar: BusinessCalendar, start: int, duration: int) -> None:
    end = calendar.after(start, duration)
    assert calendar.between(start, end) == duration
    assert duration == 0 or calendar.between(start, end - 1) == duration - 1


@given(st.sampled_from(CALENDARS), YEARS, WORK, WORK)
def test_working_time_adds_up(calendar: BusinessCalendar, start: int, first: int, second: int) -> None:
    assert calendar.after(calendar.after(start, first), second) == calendar.after(start, first + second)
    middle, end = start + first, start + first + second
    assert calendar.between(start, middle) + calendar.between(middle, end) == calendar.between(start, end)


@given(st.sampled_from(CALENDARS), YEARS, WORK, WORK, WORK)
def test_later_and_longer_never_end_earlier(
    calendar: BusinessCalendar, start: int, later: int, duration: int, longer: int
) -> None:
    assert calendar.after(start, duration) <= calendar.after(start + later, duration)
    assert calendar.after(start, duration) <= calendar.after(start, duration + longer)
    assert calendar.between(start, start + duration) <= calendar.between(start, start + duration + longer)


@given(st.sampled_from(CALENDARS), YEARS, WORK)
def test_there_is_no_more_working_time_than_time(calendar: BusinessCalendar, start: int, duration: int) -> None:
    assert 0 <= calendar.between(start, start + duration) <= duration
    assert calendar.after(start, duration) >= start + duration
