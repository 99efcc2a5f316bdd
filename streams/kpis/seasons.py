"""What a slot of the calendar usually brings: robust statistics of the like slots before it [R48].

Slots are alike by weekday and hour; a day of the month, or a day after a holiday, may bring something else. Median and
MAD bear with every second slot being out of the ordinary, as a campaign, a strike or a holiday makes it.
Source: F. Hampel, "The influence curve and its role in robust estimation", Journal of the American Statistical
Association 69 (1974).
"""

from collections.abc import Mapping, Sequence
from math import sqrt
from statistics import median

import msgspec

SLOTS = 8
"""How many like slots are looked back at."""
LEAST = 3
"""How many of them have to have brought something."""
NORMAL = 1.4826
"""The standard deviation of a normal distribution by its MAD."""
REACH = 3.0
"""How many standard deviations a band reaches to either side."""


WEEKDAY, DAY_OF_MONTH, AFTER_HOLIDAY = LIKENESSES = ("weekday", "day_of_month", "after_holiday")
"""In what slots are alike, beside the hour."""
BEFORE = "before"
"""Of longer windows, which are alike in nothing but that they come right before."""


class Usual(msgspec.Struct, frozen=True):
    """What like slots brought: their median, and how far from it is still within."""

    like: str
    """In what they are alike."""
    slots: int
    """How many of them brought anything."""
    expected: float
    low: float
    high: float


def expected(earlier: Sequence[int]) -> float | None:
    """The median of what like slots brought, or None where fewer than three did.

    >>> expected([12, 10, 11, 90]), expected([10, 11])
    (11.5, None)
    """
    return median(earlier) if len(earlier) >= LEAST else None


def mad(values: Sequence[float]) -> float:
    """The median of the absolute deviations from the median; ValueError where there are no values.

    >>> mad([10, 11, 12, 90])
    1.0
    """
    if not values:
        raise ValueError("no values to deviate")
    middle = median(values)
    return median([abs(value - middle) for value in values])


def band(earlier: Sequence[int], like: str = WEEKDAY) -> Usual | None:
    """What a slot usually brings, within three robust standard deviations; never below 0.

    A deviation is never less than that of a count which nothing but chance moves, the square root of what is expected:
    slots that happened to be equal do not make a band of no width.

    >>> band([100, 110, 120, 900])
    Usual(like='weekday', slots=4, expected=115.0, low=70.522, high=159.478)
    >>> band([16, 16, 16])
    Usual(like='weekday', slots=3, expected=16, low=4.0, high=28.0)
    """
    middle = expected(earlier)
    if middle is None:
        return None
    reach = REACH * max(NORMAL * mad(earlier), sqrt(middle))
    return Usual(like, len(earlier), middle, max(0.0, middle - reach), middle + reach)


def usual(earlier: Mapping[str, Sequence[int]]) -> Usual | None:
    """What a slot usually brings, by what its likes of each kind brought; None where too few of any brought something.

    A day after a holiday is like others, as soon as there are three. Else the weekday tells, but for a day of the month
    that has shown to be another: its band lies beside the weekday's.

    >>> firsts = {"weekday": [50, 52, 48, 50], "day_of_month": [120, 130, 118]}
    >>> usual(firsts).like, usual({**firsts, "day_of_month": [55, 90, 48]}).like
    ('day_of_month', 'weekday')
    """
    found = {like: band(earlier.get(like, ()), like) for like in LIKENESSES}
    if found[AFTER_HOLIDAY]:
        return found[AFTER_HOLIDAY]
    weekday, day = found[WEEKDAY], found[DAY_OF_MONTH]
    return day if weekday and day and _apart(weekday, day) else weekday


def _apart(one: Usual, other: Usual) -> bool:
    return one.high < other.low or other.high < one.low
