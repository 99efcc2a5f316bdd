"""Journals made of random histories, and what the whole of them must come to."""

from collections.abc import Iterable
from functools import cache

import msgspec
import orjson

from streams.cases.findings import Outcome
from streams.engine import rows
from streams.engine.flush import Transition
from streams.engine.partials import Told, read
from streams.engine.rollup import Key, Rollup
from streams.engine.terms import Terms
from streams.engine.whole import Whole
from streams.events.decode import Decoder
from streams.events.journal import Entry, Record, Tick
from streams.events.model import Event, Rejected
from streams.exports import sla
from streams.exports.finals import final_records
from streams.kpis.model import Kpi
from streams.kpis.reading import Reading
from streams.measures.vector import Vector, add
from tests.histories import history

TERMS = Terms(tz="Europe/Berlin", windows=("1d", "1mo"))
CATALOGUE, TOLD = TERMS.catalogue(), TERMS.told
Journal = list[tuple[int, Record]]
"""Offsets and records."""


@cache
def events_of(seed: int, customers: int = 2, cases: int = 2) -> tuple[Event, ...]:
    """The events of a random history, in its order, repetitions and conflicts included."""
    lines = history(seed, customers=customers, orders=cases, tickets=cases, surveys=cases)
    return tuple(decoded(line["topic"], line["value"]) for line in lines)


def decoded(topic: str, value: object) -> Event:
    """A valid raw event, decoded."""
    event = _DECODER.decode(topic, orjson.dumps(value))
    assert not isinstance(event, Rejected), event
    return event


_DECODER = Decoder()


class Sum(msgspec.Struct):
    """What a set of events comes to: the cells, the final values as JSON Lines, the watermark, what is breached."""

    cells: dict[tuple[str, int], Vector]
    values: bytes
    watermark: int
    breaches: set[str]
    """The ids of the obligations that stand breached."""


def whole(events: Iterable[Event], terms: Terms = TERMS, now: int | None = None) -> Sum:
    """All events at once, by the engine of `streams compute`."""
    engine = Whole(terms, announce=True)
    engine.absorb(Entry(event) for event in events)
    at = engine.watermark if now is None else now
    text = lines_of(engine.values(now), at, terms)
    cells = {key: vector for key, vector in engine.partition.cells.changed() if vector}
    return Sum(cells, text, at, breached(engine.partition.flush().transitions))


def breached(transitions: Iterable[Transition]) -> set[str]:
    """The obligations that stand breached after the transitions."""
    last = {(t.ref, *t.obligation.key): t.obligation.outcome for t in transitions}
    return {sla.obligation_id(*key) for key, outcome in last.items() if outcome is Outcome.BREACHED}


def latest(told: Iterable[Told]) -> Rollup:
    """A rollup that was told all of this, in this order."""
    rollup = Rollup(CATALOGUE, TERMS.calendar())
    for cell in told:
        rollup.tell(cell.partition, cell.scope, cell.pane, cell.vector)
    return rollup


def totals(told: Iterable[Told]) -> dict[tuple[str, int], Vector]:
    """The cells of all partitions summed up: of each the last one told counts."""
    last = {(cell.partition, cell.scope, cell.pane): cell.vector for cell in told}
    out: dict[tuple[str, int], Vector] = {}
    for (_, scope, pane), vector in last.items():
        add(out.setdefault((scope, pane), {}), vector.items())
    return {key: vector for key, vector in out.items() if vector}


def values_of(rollup: Rollup, at: int) -> bytes:
    """The final values of a rollup, as JSON Lines."""
    changed = ((key, kpi, reading) for key, kpi, reading in rollup.changed() if reading is not None)
    return lines_of(changed, at, TERMS)


def lines_of(values: Iterable[tuple[Key, Kpi, Reading]], at: int, terms: Terms) -> bytes:
    """Final values as `streams compute` writes them."""
    return b"\n".join(orjson.dumps(record) for record in final_records(values, at, terms))


def told_by(partition: int, stored: rows.Rows) -> list[Told]:
    """The durable cells of a partition, as it would tell them."""
    cells = ((key, rows.decode_cell(data).vector) for key, data in rows.cells(stored))
    return [Told(partition, scope, pane, vector) for (scope, pane), vector in cells]


def told_in(partials: Iterable[tuple[bytes, bytes | None]]) -> list[Told]:
    """The cells among records of the partials topic."""
    return [told for told in (read(key, value) for key, value in partials) if isinstance(told, Told)]


def journal_of(events: Iterable[Event], last: int) -> Journal:
    """The events at their offsets, and the tick that ends a finished input."""
    records: list[Record] = [Entry(event, 0, offset) for offset, event in enumerate(events)]
    return list(enumerate([*records, Tick(last, last=True)]))
