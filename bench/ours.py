"""Ours as contestants: workers, watched from outside, and compute."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import orjson
from confluent_kafka import Consumer, TopicPartition

from bench.figures import Figure
from bench.load import Event
from streams.names import KPI_VALUES
from streams.worker.latest import Latest
from streams.worker.process import WorkerProcess, variable

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
PAUSE = 0.1
LOOK_SHARE = 0.02
"""Of the time since the beginning, between looks: each costs the worker something, and makes the end that much late."""


class Fleet:
    """Workers on the topics of a prefix."""

    def __init__(self, broker: str, prefix: str, partitions: int, workers: list[WorkerProcess]) -> None:
        self.broker, self.prefix, self.partitions, self.workers = broker, prefix, partitions, workers

    def cpu(self) -> float:
        """CPU seconds that all have used."""
        return sum(cpu(worker.pid) for worker in self.workers)

    def states(self) -> list[dict[str, Any]]:
        """What each tells of its positions; of none that does not answer yet."""
        return [state for worker in self.workers if (state := worker.get("/api/positions"))]

    def ready(self) -> float:
        """Wait until each holds its partitions; seconds that took."""
        began = time.monotonic()
        for worker in self.workers:
            worker.wait_ready()
        return time.monotonic() - began

    def confine(self) -> None:
        """Have all of them on one core from now on."""
        core = min(os.sched_getaffinity(0))
        for worker in self.workers:
            for task in Path(f"/proc/{worker.pid}/task").iterdir():
                os.sched_setaffinity(int(task.name), {core})

    def resident(self) -> int:
        """Bytes of memory that all hold."""
        return sum(resident(one.pid) for one in self.workers)

    def metrics(self) -> str:
        """The first worker's metrics."""
        with urlopen(self.workers[0].address + "/metrics", timeout=30) as answer:
            text: str = answer.read().decode()
            return text

    def mark(self) -> tuple[float, float]:
        """The time and the CPU seconds used, now."""
        return time.monotonic(), self.cpu()

    def through(self, events: int, after: int = 0, since: tuple[float, float] | None = None) -> Figure:
        """From before the first event was read, or a mark, to when all are durably applied and published.

        `after` so many that are past.
        """
        began, used = since or self.mark()
        while True:
            now, states = self.mark(), self.states()
            if sum(state["counts"]["received"] for state in states) <= after:
                began, used = now
            if gone(states) >= after + events and len(states) == len(self.workers) and not _unpublished(states):
                return Figure(events, time.monotonic() - began, self.cpu() - used)
            time.sleep(max(PAUSE, LOOK_SHARE * (time.monotonic() - began)))

    def await_(self, events: int) -> None:
        """Wait until so many events are applied and published, all in all."""
        while gone(states := self.states()) < events or _unpublished(states):
            time.sleep(PAUSE)

    def values(self) -> list[bytes]:
        """The latest record of each series and window on kpi-values."""
        client, topic = {"bootstrap.servers": self.broker, "group.id": "unused"}, self.prefix + KPI_VALUES
        reader = Consumer(client)
        ends = {p: reader.get_watermark_offsets(TopicPartition(topic, p))[1] for p in range(self.partitions)}
        reader.close()
        with Latest(client, topic, self.partitions, strict=False) as latest:
            while any(latest.next[partition] < end for partition, end in ends.items()):
                latest.check()
                time.sleep(PAUSE)
            return list(latest.values.values())


def gone(states: list[dict[str, Any]]) -> int:
    """Events applied, known as duplicates, or refused."""
    return sum(sum(state["counts"].values()) - state["counts"]["received"] for state in states)


def _unpublished(states: list[dict[str, Any]]) -> bool:
    return any(state["unpublished"] for state in states)


@contextmanager
def fleet(broker: str, prefix: str, partitions: int, folder: Path, number: int = 1, **settings: str) -> Iterator[Fleet]:
    """So many workers; `settings` are named `section__name`, as in `kpis__windows`."""
    folder.mkdir(parents=True, exist_ok=True)
    own = {
        variable("broker", "bootstrap"): broker,
        variable("broker", "prefix"): prefix,
        variable("broker", "partitions"): str(partitions),
        variable("worker", "clock"): "replay",
        **{variable(*name.split("__")): value for name, value in settings.items()},
    }
    with ExitStack() as stack:
        workers = [
            stack.enter_context(
                WorkerProcess({**own, variable("worker", "data"): str(folder / f"state-{n}")}, folder / f"{n}.log")
            )
            for n in range(number)
        ]
        yield Fleet(broker, prefix, partitions, workers)


def cpu(pid: int) -> float:
    """CPU seconds that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def resident(pid: int) -> int:
    """Bytes of memory that a process holds."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE


def compute(events: list[Event], folder: Path, *options: str) -> tuple[Figure, list[bytes]]:
    """`streams compute` from start to exit, and its records."""
    folder.mkdir(parents=True)
    path, out = folder / "events.jsonl", folder / "values.jsonl"
    with path.open("wb") as lines:
        lines.writelines(
            orjson.dumps({"topic": topic, "value": orjson.Fragment(value)}) + b"\n" for topic, value in events
        )
    started, before = time.monotonic(), os.times()
    command = [sys.executable, "-m", "streams", "compute", str(path), "--out", str(out), *options]
    subprocess.run(command, check=True, capture_output=True)
    wall, after = time.monotonic() - started, os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return Figure(len(events), wall, used), out.read_bytes().splitlines()
