"""What error budgets count of the clocks that no KPI tells by policy: readings that are published nowhere."""

from collections.abc import Mapping

from streams.cases.facts import BUDGETED
from streams.kpis.model import Attainment


def _of(clock: str) -> Attainment:
    title = f"{clock.replace('_', ' ').capitalize()} within the policy"
    return Attainment(
        name=clock, title=title, of=BUDGETED, measure=clock, by=("policy",), means=f"The share of {clock} that was met."
    )


BUDGETS: Mapping[str, Attainment] = {
    "sla_assignment": _of("attention"),
    "order_confirmed": _of("order_confirmed"),
    "on_time_delivery": _of("on_time_delivery"),
}
"""By the KPI that each goes with: where that is not computed, neither is the budget."""
