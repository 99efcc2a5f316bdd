"""The dashboard's row about the processor itself."""

from streams.render.panels import BAD, GOOD, PLAIN, Panel, Query, Row, Step
from streams.render.pipeline import COVERED, DEAD_LETTERS, LATENCY_P99, RECEIVED, WATERMARK_LAG

_JOB = '{job="$job"}'
_NONE = "no worker"


def pipeline_row() -> Row:
    """Is every partition served, is it fresh, what comes in, what is refused."""
    return Row("Pipeline", (*_numbers(), *_courses()))


def _stat(title: str, said: str, expr: str, unit: str, *steps: Step) -> Panel:
    return Panel(title, said, unit, (Query(expr, title),), stat=True, steps=steps or ((None, PLAIN),), no_value=_NONE)


def _course(title: str, said: str, unit: str, *queries: tuple[str, str], steps: tuple[Step, ...] = ()) -> Panel:
    asked = tuple(Query(expr, legend) for expr, legend in queries)
    return Panel(title, said, unit, asked, steps=steps or ((None, PLAIN),), no_value=_NONE, low=0)


def _numbers() -> tuple[Panel, ...]:
    firing = 'count(ALERTS{alertname=~"Crm.*",alertstate="firing"}) or vector(0)'
    return (
        _stat("Alerts firing", "Of targets and of the pipeline.", firing, "short", (None, GOOD), (1, BAD)),
        _stat("Workers", "Workers that can be scraped.", f"sum(up{_JOB})", "short", (None, BAD), (1, GOOD)),
        _stat(
            "Partitions with a worker",
            "Below 100 % the KPIs miss customers.",
            f"min({COVERED}{_JOB})",
            "percentunit",
            (None, BAD),
            (1, GOOD),
        ),
        _stat(
            "Event time behind the clock",
            "The slowest partition's watermark.",
            f"max({WATERMARK_LAG}{_JOB})",
            "s",
            (None, GOOD),
            (600, BAD),
        ),
        _stat(
            "Latency, p99",
            "From an event's production to its gauge; 2 s is what is promised.",
            f"max({LATENCY_P99}{_JOB})",
            "s",
            (None, GOOD),
            (2, BAD),
        ),
        _stat(
            "Open obligations",
            "Cases with a deadline ahead.",
            f"sum(crm_open_obligations_cases{_JOB})",
            "short",
        ),
    )


def _courses() -> tuple[Panel, ...]:
    return (
        _course(
            "Latency",
            "From an event's production to its gauge, over the last five minutes.",
            "s",
            (_quantile("crm_end_to_end_latency_seconds", 0.5), "p50"),
            (_quantile("crm_end_to_end_latency_seconds", 0.99), "p99"),
            steps=((None, GOOD), (2, BAD)),
        ),
        _course(
            "Events",
            "Records read, and what became of them.",
            "cps",
            (f"sum({RECEIVED}{_JOB})", "received"),
            (_rate("crm_events_applied_total"), "applied"),
            (_rate("crm_events_duplicate_total"), "duplicates"),
            (f"sum({DEAD_LETTERS}{_JOB})", "dead letters"),
        ),
        _course(
            "Dead letters by reason",
            "Records refused; the dead-letter topic holds them with what is wrong.",
            "cps",
            (_rate("crm_dead_letters_total", "reason") + f" or sum({DEAD_LETTERS}{_JOB})", "{{reason}}"),
        ),
        _course(
            "Records not yet taken",
            "By topic, over all partitions.",
            "short",
            (f"sum by (topic) (max without (instance, pod) (crm_consumer_lag_records{_JOB}))", "{{topic}}"),
        ),
        _course(
            "Records published",
            "By output topic.",
            "cps",
            (_rate("crm_records_published_total", "topic"), "{{topic}}"),
        ),
        _course(
            "Flush, p99",
            "Making a batch durable, acknowledged by the broker.",
            "s",
            (_quantile("crm_flush_seconds", 0.99), "p99"),
        ),
    )


def _rate(name: str, by: str = "") -> str:
    return f"sum {f'by ({by}) ' if by else ''}(rate({name}{_JOB}[$__rate_interval]))"


def _quantile(name: str, q: float) -> str:
    return f"histogram_quantile({q}, sum by (le) (rate({name}_bucket{_JOB}[$__rate_interval])))"
