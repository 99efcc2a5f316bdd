"""A journal that does not begin, or end, where the state of a worker has it: on a real Kafka, with its own process."""

import json
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient

from streams import names
from streams.events.journal import Entry, encode
from streams.exports.topics import topic_plan
from streams.worker import admin
from streams.worker.app import EXIT_CRASHED
from streams.worker.process import WorkerProcess, variable
from tests import make
from tests.broker.fleet import total

GONE = 3


@pytest.fixture
def journal(cluster: Any) -> Any:
    """A cluster with all topics, of one partition."""
    admin.create(cluster.bootstrap, topic_plan(1, prefix=cluster.prefix))
    return cluster


def entries(numbers: Iterable[int]) -> list[bytes]:
    """Journal records of an order each."""
    return [encode(Entry(make.entered(number, order_id=f"o{number}"), 0, number)) for number in numbers]


def start(cluster: Any, folder: Path, **worker: str) -> WorkerProcess:
    """A worker whose state is in the folder."""
    own = {"data": str(folder / "state"), "clock": "replay", **worker}
    environment = {
        variable("broker", "bootstrap"): cluster.bootstrap,
        variable("broker", "prefix"): cluster.prefix,
        variable("broker", "partitions"): "1",
        **{variable("worker", name): value for name, value in own.items()},
    }
    return WorkerProcess(environment, folder / "worker.log")


def end_of(worker: WorkerProcess, folder: Path) -> tuple[int, str]:
    """The exit code of a worker that ends by itself, and its log."""
    return worker._process.wait(60), (folder / "worker.log").read_text()


def await_applied(worker: WorkerProcess, count: int) -> None:
    """Wait until so many events are in flushed state."""
    while (worker.get("/api/positions") or {"counts": {"applied": 0}})["counts"]["applied"] < count:
        time.sleep(0.05)


def test_a_new_state_begins_behind_what_retention_took_only_when_told_to(journal: Any, tmp_path: Path) -> None:
    journal.produce(names.JOURNAL, entries(range(10)))
    remove(journal, names.JOURNAL, GONE)
    with start(journal, tmp_path) as worker:
        code, log = end_of(worker, tmp_path)
    assert code == EXIT_CRASHED
    assert f"records 0 to {GONE - 1} are gone" in log
    assert "worker.begin_late = true" in log
    with start(journal, tmp_path, begin_late="true") as worker:
        await_applied(worker, 10 - GONE)
        assert worker.get("/api/positions")["counts"]["applied"] == 10 - GONE
    assert "the state begins behind them" in (tmp_path / "worker.log").read_text()
    with start(journal, tmp_path) as worker:  # once begun it goes on without
        journal.produce(names.JOURNAL, entries([10]))
        await_applied(worker, 1)


def test_a_journal_that_was_made_anew_under_a_state_ends_the_worker(journal: Any, tmp_path: Path) -> None:
    journal.produce(names.JOURNAL, entries(range(10)))
    with start(journal, tmp_path) as worker:
        await_applied(worker, 10)
    make_anew(journal, names.JOURNAL)
    journal.produce(names.JOURNAL, entries(range(10, 14)))
    with start(journal, tmp_path) as worker:
        code, log = end_of(worker, tmp_path)
    assert code == EXIT_CRASHED
    assert "the journal has begun anew at 0" in log
    assert "worker.application" in log


def test_an_input_that_was_made_anew_under_a_worker_is_read_from_its_beginning(journal: Any, tmp_path: Path) -> None:
    journal.produce(names.ORDER_ENTERED, orders(range(10)))
    with start(journal, tmp_path) as worker:
        await_applied(worker, 10)
        make_anew(journal, names.ORDER_ENTERED)
        journal.produce(names.ORDER_ENTERED, orders(range(10, 14)))
        await_applied(worker, 14)


def test_records_of_an_input_that_were_gone_before_they_were_read_are_told(journal: Any, tmp_path: Path) -> None:
    journal.produce(names.ORDER_ENTERED, orders(range(4)))
    with start(journal, tmp_path) as worker:
        await_applied(worker, 4)
    journal.produce(names.ORDER_ENTERED, orders(range(4, 10)))
    remove(journal, names.ORDER_ENTERED, 4 + GONE)
    with start(journal, tmp_path) as worker:
        await_applied(worker, 6 - GONE)
        assert total(worker, "input_records_missed") == GONE
        assert f"the records 4 to {4 + GONE - 1} were gone" in (tmp_path / "worker.log").read_text()


def remove(cluster: Any, name: str, until: int) -> None:
    """Remove the records below an offset, as retention does."""
    place = TopicPartition(cluster.name(name), 0, until)
    client = AdminClient({"bootstrap.servers": cluster.bootstrap})
    client.delete_records([place])[place].result(30)


def make_anew(cluster: Any, name: str) -> None:
    """Delete a topic, and make it again as it is planned."""
    topic = cluster.name(name)
    admin.delete(cluster.bootstrap, [topic])
    client = AdminClient({"bootstrap.servers": cluster.bootstrap})
    while topic in client.list_topics(timeout=30).topics:
        time.sleep(0.05)
    admin.create(cluster.bootstrap, topic_plan(1, prefix=cluster.prefix))


def orders(numbers: Iterable[int]) -> list[bytes]:
    """Records of an order each."""
    at = "2026-03-01T09:00:00Z"
    common = {"customer_id": "c1", "occurred_at": at, "placed_at": at, "channel": "web", "region": "north"}
    lines = [{"sku": "A", "quantity": 1, "unit_price": "1.00"}]
    told = ({**common, "event_id": f"e{n}", "order_id": f"o{n}", "lines": lines} for n in numbers)
    return [json.dumps({**one, "currency": "EUR"}).encode() for one in told]
