"""One run of a scenario: its random source, topics, workers, load, and what is noted on the way."""

import random
import time
import uuid
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any, NamedTuple

from streams import names
from streams.events.lines import Line
from tests.soak import events, offsets, settings
from tests.soak.ending import Positions, Watch
from tests.soak.events import Events
from tests.soak.feeder import Feeder
from tests.soak.fleet import Fleet
from tests.soak.kafka import Kafka
from tests.soak.samples import Sampler
from tests.soak.size import Size
from tests.soak.topics import Topics, made
from tests.soak.worker import Worker

LIMIT = 420.0
"""Seconds for the end to come in any case."""


class Given(NamedTuple):
    """What a run is told: its seed decides everything else."""

    kafka: Kafka
    folder: Path
    seed: int
    size: Size
    defects: Sequence[str] = ()


class Run:
    """Everything is drawn from the seed; `open` makes topics and configuration, then workers can start."""

    prefix: str
    events: Events
    topics: Topics
    fleet: Fleet
    sampler: Sampler
    positions: Positions

    def __init__(self, stack: ExitStack, given: Given) -> None:
        self._stack, self._given = stack.enter_context(ExitStack()), given
        self.kafka, self.folder, self.size = given.kafka, given.folder, given.size
        self.rng = random.Random(given.seed)
        self.notes: dict[str, Any] = {}
        self.faults: list[str] = []
        """What did not hold on the way."""
        self.ready_seconds: list[float] = []
        self.feeder: Feeder | None = None
        self.watermark = 0
        self.opened = False
        self.unequal = False
        """Whether the final values can not be those of compute, by what was done."""

    @property
    def seed(self) -> int:
        """Of all that is random."""
        return self._given.seed

    def open(
        self,
        given: Events | None = None,
        groups: Sequence[str] = ("",),
        conditions: Sequence[str] = (),
        **changes: Any,
    ) -> None:
        """Make events, topics and configuration.

        `changes` are settings of the section worker, `partitions`, `check_topics`, or `kpis`; `groups` are the suffixes
        of the workers' groups, one for each set of roles that runs apart; `conditions` are what workers run under (see
        `conditions`).
        """
        self.prefix = f"soak-{uuid.uuid4().hex[:8]}-"
        own = {**settings.drawn(self.rng), **changes}
        self.notes.update({name: own[name] for name in settings.SHOWN})
        self.events = given or events.made(self.folder, self.seed, self.size.events)
        self.topics = self._stack.enter_context(made(self.kafka.address, self.prefix, own["partitions"]))
        config = settings.written(self.folder / "worker.toml", self.kafka.address, self.prefix, own)
        self.fleet = self._stack.enter_context(Fleet(self.folder, config, [*conditions, *self._given.defects]))
        self.sampler = self._stack.enter_context(Sampler(self.fleet))
        application = self.prefix + settings.APPLICATION
        self.positions = Positions(self.topics, self.fleet, [application + suffix for suffix in groups])
        self.opened = True

    def enter(self, context: AbstractContextManager[Any]) -> None:
        """Have a context end with the run."""
        self._stack.enter_context(context)

    def close(self) -> None:
        """End workers and topics; the run may be opened again."""
        self._stack.close()
        self.feeder = None

    # --- load and time

    def feed(self, seconds: float | None = None, lines: Sequence[Line] | None = None) -> Feeder:
        """Send the events within so many seconds, 0 for at once; goes on in the background."""
        chosen = self.events.lines if lines is None else lines
        pace = self.size.load if seconds is None else seconds
        self.feeder = Feeder(self.kafka.address, self.prefix, chosen, pace)
        self._stack.callback(self.feeder.close)
        return self.feeder

    def start_under_load(self, *workers: str) -> None:
        """Start workers, wait until they share the partitions out, and send the events: steadily, or nearly at once."""
        self.await_ready(*(self.fleet.start(name) for name in workers))
        self.ready_seconds.clear()  # the first start is no recovery
        seconds = self.rng.choice([self.size.load, self.size.load, 1.0])
        self.notes["load_seconds"] = seconds
        self.feed(seconds)

    def random_instant(self, most: float, least: float = 0.0) -> float:
        """Let some seconds pass, as the seed says."""
        seconds = self.rng.uniform(least, most)
        time.sleep(seconds)
        return seconds

    # --- waiting

    def until(self, missing: Callable[[], Sequence[str]]) -> None:
        """Wait until nothing is missing, as long as something moves."""
        self.watch().until(missing)

    def await_flushed(self, share: float) -> None:
        """Wait until so large a share of the journal, as it is now, is in flushed state."""
        goal = share * sum(self.topics.ends(names.JOURNAL).values())
        self.until(lambda: [] if self.positions.flushed() >= goal else [f"{self.positions.flushed()} of {goal:.0f}"])

    def watch(self) -> Watch:
        """A wait that knows whether anything moves."""
        return Watch(self.positions.signature, self.fleet.check, self.size.patience, LIMIT)

    def await_joined(self) -> None:
        """Wait until a worker holds journal partitions."""
        self.until(
            lambda: [] if any(s and s[names.JOURNAL] for s in self.positions.states()) else ["no partition is held"]
        )

    def await_watermarks(self) -> None:
        """Wait until every journal partition has an event that counts."""
        self.until(lambda: self.positions.left(self.positions.watermarks))

    def await_group_empty(self) -> None:
        """Wait until the groups of the workers that were stopped have no members."""
        for group in self.positions.groups:
            offsets.await_empty(self.topics, group)

    def await_ready(self, *workers: Worker, since: float | None = None) -> float:
        """Wait until workers are ready, and note after how many seconds (`since` on the monotonic clock)."""
        began = time.monotonic() if since is None else since
        self.until(lambda: [f"{w.name} is not ready" for w in workers if not self.fleet.successor(w).ready])
        return self._note_ready(began)

    def await_served(self, since: float) -> float:
        """Wait until every partition of every stage is held by a worker that has caught up."""
        self.until(self.positions.ready)
        return self._note_ready(since)

    def await_through(self, since: float) -> float:
        """Wait until all that is in the input topics now is in flushed state."""
        at = self.positions
        self.until(at.broker)
        ends = self.topics.ends(*names.INPUTS)
        self.until(lambda: at.left(lambda states: at.inputs(states, ends)))
        ends = self.topics.ends(names.JOURNAL)
        self.until(lambda: at.left(lambda states: at.journal(states, ends)))
        return self.await_served(since)

    def taken(self) -> bool:
        """Whether all that was to be sent is in flushed state."""
        at = self.positions
        return (self.feeder is None or self.feeder.done) and not at.left(at.inputs, at.journal)

    def _note_ready(self, since: float) -> float:
        seconds = time.monotonic() - since
        self.ready_seconds.append(round(seconds, 1))
        return seconds

    # --- the end

    def finish(self) -> None:
        """Wait until everything has gone all the way, end the input, and wait again."""
        watch, at = self.watch(), self.positions
        watch.until(lambda: [] if self.feeder is None or self.feeder.done else ["events are still being sent"])
        watch.until(lambda: at.left(at.inputs, at.journal, at.held))
        self.watermark = at.greatest()
        self.topics.tick(self.watermark)
        watch.until(lambda: at.left(at.inputs, at.journal, at.partials, at.held))
