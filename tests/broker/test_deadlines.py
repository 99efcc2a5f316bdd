"""A thousand tickets that nobody answers, on a real Kafka: each is breached once, and in its time."""

import os
import signal
import time
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import orjson
import pytest
from confluent_kafka import Consumer, Producer, TopicPartition

from streams.cases.case import reference
from streams.events.decode import Decoder
from streams.events.model import Rejected
from streams.exports.sla import obligation_id
from streams.exports.topics import topic_plan
from streams.names import SLA_BREACHES, TICKET_OPENED
from streams.units import MINUTE, SECOND, rfc3339, to_ms
from streams.worker import admin
from streams.worker.process import WorkerProcess, variable

TICKETS = 1_000
POLICY = '[[policies]]\nname = "minute"\nfirst_response = { target = "1m", warnings = [] }\n'
AHEAD, SPREAD = 8 * SECOND, 20 * SECOND
"""The first deadline, and how far the last is behind it."""


class Breach(msgspec.Struct, frozen=True):
    """A record of sla-breaches; instants in ms."""

    identity: str
    told: int
    deadline: int


@pytest.mark.parametrize("killed", [False, True], ids=["undisturbed", "kill -9 in the middle"])
def test_every_deadline_is_told_once_and_none_before_its_time(cluster: Any, tmp_path: Path, killed: bool) -> None:
    admin.create(cluster.bootstrap, topic_plan(4, prefix=cluster.prefix))
    (tmp_path / "policies.toml").write_text(POLICY, encoding="utf-8")
    environment = {
        variable("broker", "bootstrap"): cluster.bootstrap,
        variable("broker", "prefix"): cluster.prefix,
        variable("worker", "data"): str(tmp_path / "state"),
        variable("worker", "session_seconds"): "6",
        variable("sla", "policies"): str(tmp_path / "policies.toml"),
    }
    with WorkerProcess(environment, tmp_path / "worker.log") as worker:
        worker.wait_ready()
        first = time.time_ns() // 1_000_000 + AHEAD
        due = produce(cluster, first)
        if killed:
            time.sleep(max(0.0, (first + SPREAD / 2) / SECOND - time.time()))
            os.kill(worker.pid, signal.SIGKILL)
            worker.stop()
            with WorkerProcess(environment, tmp_path / "again.log") as again:
                again.wait_ready()
                found = breaches(cluster, again)
        else:
            found = breaches(cluster, worker)
    assert {one.identity for one in found} == set(due)
    assert {one.identity: one.deadline for one in found} == due
    assert not [one for one in found if one.told <= one.deadline]
    late = sorted(one.told - one.deadline for one in found)
    print(f"told after the deadline: p50 {late[len(late) // 2]} ms, p99 {late[len(late) * 99 // 100]} ms")
    if not killed:
        assert set(Counter(one.identity for one in found).values()) == {1}


def produce(cluster: Any, first: int) -> dict[str, int]:
    """Open the tickets; the deadline of each by the id of its promise."""
    producer, due = Producer({"bootstrap.servers": cluster.bootstrap}), dict[str, int]()
    for number in range(TICKETS):
        deadline = first + SPREAD * number // TICKETS
        told = {"event_id": f"e{number}", "customer_id": f"c{number}", "ticket_id": "t"}
        value = orjson.dumps({**told, "occurred_at": rfc3339(deadline - MINUTE)})
        event = Decoder().decode(TICKET_OPENED, value)
        assert not isinstance(event, Rejected)
        due[obligation_id(reference(event), "first_response", 1)] = deadline
        producer.produce(cluster.prefix + TICKET_OPENED, value)
    producer.flush()
    return due


def breaches(cluster: Any, worker: WorkerProcess) -> list[Breach]:
    """All records of sla-breaches, once every ticket has one and nothing more came for a while."""
    own = {"bootstrap.servers": cluster.bootstrap, "group.id": "unused", "enable.auto.commit": False}
    consumer = Consumer(own)
    consumer.assign([TopicPartition(cluster.prefix + SLA_BREACHES, partition, 0) for partition in range(4)])
    found: list[Breach] = []
    quiet = 0.0
    while quiet < 3 or len({one.identity for one in found}) < TICKETS:
        worker.check()
        records = consumer.consume(1_000, timeout=0.5)
        quiet = 0.0 if records else quiet + 0.5
        for record in records:
            value = orjson.loads(record.value())
            deadline = to_ms(datetime.fromisoformat(value["deadline"]))
            found.append(Breach(value["obligation_id"], record.timestamp()[1], deadline))
    consumer.close()
    return found
