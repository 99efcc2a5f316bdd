"""What an open case costs the engine: `python -m bench.cases`, one journal partition over RocksDB, without a broker.

Orders that stay open are entered up to each number; then some of them, taken at random, are revised, once the
watermark stands where the revisions bring it: what it decides about others is none of their cost. Microseconds of CPU
an event, from journal records to durable rows, and the process's memory in the end.
"""

import gc
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from random import Random

import click

from bench.load import Event
from bench.ours import resident
from bench.variants import order, revised
from streams.engine.partition import Partition
from streams.engine.terms import Terms
from streams.events.decode import Decoder
from streams.events.journal import Entry, Record, Tick
from streams.events.model import Rejected
from streams.worker.stores import RocksRows

FLUSH = 12_000
"""Events of a flush."""
STEPS = (10_000, 100_000, 300_000, 1_000_000, 3_000_000, 10_000_000)


class Engine:
    """A partition of the whole catalogue and its rows."""

    def __init__(self, folder: Path) -> None:
        terms = Terms(bounded=True)
        self._rows, self._decode = RocksRows(folder / "rows"), Decoder(terms.currency).decode
        self._engine = Partition(
            terms.catalogue(), terms.pane(), self._rows, terms.retention, conventions=terms.told, horizon=terms.horizon
        )

    def take(self, events: list[Event]) -> float:
        """Absorb and flush; CPU seconds that took, without decoding."""
        return sum(self._flush(self._entries(events[at : at + FLUSH])) for at in range(0, len(events), FLUSH))

    def reach(self, events: list[Event]) -> None:
        """Bring the watermark to the last of events that are to come, and decide what it decides."""
        self._flush([Tick(max(entry.event.occurred_at for entry in self._entries(events)))])

    def _entries(self, events: list[Event]) -> list[Entry]:
        decoded = [self._decode(topic, value) for topic, value in events]
        return [Entry(event) for event in decoded if not isinstance(event, Rejected)]

    def _flush(self, records: Sequence[Record]) -> float:
        began = time.thread_time()
        self._engine.absorb(enumerate(records, self._engine.next))
        flush = self._engine.flush()
        self._rows.apply([flush.intent, *flush.cells], flush.last)
        self._rows.apply([*flush.cases, flush.position], flush.last)
        self._engine.flushed(flush)
        return time.thread_time() - began


def steps(engine: Engine, upto: int, revisions: int) -> Iterator[tuple[int, float, float]]:
    """Open orders, and microseconds of CPU for an entry and for a revision there."""
    entered, random = 0, Random(1)
    for number in (step for step in STEPS if step <= upto):
        spent, fresh = 0.0, number - entered
        while entered < number:
            until = min(number, entered + FLUSH)
            spent += engine.take([order(n) for n in range(entered, until)])
            entered = until
        again = revised([order(n) for n in sorted(random.sample(range(number), min(revisions, number)))])
        random.shuffle(again)
        engine.reach(again)
        yield number, spent / fresh * 1e6, engine.take(again) / len(again) * 1e6


@click.command()
@click.option("--upto", default=100_000, show_default=True, help="Open orders at most.")
@click.option("--revisions", default=10_000, show_default=True, help="Revisions at each step.")
def main(upto: int, revisions: int) -> None:
    """Print what an event costs, and how much memory is held, by the number of open orders."""
    gc.disable()
    with tempfile.TemporaryDirectory(prefix="streams-bench-") as name:
        for number, entry, revision in steps(Engine(Path(name)), upto, revisions):
            memory = resident(os.getpid()) / (1 << 20)
            click.echo(f"{number:>9,} open: entry {entry:.1f} µs, revision {revision:.1f} µs, {memory:.0f} MiB")


if __name__ == "__main__":
    main()
