"""Public holidays, from the library `holidays`: those of a country, or of a part of it."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from warnings import catch_warnings, simplefilter

import holidays


def holiday_code(code: str) -> str:
    """A country, or a part of one, whose holidays are known; raises ValueError otherwise.

    >>> holiday_code("DE-BE")
    'DE-BE'
    """
    _holidays(code)
    return code


def is_holiday(day: date, codes: Iterable[str]) -> bool:
    """Whether a date is a public holiday in one of the places; days off in lieu count."""
    return any(day in _days(code, day.year) for code in codes)


@lru_cache(maxsize=1024)
def _days(code: str, year: int) -> frozenset[date]:
    return frozenset(_holidays(code, year))


def _holidays(code: str, year: int | None = None) -> holidays.HolidayBase:
    country, _, part = code.partition("-")
    try:
        if len(country) != 2:  # the library knows names and other codes too, and stock exchanges
            raise NotImplementedError
        with catch_warnings():
            simplefilter("ignore")  # that it knows a country's holidays for some years only: the others have none
            return holidays.country_holidays(country, subdiv=part or None, years=year, expand=False)
    except NotImplementedError as error:
        raise ValueError(f"{code!r}: no holidays known; write a code of ISO 3166 like DE or DE-BE") from error
