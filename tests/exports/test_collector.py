"""What a scrape shows."""

from collections.abc import Iterable

from prometheus_client.exposition import generate_latest
from prometheus_client.openmetrics.exposition import generate_latest as openmetrics
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parsed
from prometheus_client.parser import text_string_to_metric_families as plainly_parsed

from streams.engine.standing import Open
from streams.exports.collector import OpenNow, Readings, frozen, registry_of
from streams.kpis.model import Kpi
from streams.kpis.reading import Reading, edges
from streams.kpis.requests import first_response_time, requests, requests_ratio
from streams.kpis.satisfaction import csat
from streams.kpis.seasons import Usual

HARD = 'a "quoted"\nlabel\\ é'


class Figures:
    """A worker's figures, held fast."""

    min_n = 20
    vocabulary = 200

    def __init__(self, *readings: tuple[Kpi, str, str, Reading]) -> None:
        self.now = list(readings)
        self.ended: list[tuple[Kpi, str, str, Reading]] = []

    def readings(self) -> Readings:
        return self.now

    def seasons(self) -> Readings:
        return self.ended

    def open(self) -> OpenNow:
        yield "assignment", "all", Open(4, 1, 2, 0), 90.5
        yield "assignment", "priority=high", Open(1, 0, 0, 0), 1.0

    def counters(self) -> Iterable[tuple[str, str, str, dict[str, float]]]:
        yield "events_applied", "Events that count.", "", {"": 7}
        yield "dead_letters", "Refused.", "reason", {"too_late": 2, HARD: 1}

    def tallies(self) -> Iterable[tuple[str, str, tuple[str, ...], dict[tuple[str, ...], float]]]:
        yield "sla_decisions", "Decided.", ("policy", "clock", "outcome"), {("gold", "resolution", "met"): 3}

    def gauges(self) -> Iterable[tuple[str, str, tuple[str, ...], dict[tuple[str, ...], float]]]:
        yield "lag", "Lag.", ("topic", "partition"), {("journal", "0"): 5}
        yield "partitions_expected", "Expected.", (), {(): 8}

    def histograms(self) -> Iterable[tuple[str, str, tuple[float, ...], list[int], float]]:
        yield "flush_seconds", "Flushes.", (0.1, 1.0), [3, 2, 1], 4.5


Series = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def scraped(figures: Figures) -> Series:
    """Every sample, by name and labels, as OpenMetrics says it."""
    text = openmetrics(registry_of(figures)).decode()  # type: ignore[no-untyped-call]
    samples = [s for family in parsed(text) for s in family.samples]  # type: ignore[no-untyped-call]
    return {(s.name, tuple(sorted(s.labels.items()))): s.value for s in samples}


def test_readings_are_gauges_with_window_scope_and_dimension() -> None:
    found = scraped(Figures((requests, "all", "1h", Reading(5, 5)), (requests, f"channel={HARD}", "1d", Reading(2, 2))))
    assert found["crm_requests", (("scope", "all"), ("window", "1h"))] == 5
    assert found["crm_requests", (("channel", HARD), ("scope", "channel"), ("window", "1d"))] == 2


def test_a_series_whose_window_is_empty_is_gone_at_the_next_scrape() -> None:
    figures = Figures((requests, "all", "1h", Reading(5, 5)), (csat, "all", "1h", Reading(0.5, 2, 1, 2)))
    registry = registry_of(figures)
    assert b"crm_csat_ratio{" in generate_latest(registry)
    figures.now.pop()
    assert b"crm_csat" not in generate_latest(registry)
    figures.now.pop()
    assert b"crm_requests" not in generate_latest(registry)


def test_a_family_is_announced_once_and_only_with_samples() -> None:
    text = generate_latest(
        registry_of(Figures(*[(csat, f"channel={c}", "1h", Reading(0.5, 2, 1, 2)) for c in "ab"]))
    ).decode()
    assert text.count("# HELP crm_csat_ratio ") == 1
    assert "crm_csat_ci_low" not in text  # this reading has no interval


def test_of_what_is_open_too_only_so_many_values_have_series() -> None:
    class Many(Figures):
        vocabulary = 2

        def open(self) -> OpenNow:
            yield "assignment", "all", Open(9, 0, 0, 0), 1.0
            for department, waiting, overdue in (("a", 1, 0), ("b", 1, 2), ("c", 2, 0)):
                yield "assignment", f"department={department}", Open(waiting, 0, overdue, 0), 1.0

    found = scraped(Many((csat, "department=d", "1h", Reading(1.0, 1))))
    shown = {dict(labels).get("department") for name, labels in found if name == "crm_waiting_tickets"}
    assert shown == {None, "b", "c"}
    assert found["crm_values_without_series", (("dimension", "department"),)] == 1
    assert ("crm_csat_ratio", (("department", "d"), ("scope", "department"), ("window", "1h"))) in found


def test_what_is_open_is_gauges_by_clock_and_scope() -> None:
    found, whole = scraped(Figures()), (("clock", "assignment"), ("scope", "all"))
    names = ("waiting_tickets", "at_risk_tickets", "overdue_tickets", "oldest_waiting_seconds")
    assert [found[f"crm_{name}", whole] for name in names] == [4, 1, 2, 90.5]
    assert found["crm_waiting_tickets", (("clock", "assignment"), ("priority", "high"), ("scope", "priority"))] == 1


def test_the_last_hour_and_day_are_told_beside_what_is_usual() -> None:
    figures, told = Figures(), Usual("weekday", 8, 30.0, 13.5, 46.5)
    figures.ended = [
        (requests_ratio, "all", "1h", Reading(90, 90, usual=told)),
        (requests_ratio, "channel=email", "1d", Reading(0, 0, usual=told)),
    ]
    found, suffixes = scraped(figures), ("", "_expected", "_low", "_high")
    hour, day = (("scope", "all"), ("window", "1h")), (("channel", "email"), ("scope", "channel"), ("window", "1d"))
    assert [found[f"crm_requests_ended{suffix}", hour] for suffix in suffixes] == [90, 30, 13.5, 46.5]
    assert [found[f"crm_requests_ended{suffix}", day] for suffix in suffixes] == [0, 30, 13.5, 46.5]
    figures.vocabulary, figures.ended = (
        1,
        [*figures.ended, (requests_ratio, "channel=chat", "1d", Reading(5, 5, usual=told))],
    )
    kept = {dict(labels).get("channel") for name, labels in scraped(figures) if name == "crm_requests_ended"}
    assert kept == {None, "chat"}


def test_a_window_of_durations_is_a_gauge_histogram() -> None:
    stats = {"count": 3.0, "sum": 20.5, **dict.fromkeys(first_response_time.stats, 1.0)}
    within = (0, 1, *[2] * (len(edges(first_response_time)) - 2))
    found = scraped(Figures((first_response_time, "channel=chat", "1h", Reading(1.0, 3, stats=stats, within=within))))
    own, name = (("channel", "chat"), ("scope", "channel"), ("window", "1h")), "crm_first_response_window_seconds"
    by_edge = {dict(labels)["le"]: n for (one, labels), n in found.items() if one == f"{name}_bucket"}
    assert (by_edge["10.0"], by_edge["60.0"], by_edge["14400.0"], by_edge["+Inf"]) == (0, 1, 2, 3)
    assert (found[f"{name}_gcount", own], found[f"{name}_gsum", own]) == (3, 20.5)


def test_a_frozen_registry_shows_what_was_there() -> None:
    figures = Figures((requests, "all", "1h", Reading(5, 5)))
    registry = registry_of(figures)
    then, before = frozen(registry), generate_latest(registry)
    figures.now.clear()
    assert generate_latest(then) == before != generate_latest(registry)


def test_the_processors_own_figures() -> None:
    found = scraped(Figures())
    assert found["crm_events_applied_total", ()] == 7
    assert found["crm_dead_letters_total", (("reason", HARD),)] == 1
    assert found["crm_lag", (("partition", "0"), ("topic", "journal"))] == 5
    assert found["crm_partitions_expected", ()] == 8


def test_histograms_are_cumulative() -> None:
    found = scraped(Figures())
    assert [found["crm_flush_seconds_bucket", (("le", edge),)] for edge in ("0.1", "1.0", "+Inf")] == [3, 5, 6]
    assert (found["crm_flush_seconds_count", ()], found["crm_flush_seconds_sum", ()]) == (6, 4.5)


def test_both_formats_say_the_same() -> None:
    figures = Figures((csat, "all", "1h", Reading(0.5, 2, 1, 2)))
    plain = generate_latest(registry_of(figures)).decode()
    found = {s.name: s.value for family in plainly_parsed(plain) for s in family.samples if not s.labels.get("reason")}
    assert found == {name: value for (name, labels), value in scraped(figures).items() if "reason" not in dict(labels)}


def test_every_registry_stands_alone() -> None:
    one, other = Figures((requests, "all", "1h", Reading(5, 5))), Figures()
    assert b"crm_requests" in generate_latest(registry_of(one))
    assert b"crm_requests" not in generate_latest(registry_of(other))
