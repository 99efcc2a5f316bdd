"""A replay: lines through the whole pipeline on topics of its own, and the final values.

Everything is waited for by positions: what was produced is in the journal, what is in the journal is flushed, what was
flushed is published. Then a tick tells every journal partition the final watermark [R1], and all is waited for again.
"""

import tempfile
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import msgspec
import orjson
from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition

from streams import names
from streams.events.journal import Tick, encode
from streams.events.lines import Line
from streams.exports.finals import FIRST
from streams.exports.topics import topic_plan
from streams.units import rfc3339
from streams.worker import security
from streams.worker.borrowed import EMBEDDED, BrokerError, topics
from streams.worker.embedded import PARTITIONS
from streams.worker.latest import Latest, RecordsLostError
from streams.worker.process import WorkerProcess, variable
from streams.worker.settings import Broker, Settings

PAUSE = 0.05
LOOK_SECONDS = 1.0
"""Between looks at the workers while events come slowly."""
WINDOW = 8_000
"""Events under way at once on the embedded broker, which drops what nobody has read yet."""
LARGEST = 2 << 20
"""Bytes of a record before compression: an event of the largest size has room for its key and headers."""
BACKLOG = 20_000
"""Partials under way at once."""


class Plan(msgspec.Struct, frozen=True):
    """What to replay on: `broker` is `embedded` or an address; partitions of every topic; workers at once."""

    settings: Settings
    broker: str
    partitions: int
    workers: int
    now: int | None
    not_after: int
    """The latest `occurred_at` that is not in the future, in ms."""
    progress: Callable[[int], None] = lambda _: None
    """Told how many events have gone all the way."""


class Result(msgspec.Struct, frozen=True):
    """The records of kpi-values as they stand at the end, and what became of the input."""

    records: list[dict[str, Any]]
    counts: dict[str, int]


def replay(lines: Iterable[Line], plan: Plan) -> Result:
    """Run the lines through the pipeline; leaves nothing behind.

    Raises `WorkerDiedError`, `RecordsLostError`, `BrokerError`.
    """
    try:
        with ExitStack() as stack:
            run = _Run(stack, plan)
            run.feed(lines)
            return run.finish()
    except KafkaException as error:
        raise BrokerError(f"Kafka at {plan.broker}: {error.args[0].str()}; is it still running?") from error


class _Run:
    def __init__(self, stack: ExitStack, plan: Plan) -> None:
        self.plan, self.embedded = plan, plan.broker == EMBEDDED
        self.prefix = f"replay-{uuid.uuid4().hex[:8]}-"
        self.partitions = PARTITIONS if self.embedded else plan.partitions
        specs = topic_plan(self.partitions, prefix=self.prefix)
        cluster = plan.settings.broker if not self.embedded else Broker()
        self.bootstrap = stack.enter_context(topics(plan.broker, specs, security.kafka_python(cluster)))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="streams-replay-")))
        self.workers = stack.enter_context(_fleet(self._worker(folder, n) for n in range(plan.workers)))
        own = {"bootstrap.servers": self.bootstrap, "log_level": 0}  # whatever matters is raised where it is waited for
        own |= security.librdkafka(cluster)
        self.producer = Producer({**own, "linger.ms": 5, "message.max.bytes": LARGEST, "compression.type": "zstd"})
        self.ends = Consumer({**own, "group.id": "unused"})
        stack.callback(self.ends.close)
        topic = self.prefix + names.KPI_VALUES
        self.latest = stack.enter_context(Latest(own, topic, self.partitions, strict=self.embedded))
        for worker in self.workers:
            worker.wait_ready()
        self.fed, self.looked = 0, time.monotonic()

    def _worker(self, folder: Path, number: int) -> WorkerProcess:
        settings = self.plan.settings
        own = {
            variable("broker", "bootstrap"): self.bootstrap,
            variable("broker", "prefix"): self.prefix,
            variable("broker", "partitions"): str(self.partitions),
            variable("broker", "check_topics"): str(not self.embedded),
            variable("worker", "data"): str(folder / f"worker-{number}"),
            variable("worker", "store"): "memory",
            variable("worker", "clock"): "replay",
            variable("worker", "replay_retention_days"): str(settings.worker.replay_retention_days),
            variable("worker", "clock_ms"): str(self.plan.not_after - settings.max_future),
            variable("worker", "flush_seconds"): "0.1",
            variable("worker", "publish_seconds"): "0.1",
            **({} if self.embedded else security.variables(settings.broker)),
        }
        for name, value in settings.kpis.model_dump(mode="json", exclude_none=True).items():
            own[variable("kpis", name)] = value if isinstance(value, str) else orjson.dumps(value).decode()
        for name, value in settings.costs.model_dump(mode="json", exclude_defaults=True).items():
            own[variable("costs", name)] = value if isinstance(value, str) else orjson.dumps(value).decode()
        for name, value in settings.sla.model_dump(mode="json", exclude_defaults=True).items():
            own[variable("sla", name)] = value if isinstance(value, str) else orjson.dumps(value).decode()
        return WorkerProcess(own, folder / f"worker-{number}.log")

    # --- input

    def feed(self, lines: Iterable[Line]) -> None:
        """Produce every line to its topic, keyed as it says."""
        for line in lines:
            self._produce(line)
            if self.fed % 1_000 == 0 or time.monotonic() - self.looked > LOOK_SECONDS:
                self._pace()
        self.producer.flush()
        taken = sum(sum(self._ends(topic).values()) for topic in names.INPUTS)
        if taken < self.fed:
            raise RecordsLostError(f"the broker took {taken:,} of {self.fed:,} records")

    def _produce(self, line: Line) -> None:
        key = None if line.key is None else str(line.key)
        self.fed += 1
        while True:
            try:
                self.producer.produce(self.prefix + line.topic, bytes(line.value), key, headers=line.record_headers)
                break
            except BufferError:
                self.producer.poll(PAUSE)
        self.producer.poll(0)

    def _pace(self) -> None:
        """On the embedded broker wait until most of what was produced has gone all the way."""
        states = self._states()
        self.plan.progress(_gone(states))
        self.looked = time.monotonic()
        if not self.embedded:
            return
        self.producer.flush()
        while self.fed - _gone(states) > WINDOW or _backlog(states) > BACKLOG:
            time.sleep(PAUSE)
            states = self._states()

    # --- end

    def finish(self) -> Result:
        """Wait for everything, decide the deadlines, wait again, and collect."""
        self._await("inputs", names.INPUTS)
        self._await("journal", (names.JOURNAL,))
        watermark = self.plan.now if self.plan.now is not None else self._watermark()
        self._tick(watermark)
        self._await("journal", (names.JOURNAL,))
        self._await("partials", (names.PARTIALS,))
        while any(state["unpublished"] for state in self._states()):
            time.sleep(PAUSE)
        ends = self._ends(names.KPI_VALUES)
        while any(self.latest.next[partition] < end for partition, end in ends.items()):
            self.latest.check()
            time.sleep(PAUSE)
        states = self._states()
        self.plan.progress(_gone(states))
        counts = {name: sum(state["counts"][name] for state in states) for name in states[0]["counts"]}
        return Result([_finished(value, watermark) for value in self.latest.values.values()], counts)

    def _watermark(self) -> int:
        return max((mark for state in self._states() for mark in state["greatest"].values()), default=0)

    def _tick(self, watermark: int) -> None:
        for partition in range(self.partitions):
            self.producer.produce(self.prefix + names.JOURNAL, encode(Tick(watermark, last=True)), partition=partition)
        self.producer.flush()

    def _await(self, stage: str, topics: Iterable[str]) -> None:
        """Wait until the fleet's positions of a stage reach the ends of its topics."""
        ends = {
            f"{topic}/{p}" if stage == "inputs" else str(p): n for topic in topics for p, n in self._ends(topic).items()
        }
        while any(end > self._reached(stage).get(place, 0) for place, end in ends.items()):
            self.plan.progress(_gone(self._states()))
            time.sleep(PAUSE)

    def _reached(self, stage: str) -> dict[str, int]:
        reached: dict[str, int] = {}
        for state in self._states():
            for place, offset in state[stage].items():
                reached[place] = max(offset, reached.get(place, 0))
        return reached

    def _states(self) -> list[dict[str, Any]]:
        while True:
            self.latest.check()
            states = [worker.get("/api/positions") for worker in self.workers]
            if all(states):
                return states
            time.sleep(PAUSE)

    def _ends(self, topic: str) -> dict[int, int]:
        name = self.prefix + topic
        return {
            p: self.ends.get_watermark_offsets(TopicPartition(name, p), timeout=30)[1] for p in range(self.partitions)
        }


def _gone(states: list[dict[str, Any]]) -> int:
    """How many events are applied, known as duplicates, or dead letters."""
    return sum(sum(state["counts"].values()) - state["counts"]["received"] for state in states)


def _backlog(states: list[dict[str, Any]]) -> int:
    return max(
        (lag for state in states for place, lag in state["lags"].items() if place.startswith(names.PARTIALS)), default=0
    )


def _finished(value: bytes, watermark: int) -> dict[str, Any]:
    """The record as one publication of the final values: the revisions on the way there depend on the batches."""
    return {**orjson.loads(value), "revision": FIRST, "watermark": rfc3339(watermark)}


@contextmanager
def _fleet(workers: Iterable[WorkerProcess]) -> Iterator[list[WorkerProcess]]:
    """Workers that start, and in the end stop, all at once."""
    with ExitStack() as stack:
        fleet = [stack.enter_context(worker) for worker in workers]
        try:
            yield fleet
        finally:
            for worker in fleet:
                worker.end()
