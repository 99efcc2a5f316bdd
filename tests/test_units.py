"""Instants in and out of milliseconds."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.units import DAY, HOUR, MINUTE, SECOND, WEEK, rfc3339, to_datetime, to_ms

INSTANTS = st.integers(to_ms(datetime(1, 1, 2, tzinfo=UTC)), to_ms(datetime(9999, 12, 30, tzinfo=UTC)))


def test_units_are_milliseconds() -> None:
    assert (SECOND, MINUTE, HOUR, DAY, WEEK) == (1_000, 60_000, 3_600_000, 86_400_000, 604_800_000)


@given(INSTANTS)
def test_instants_survive_both_ways(ms: int) -> None:
    assert to_ms(to_datetime(ms)) == ms
    assert to_ms(datetime.fromisoformat(rfc3339(ms))) == ms


def test_fractions_of_a_millisecond_go_towards_the_past() -> None:
    assert to_ms(datetime(1970, 1, 1, 0, 0, 0, 1_999, tzinfo=UTC)) == 1
    assert to_ms(datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)) == -1


def test_an_offset_is_taken_off() -> None:
    assert to_ms(datetime(1970, 1, 1, 2, tzinfo=timezone(timedelta(hours=2)))) == 0


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (0, "1970-01-01T00:00:00Z"),
        (1, "1970-01-01T00:00:00.001Z"),
        (-1, "1969-12-31T23:59:59.999Z"),
        (1_772_359_200_000, "2026-03-01T10:00:00Z"),
        (to_ms(datetime(33, 4, 3, tzinfo=UTC)), "0033-04-03T00:00:00Z"),
    ],
)
def test_rfc3339(ms: int, text: str) -> None:
    assert rfc3339(ms) == text
