"""What each stage of a worker costs by itself: `python -m bench.stages FILE`, microseconds of CPU an event.

The stages run one after the other in one process, over rows in memory. What is left out is the network and the
disk: fetching, packing, compressing, acknowledging, RocksDB.
"""

import gc
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sortedcontainers import SortedDict

from streams.engine.flush import Flush
from streams.engine.partials import Told, cell_record, read
from streams.engine.partition import Partition
from streams.engine.rolling import Rolling
from streams.engine.rollup import Rollup
from streams.engine.terms import Terms
from streams.events import journal
from streams.events.decode import Decoder
from streams.events.journal import Entry
from streams.events.lines import Line, parse
from streams.events.model import Rejected
from streams.exports.publisher import Publisher
from streams.worker.measure import sla_records

Record = tuple[str, bytes]


class Costs:
    """CPU seconds by stage."""

    def __init__(self) -> None:
        self.spent = Counter[str]()

    @contextmanager
    def of(self, stage: str) -> Iterator[None]:
        """Count what is spent inside."""
        started = time.process_time()
        yield
        self.spent[stage] += time.process_time() - started


class Rows:
    """Durable rows, in order of their keys."""

    def __init__(self) -> None:
        self.kept: SortedDict[bytes, bytes] = SortedDict()

    def get(self, key: bytes) -> bytes | None:
        """The row's bytes, or None."""
        return self.kept.get(key)

    def scan(self, prefix: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
        """All rows whose key starts so."""
        for key in self.kept.irange(prefix):
            if not key.startswith(prefix):
                return
            yield key, self.kept[key]


class Stages:
    """One journal partition and one of the partials."""

    def __init__(self, terms: Terms, costs: Costs) -> None:
        self._costs, self._decode, self._rows = costs, Decoder(terms.currency).decode, Rows()
        catalogue = terms.catalogue()
        self._engine = Partition(catalogue, terms.pane(), self._rows, terms.retention, conventions=terms.told)
        self._publisher = Publisher(Rollup(catalogue, terms.calendar()), terms)
        self._rolling = Rolling(catalogue, terms.pane(), ("1h", "1d"))
        self._journal: list[bytes] = []

    def intake(self, records: list[Record]) -> None:
        """Raw records to journal records."""
        with self._costs.of("intake: decode, normalise"):
            events = [self._decode(topic, value) for topic, value in records]
        with self._costs.of("intake: journal records"):
            self._journal = [journal.encode(Entry(event)) for event in events if not isinstance(event, Rejected)]

    def absorb(self) -> None:
        """Journal records to cases."""
        with self._costs.of("measure: read journal"):
            entries = [journal.decode(data) for data in self._journal]
        with self._costs.of("measure: absorb"):
            self._engine.absorb(enumerate(entries, self._engine.next))

    def flush(self) -> None:
        """Cases to cells, rows and partials."""
        with self._costs.of("flush: settle"):
            self._engine.settle()
        with self._costs.of("flush: rows"):
            flush = self._engine.flush()
        with self._costs.of("flush: sla-events"):
            sla_records(flush)
        with self._costs.of("flush: partials"):
            partials = [cell_record(0, cell, vector) for cell, vector in flush.partials]
        self._keep(flush)
        with self._costs.of("rollup: take"):
            for key, value in partials:
                told = read(key, value)
                if isinstance(told, Told):
                    delta = self._publisher.rollup.tell(told.partition, told.scope, told.pane, told.vector)
                    self._rolling.add(told.scope, told.pane, delta)

    def _keep(self, flush: Flush) -> None:
        for key, data in (flush.intent, *flush.cells, *flush.cases, flush.position):
            if data is not None:
                self._rows.kept[key] = data
        self._engine.flushed(flush)

    def publish(self) -> None:
        """Windows to records."""
        with self._costs.of("rollup: publish"):
            for _ in self._publisher.publications():
                pass


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--only", help="KPIs to compute, as in csat,nps_hot. Default: all.")
@click.option("--batch", default=2_000, show_default=True, help="Events of a fetch.")
@click.option("--flush", default=12_000, show_default=True, help="Events of a flush.")
def main(file: Path, only: str | None, batch: int, flush: int) -> None:
    """Print what each stage costs on the events of FILE (JSON Lines)."""
    records = [(line.topic, bytes(line.value)) for line in map(parse, file.open("rb")) if isinstance(line, Line)]
    costs = Costs()
    stages = Stages(Terms(only=tuple(only.split(",")) if only else None), costs)
    gc.disable()
    for start in range(0, len(records), batch):
        stages.intake(records[start : start + batch])
        stages.absorb()
        if (start + batch) % flush < batch or start + batch >= len(records):
            stages.flush()
    stages.publish()
    for stage, seconds in (*costs.spent.items(), ("all", costs.spent.total())):
        click.echo(f"{stage:28}{seconds / len(records) * 1e6:8.2f}")


if __name__ == "__main__":
    main()
