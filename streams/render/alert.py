"""An alert as plain data: what all of them have in common."""

from typing import Any

import msgspec

KPI, PIPELINE, WATCHDOG = "kpi", "pipeline", "watchdog"
"""What an alert is about: numbers, the processor that makes them, or the way that alerts take."""


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """An alert; `pending` is how long its condition must hold, `keep` how long it stays after that."""

    name: str
    expr: str
    pending: str
    summary: str
    description: str
    severity: str = "ticket"
    kind: str = PIPELINE
    keep: str = "5m"
    labels: dict[str, str] = {}

    def rule(self) -> dict[str, Any]:
        """As Prometheus reads it."""
        return {
            "alert": self.name,
            "expr": self.expr,
            "for": self.pending,
            "keep_firing_for": self.keep,
            "labels": {"severity": self.severity, "kind": self.kind, **self.labels},
            "annotations": {
                "summary": self.summary,
                "description": self.description,
                "runbook_url": runbook(self.name),
            },
        }


def runbook(alert: str) -> str:
    """The page that says what an alert means, how to check it and what to do.

    >>> runbook("CrmWorkerDown")
    'docs/runbooks/CrmWorkerDown.md'
    """
    return f"docs/runbooks/{alert}.md"
