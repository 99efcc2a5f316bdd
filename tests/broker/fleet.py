"""A replay on the real Kafka whose workers a test may kill and start again, and what its topics hold at the end."""

import os
import signal
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import orjson
import pytest
from confluent_kafka import Consumer, TopicPartition
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from streams import names
from streams.events.lines import Line, parse
from streams.exports.finals import place_of
from streams.worker import replay
from streams.worker.process import WorkerProcess, variable
from streams.worker.replay import Plan
from streams.worker.settings import load

NOT_AFTER = 1_780_272_000_000
"""2026-06-01T00:00:00Z: what occurred later lies in the future."""
CLOCK = ("--clock", "2026-06-01T00:00:00Z")
"""The same for compute, whose tolerance is `max_future`."""

Series = tuple[str, tuple[tuple[str, str], ...]]


class Fleet(replay._Run):
    """Workers on topics of their own; `extra` are settings of the section worker."""

    folder: Path

    def __init__(self, stack: ExitStack, broker: str, partitions: int, workers: int, extra: dict[str, Any]) -> None:
        self._stack, self._extra = stack, {variable("worker", name): str(value) for name, value in extra.items()}
        settings = load(None, {"worker": {"clock": "replay"}})
        super().__init__(stack, Plan(settings, broker, partitions, workers, None, NOT_AFTER + settings.max_future))
        group = {"bootstrap.servers": self.bootstrap, "group.id": f"{self.prefix}streams", "log_level": 0}
        self._group = Consumer(group)
        stack.callback(self._group.close)

    def _worker(self, folder: Path, number: int) -> WorkerProcess:
        self.folder = folder

        def start(environment: dict[str, Any], log: Path) -> WorkerProcess:
            return WorkerProcess(environment | self._extra, log)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(replay, "WorkerProcess", start)
            return super()._worker(folder, number)

    def _reached(self, stage: str) -> dict[str, int]:
        """A worker that was killed cannot tell how far its intake came: its commits do."""
        if stage != "inputs":
            return super()._reached(stage)
        places = [TopicPartition(self.prefix + t, p) for t in names.INPUTS for p in range(self.partitions)]
        committed = self._group.committed(places, timeout=30)
        return {f"{tp.topic.removeprefix(self.prefix)}/{tp.partition}": max(tp.offset, 0) for tp in committed}

    # --- life and death

    def kill(self, number: int = 0) -> None:
        """kill -9."""
        os.kill(self.workers[number].pid, signal.SIGKILL)
        self.workers.pop(number).stop()

    def start(self, number: int) -> None:
        """Another worker, on the disk of the one that had this number, or on an empty one."""
        worker = self._stack.enter_context(self._worker(self.folder, number))
        self.workers.append(worker)
        worker.wait_ready()

    def applied(self) -> int:
        """How many events the workers that live have applied."""
        return sum(state["counts"]["applied"] for state in self._states())

    def await_applied(self, count: int) -> None:
        """Wait until the workers that live have applied so many."""
        while self.applied() < count:
            time.sleep(0.02)

    def values(self) -> bytes:
        """The final values as `streams replay` writes them, once everything has gone all the way."""
        records = sorted(self.finish().records, key=place_of)
        return b"".join(orjson.dumps(record, option=orjson.OPT_APPEND_NEWLINE) for record in records)


@contextmanager
def fleet(broker: str, *, partitions: int = 4, workers: int = 1, **extra: Any) -> Iterator[Fleet]:
    """A fleet that leaves nothing behind."""
    with ExitStack() as stack:
        yield Fleet(stack, broker, partitions, workers, extra)


def lines(file: Path) -> list[Line]:
    """The lines of a file that are records."""
    parsed = (parse(line) for line in file.read_bytes().splitlines())
    return [line for line in parsed if isinstance(line, Line)]


def families(worker: WorkerProcess) -> Iterable[Metric]:
    """What a worker exports."""
    with urlopen(f"{worker.address}/metrics", timeout=10) as answer:
        text: str = answer.read().decode()
    return text_string_to_metric_families(text)


def kpi_series(worker: WorkerProcess) -> dict[Series, float]:
    """The series of KPIs among it: those of a window and a scope."""
    return series_of(families(worker))


def series_of(exported: Iterable[Metric]) -> dict[Series, float]:
    """The series of KPIs among what is exported."""
    samples = [sample for family in exported for sample in family.samples]
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for sample in samples
        if {"window", "scope"} <= set(sample.labels)
    }


def total(worker: WorkerProcess, counter: str) -> int:
    """The sum of a counter over its labels."""
    return int(sum(s.value for family in families(worker) for s in family.samples if s.name == f"crm_{counter}_total"))


def breached(records: Iterable[Any]) -> dict[bytes, bytes]:
    """What a compacted topic says in the end, from its records in order."""
    latest = {record.key: record.value for record in records}
    return {key: value for key, value in latest.items() if value is not None}
