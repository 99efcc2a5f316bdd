"""Prediction of breaches from how long like cases took, with those counted that are not over yet.

Times are ms of working time, as a stopwatch spends it. A forecast is the probability of a breach.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping

import msgspec


class Curve(msgspec.Struct, frozen=True):
    """The share that takes longer than a time: a step down at each of `times`, flat in between and after the last."""

    times: tuple[int, ...]
    shares: tuple[float, ...]
    """From each time on."""
    at_risk: tuple[int, ...]
    """How many were known to last up to each time, at least."""

    def beyond(self, time: int) -> float:
        """S(t), the share that takes longer than a time."""
        steps = bisect_right(self.times, time)
        return self.shares[steps - 1] if steps else 1.0

    def observed(self, time: int) -> int:
        """How many the next step after a time rests on; 0 after the last."""
        step = bisect_left(self.times, time)
        return self.at_risk[step] if step < len(self.times) else 0


def kaplan_meier(ended: Mapping[int, int], unended: Mapping[int, int]) -> Curve:
    """The product-limit estimate from how many took each time, and how many have lasted so long and are not over.

    S(t) = ∏ (1 - d / n) over the times up to t, where d ended and n lasted that long. Where one ended and another is
    not over at the same time, the latter counts as lasting. Source: E. L. Kaplan and P. Meier, "Nonparametric
    estimation from incomplete observations", JASA 53 (1958).

    >>> curve = kaplan_meier({1: 1, 3: 1}, {2: 1, 4: 1})
    >>> [curve.beyond(time) for time in (0, 1, 2, 3, 4)]
    [1.0, 0.75, 0.75, 0.375, 0.375]
    """
    lasting, share = sum(ended.values()) + sum(unended.values()), 1.0
    times, shares, at_risk = [], [], []
    for time in sorted(ended.keys() | unended.keys()):
        if ends := ended.get(time, 0):
            share *= 1 - ends / lasting
            times.append(time)
            shares.append(share)
            at_risk.append(lasting)
        lasting -= ends + unended.get(time, 0)
    return Curve(tuple(times), tuple(shares), tuple(at_risk))


def breach_probability(curve: Curve, age: int, remaining: int) -> float | None:
    """P(it takes longer than the time that remains, given its age) = S(age + remaining) / S(age).

    None where all like ones were over by that age.
    """
    lasting = curve.beyond(age)
    return curve.beyond(age + remaining) / lasting if lasting else None


def expected_breaches(forecasts: Iterable[tuple[int, float]], now: int, horizon: int) -> float:
    """How many of the open obligations will be breached in [now, now + horizon): a breach comes at the due instant.

    A forecast is the due instant and the probability of a breach.
    """
    return sum(probability for due, probability in forecasts if now <= due < now + horizon)


def brier(forecasts: Iterable[tuple[float, bool]]) -> float | None:
    """The mean squared error of probabilities against what came; 0 is perfect, None where there are none.

    Source: G. W. Brier, "Verification of forecasts expressed in terms of probability", Monthly Weather Review 78
    (1950), for one of two outcomes.

    >>> brier([(0.9, True), (0.2, False)])
    0.025
    """
    errors = [(probability - came) ** 2 for probability, came in forecasts]
    return sum(errors) / len(errors) if errors else None


def skill(score: float, reference: float) -> float | None:
    """How much better a Brier score is than a reference's: 1 is perfect, 0 is no better; None without a reference.

    >>> skill(0.05, 0.2)
    0.75
    """
    return 1 - score / reference if reference else None
