"""All events at once: the numbers of `streams compute`, by the same engine that the worker runs."""

import sys
from collections.abc import Iterable, Iterator
from itertools import islice

import msgspec

from streams.cases.case import identify
from streams.engine.partition import Partition
from streams.engine.rollup import Key, Rollup
from streams.engine.terms import Terms
from streams.events.journal import Entry, Tick
from streams.events.model import Event
from streams.kpis.model import Kpi
from streams.kpis.reading import Reading

CHUNK = 2_000


class _Nothing:
    """No rows: everything stays in memory."""

    def get(self, key: bytes) -> bytes | None:  # noqa: ARG002
        return None

    def scan(self, prefix: bytes = b"") -> Iterator[tuple[bytes, bytes]]:  # noqa: ARG002
        return iter(())


class Whole:
    """The engine over one partition that holds every event, settled once at the end.

    `announce` asks for the transitions of obligations too.
    """

    def __init__(self, terms: Terms, announce: bool = False) -> None:
        self._catalogue, self._calendar = terms.catalogue(), terms.calendar()
        self._priced, self._holidays = terms.conventions.costs.configured, terms.holidays
        conventions = msgspec.structs.replace(terms.told, valuing=None)
        self.partition = Partition(
            self._catalogue,
            terms.pane(),
            _Nothing(),
            terms.retention,
            keep=sys.maxsize,
            announce=announce,
            conventions=conventions,
        )

    def absorb(self, entries: Iterable[Entry]) -> None:
        """Take events, in any order; in chunks, for decoding and absorbing each are faster at a stretch."""
        rest = iter(entries)
        while chunk := list(islice(rest, CHUNK)):
            self.partition.absorb(enumerate(chunk, self.partition.next))

    @property
    def watermark(self) -> int:
        """The greatest instant of an event that counts, in ms."""
        return self.partition.greatest

    def events(self, kind: str, subject: str) -> Iterator[tuple[str, list[Event]]]:
        """Customer and events of each case of a kind and an id: two customers may have a ticket of one id [R6]."""
        for ref, events in self.partition.held():
            of = identify(ref)
            if (of.kind, of.subject) == (kind, subject):
                yield of.customer, events

    def all_events(self, kind: str) -> Iterator[list[Event]]:
        """The events of each case of a kind."""
        return (events for ref, events in self.partition.held() if ref.startswith(f"{kind}:"))

    def values(self, now: int | None = None) -> Iterator[tuple[Key, Kpi, Reading]]:
        """Every value there is, once deadlines are decided as of `now` or the greatest instant seen [R1]."""
        self.partition.absorb([(self.partition.next, Tick(self.watermark if now is None else now, last=True))])
        self.partition.settle()
        rollup = Rollup(self._catalogue, self._calendar, priced=self._priced, holidays=self._holidays)
        for (scope, pane), vector in self.partition.cells.changed():
            rollup.tell(0, scope, pane, vector)
        return ((key, kpi, reading) for key, kpi, reading in rollup.changed() if reading is not None)
