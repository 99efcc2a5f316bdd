"""`python -m bench.recovery`: how fast a worker with an empty disk reads its state back, beside the raw read limit.

A worker takes simulated events in once; then, in turn, aiokafka's `getmany` reads the changelog, and no more,
and a worker recovers it into a RocksDB: checked, sealed with checksums, and written.
"""

import asyncio
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

import click
from aiokafka import AIOKafkaConsumer, TopicPartition

from bench.load import Event, kafka, mixed, send, topics
from bench.ours import cpu
from streams.exports.topics import changelog
from streams.worker.process import WorkerProcess, variable

BEGUN = re.compile(r"recovering ")
RECOVERED = re.compile(r"recovered: ([\d,]+) rows in ([\d.]+) s")
APPLICATION = "streams"
RATE = 20
"""Events a second of event time."""


class Reading(NamedTuple):
    """Rows that were read, seconds of wall time, seconds of CPU."""

    rows: int
    wall: float
    cpu: float


@click.command()
@click.option("--events", default=100_000, show_default=True)
@click.option("--rounds", default=3, show_default=True)
@click.option("--partitions", default=4, show_default=True)
def main(events: int, rounds: int, partitions: int) -> None:
    """Print medians over the rounds, and their ratio."""
    with tempfile.TemporaryDirectory(prefix="streams-bench-") as name, kafka(Path(name), None) as broker:
        folder, prefix = Path(name), f"bench-{uuid.uuid4().hex[:6]}-"
        with topics(broker, prefix, partitions):
            _fill(broker, prefix, folder, partitions, mixed(events, RATE))
            told = [_round(broker, prefix, folder, partitions) for _ in range(rounds)]
    limit, own = ([told_of[which] for told_of in told] for which in (0, 1))
    _say("raw read limit", limit, limit)
    _say("recovery", own, limit)


def _say(name: str, readings: list[Reading], limit: list[Reading]) -> None:
    rate, bound = (median(one.rows / one.wall for one in some) for some in (readings, limit))
    used = median(one.cpu / one.rows for one in readings)
    rows = readings[0].rows
    click.echo(f"{name:16}{rows:>10,} rows{rate:>12,.0f} rows/s{used * 1e6:>8.1f} CPU s/million{rate / bound:>8.2f}")


def _environment(broker: str, prefix: str, folder: Path, partitions: int) -> dict[str, str]:
    return {
        variable("broker", "bootstrap"): broker,
        variable("broker", "prefix"): prefix,
        variable("broker", "partitions"): str(partitions),
        variable("worker", "data"): str(folder / "state"),
        variable("worker", "application"): APPLICATION,
        variable("worker", "clock"): "replay",
    }


def _fill(broker: str, prefix: str, folder: Path, partitions: int, events: Sequence[Event]) -> None:
    """Have a worker take all events in."""
    send(events, broker, prefix)
    with WorkerProcess(_environment(broker, prefix, folder, partitions), folder / "filling.log") as worker:
        while True:
            counts = (worker.get("/api/positions") or {}).get("counts", {"received": 0})
            if sum(counts.values()) - counts["received"] >= len(events):
                return
            time.sleep(0.5)


def _round(broker: str, prefix: str, folder: Path, partitions: int) -> tuple[Reading, Reading]:
    """The raw read, and a recovery."""
    topic = changelog(prefix + APPLICATION)
    command = [sys.executable, "-c", f"from bench.recovery import raw; raw({broker!r}, {topic!r}, {partitions})"]
    limit = Reading(*json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
    shutil.rmtree(folder / "state")
    log = folder / "recovering.log"
    with WorkerProcess(_environment(broker, prefix, folder, partitions), log) as worker:
        _await(worker, log, BEGUN)
        used = cpu(worker.pid)
        rows, seconds = _await(worker, log, RECOVERED).groups()
        own = Reading(int(rows.replace(",", "")), float(seconds), cpu(worker.pid) - used)
    return limit, own


def _await(worker: WorkerProcess, log: Path, said: re.Pattern[str]) -> re.Match[str]:
    """Wait until the worker's log says so."""
    while (found := said.search(log.read_text())) is None:
        worker.check()
        time.sleep(0.02)
    return found


def raw(broker: str, topic: str, partitions: int) -> None:
    """Print how aiokafka reads a topic, with nothing done to its records: rows, seconds of wall time and of CPU."""
    print(json.dumps(asyncio.run(_read(broker, [TopicPartition(topic, partition) for partition in range(partitions)]))))


async def _read(broker: str, tps: list[TopicPartition]) -> Reading:
    options = {"auto_offset_reset": "earliest", "max_partition_fetch_bytes": 4 << 20}
    async with AIOKafkaConsumer(bootstrap_servers=broker, **options) as consumer:
        consumer.assign(tps)
        ends, began, used, count = await consumer.end_offsets(tps), time.monotonic(), time.process_time(), 0
        await consumer.seek_to_beginning(*tps)
        while any([await consumer.position(tp) < ends[tp] for tp in tps]):
            count += sum(map(len, (await consumer.getmany(timeout_ms=500)).values()))
        return Reading(count, time.monotonic() - began, time.process_time() - used)


if __name__ == "__main__":
    main()
