"""Public holidays of countries and their parts."""

from datetime import date

import pytest

from streams.windows.closures import holiday_code, is_holiday


def test_a_part_of_a_country_has_its_own() -> None:
    womens_day = date(2026, 3, 8)
    assert is_holiday(womens_day, ["DE-BE"])
    assert not is_holiday(womens_day, ["DE"])
    assert is_holiday(womens_day, ["DE", "DE-BE"])


def test_days_off_in_lieu_count_also_over_the_turn_of_the_year() -> None:
    assert is_holiday(date(2027, 12, 31), ["US"])  # New Year's Day 2028 is a Saturday
    assert is_holiday(date(2027, 7, 5), ["US"])


@pytest.mark.parametrize("code", ["XX", "DE-XX", "Germany", ""])
def test_unknown_places_are_refused(code: str) -> None:
    with pytest.raises(ValueError, match="no holidays known"):
        holiday_code(code)
