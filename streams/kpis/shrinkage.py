"""Shares of a few cases beside shares of many: each is drawn to the mean of all, the more the fewer cases it rests on.

Empirical Bayes with a beta-binomial model, whose spread is estimated by moments, so that nobody is ranked on three
cases. Source: J. Kleinman, "Proportions with extraneous variance: single and independent samples", Journal of the
American Statistical Association 68 (1973).
"""

from collections.abc import Collection, Mapping
from math import inf

import msgspec

Cases = tuple[int, int]
"""Hits and trials; trials > 0."""


class Prior(msgspec.Struct, frozen=True):
    """What is known of a share before its own cases: the mean of all, which counts like `strength` cases."""

    mean: float
    strength: float
    """From 0, where shares differ as much as they can, to infinity, where they differ by no more than chance."""

    def drawn(self, hits: int, trials: int) -> float:
        """The share of these cases, drawn to the mean."""
        if self.strength == inf:
            return self.mean
        return (hits + self.strength * self.mean) / (trials + self.strength)


def prior(shares: Collection[Cases]) -> Prior:
    """The prior that the shares of a group tell; ValueError where there are none."""
    total = sum(trials for _, trials in shares)
    if not total:
        raise ValueError("no cases to estimate a prior from")
    mean = sum(hits for hits, _ in shares) / total
    likeness = _likeness(shares, total, mean)
    return Prior(mean, 1 / likeness - 1 if likeness > 0 else inf)


def shrunk(shares: Mapping[str, Cases]) -> dict[str, float]:
    """Each one's share, drawn to the mean of all.

    >>> team = {"ann": (47, 50), "bob": (35, 50), "eve": (3, 3)}
    >>> {name: round(share, 3) for name, share in shrunk(team).items()}
    {'ann': 0.929, 'bob': 0.712, 'eve': 0.89}
    """
    known = prior([*shares.values()])
    return {name: known.drawn(*cases) for name, cases in shares.items()}


def _likeness(shares: Collection[Cases], total: int, mean: float) -> float:
    """The correlation of two cases of the same one, 0 to 1: how much more than chance sets the shares apart.

    Σ trials × (share − mean)² is expected to be mean × (1 − mean) × (groups − 1 + likeness × room).
    """
    chance = len(shares) - 1
    room = total - sum(trials * trials for _, trials in shares) / total - chance
    if room <= 0 or not 0 < mean < 1:  # one case each, or no difference at all: nothing tells them apart
        return 0.0
    found = sum(trials * (hits / trials - mean) ** 2 for hits, trials in shares) / (mean * (1 - mean))
    return min(1.0, max(0.0, (found - chance) / room))
