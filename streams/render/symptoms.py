"""Prometheus rules of what customers feel now: promises overdue, waits that grow, requests out of the usual band."""

from typing import Any

from streams.cases.attention import ATTENTION
from streams.exports.series import OPEN_FAMILIES, ended_families
from streams.kpis.requests import requests_ratio
from streams.render.alert import KPI, Alert
from streams.render.fleet import fleet, selector
from streams.render.pipeline import UNCOVERED
from streams.sla.policy import ORDER_CONFIRMED, ROUND_THE_CLOCK, PolicySet

OVERDUE, OLDEST = fleet("crm_overdue_tickets"), fleet("crm_oldest_waiting_seconds")
WAITING, AT_RISK = fleet("crm_waiting_tickets"), fleet("crm_at_risk_tickets")
TOO_LONG = 2
"""After so many times its target somebody has waited too long."""
LEAST = 20
"""Fewer requests than these tell nothing."""
_GUARD = f"unless on (job) {UNCOVERED}"
_NOT_WAITED = (ORDER_CONFIRMED, ATTENTION)
"""Clocks of which no gauge tells how long a customer has waited."""
_BY = {"scope": "department"}
_LAST_HOUR = {"scope": "all", "window": "1h"}


def open_records() -> list[dict[str, Any]]:
    """What is open, fleet-wide."""
    return [{"record": fleet(name), "expr": f"max without (instance, pod) ({name})"} for name in OPEN_FAMILIES]


def symptom_alerts(policies: PolicySet) -> list[dict[str, Any]]:
    """The alerts; those of tickets by department."""
    return [alert.rule() for alert in (_overdue(), *_oldest(policies), *_out_of_band())]


def _overdue() -> Alert:
    return Alert(
        name="CrmTicketsOverdue",
        kind=KPI,
        pending="15m",
        keep="15m",
        expr=f"{OVERDUE}{selector(_BY)} > 0\n{_GUARD}",
        summary="{{ $value }} tickets of {{ $labels.department }} are overdue: {{ $labels.clock }}",
        description="Their promise is broken, and nobody has kept it since. The oldest come first.",
    )


def _oldest(policies: PolicySet) -> list[Alert]:
    """One for each clock of tickets, by the longest target that a policy sets it.

    Waits are told in real time, so targets in working time say nothing of them.
    """
    targets: dict[str, int] = {}
    for policy in policies.policies:
        for clock, goal in policy.clocks.items():
            if goal.target is not None and goal.calendar == ROUND_THE_CLOCK:
                targets[clock] = max(goal.target // 1000, targets.get(clock, 0))
    return [_oldest_of(clock, TOO_LONG * seconds) for clock, seconds in targets.items() if clock not in _NOT_WAITED]


def _oldest_of(clock: str, seconds: int) -> Alert:
    return Alert(
        name="CrmOldestWaiting",
        labels={"clock": clock},
        kind=KPI,
        severity="page",
        pending="5m",
        keep="15m",
        expr=f"{OLDEST}{selector({**_BY, 'clock': clock})} > {seconds}\n{_GUARD}",
        summary="A customer of {{ $labels.department }} has waited for {{ $value | humanizeDuration }}: "
        "{{ $labels.clock }}",
        description=f"That is more than {TOO_LONG} times what was promised. Whoever can answer should do it now.",
    )


def _out_of_band() -> tuple[Alert, Alert]:
    ended, expected, low, high = (fleet(name) + selector(_LAST_HOUR) for name in ended_families(requests_ratio))

    def alert(name: str, expr: str, said: str, hint: str) -> Alert:
        return Alert(
            name=name,
            kind=KPI,
            pending="15m",
            keep="30m",
            expr=f"{expr}\n{_GUARD}",
            summary=f"{said} requests than usual in the last hour: {{{{ $value }}}}",
            description="They are beyond what like hours bring, by three robust deviations: by weekday, day of the "
            f"month, and after holidays. {hint}",
        )

    return (
        alert(
            "CrmRequestsAboveBand",
            f"{ended} > {high}\nand {ended} >= {LEAST}",
            "Far more",
            "Something drives customers to ask: an outage, a campaign, a late delivery.",
        ),
        alert(
            "CrmRequestsBelowBand",
            f"{ended} < {low}\nand {expected} >= {LEAST}",
            "Far fewer",
            "A channel may be down, or its events do not arrive.",
        ),
    )
