"""Error budgets: how much of what an objective allows has been spent, and how fast.

An objective of 95 % over 30 days allows 5 % of the decisions to be breaches: that is the budget. A burn rate of 1
spends it in just the period. Source of the terms: B. Beyer and others (ed.), "The Site Reliability Workbook" (2018),
chapter 5; its fixed thresholds suit objectives of 99.9 %, so here they follow from the objective.
"""

import msgspec

from streams.sla.policy import Objective
from streams.units import DAY, HOUR


class Tier(msgspec.Struct, frozen=True):
    """Somebody is to be told when so large a share of the budget is spent within a window, in ms."""

    name: str
    spent: float
    window: int

    def threshold(self, objective: Objective) -> float:
        """The burn rate that spends it: share × period / window, at most the greatest that is possible.

        >>> tier = Tier("fast", spent=0.02, window=HOUR)
        >>> [round(tier.threshold(Objective(share)), 1) for share in (0.99, 0.95, 0.9)]
        [14.4, 14.4, 10.0]
        """
        return min(self.spent * objective.over / self.window, greatest_burn(objective))


TIERS = (Tier("fast", 0.02, HOUR), Tier("steady", 0.05, 6 * HOUR), Tier("slow", 0.1, 3 * DAY))
"""The shares and windows of the workbook."""


def greatest_burn(objective: Objective) -> float:
    """The burn rate when everything is breached: 1 / (1 - objective)."""
    return 1 / (1 - objective.share)


def burn_rate(objective: Objective, breached: int, decided: int) -> float | None:
    """The share of breaches among the decisions of a window over the share that is allowed; None without decisions.

    >>> round(burn_rate(Objective(0.95), breached=1, decided=10), 9)
    2.0
    """
    return breached / decided / (1 - objective.share) if decided else None


def budget_left(objective: Objective, breached: int, decided: int) -> float | None:
    """The share of the budget that is left by the decisions of the period; below 0 it is overspent.

    >>> round(budget_left(Objective(0.95), breached=30, decided=1000), 9)
    0.4
    """
    burn = burn_rate(objective, breached, decided)
    return None if burn is None else 1 - burn


def alerting(tier: Tier, objective: Objective, breached: int, decided: int, min_n: int) -> bool:
    """Whether the decisions in the tier's window call for somebody; never on fewer than `min_n`."""
    burn = burn_rate(objective, breached, decided)
    return burn is not None and decided >= min_n and burn >= tier.threshold(objective)
