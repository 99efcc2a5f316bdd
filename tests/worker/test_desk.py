"""Proposals by real workers: those of the pure desk, each asked for once, whoever dies and takes over."""

import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import orjson
from confluent_kafka import Consumer, TopicPartition

from streams import names
from streams.events.journal import Tick, encode
from streams.events.lines import Line, parse
from streams.units import HOUR, MINUTE, rfc3339
from streams.worker.replay import Plan, _Run
from streams.worker.settings import load
from tests.contracts import Record, faults
from tests.laws.journals import decoded
from tests.sla.department import OPERATORS, POLICY, START, Fleet

TICKETS = 40


def lines() -> Iterator[dict[str, Any]]:
    """Tickets that nobody writes on, and operators who are at work; all of it before any of them is due."""
    for number in range(TICKETS):
        own = {"customer_id": f"c{number}", "ticket_id": f"t{number}"}
        at = START + number * 10_000
        holder = OPERATORS[number % 7]
        opening = {"event_id": f"o{number}", "occurred_at": rfc3339(at), "assigned_to": holder, "department": "care"}
        yield {"topic": names.TICKET_OPENED, "value": {**own, **opening}}
        act = {"event_id": f"n{number}", "occurred_at": rfc3339(at + 1 + number * 7), "action": "note", "by": "agent"}
        yield {"topic": names.TICKET_ANSWERED, "value": {**own, **act, "agent_id": OPERATORS[number * 3 % 10]}}


def asked(run: _Run, count: int) -> list[dict[str, Any]]:
    """The records of the topic once there are so many, or more."""
    consumer = Consumer({"bootstrap.servers": run.bootstrap, "group.id": "unused", "enable.auto.commit": False})
    consumer.assign([TopicPartition(run.prefix + names.REASSIGNMENT_REQUESTED, 0, 0)])
    found: list[dict[str, Any]] = []
    while len(found) < count:
        for worker in run.workers:
            worker.check()
        for message in consumer.consume(1_000, timeout=0.2):
            record = Record(message.key() or b"", message.value(), message.headers() or [])
            assert faults(names.REASSIGNMENT_REQUESTED, record) == []
            found.append(orjson.loads(message.value() or b""))
    consumer.close()
    return found


def tick(run: _Run, at: int) -> None:
    for partition in range(run.partitions):
        run.producer.produce(run.prefix + names.JOURNAL, encode(Tick(at)), partition=partition)
    run.producer.flush()


def test_each_is_asked_for_once_and_as_the_desk_says(tmp_path: Path) -> None:
    (tmp_path / "policies.toml").write_text(POLICY, "utf-8")
    changes = {"worker": {"clock": "replay"}, "sla": {"policies": tmp_path / "policies.toml"}}
    settings = load(None, changes)
    want = Fleet(1)
    want.absorb(decoded(line["topic"], line["value"]) for line in lines())
    ends = START + 30 * MINUTE, START + HOUR + 20 * MINUTE
    expected = [_told(want, at) for at in ends]
    with ExitStack() as stack:
        run = _Run(stack, Plan(settings, "embedded", 4, 1, None, START + 1_000 * HOUR))
        run.feed(line for one in lines() if isinstance(line := parse(orjson.dumps(one)), Line))
        run._await("inputs", names.INPUTS)
        run._await("journal", (names.JOURNAL,))
        tick(run, ends[0])
        first = asked(run, len(expected[0]))
        os.kill(run.workers[0].pid, signal.SIGKILL)
        run.workers.pop(0).stop()
        again = stack.enter_context(run._worker(tmp_path, 9))
        run.workers.append(again)
        again.wait_ready()
        tick(run, ends[1])
        every = asked(run, len(expected[0]) + len(expected[1]))
    assert [_key(one) for one in first] == expected[0]
    assert every[: len(first)] == first
    assert [_key(one) for one in every[len(first) :]] == expected[1]
    assert len(expected[0]) == TICKETS
    assert {one["chain"] for one in every} == {1, 2}
    assert len({one["reassignment_id"] for one in every}) == len(every)


Key = tuple[str, str | None, str | None, int, str, str]


def _told(fleet: Fleet, at: int) -> list[Key]:
    fleet.tick(at)
    fleet.flush_all()
    return [
        (one.ref.split(":")[-1], one.holder, one.to, one.chain, rfc3339(one.assigned_at), rfc3339(one.at))
        for one in fleet.requests()
    ]


def _key(one: dict[str, Any]) -> Key:
    names_ = ("ticket_id", "from_agent", "to_agent", "chain", "assigned_at", "requested_at")
    return tuple(one[name] for name in names_)  # type: ignore[return-value]
