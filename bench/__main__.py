"""`make bench`: the worker, compute, and the raw read limit beside them, on one real Kafka, in alternating rounds."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path

import click

from bench.load import Figure, send, simulate, topics
from streams.names import INPUTS
from streams.worker.process import WorkerProcess, variable

KAFKA = Path(__file__).parent.parent / "deploy" / "kafka" / "kafka"
TICKS = os.sysconf("SC_CLK_TCK")


@click.command()
@click.option("--events", default=300_000, show_default=True)
@click.option("--rate", default=20, show_default=True, help="Events a second of event time.")
@click.option("--rounds", default=3, show_default=True)
@click.option("--partitions", default=4, show_default=True)
@click.option("--broker", help="A Kafka that runs already; otherwise one is started and stopped.")
def main(events: int, rate: int, rounds: int, partitions: int, broker: str | None) -> None:
    """Print medians over the rounds, and each as a ratio to the raw read limit."""
    with tempfile.TemporaryDirectory(prefix="streams-bench-") as name:
        folder = Path(name)
        started = broker is None
        broker = broker or _kafka("start", "--data", str(folder / "kafka"), "--port", "29092")
        try:
            _report(_measure(broker, folder, simulate(folder, events, rate), rounds, partitions))
        finally:
            if started:
                _kafka("stop", "--data", str(folder / "kafka"))


def _kafka(*arguments: str) -> str:
    return subprocess.run([str(KAFKA), *arguments], check=True, capture_output=True, text=True).stdout.strip()


def _measure(broker: str, folder: Path, path: Path, rounds: int, partitions: int) -> dict[str, list[Figure]]:
    prefix = f"bench-{uuid.uuid4().hex[:6]}-"
    figures: dict[str, list[Figure]] = {"raw read limit": [], "worker": [], "compute": []}
    with topics(broker, prefix, partitions):
        events = send(path, broker, prefix)
        contestants: dict[str, Callable[[int], Figure]] = {
            "raw read limit": lambda _: _raw(broker, prefix, events),
            "worker": lambda number: _worker(
                broker, f"{prefix}w{number}-", folder / f"worker-{number}", partitions, path
            ),
            "compute": lambda _: _compute(path, folder / "values.jsonl", events),
        }
        for number in range(rounds):
            for name, contestant in contestants.items():
                figures[name].append(contestant(number))
                click.echo(f"round {number + 1}: {name}: {figures[name][-1].rate:,.0f} events/s", err=True)
    return figures


def _raw(broker: str, prefix: str, events: int) -> Figure:
    names = ",".join(prefix + topic for topic in INPUTS)
    command = [sys.executable, "-m", "bench.raw", broker, names, str(events)]
    told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return Figure(events, told["wall"], told["cpu"])


def _worker(broker: str, prefix: str, folder: Path, partitions: int, path: Path) -> Figure:
    """From the first event to the last one durably applied and published, on topics of its own."""
    folder.mkdir()
    with topics(broker, prefix, partitions):
        events = send(path, broker, prefix)
        environment = {
            variable("broker", "bootstrap"): broker,
            variable("broker", "prefix"): prefix,
            variable("broker", "partitions"): str(partitions),
            variable("worker", "data"): str(folder / "state"),
            variable("worker", "clock"): "replay",
        }
        with WorkerProcess(environment, folder / "worker.log") as worker:
            return _until_done(worker, events)


def _until_done(worker: WorkerProcess, events: int) -> Figure:
    first = used = 0.0
    while True:
        told = worker.get("/api/positions") or {"counts": {"received": 0}, "unpublished": 1}
        counts = told["counts"]
        if counts["received"] and not first:
            first, used = time.monotonic(), _cpu(worker.pid)
        if sum(counts.values()) - counts["received"] >= events and not told["unpublished"]:
            return Figure(events, time.monotonic() - first, _cpu(worker.pid) - used)
        time.sleep(0.1)


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _compute(path: Path, out: Path, events: int) -> Figure:
    started, before = time.monotonic(), os.times()
    command = [sys.executable, "-m", "streams", "compute", str(path), "--out", str(out)]
    subprocess.run(command, check=True, capture_output=True)
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Figure(events, time.monotonic() - started, cpu)


def _report(figures: dict[str, list[Figure]]) -> None:
    limit = statistics.median(figure.rate for figure in figures["raw read limit"])
    click.echo(f"{'':20}{'events/s':>12}{'CPU s/million':>16}{'of the limit':>14}")
    for name, rounds in figures.items():
        rate = statistics.median(figure.rate for figure in rounds)
        cpu = statistics.median(figure.cpu_per_million for figure in rounds)
        click.echo(f"{name:20}{rate:>12,.0f}{cpu:>16.1f}{rate / limit:>13.2f}x")


if __name__ == "__main__":
    main()
