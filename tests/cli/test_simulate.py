"""`streams simulate` as it is called: into a file, and into a broker."""

import json

import pytest
from click.testing import CliRunner
from kafka import KafkaConsumer, TopicPartition

from streams.cli.produce import PROTOCOL, ProducerError, producing
from streams.cli.simulate import simulate
from streams.names import INPUTS
from streams.worker.embedded import EmbeddedBroker

FAULTS = ("--late", "0.1", "--doubled", "0.1", "--broken", "0.1", "--out-of-order", "0.1")


def _run(*arguments):
    return CliRunner().invoke(simulate, [str(argument) for argument in arguments])


def test_the_same_options_give_the_same_bytes(tmp_path):
    runs = [_run("--events", 500, *FAULTS) for _ in range(2)]
    assert runs[0].exit_code == 0
    assert runs[0].stdout_bytes == runs[1].stdout_bytes
    assert _run("--events", 500, *FAULTS, "--out", tmp_path / "out.jsonl").stdout_bytes == b""
    assert (tmp_path / "out.jsonl").read_bytes() == runs[0].stdout_bytes
    assert _run("--events", 500, *FAULTS, "--seed", 2).stdout_bytes != runs[0].stdout_bytes


def test_lines_are_records():
    result = _run("--events", 300, "--start", "2026-06-01T00:00:00+02:00")
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert len(lines) == 300
    assert {line["topic"] for line in lines} <= set(INPUTS)
    assert lines[0]["value"]["occurred_at"].startswith(("2026-05-31T22", "2026-05-31T23", "2026-06-01"))
    assert "300 records" in result.stderr


def test_a_duration():
    result = _run("--duration", "2h", "--rate", "0.1")
    times = [json.loads(line)["value"]["occurred_at"] for line in result.stdout.splitlines()]
    assert times
    assert all("2026-01-05T00" <= time < "2026-01-05T02" for time in times)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "--events N or --duration 30d"),
        (("--duration", "2 fortnights"), "no length of time"),
        (("--events", 1, "--start", "soon"), "'soon' is no time"),
        (("--events", 1, "--late", 2), "--late"),
        (("--events", 1, "--rate", 0), "--rate"),
    ],
)
def test_wrong_usage(arguments, message):
    result = _run(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr


@pytest.fixture
def broker():
    with EmbeddedBroker() as running:
        running.ensure_topics([f"demo-{name}" for name in INPUTS])
        yield running.bootstrap


def _stored(broker):
    """Partition and key of each record of the five topics."""
    consumer = KafkaConsumer(bootstrap_servers=broker, enable_auto_commit=False, api_version=PROTOCOL)
    try:
        parts = [
            TopicPartition(f"demo-{name}", n) for name in INPUTS for n in consumer.partitions_for_topic(f"demo-{name}")
        ]
        consumer.assign(parts)
        consumer.seek_to_beginning(*parts)
        ends = consumer.end_offsets(parts)
        found = []
        while any(consumer.position(part) < ends[part] for part in parts):
            found += [record for batch in consumer.poll(timeout_ms=100).values() for record in batch]
        return found
    finally:
        consumer.close()


def test_into_a_broker(broker):
    """At 2,000 a second; what arrives is what was counted, under random keys."""
    result = _run("--broker", broker, "--prefix", "demo-", "--events", 600, "--rate", 2000, "--doubled", 0.1)
    assert result.exit_code == 0, result.output
    records = _stored(broker)
    assert len(records) > 600
    assert f"{len(records)} records" in result.stderr
    assert len({record.key for record in records}) > 0.99 * len(records)
    customers = {}
    for record in records:
        customers.setdefault(json.loads(record.value)["customer_id"], set()).add(record.partition)
    assert any(len(partitions) > 1 for partitions in customers.values())


def test_a_broker_that_is_not_there():
    with pytest.raises(ProducerError, match="is it running"), producing("127.0.0.1:1", "", patience=300) as send:
        send("order-entered", {})
