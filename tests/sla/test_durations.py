"""Durations as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.sla.durations import duration, written
from streams.units import DAY, HOUR, MINUTE, SECOND


@pytest.mark.parametrize(
    ("text", "ms"),
    [("30m", 30 * MINUTE), ("4h", 4 * HOUR), ("2d", 2 * DAY), ("1d12h", 36 * HOUR), ("0h5s", 5 * SECOND)],
)
def test_durations_are_read(text: str, ms: int) -> None:
    assert duration(text) == ms


@pytest.mark.parametrize(
    "text", ["", "4", "h", "4hh", "4 h", "-4h", "1.5h", "30m4h", "0s", "4H", "1234567s", "२h", "4h\n"]
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no duration; write one like 30m, 4h or 2d"):
        duration(text)


@given(st.integers(1, 10**8))
def test_what_is_written_is_read(seconds: int) -> None:
    assert duration(written(seconds * SECOND)) == seconds * SECOND


def test_nothing_is_written_as_no_seconds() -> None:
    assert written(0) == written(999) == "0s"
