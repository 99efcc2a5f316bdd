"""Prometheus rules of the SLA's error budgets: how fast they burn, over several windows, and who is told of it.

Thresholds follow from the objective: the share of the budget that is spent, and how long the period is. Source: B.
Beyer and others (ed.), "The Site Reliability Workbook" (2018), chapter 5.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from streams.render import words
from streams.render.alert import KPI, Alert
from streams.render.fleet import fleet, selector
from streams.render.pipeline import UNCOVERED
from streams.sla.budget import TIERS, Tier
from streams.sla.policy import Objective, PolicySet
from streams.units import HOUR

DECISIONS = "crm_sla_decisions_total"
GAUGES = ("crm_sla_budget_left_ratio", "crm_sla_burn_rate_ratio")
LEFT, BURN = (fleet(name) for name in GAUGES)
LEAST = 20
"""How many promises must be decided in the long window for an alert."""
CEILING = 0.9
"""The greatest share of breaches that a threshold may ask for: more would hardly ever come true."""
DAYS = 24


class Watch(msgspec.Struct, frozen=True):
    """How a tier is watched: the windows in which it burns, and how long until somebody is told."""

    tier: Tier
    name: str
    short: str
    """A window in which it still burns now, so that the alert ends soon after the cause."""
    pending: str
    severity: str

    @property
    def long(self) -> str:
        """The tier's own window.

        >>> [watch.long for watch in WATCHES]
        ['1h', '6h', '3d']
        """
        hours = self.tier.window // HOUR
        return f"{hours // DAYS}d" if hours % DAYS == 0 else f"{hours}h"


WATCHES = tuple(
    Watch(tier, *how)
    for tier, how in zip(
        TIERS,
        (("Fast", "5m", "2m", "page"), ("Steady", "30m", "15m", "page"), ("Slow", "6h", "1h", "ticket")),
        strict=True,
    )
)
WINDOWS = tuple(dict.fromkeys(size for watch in WATCHES for size in (watch.short, watch.long)))


def breached(window: str) -> str:
    """The recorded share of breaches among what was decided in a window."""
    return f"fleet:crm_sla_breached:ratio_rate{window}"


def decided(window: str) -> str:
    """The recorded number of promises decided in a window."""
    return f"fleet:crm_sla_decided:increase{window}"


def burn_records() -> list[dict[str, Any]]:
    """The share of breaches and the number of decisions by policy and clock, for each window; and what workers tell."""
    told = [{"record": fleet(name), "expr": f"max without (instance, pod) ({name})"} for name in GAUGES]
    return [*(record for window in WINDOWS for record in _records(window)), *told]


def _records(window: str) -> Iterator[dict[str, Any]]:
    """A breach that was taken back is none: it was counted when it was told, and again as what it became."""
    all_of, bad, back = (_increase(outcome, window) for outcome in ("met|breached", "breached", "retracted"))
    back = f"({back} or 0 * {all_of})"
    yield {"record": decided(window), "expr": f"clamp_min({all_of}\n- {back}, 0)"}
    share = f"clamp_min(({bad} or 0 * {decided(window)})\n- {back}, 0)"
    yield {"record": breached(window), "expr": f"{share}\n/ ({decided(window)} > 0)"}


def _increase(outcome: str, window: str) -> str:
    return f'sum by (job, policy, clock) (increase({DECISIONS}{{outcome=~"{outcome}"}}[{window}]))'


def limit(tier: Tier, objective: Objective) -> float:
    """The share of breaches from which on a tier alerts.

    >>> [round(limit(TIERS[0], Objective(share)), 3) for share in (0.99, 0.95, 0.9)]
    [0.144, 0.72, 0.9]
    """
    return min(tier.threshold(objective) * (1 - objective.share), CEILING)


def burn_alerts(policies: PolicySet) -> list[dict[str, Any]]:
    """An alert for each promise of a policy and each tier."""
    return [alert.rule() for alert in _alerts(policies)]


def _alerts(policies: PolicySet) -> Iterator[Alert]:
    for policy in policies.policies:
        for clock, goal in policy.clocks.items():
            for watch in WATCHES:
                yield _alert(policy.name, clock, goal.objective, watch)


def _alert(policy: str, clock: str, objective: Objective, watch: Watch) -> Alert:
    share, of = words.plain(round(limit(watch.tier, objective), 6)), selector({"policy": policy, "clock": clock})
    said, promised = clock.replace("_", " "), f"{words.plain(100 * objective.share)} %"
    return Alert(
        name=f"CrmSlaBurn{watch.name}",
        kind=KPI,
        severity=watch.severity,
        pending=watch.pending,
        keep=watch.short,
        labels={"policy": policy, "clock": clock},
        expr=_burning(watch, of, share),
        summary=f"The error budget of {said} ({policy}) burns: {{{{ $value | humanizePercentage }}}} of the promises "
        f"of the last {watch.long} were broken",
        description=f"{promised} are to be kept; at this pace {words.plain(100 * watch.tier.spent)} % of the budget of "
        f"{words.duration(objective.over / 1000)} are gone within {watch.long}, and it goes on.",
    )


def _burning(watch: Watch, of: str, share: str) -> str:
    lines = [f"{breached(watch.long)}{of} >= {share}", f"and {breached(watch.short)}{of} >= {share}"]
    lines += [f"and {decided(watch.long)}{of} >= {LEAST}", f"unless on (job) {UNCOVERED}"]
    return "\n".join(lines)


def names() -> Sequence[str]:
    """The alerts of all tiers."""
    return [f"CrmSlaBurn{watch.name}" for watch in WATCHES]
