"""`streams dlq` on a real Kafka beside a worker: what is sent again and refused again says so."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import CliRunner, Result
from confluent_kafka import Producer

from streams import names
from streams.cli.dlq import dlq
from tests.broker.fleet import Fleet, fleet

TRACE = ("traceparent", b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
PATIENCE = 60


@pytest.fixture
def run(kafka: str) -> Iterator[Fleet]:
    with fleet(kafka) as running:
        yield running


def command(run: Fleet, *arguments: object) -> Result:
    where = ("--broker", run.bootstrap, "--prefix", run.prefix)
    return CliRunner().invoke(dlq, [str(arguments[0]), *where, *map(str, arguments[1:])])


def listed(run: Fleet, count: int, *options: str) -> list[str]:
    """The lines, once there are so many."""
    deadline = time.monotonic() + PATIENCE
    while True:
        lines = command(run, "list", *options).stdout.splitlines()
        if len(lines) >= count or time.monotonic() > deadline:
            return lines
        time.sleep(0.2)


def test_a_record_that_is_refused_again_says_so(run: Fleet, cluster: Any) -> None:
    producer = Producer({"bootstrap.servers": run.bootstrap})
    for value, headers in ((b"{}", [TRACE]), (b"not json", [])):
        producer.produce(run.prefix + names.TICKET_OPENED, value, headers=headers)
    assert producer.flush(30) == 0
    assert len(listed(run, 2)) == 2
    first = listed(run, 1, "--reason", "missing_field", "--since", "1h")
    assert len(first) == 1
    assert listed(run, 0, "--since", "2999-01-01T00:00:00Z") == []

    assert "1 dead letter would be sent again" in command(run, "resubmit", "--dry-run", first[0].split()[0]).stderr
    assert len(listed(run, 2)) == 2
    between = time.time_ns() // 1_000_000
    assert command(run, "resubmit", "--reason", "missing_field").exit_code == 0
    both = listed(run, 2, "--reason", "missing_field")
    assert [line.endswith("sent again 1×") for line in both if line != first[0]] == [True]

    again = next(line for line in both if line != first[0]).split()[0]
    shown = command(run, "show", again).stdout
    assert f"header      traceparent: {TRACE[1].decode()}" in shown
    assert "header      dead_letter_resubmitted: 1" in shown
    assert command(run, "show", again, "--raw").stdout_bytes == b"{}"
    letters = type(cluster)(cluster.bootstrap, run.prefix).consume(names.DEAD_LETTER)
    since = [letter for letter in letters if letter.timestamp >= between]
    assert {f"{letter.partition}/{letter.offset}" for letter in since} == {again}
