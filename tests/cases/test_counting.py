"""Counting: in which windows an instant is the first or the last."""

from streams.cases.counting import Counting
from streams.units import DAY, HOUR, MINUTE
from streams.windows.sizes import Calendar

COUNTING = Counting(Calendar("UTC"), ((3, "1h"), (4, "1d"), (6, "1mo")), MINUTE)


def test_one_instant_is_first_and_last_in_all_its_windows() -> None:
    assert COUNTING.firsts([5]) == COUNTING.lasts([5]) == [(3, 4, 6)]


def test_the_first_in_each_window() -> None:
    """[R37, R47]"""
    instants = [0, 0, HOUR, DAY, 31 * DAY]
    assert COUNTING.firsts(instants) == [(3, 4, 6), (), (3,), (3, 4), (3, 4, 6)]
    assert COUNTING.lasts(instants) == [(), (3,), (3, 4), (3, 4, 6), (3, 4, 6)]


def test_windows_are_half_open() -> None:
    """[R5]"""
    assert COUNTING.firsts([HOUR - 1, HOUR]) == [(3, 4, 6), (3,)]


def test_windows_follow_the_time_zone() -> None:
    berlin = Counting(Calendar("Europe/Berlin"), ((4, "1d"),), 15 * MINUTE)
    assert berlin.firsts([22 * HOUR, 23 * HOUR]) == [(4,), (4,)]
    assert Counting(Calendar("UTC"), ((4, "1d"),)).firsts([22 * HOUR, 23 * HOUR]) == [(4,), ()]


def test_the_name_tells_zone_and_sizes() -> None:
    assert COUNTING.name == "UTC-1h,1d,1mo"


def test_the_periods_of_retention() -> None:
    """[R5]"""
    assert COUNTING.periods == ((6, "1mo"),)
