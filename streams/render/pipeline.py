"""Prometheus rules of the processor itself: is every partition served, and are the numbers fresh."""

from typing import Any

from streams.render.alert import WATCHDOG, Alert
from streams.render.fleet import JOB

COVERED = "fleet:crm_partitions_covered:ratio"
WATERMARK_LAG = "fleet:crm_watermark_lag:seconds"
LATENCY_P99 = "fleet:crm_end_to_end_latency_seconds:p99_rate5m"
RECEIVED = "fleet:crm_events_received:rate5m"
DEAD_LETTERS = "fleet:crm_dead_letters:rate5m"
LAG = "fleet:crm_consumer_lag:records"

UNCOVERED = f"min by (job) (min_over_time({COVERED}[5m])) < 1"
"""Some partition is without a worker, or was a moment ago: sums over the fleet then lack its share."""

_RECORDS = {
    COVERED: "sum by (job, stage) (crm_partitions_assigned)\n"
    "/ on (job) group_left () max by (job) (crm_partitions_expected)",
    WATERMARK_LAG: "max by (job) (time() - max without (instance, pod) (crm_watermark_timestamp_seconds))",
    LATENCY_P99: "histogram_quantile(0.99, sum by (job, le) (rate(crm_end_to_end_latency_seconds_bucket[5m])))",
    LAG: "sum by (job, topic) (max without (instance, pod) (crm_consumer_lag_records))",
    RECEIVED: "sum by (job) (rate(crm_events_received_total[5m]))",
    DEAD_LETTERS: f"sum by (job) (rate(crm_dead_letters_total[5m])) or 0 * {RECEIVED}",
}


def pipeline_records() -> list[dict[str, Any]]:
    """What the pipeline's alerts and panels read."""
    return [{"record": name, "expr": expr} for name, expr in _RECORDS.items()]


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
        name="CrmRecordsMissed",
        expr="sum by (job, topic) (increase(crm_input_records_missed_total[15m])) > 0",
        pending="0s",
        keep="1h",
        severity="page",
        summary="{{ $value | humanize }} records of {{ $labels.topic }} were gone before a worker read them",
        description="Workers were behind for longer than the topic keeps its records: the events are in no number.",
    ),
    Alert(
        name="CrmLatencyHigh",
        expr=f"{LATENCY_P99} > 2",
        pending="10m",
        summary="One event in a hundred takes longer than {{ $value | humanizeDuration }} to its gauge",
        description="The promise is two seconds at p99. Look at consumer lag, flush time and load; add workers.",
    ),
    Alert(
        name="CrmLagGrowing",
        expr=f"{LAG} > 1000\nand {LAG} > {LAG} offset 10m",
        pending="10m",
        summary="{{ $value }} records of {{ $labels.topic }} are not taken yet, and they become more",
        description="More comes than the workers take; the numbers fall behind. Add workers, or find what slows them.",
    ),
    Alert(
        name="CrmBrokerDown",
        expr="min by (job) (crm_broker_up) == 0",
        pending="2m",
        severity="page",
        summary="Kafka does not answer a worker",
        description="Workers wait for it and go on by themselves; until then no number moves.",
    ),
    Alert(
        name="CrmRecoveryStuck",
        expr="max by (job, instance) (crm_recovery_remaining_rows) > 0\n"
        "unless max by (job, instance) (max_over_time(crm_recovery_rows_per_second[5m])) > 0",
        pending="5m",
        summary="Worker {{ $labels.instance }} does not come on with its recovery: {{ $value }} rows remain",
        description="It reads its state back from the changelog, and its partitions are served by nobody meanwhile.",
    ),
    Alert(
        name="CrmStageStalled",
        expr="sum by (job, instance) (increase(crm_stalls_total[15m])) > 0",
        pending="0s",
        keep="15m",
        summary="A stage of worker {{ $labels.instance }} stood still and was restarted",
        description="Once may be bad luck; a second time the worker ends, and is to be started again.",
    ),
    Alert(
        name="CrmWritesFenced",
        expr="sum by (job, instance) (increase(crm_fenced_writes_total[15m])) > 0",
        pending="0s",
        keep="15m",
        summary="Worker {{ $labels.instance }} wrote to a partition that another one owns, and was refused",
        description="It was silent for too long: suspended, short of CPU or cut off. No number was harmed.",
    ),
    Alert(
        name="CrmRebalancing",
        expr="max by (job) (increase(crm_rebalances_total[30m])) > 6",
        pending="5m",
        summary="Partitions were shared out anew {{ $value | humanize }} times within 30 minutes",
        description="Workers come and go, or miss their heartbeats; each time the numbers pause.",
    ),
    Alert(
        name="CrmPoliciesRefused",
        expr='max by (job) (crm_sla_editions{state="refused"}) > 0',
        pending="1m",
        summary="{{ $value }} editions of the SLA policies have a fault, and are not in force",
        description="What was in force before goes on. The workers' logs name every fault at its line.",
    ),
    Alert(
        name="CrmWatchdog",
        expr="vector(1)",
        pending="0s",
        severity="none",
        kind=WATCHDOG,
        summary="Alerts are evaluated and sent",
        description="It always fires. Whoever receives it has to raise an alarm when it does not come.",
    ),
)


def pipeline_alerts() -> list[dict[str, Any]]:
    """Alerts of the processor itself."""
    return [alert.rule() for alert in ALERTS]
