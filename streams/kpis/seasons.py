"""What a slot of the calendar usually brings: robust statistics of the like slots before it [R48].

Median and MAD bear with every second slot being out of the ordinary, as a campaign, a strike or a holiday makes it.
Source: F. Hampel, "The influence curve and its role in robust estimation", Journal of the American Statistical
Association 69 (1974).
"""

from collections.abc import Sequence
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


class Band(msgspec.Struct, frozen=True):
    """What is usual: the median of earlier slots, and how far from it is still within."""

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


def band(earlier: Sequence[int]) -> Band | None:
    """What a slot usually brings, within three robust standard deviations; never below 0.

    >>> band([10, 11, 12, 90])
    Band(expected=11.5, low=7.0522, high=15.9478)
    """
    middle = expected(earlier)
    if middle is None:
        return None
    reach = REACH * NORMAL * mad(earlier)
    return Band(middle, max(0.0, middle - reach), middle + reach)
