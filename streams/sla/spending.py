"""What has been spent of error budgets: the decisions of rolling windows, by policy and clock."""

from collections.abc import Iterator

from streams.cases.clocks import BY_POLICY
from streams.cases.policies import Policies
from streams.engine.rolling import Rolling
from streams.kpis.budgets import BUDGETS
from streams.kpis.catalogue import KPIS, Catalogue
from streams.kpis.reading import Reading
from streams.measures.vector import Vector
from streams.sla.budget import TIERS, budget_left, burn_rate
from streams.sla.durations import written
from streams.sla.history import History
from streams.sla.policy import Objective

SCOPE = "policy="
"""What the scopes begin with whose decisions are counted."""
_CLOCKS = {f"sla_{clock}": clock for clock in BY_POLICY} | {one.name: one.measure for one in BUDGETS.values()}
"""The clock whose decisions a KPI, or what goes with one, counts."""
_CATALOGUE = Catalogue((*(kpi for kpi in KPIS if kpi.name.removeprefix("sla_") in BY_POLICY), *BUDGETS.values()))


class Spending:
    """The windows of the tiers, and the periods of the objectives, over the scopes of one partials partition.

    Objectives are those in force at the present.
    """

    def __init__(self, pane: int, policies: Policies | None) -> None:
        self._history = policies if isinstance(policies, History) else History()
        objectives = [one for book in self._history.editions for one in book.book.objectives().values()]
        lengths = {tier.window for tier in TIERS} | {one.over for one in objectives}
        self._rolling = Rolling(
            _CATALOGUE,
            pane,
            {written(length): length for length in sorted(lengths)},
        )
        self._now = 0

    def add(self, scope: str, pane: int, delta: Vector) -> None:
        """A cell changed by `delta`."""
        if scope.startswith(SCOPE):
            self._rolling.add(scope, pane, delta)

    def advance(self, now: int) -> None:
        """Move the present, in ms."""
        self._now = max(self._now, now)
        self._rolling.advance(now)

    def left(self) -> Iterator[tuple[str, str, float]]:
        """Policy, clock and the share of its budget that is left by the decisions of its period."""
        for policy, clock, size, reading, objective in self._decided():
            if size == written(objective.over):
                left = budget_left(objective, *_counts(reading))
                if left is not None:
                    yield policy, clock, left

    def burning(self) -> Iterator[tuple[str, str, str, float]]:
        """Policy, clock, window and burn rate."""
        for policy, clock, size, reading, objective in self._decided():
            rate = burn_rate(objective, *_counts(reading))
            if rate is not None:
                yield policy, clock, size, rate

    def _decided(self) -> Iterator[tuple[str, str, str, Reading, Objective]]:
        objectives = self._history.book(self._now).objectives()
        for kpi, scope, size, reading in self._rolling.readings():
            policy, clock = scope.removeprefix(SCOPE), _CLOCKS[kpi.name]
            objective = objectives.get((policy, clock))
            if objective is not None:
                yield policy, clock, size, reading, objective


def _counts(reading: Reading) -> tuple[int, int]:
    """Breached and decided."""
    kept, decided = reading.numerator or 0, reading.denominator or 0
    return round(decided - kept), round(decided)
