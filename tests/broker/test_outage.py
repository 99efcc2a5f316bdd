"""A broker that goes away: the worker waits in few words, goes on exactly, and can be stopped meanwhile."""

import json
import os
import re
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from confluent_kafka import Producer

from streams.worker.process import WorkerProcess
from tests.broker.fleet import CLOCK, Fleet, families, fleet, lines
from tests.pipeline import outcome, simulated
from tests.soak.kafka import Kafka

EVENTS = 6_000
OUTAGE = 7.0
"""Seconds: longer than a session."""
ROWS = 600_000


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kafka]:
    """A Kafka that may be killed."""
    kafka = Kafka(tmp_path_factory.mktemp("own-kafka"))
    kafka.address = f"127.0.0.1:{lasting_port()}"
    with kafka:
        yield kafka


def lasting_port() -> int:
    """A free port that no client's own end of a connection gets meanwhile: below those that the system hands out."""
    first = 20_000 + os.getpid() % 5_000
    for port in range(first, 30_000):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise RuntimeError("no port is free")


def log(worker: WorkerProcess) -> list[str]:
    return worker._log.read_text().splitlines()


def until(reached: Callable[[], bool], worker: WorkerProcess) -> None:
    while not reached():
        worker.check()
        time.sleep(0.05)


def reasons(worker: WorkerProcess) -> str:
    """Why it is not ready, in its own words."""
    try:
        with urlopen(f"{worker.address}/readyz", timeout=10) as answer:
            told: dict[str, Any] = json.load(answer)
    except HTTPError as error:
        told = json.load(error)
    return "; ".join(told["why"])


def gauge(worker: WorkerProcess, name: str) -> float:
    return next(sample.value for family in families(worker) for sample in family.samples if sample.name == name)


def test_a_broker_that_is_killed_is_waited_for_in_few_words(own: Kafka, tmp_path: Path) -> None:
    file = simulated(tmp_path / "in.jsonl", EVENTS, "--seed", 21, "--broken", 0.01)
    events, expected = lines(file), outcome("compute", file, *CLOCK)
    with fleet(own.address, store="rocksdb", session_seconds=6, flush_events=500) as run:
        (worker,) = run.workers
        run.feed(events[: EVENTS // 2])
        run.await_applied(EVENTS // 10)
        before = len(log(worker))
        own.kill()
        until(lambda: "Kafka does not answer" in reasons(worker), worker)
        assert gauge(worker, "crm_broker_up") == 0
        time.sleep(OUTAGE)
        assert worker.get("/healthz") == {"alive": True}
        own.start()
        run.feed(events[EVENTS // 2 :])
        assert run.values() == expected.values
        worker.check()
        told = log(worker)[before:]
        assert len(told) < 20, told
        assert [len([line for line in told if part in line]) for part in ("does not answer", "answers again")] == [1, 1]
        check_stop(own, run)


def check_stop(own: Kafka, run: Fleet) -> None:
    """A worker that is stopped while the broker is away ends, and says what that means."""
    worker = run.workers.pop()
    own.kill()
    until(lambda: "Kafka does not answer" in reasons(worker), worker)
    assert worker.stop() == 0
    assert "stopped without Kafka" in log(worker)[-1]
    own.start()


def test_a_recovery_goes_on_when_the_broker_was_restarted_meanwhile(own: Kafka) -> None:
    with fleet(own.address, store="rocksdb") as run:
        run.workers.pop().stop()
        fill(own, f"{run.prefix}streams-state-changelog")
        worker = run._worker(run.folder, 1)
        run.workers.append(worker)
        try:
            until(lambda: any("rows to read" in line for line in log(worker)), worker)
            own.kill()
            assert not any("recovered" in line for line in log(worker)), "it was over before"
            own.start()
            worker.wait_ready()
            assert recovered(worker) >= ROWS
            assert gauge(worker, "crm_recovery_remaining_rows") == 0
        finally:
            worker.stop()


def fill(own: Kafka, changelog: str) -> None:
    """Rows that mean nothing to the engine, in each partition."""
    producer = Producer({"bootstrap.servers": own.address, "linger.ms": 50, "compression.type": "zstd"})
    for number in range(ROWS):
        producer.produce(changelog, b"%d" % number * 20, b"nothing/%d" % number, partition=number % 4)
        if number % 50_000 == 0:
            producer.flush()
    assert producer.flush(60) == 0


def recovered(worker: WorkerProcess) -> int:
    """How many rows the recoveries have read, as logged."""
    found = re.findall(r"recovered: ([\d,]+) rows", "\n".join(log(worker)))
    return sum(int(count.replace(",", "")) for count in found)
