"""A model of a worker that crashes: the engine over rows of which only a prefix of the writes survives.

It follows `streams.worker.measure`: batches from the last durable position on, cut where an interrupted flush ended; a
flush writes intent and cells while its records go out, then customers, then cases, then the position.
"""

from collections.abc import Callable, Iterator
from random import Random

from streams.cases.conventions import Conventions
from streams.engine.flush import Flush
from streams.engine.partials import cell_record
from streams.engine.partition import Partition
from streams.engine.rows import POLICIES, customer_key
from streams.exports import sla
from streams.exports.desk import ticket_record
from tests.laws.journals import CATALOGUE, TERMS, TOLD, Journal

Row = tuple[bytes, bytes | None]
Write = tuple[str, Row]
"""Where to, and the record; `disk` is the changelog, all else a topic."""
DISK, PARTIALS, EVENTS, BREACHES, DESK = "disk", "partials", "events", "breaches", "desk"
Order = Callable[[Random, Flush, list[Write]], list[Write]]
"""The order in which a flush's rows and records become durable."""


class Disk:
    """Rows in a dict."""

    def __init__(self) -> None:
        self.rows: dict[bytes, bytes] = {}

    def get(self, key: bytes) -> bytes | None:
        return self.rows.get(key)

    def scan(self, prefix: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
        return ((key, value) for key, value in list(self.rows.items()) if key.startswith(prefix))

    def put(self, key: bytes, value: bytes | None) -> None:
        if value is None:
            self.rows.pop(key, None)
        else:
            self.rows[key] = value


class CrashError(Exception):
    """The process is gone."""


def documented(rng: Random, flush: Flush, published: list[Write]) -> list[Write]:
    """Intent; cells and, meanwhile, what is published; then customers, then cases; then the position."""
    told = woven(rng, _disk(*flush.cells), published)
    return [*_disk(flush.intent), *told, *_disk(*flush.cases, flush.position)]


def told_first(rng: Random, flush: Flush, published: list[Write]) -> list[Write]:  # noqa: ARG001
    """A wrong order: something may be told of a flush that a restart knows nothing of, and never takes back."""
    return [*published, *_disk(flush.intent, *flush.cells, *flush.cases, flush.position)]


def cases_first(rng: Random, flush: Flush, published: list[Write]) -> list[Write]:
    """A wrong order: a durable case does not imply its cells."""
    return [*_disk(flush.intent, *flush.cases), *woven(rng, _disk(*flush.cells), published), *_disk(flush.position)]


def customers_last(rng: Random, flush: Flush, published: list[Write]) -> list[Write]:
    """A wrong order: a durable case does not imply that its customer knows of it."""
    told = woven(rng, _disk(*flush.cells), published)
    cases = sorted(flush.cases, key=lambda row: row[0].startswith(customer_key("")))
    return [*_disk(flush.intent), *told, *_disk(*cases, flush.position)]


def editions_last(rng: Random, flush: Flush, published: list[Write]) -> list[Write]:
    """A wrong order: a case may be durable that was told under policies that are not."""
    cells = [row for row in flush.cells if row[0] != POLICIES]
    editions = [row for row in flush.cells if row[0] == POLICIES]
    told = woven(rng, _disk(*cells), published)
    return [*_disk(flush.intent), *told, *_disk(*flush.cases, *editions, flush.position)]


def position_first(rng: Random, flush: Flush, published: list[Write]) -> list[Write]:
    """A wrong order: what was read is not yet in the rows."""
    return [*_disk(flush.position), *documented(rng, flush, published)[:-1]]


def no_intent(rng: Random, flush: Flush, published: list[Write]) -> list[Write]:
    """A wrong order: a restart can not know where the interrupted flush ended."""
    return [*woven(rng, _disk(*flush.cells), published), *_disk(*flush.cases, flush.position)]


def _disk(*written: Row) -> list[Write]:
    return [(DISK, row) for row in written]


def woven(rng: Random, left: list[Write], right: list[Write]) -> list[Write]:
    """Two sequences as one, each in its own order."""
    picks = [left] * len(left) + [right] * len(right)
    rng.shuffle(picks)
    sources = {id(left): iter(left), id(right): iter(right)}
    return [next(sources[id(pick)]) for pick in picks]


class Worker:
    """One journal partition through any number of crashes."""

    def __init__(
        self,
        partition: int,
        rng: Random,
        order: Order = documented,
        *,
        turns_back: bool = False,
        conventions: Conventions = TOLD,
    ) -> None:
        self.partition, self._rng, self._order, self._turns_back = partition, rng, order, turns_back
        self._conventions = conventions
        self.disk = Disk()
        self.topics: dict[str, list[Row]] = {PARTIALS: [], EVENTS: [], BREACHES: [], DESK: []}
        self.crashes = self.resumed = 0
        """Crashes, and restarts that found an interrupted flush."""

    def run(self, journal: Journal, crashes: int) -> Partition:
        """Read the journal to its end, with so many crashes at most on the way."""
        while True:
            may_crash = self.crashes < crashes
            try:
                return self._life(journal, may_crash)
            except CrashError:
                self.crashes += 1

    def _life(self, journal: Journal, may_crash: bool) -> Partition:
        keep = self._rng.choice((0, 3, 1_000))
        engine = Partition(CATALOGUE, TERMS.pane(), self.disk, keep=keep, conventions=self._conventions)
        self.resumed += engine.boundary is not None
        at = max(0, engine.next - self._rng.choice((0, 0, 0, 1, 5, 20)))  # a replay may begin too early
        while at < len(journal):
            batch = journal[at : at + self._rng.randint(1, 12)]
            self._handle(engine, batch, may_crash)
            at += len(batch)
            if self._turns_back and self._rng.random() < 0.1:
                at = max(0, at - self._rng.randint(1, 20))  # the same records again, to the same engine
            if self._rng.random() < 0.3 and engine.unflushed and engine.boundary is None:
                self._flush(engine, may_crash)
            if may_crash and self._rng.random() < 0.03:
                raise CrashError
        if engine.unflushed:
            self._flush(engine, False)
        return engine

    def _handle(self, engine: Partition, batch: Journal, may_crash: bool) -> None:
        for part in cut(batch, engine.boundary):
            engine.absorb(part)
            if engine.boundary is not None and engine.next > engine.boundary:
                self._flush(engine, may_crash)
        engine.next = max(engine.next, batch[-1][0] + 1)

    def _flush(self, engine: Partition, may_crash: bool) -> None:
        flush = engine.flush()
        writes = self._order(self._rng, flush, published(self.partition, flush))
        crashes = may_crash and self._rng.random() < 0.5
        for topic, row in writes[: self._rng.randint(0, len(writes))] if crashes else writes:
            if topic == DISK:
                self.disk.put(*row)
            else:
                self.topics[topic].append(row)
        if crashes:
            raise CrashError
        engine.flushed(flush)


def published(partition: int, flush: Flush) -> list[Write]:
    """What a flush of a partition tells the world."""
    out = [(PARTIALS, cell_record(partition, cell, vector)) for cell, vector in flush.partials]
    out += [(DESK, ticket_record(ref, story)) for ref, story in flush.handed or ()]
    for transition in flush.transitions:
        out += [(EVENTS, (kind.encode(), sla.event(kind, transition)[0])) for kind in sla.kinds(transition)]
        breach = sla.breach(transition)
        out += [(BREACHES, breach[:2])] if breach else []
    return out


def cut(records: Journal, boundary: int | None) -> Iterator[Journal]:
    """The records up to where an interrupted flush ended, and those beyond."""
    if boundary is None or records[-1][0] <= boundary:
        yield records
        return
    yield [record for record in records if record[0] <= boundary]
    yield [record for record in records if record[0] > boundary]
