"""Opening hours as written, and what they open on a local date."""

from datetime import date

import pytest

from streams.units import DAY, HOUR, MINUTE
from streams.windows.hours import Hours, Span, apart, day_of, span, weekdays

NONE: tuple[tuple[Span, ...], ...] = ((),) * 7


def number(text: str) -> int:
    return date.fromisoformat(text).toordinal() - date(1970, 1, 1).toordinal()


def opened(hours: Hours, first: str, last: str) -> list[tuple[float, float]]:
    """The open spans in hours since the midnight of the first day."""
    base = number(first) * DAY
    return [((a - base) / HOUR, (b - base) / HOUR) for a, b in hours.open_between(number(first), number(last))]


def week(**days: str) -> tuple[tuple[Span, ...], ...]:
    found = [() for _ in range(7)]
    for names, texts in days.items():
        for day in weekdays(names.replace("_", "-")):
            found[day] = apart([span(text) for text in texts.split()])  # type: ignore[call-overload]
    return tuple(found)


@pytest.mark.parametrize(
    "text", ["9:00-17:00", "09:00", "09:00-24:01", "24:00-08:00", "09:60-10:00", "09:00–17:00", ""]
)
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no span of a day"):
        span(text)


def test_a_span_without_length_is_refused() -> None:
    with pytest.raises(ValueError, match="a whole day is 00:00-24:00"):
        span("08:00-08:00")


def test_a_span_that_ends_before_it_begins_goes_over_midnight() -> None:
    assert span("22:15-06:00") == (22 * HOUR + 15 * MINUTE, 30 * HOUR)


def test_spans_of_a_day_are_put_in_order_and_may_touch() -> None:
    assert apart([(5, 9), (1, 5)]) == ((1, 5), (5, 9))
    with pytest.raises(ValueError, match="overlap"):
        apart([(1, 6), (5, 9)])


@pytest.mark.parametrize("text", ["monday", "mon-", "-fri", "mon-fri-sun", "MON"])
def test_what_is_no_weekday_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no weekday"):
        weekdays(text)


@pytest.mark.parametrize("text", ["2026-02-29", "13-01", "24 Dec", "2026-1-1", "20261224"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no date"):
        day_of(text)


def test_the_leap_day_is_a_date_of_every_year() -> None:
    assert day_of("02-29") == "02-29"


def test_touching_spans_are_one() -> None:
    hours = Hours("UTC", week(mon="09:00-12:00 12:00-15:00 16:00-24:00", tue="00:00-02:00"))
    assert opened(hours, "2026-03-02", "2026-03-03") == [(9, 15), (16, 26)]


def test_a_night_belongs_to_the_evening() -> None:
    hours = Hours("UTC", week(fri="22:00-06:00"))
    assert opened(hours, "2026-03-06", "2026-03-07") == [(22, 30)]
    assert opened(hours, "2026-03-07", "2026-03-07") == [(0, 6)]
    assert opened(hours, "2026-03-06", "2026-03-06") == [(22, 24)]


def test_a_closed_date_ends_the_night_before_at_midnight_and_has_none_of_its_own() -> None:
    hours = Hours("UTC", week(mon_sun="22:00-06:00"), {"2026-03-07": ()})
    assert opened(hours, "2026-03-06", "2026-03-08") == [(0, 6), (22, 24), (70, 72)]


def test_a_date_with_hours_of_its_own_lets_the_night_before_end() -> None:
    hours = Hours("UTC", week(mon_sun="22:00-06:00"), {"2026-03-07": ((9 * HOUR, 12 * HOUR),)})
    assert opened(hours, "2026-03-07", "2026-03-08") == [(0, 6), (9, 12), (46, 48)]


def test_a_date_counts_before_a_holiday_and_one_of_a_year_before_that_of_every_year() -> None:
    short, shorter = ((9 * HOUR, 12 * HOUR),), ((9 * HOUR, 10 * HOUR),)
    dates = {"12-25": short, "2027-12-25": shorter, "12-26": ()}
    hours = Hours("UTC", week(mon_sun="08:00-20:00"), dates, ("DE",))
    assert opened(hours, "2026-12-25", "2026-12-27") == [(9, 12), (56, 68)]
    assert opened(hours, "2027-12-25", "2027-12-25") == [(9, 10)]
    assert opened(hours, "2026-01-01", "2026-01-01") == []


def test_a_week_is_counted_once_where_nights_run_into_it() -> None:
    assert Hours("UTC", week(mon_sun="00:00-24:00")).in_a_week == 7 * DAY
    assert Hours("UTC", week(sun="22:00-06:00", mon="05:00-07:00")).in_a_week == 9 * HOUR
    assert Hours("UTC", NONE).in_a_week == 0
