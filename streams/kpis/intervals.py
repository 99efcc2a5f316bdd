"""Confidence intervals at 95 %, two-sided."""

from math import sqrt

import msgspec

LEVEL = 0.95
Z = 1.959964
"""The standard normal quantile at 0.975 [R42]."""


class Interval(msgspec.Struct, frozen=True):
    """Bounds in the unit of the value."""

    low: float
    high: float
    method: str
    level: float = LEVEL


def wilson(hits: int, trials: int) -> Interval:
    """The score interval of a share; `trials` > 0.

    Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927).

    >>> i = wilson(9, 10); round(i.low, 3), round(i.high, 3)
    (0.596, 0.982)
    """
    share, square = hits / trials, Z * Z / trials
    centre = (share + square / 2) / (1 + square)
    half = Z / (1 + square) * sqrt(share * (1 - share) / trials + square / (4 * trials))
    return Interval(max(0.0, centre - half), min(1.0, centre + half), "wilson")


def adjusted_wald(promoters: int, detractors: int, answers: int) -> Interval:
    """The interval of a Net Promoter Score, in points, clipped to [-100, 100].

    Three quarters of a promoter and of a detractor are added, and three answers. Source: B. Rocks, "Interval
    estimation for the Net Promoter Score", The American Statistician 70 (2016).

    >>> i = adjusted_wald(5, 2, 10); round((i.low + i.high) / 2, 1), round((i.high - i.low) / 2, 1)
    (23.1, 42.1)
    """
    trials = answers + 3
    up, down = (promoters + 0.75) / trials, (detractors + 0.75) / trials
    score = up - down
    half = Z * sqrt((up + down - score * score) / trials)
    return Interval(max(-100.0, 100 * (score - half)), min(100.0, 100 * (score + half)), "adjusted-wald")
