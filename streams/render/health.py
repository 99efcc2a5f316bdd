"""Panels of the processor itself."""

from streams.render.panel import BAD, DOUBTFUL, GOOD, JOB, SHARE, Panel, Row, Step, course
from streams.render.panel import stat as number
from streams.render.pipeline import COVERED, DEAD_LETTERS, LATENCY_P99, RECEIVED, WATERMARK_LAG

BOARD = "crm-pipeline"
"""The uid of the board that has all of them."""
_NONE = "no worker"
_WELL, _ANY = (None, GOOD), (1, BAD)


def vital(board: str = "") -> tuple[Panel, ...]:
    """Whether the numbers can be believed: what fires, who works, what is covered, how fresh it is."""
    firing = 'count(ALERTS{alertname=~"Crm.*",alertname!="CrmWatchdog",alertstate="firing"}) or vector(0)'
    behind = "The slowest partition's watermark. What to do: docs/runbooks/CrmWatermarkStalled.md."
    covered = "Below 100 % the KPIs miss customers. What to do: docs/runbooks/CrmPartitionsUncovered.md."
    return (
        _stat("Alerts firing", "Of targets, budgets and the pipeline.", firing, "short", _WELL, _ANY, board=board),
        _stat("Workers", "Workers that can be scraped.", f"sum(up{JOB})", "short", (None, BAD), (1, GOOD), board=board),
        _stat("Partitions with a worker", covered, f"min({COVERED}{JOB})", SHARE, (None, BAD), (1, GOOD), board=board),
        _stat("Event time behind the clock", behind, f"max({WATERMARK_LAG}{JOB})", "s", _WELL, (600, BAD), board=board),
    )


def rows() -> tuple[Row, ...]:
    """Everything about the processor."""
    return (Row("How it is", (*vital(), *_numbers())), *_courses())


def _stat(title: str, said: str, expr: str, unit: str, *steps: Step, board: str = "") -> Panel:
    return number(title, said, expr, unit, *steps, board=board, no_value=_NONE)


def _numbers() -> tuple[Panel, ...]:
    promised = "From an event's production to its gauge; 2 s is what is promised."
    return (
        _stat("Latency, p99", promised, f"max({LATENCY_P99}{JOB})", "s", _WELL, (2, BAD)),
        _stat(
            "Kafka answers",
            "1 while it answers every worker.",
            f"min(crm_broker_up{JOB})",
            "none",
            (None, BAD),
            (1, GOOD),
        ),
        _stat("Open obligations", "Cases with a deadline ahead.", f"sum(crm_open_obligations_cases{JOB})", "short"),
        _stat(
            "Rows to recover",
            "Changelog rows still to be read after a start or a rebalance.",
            f"sum(crm_recovery_remaining_rows{JOB})",
            "short",
            _WELL,
            (1, DOUBTFUL),
        ),
        _stat(
            "Orphans",
            "Cases with follow-ups whose opening is missing, found since the start.",
            f"sum(crm_orphan_cases{JOB})",
            "short",
        ),
        _stat(
            "Negative durations",
            "Durations that ended before they began, counted as 0, found since the start.",
            f"sum(crm_negative_durations{JOB})",
            "short",
        ),
    )


def _courses() -> tuple[Row, ...]:
    return Row("Freshness", _freshness()), Row("Events", _events()), Row("Workers and partitions", _workers())


def _freshness() -> tuple[Panel, ...]:
    return (
        course(
            "Latency",
            "From an event's production to its gauge.",
            "s",
            (_quantile("crm_end_to_end_latency_seconds", 0.5), "p50"),
            (_quantile("crm_end_to_end_latency_seconds", 0.99), "p99"),
            steps=((None, GOOD), (2, BAD)),
        ),
        course(
            "Event time behind the clock, by partition",
            "The clock less the watermark of each journal partition.",
            "s",
            (f"time() - max by (partition) (crm_watermark_timestamp_seconds{JOB})", "{{partition}}"),
        ),
        course(
            "Records not yet taken",
            "By topic, over all partitions. What to do: docs/runbooks/CrmLagGrowing.md.",
            "short",
            (f"sum by (topic) (max without (instance, pod) (crm_consumer_lag_records{JOB}))", "{{topic}}"),
        ),
    )


def _events() -> tuple[Panel, ...]:
    return (
        course(
            "Events",
            "Records read, and what became of them.",
            "cps",
            (f"sum({RECEIVED}{JOB})", "received"),
            (_rate("crm_events_applied_total"), "applied"),
            (_rate("crm_events_duplicate_total"), "duplicates"),
            (f"sum({DEAD_LETTERS}{JOB})", "dead letters"),
            (_rate("crm_input_records_missed_total"), "gone before they were read"),
        ),
        course(
            "Dead letters by reason",
            "Records refused; the dead-letter topic holds them with what is wrong.",
            "cps",
            (_rate("crm_dead_letters_total", "reason") + f" or sum({DEAD_LETTERS}{JOB})", "{{reason}}"),
        ),
        course(
            "Records published",
            "By output topic.",
            "cps",
            (_rate("crm_records_published_total", "topic"), "{{topic}}"),
        ),
    )


def _workers() -> tuple[Panel, ...]:
    shared = f"sum(increase(crm_rebalances_total{JOB}[$__rate_interval]))"
    return (
        course(
            "Partitions by worker",
            "Who holds how many.",
            "short",
            (_of_each("crm_partitions_assigned"), "{{instance}} {{stage}}"),
        ),
        course(
            "Flush, p99", "Making a batch durable, acknowledged.", "s", (_quantile("crm_flush_seconds", 0.99), "p99")
        ),
        course(
            "Busy, by stage",
            "The share of a core that each stage takes, over all workers.",
            SHARE,
            (_rate("crm_stage_busy_seconds_total", "stage"), "{{stage}}"),
        ),
        course(
            "Partitions shared out anew, stalls, writes refused",
            "All three are rare in a fleet that is well.",
            "short",
            (shared, "shared out anew"),
            (f"sum(increase(crm_stalls_total{JOB}[$__rate_interval]))", "stalls"),
            (f"sum(increase(crm_fenced_writes_total{JOB}[$__rate_interval]))", "writes refused"),
        ),
        course(
            "Rows recovered",
            "Changelog rows read a second, by worker.",
            "rps",
            (_of_each("crm_recovery_rows_per_second"), "{{instance}}"),
        ),
        course(
            "Scrapes and their series",
            "Series of each scrape; `kpis.vocabulary` bounds the values of a dimension.",
            "short",
            (f"scrape_samples_scraped{JOB}", "{{instance}}"),
            (f"sum by (dimension) (crm_values_without_series{JOB}) or vector(0)", "left out {{dimension}}"),
        ),
    )


def _of_each(name: str) -> str:
    return f"{name}{JOB}"


def _rate(name: str, by: str = "") -> str:
    return f"sum {f'by ({by}) ' if by else ''}(rate({name}{JOB}[$__rate_interval]))"


def _quantile(name: str, q: float) -> str:
    return f"histogram_quantile({q}, sum by (le) (rate({name}_bucket{JOB}[$__rate_interval])))"
