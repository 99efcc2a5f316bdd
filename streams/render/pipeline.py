"""Prometheus rules of the processor itself: is every partition served, and are the numbers fresh."""

from typing import Any

import msgspec

from streams.render.fleet import JOB

COVERED = "fleet:crm_partitions_covered:ratio"
WATERMARK_LAG = "fleet:crm_watermark_lag:seconds"
LATENCY_P99 = "fleet:crm_end_to_end_latency_seconds:p99_rate5m"
RECEIVED = "fleet:crm_events_received:rate5m"
DEAD_LETTERS = "fleet:crm_dead_letters:rate5m"

UNCOVERED = f"min by (job) (min_over_time({COVERED}[5m])) < 1"
"""Some partition is without a worker, or was a moment ago: sums over the fleet then lack its share."""

_RECORDS = {
    COVERED: "sum by (job, stage) (crm_partitions_assigned)\n"
    "/ on (job) group_left () max by (job) (crm_partitions_expected)",
    WATERMARK_LAG: "max by (job) (time() - max without (instance, pod) (crm_watermark_timestamp_seconds))",
    LATENCY_P99: "histogram_quantile(0.99, sum by (job, le) (rate(crm_end_to_end_latency_seconds_bucket[5m])))",
    RECEIVED: "sum by (job) (rate(crm_events_received_total[5m]))",
    DEAD_LETTERS: f"sum by (job) (rate(crm_dead_letters_total[5m])) or 0 * {RECEIVED}",
}


def pipeline_records() -> list[dict[str, Any]]:
    """What the pipeline's alerts and panels read."""
    return [{"record": name, "expr": expr} for name, expr in _RECORDS.items()]


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """An alert of the processor itself; `pending` is how long its condition must hold."""

    name: str
    expr: str
    pending: str
    severity: str = "ticket"
    summary: str
    description: str


ALERTS = (
    Alert(
        name="CrmWorkersAbsent",
        expr=f'absent(up{{job="{JOB}"}} == 1)',
        pending="2m",
        severity="page",
        summary="No worker can be scraped",
        description="No KPI is being computed, or none can be seen. Start a worker, or mend the scrape.",
    ),
    Alert(
        name="CrmWorkerDown",
        expr=f'up{{job="{JOB}"}} == 0',
        pending="5m",
        summary="Worker {{ $labels.instance }} cannot be scraped",
        description="The other workers take its partitions over; look at its log, and start it again.",
    ),
    Alert(
        name="CrmPartitionsUncovered",
        expr=f"{COVERED} < 1",
        pending="5m",
        severity="page",
        summary="Only {{ $value | humanizePercentage }} of the {{ $labels.stage }} partitions have a worker",
        description="KPIs miss the customers of the others and may look better than they are; their alerts are held "
        "back. Start more workers, or find out why a rebalance does not end.",
    ),
    Alert(
        name="CrmWatermarkStalled",
        expr=f"{WATERMARK_LAG} > 600",
        pending="5m",
        summary="Event time stands {{ $value | humanizeDuration }} behind the clock",
        description="Some partition works off a backlog or is stuck; windows do not become final, deadlines wait.",
    ),
    Alert(
        name="CrmDeadLetters",
        expr=f"{DEAD_LETTERS} / ({RECEIVED} > 0) > 0.01",
        pending="10m",
        summary="{{ $value | humanizePercentage }} of the records are refused",
        description="A producer sends what the schemas do not allow; the headers in the dead-letter topic say what.",
    ),
    Alert(
        name="CrmLatencyHigh",
        expr=f"{LATENCY_P99} > 2",
        pending="10m",
        summary="One event in a hundred takes longer than {{ $value | humanizeDuration }} to its gauge",
        description="The promise is two seconds at p99. Look at consumer lag, flush time and load; add workers.",
    ),
)


def pipeline_alerts() -> list[dict[str, Any]]:
    """Alerts of the processor itself."""
    return [_rule(alert) for alert in ALERTS]


def _rule(alert: Alert) -> dict[str, Any]:
    return {
        "alert": alert.name,
        "expr": alert.expr,
        "for": alert.pending,
        "keep_firing_for": "5m",
        "labels": {"severity": alert.severity},
        "annotations": {
            "summary": alert.summary,
            "description": alert.description,
            "runbook_url": f"docs/alerts.md#{alert.name.lower()}",
        },
    }
