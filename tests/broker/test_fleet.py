"""Crashes and several workers on a real Kafka: nothing is lost, nothing counts twice, no series is exported twice."""

import time
from collections import Counter
from pathlib import Path
from typing import Any

import orjson
import pytest

from streams import names
from streams.events.lines import Line
from tests.broker.fleet import CLOCK, Fleet, breached, fleet, kpi_series, lines
from tests.pipeline import Outcome, outcome, simulated

EVENTS = 6_000


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return simulated(tmp_path_factory.mktemp("events") / "in.jsonl", EVENTS, "--seed", 21, "--broken", 0.01)


@pytest.fixture(scope="module")
def expected(file: Path) -> Outcome:
    return outcome("compute", file, *CLOCK)


@pytest.fixture(scope="module")
def events(file: Path) -> list[Line]:
    return lines(file)


@pytest.mark.parametrize("store", ["memory", "rocksdb"])
@pytest.mark.parametrize("disk", ["same", "empty"])
def test_a_worker_killed_within_a_backlog_goes_on_exactly(
    kafka: str, events: list[Line], expected: Outcome, store: str, disk: str
) -> None:
    with fleet(kafka, store=store, flush_events=200, flush_seconds=0.1) as run:
        run.feed(events)
        run.await_applied(EVENTS // 10)
        assert run.applied() < EVENTS, "the backlog is gone: the kill would show nothing"
        run.kill()
        run.start(0 if disk == "same" else 1)
        assert run.values() == expected.values


def test_one_of_two_killed_under_load_is_replaced_by_the_other(
    kafka: str, events: list[Line], expected: Outcome
) -> None:
    with fleet(kafka, workers=2, session_seconds=6, store="rocksdb", flush_events=200) as run:
        wait_for_halves(run)
        run.feed(events[: EVENTS // 2])
        run.await_applied(EVENTS // 10)
        run.kill(1)
        run.feed(events[EVENTS // 2 :])
        assert run.values() == expected.values


def wait_for_halves(run: Fleet) -> None:
    """Until both workers hold partitions of both stages, each its own."""
    while True:
        states = run._states()
        for stage in ("journal", "partials"):
            held = [set(state[stage]) for state in states]
            if not all(held) or set.intersection(*held) or len(set.union(*held)) < run.partitions:
                break
        else:
            return
        time.sleep(0.1)


def test_two_workers_export_each_series_once_and_together_what_one_exports(kafka: str, events: list[Line]) -> None:
    exported = []
    for workers in (1, 2):
        with fleet(kafka, workers=workers) as run:
            if workers == 2:
                wait_for_halves(run)
            run.feed(events)
            run.values()
            exported.append([kpi_series(worker) for worker in run.workers])
    ((alone,), (one, other)) = exported
    assert one
    assert other
    assert not one.keys() & other.keys()
    assert one | other == alone
    assert requests(one) + requests(other) == requests(alone) > 0


def requests(series: dict[Any, float]) -> float:
    return sum(value for (name, _), value in series.items() if name == "crm_requests")


def test_revisions_never_go_back_over_a_restart(kafka: str, cluster: Any, events: list[Line]) -> None:
    with fleet(kafka, publish_seconds=0.1) as run:
        run.feed(events[: EVENTS // 3])
        run.await_applied(EVENTS // 4)
        run.feed(events[EVENTS // 3 : EVENTS // 2])
        run.kill()
        run.start(1)
        run.feed(events[EVENTS // 2 :])
        run.values()
        told = read(cluster, run, names.KPI_REVISIONS)
        latest = breached(read(cluster, run, names.KPI_VALUES))
    highest: dict[bytes, int] = {}
    for record in told:
        revision = orjson.loads(record.value)["revision"]
        assert revision >= highest.get(record.key, 0), record.key
        highest[record.key] = revision
    assert max(highest.values()) > 1
    assert {key: orjson.loads(value)["revision"] for key, value in latest.items()} == {
        key: highest[key] for key in latest
    }


def read(cluster: Any, run: Fleet, topic: str) -> list[Any]:
    return list(type(cluster)(cluster.bootstrap, run.prefix).consume(topic))


OF_ITS_OWN = ("answered_in_24h", "order_confirmed", "on_time_delivery", "resolved_in_2_days", "review_answered")
BY_POLICY = ("first_response", "next_response", "resolution", "assignment")
CLOCKS = {**dict(zip(OF_ITS_OWN, OF_ITS_OWN, strict=True)), **{f"sla_{clock}": clock for clock in BY_POLICY}}
"""The clock of each KPI that tells how many of its obligations were met."""


def test_breaches_are_those_that_the_values_imply_with_the_same_ids_in_every_run(
    kafka: str, cluster: Any, tmp_path: Path
) -> None:
    file = simulated(tmp_path / "weeks.jsonl", 1_500, "--seed", 5, "--rate", 0.001)
    events, expected, runs = lines(file), outcome("compute", file, *CLOCK), []
    for partitions, order in ((4, events), (3, events[::-1])):
        with fleet(kafka, partitions=partitions) as run:
            run.feed(order)
            assert run.values() == expected.values
            runs.append(breached(read(cluster, run, names.SLA_BREACHES)))
    assert runs[0] == runs[1]
    found = [orjson.loads(value)["clock"] for value in runs[0].values()]
    implied = Counter(dict.fromkeys(CLOCKS.values(), 0))
    for record in expected.records:
        if record["kpi"] in CLOCKS and record["scope"] == "all" and record["window"]["size"] == "1mo":
            implied[CLOCKS[record["kpi"]]] += record["denominator"] - record["numerator"]
    assert Counter(found) == +implied
    assert len(+implied) > 6
