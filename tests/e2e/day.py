"""The simulated day: a real Kafka, two workers, Prometheus and Alertmanager, and a business that goes its way."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import orjson
from confluent_kafka import Producer

from streams.worker.process import WorkerProcess, variable
from tests.e2e.business import Happening, Outage, happenings
from tests.e2e.clock import OPENS, SPEED, Clock, at
from tests.e2e.launch import FILE
from tests.e2e.servers import Alertmanager, Server, end
from tests.e2e.sink import Sink, listening
from tests.render.prometheus import ROOT
from tests.soak.kafka import Kafka

POLICIES = Path(__file__).with_name("policies.toml")
NOON = Outage(at("12:00"), at("13:30"))
CLOSES = at("17:00")
HISTORY = 3 * 24 * 3_600_000
"""How long before the day the business has been quiet, in ms."""
WORKERS = 2
PATIENCE = 120.0
"""Seconds for whatever has to come."""
PAUSE = 0.1


class Worker(WorkerProcess):
    """A worker by the day's clock."""

    module = "tests.e2e.launch"

    def kill(self) -> None:
        """kill -9."""
        self._process.kill()
        self._process.wait()


class Day:
    """The running day."""

    def __init__(self, folder: Path, bootstrap: str, sink: Sink, more: Sequence[Happening] = ()) -> None:
        self.sink, self._folder, self._bootstrap = sink, folder, bootstrap
        self.clock = Clock(folder / "clock")
        self.workers: list[Worker] = []
        self.alertmanager = Alertmanager(folder)
        self._prometheus: Server | None = None
        self.begun = 0.0
        self._producer = Producer({"bootstrap.servers": bootstrap, "linger.ms": 5})
        self._over = threading.Event()
        self._quiet = not more
        self._told = sorted([*happenings(OPENS - HISTORY, CLOSES, NOON), *more], key=lambda one: one.at)
        self._feeders: list[threading.Thread] = []

    @property
    def prometheus(self) -> Server:
        """Running once the day is prepared."""
        assert self._prometheus is not None
        return self._prometheus

    def start_worker(self, number: int, port: int = 0) -> Worker:
        """Start one; again, on the disk that it had."""
        return Worker(self._environment(number), self._folder / f"worker-{number}-{port}.log", port)

    def prepare(self) -> None:
        """Up to the evening before: workers that have seen days of quiet business, and a Prometheus that saw them."""
        self.workers = [self.start_worker(number) for number in range(WORKERS)]
        for worker in self.workers:
            worker.wait_ready()
        addresses = [worker.address.removeprefix("http://") for worker in self.workers]
        self._prometheus = Server(self._folder, POLICIES, addresses, self.alertmanager.address)
        self.until(lambda: self._values("count(crm_partitions_expected) == 2"), "a first scrape of both workers")
        past = [one for one in self._told if one.at < OPENS]
        self.produce(past)
        self.until(lambda: self._received() >= len(past), "the days before to be read")
        self.until(lambda: self._values("sum(crm_consumer_lag_records) == 0"), "the days before to go all the way")
        if self._quiet:
            self.until(lambda: not self._alerts(), "alerts of the catching up to end")

    def begin(self) -> None:
        """Open: from now on time passes."""
        self.alertmanager.start(self.sink.url)
        self.until(self._listens, "Alertmanager to listen")
        self.begun = self.clock.begin()
        self.prometheus.begin(self.begun)
        self.feed([one for one in self._told if one.at >= OPENS])

    def wait_until(self, clock: str) -> None:
        """Wait until it is so late."""
        while self.clock.now < at(clock):
            time.sleep(PAUSE)

    def until(self, holds: Callable[[], Any], what: str) -> None:
        """Wait until something holds; give up with what was told so far."""
        deadline = time.monotonic() + PATIENCE
        while not holds():
            if time.monotonic() > deadline:
                told = "\n".join(f"  {one[:3]} {one.labels}" for one in self.sink.others())
                raise AssertionError(f"waited {PATIENCE:g} s in vain for {what}; told so far:\n{told}")
            time.sleep(PAUSE)

    def fired(self) -> set[str]:
        """Every alert that has fired since the day began."""
        return self.prometheus.fired(int(time.time() - self.begun))

    def produce(self, told: Iterable[Happening]) -> None:
        """Send events."""
        for one in told:
            self._producer.produce(one.topic, orjson.dumps(one.value))
            self._producer.poll(0)
        assert not self._producer.flush(60)

    def end(self) -> None:
        """Let nothing more happen, and nobody work."""
        self._over.set()
        for feeder in self._feeders:
            feeder.join(10)
        for worker in self.workers:
            worker.stop()
        for server in (self._prometheus, self.alertmanager):
            if server is not None:
                end(server.process)

    def feed(self, told: Iterable[Happening]) -> None:
        """Let it happen at its time; what is past, at once."""
        every, now = list(told), self.clock.now
        self.produce(one for one in every if one.at < now)
        later = [one for one in every if one.at >= now]
        feeder = threading.Thread(target=self._feed, args=(later,), daemon=True)
        self._feeders.append(feeder)
        feeder.start()

    def _feed(self, told: Iterable[Happening]) -> None:
        for one in told:
            while self.clock.now < one.at:
                if self._over.wait(min(1.0, (one.at - self.clock.now) / 1000 / SPEED + 0.001)):
                    return
            self.produce([one])

    def _environment(self, number: int) -> dict[str, str]:
        given = {
            ("broker", "bootstrap"): self._bootstrap,
            ("worker", "data"): str(self._folder / f"state-{number}"),
            ("worker", "session_seconds"): "30",
            ("sla", "policies"): str(POLICIES),
        }
        settings = {variable(*place): value for place, value in given.items()}
        return {**settings, FILE: str(self._folder / "clock"), "PYTHONPATH": str(ROOT)}

    def _received(self) -> int:
        return sum(worker.get("/readyz")["counts"]["received"] for worker in self.workers)

    def _alerts(self) -> list[Any]:
        return self._values('ALERTS{alertname!="CrmWatchdog"}')

    def _values(self, expr: str) -> list[float]:
        try:
            return self.prometheus.values(expr)
        except OSError:
            return []

    def _listens(self) -> bool:
        try:
            return bool(self.alertmanager.ask("status"))
        except OSError:
            return False


@contextmanager
def played(folder: Path, more: Sequence[Happening] = ()) -> Iterator[Day]:
    """A day that has just begun, with `more` that happens in it; nothing of it is left afterwards."""
    with ExitStack() as stack:
        sink = stack.enter_context(listening())
        kafka = stack.enter_context(Kafka(folder / "kafka"))
        command = [sys.executable, "-m", "streams", "topics", "--broker", kafka.address, "--apply"]
        subprocess.run(command, check=True, capture_output=True)
        day = Day(folder, kafka.address, sink, more)
        stack.callback(day.end)
        day.prepare()
        day.begin()
        yield day
