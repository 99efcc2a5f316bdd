"""`python -m bench.recovery`: how fast a worker with an empty disk reads its state back, beside the raw read limit.

A worker takes simulated events in once; then, in turn, aiokafka's `getmany` reads the changelog, and no more,
and a worker recovers it into a RocksDB: checked, sealed with checksums, and written.
"""

import asyncio
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from aiokafka import AIOKafkaConsumer, TopicPartition

from bench.load import send, simulate, topics
from streams.exports.topics import changelog
from streams.worker.process import WorkerProcess, variable

KAFKA = Path(__file__).parent.parent / "deploy" / "kafka" / "kafka"
RECOVERED = re.compile(r"recovered: ([\d,]+) rows in [\d.]+ s, ([\d,]+) rows/s")
APPLICATION = "streams"


@click.command()
@click.option("--events", default=100_000, show_default=True)
@click.option("--rounds", default=3, show_default=True)
@click.option("--partitions", default=4, show_default=True)
def main(events: int, rounds: int, partitions: int) -> None:
    """Print medians over the rounds, and their ratio."""
    with tempfile.TemporaryDirectory(prefix="streams-bench-") as name, _kafka(Path(name) / "kafka") as broker:
        folder, prefix = Path(name), f"bench-{uuid.uuid4().hex[:6]}-"
        with topics(broker, prefix, partitions):
            _fill(broker, prefix, folder, partitions, simulate(folder, events, 20))
            told = [_round(broker, prefix, folder, partitions) for _ in range(rounds)]
    rows, raw, own = (statistics.median(column) for column in zip(*told, strict=True))
    click.echo(f"{rows:,.0f} rows: raw read limit {raw:,.0f} rows/s, recovery {own:,.0f} rows/s, {own / raw:.2f} of it")


@contextmanager
def _kafka(data: Path) -> Iterator[str]:
    def script(*arguments: str) -> str:
        command = [str(KAFKA), *arguments, "--data", str(data)]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    yield script("start", "--port", "0")
    script("stop")


def _environment(broker: str, prefix: str, folder: Path, partitions: int) -> dict[str, str]:
    return {
        variable("broker", "bootstrap"): broker,
        variable("broker", "prefix"): prefix,
        variable("broker", "partitions"): str(partitions),
        variable("worker", "data"): str(folder / "state"),
        variable("worker", "application"): APPLICATION,
        variable("worker", "clock"): "replay",
    }


def _fill(broker: str, prefix: str, folder: Path, partitions: int, path: Path) -> None:
    """Have a worker take all events in."""
    events = send(path, broker, prefix)
    with WorkerProcess(_environment(broker, prefix, folder, partitions), folder / "filling.log") as worker:
        while True:
            counts = (worker.get("/api/positions") or {}).get("counts", {"received": 0})
            if sum(counts.values()) - counts["received"] >= events:
                return
            time.sleep(0.5)


def _round(broker: str, prefix: str, folder: Path, partitions: int) -> tuple[int, float, float]:
    """Rows, rows/s of the raw read, rows/s of a recovery."""
    topic = changelog(prefix + APPLICATION)
    command = [sys.executable, "-c", f"from bench.recovery import raw; raw({broker!r}, {topic!r}, {partitions})"]
    limit = float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    shutil.rmtree(folder / "state")
    log = folder / "recovering.log"
    with WorkerProcess(_environment(broker, prefix, folder, partitions), log) as worker:
        worker.wait_ready()
        found = RECOVERED.search(log.read_text())
    if found is None:
        raise RuntimeError(f"the worker does not tell of a recovery: {log.read_text()}")
    rows, rate = (int(number.replace(",", "")) for number in found.groups())
    click.echo(f"{rows:,} rows: raw {limit:,.0f} rows/s, recovery {rate:,} rows/s", err=True)
    return rows, limit, rate


def raw(broker: str, topic: str, partitions: int) -> None:
    """Print how many records a second of a topic aiokafka reads, with nothing done to them."""
    print(asyncio.run(_read(broker, [TopicPartition(topic, partition) for partition in range(partitions)])))


async def _read(broker: str, tps: list[TopicPartition]) -> float:
    options = {"auto_offset_reset": "earliest", "max_partition_fetch_bytes": 4 << 20}
    async with AIOKafkaConsumer(bootstrap_servers=broker, **options) as consumer:
        consumer.assign(tps)
        ends, began, count = await consumer.end_offsets(tps), time.monotonic(), 0
        await consumer.seek_to_beginning(*tps)
        while any([await consumer.position(tp) < ends[tp] for tp in tps]):
            count += sum(map(len, (await consumer.getmany(timeout_ms=500)).values()))
        return count / (time.monotonic() - began)


if __name__ == "__main__":
    main()
