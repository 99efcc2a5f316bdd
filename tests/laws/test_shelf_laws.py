"""What stays decoded changes nothing: what is let go of between settling and the flush is written and told alike."""

from collections.abc import Iterator
from itertools import pairwise
from random import Random
from typing import Any

import msgspec
import pytest

from streams.engine import rows
from streams.engine.flush import Flush
from streams.engine.partition import Partition
from streams.events.model import Cost, Event
from tests.engine.test_worths import CONVENTIONS
from tests.laws.crashing import Disk
from tests.laws.journals import CATALOGUE, TERMS, Journal, events_of, journal_of, whole

Step = tuple[Journal, str]
"""Records to absorb, and what follows: `flush`, `settle`, a part of that, or nothing."""


def steps_of(seed: int) -> list[Step]:
    """A history with repetitions, some of it with costs, in batches; a flush in the end."""
    rng, events = Random(seed), list(events_of(seed, customers=3))
    told = [costly(event) if rng.random() < 0.2 else event for event in events]
    journal = journal_of(rng.sample(told + told, 2 * len(told)), whole(events).watermark)
    cuts = sorted({0, len(journal), *(rng.randrange(len(journal)) for _ in range(len(journal) // 4))})
    parts = [journal[start:end] for start, end in pairwise(cuts)]
    steps = [(part, rng.choice(("flush", "settle", "part", ""))) for part in parts]
    return [*steps, ([], "flush")]


def costly(event: Event) -> Event:
    return msgspec.structs.replace(event, costs=(Cost(kind="labour", amount=70),))


def flushes(steps: list[Step], keep: int) -> Iterator[tuple[Flush, dict[bytes, Any]]]:
    """Each flush, and the rows that stand after it."""
    disk = Disk()
    engine = Partition(CATALOGUE, TERMS.pane(), disk, keep=keep, conventions=CONVENTIONS, horizon=TERMS.horizon)
    for records, then in steps:
        engine.absorb(records)
        if then == "settle":
            engine.settle()
        elif then == "part":
            next(engine.settling(), None)
            engine.settle()
        elif then == "flush":
            flush = engine.flush()
            for key, value in (flush.intent, *flush.cells, *flush.cases, flush.position):
                disk.put(key, value)
            engine.flushed(flush)
            yield flush, {key: read(key, value) for key, value in disk.rows.items()}


def read(key: bytes, value: bytes) -> Any:
    """A row; a case's without the offset that it includes: nothing of it lies between that and the flush's."""
    return msgspec.structs.replace(rows.decode_case(value), seen=0) if key.startswith(rows.CASE) else value


def told(flush: Flush) -> list[Any]:
    """All that a flush tells others."""
    return [flush.partials, flush.transitions, flush.cautions, flush.refusals, flush.worths, flush.handed]


@pytest.mark.parametrize("seed", range(60))
def test_what_stays_decoded_changes_nothing(seed: int) -> None:
    steps = steps_of(seed)
    for (few, written), (many, wanted) in zip(flushes(steps, seed % 4), flushes(steps, 1_000), strict=True):
        assert told(few) == told(many)
        assert written == wanted


def test_histories_have_worths_transitions_and_settling_in_between() -> None:
    seen = [flush for seed in range(10) for flush, _ in flushes(steps_of(seed), 0)]
    assert sum(len(flush.worths) for flush in seen) > 100
    assert sum(len(flush.transitions) for flush in seen) > 100
    assert {then for seed in range(10) for _, then in steps_of(seed)} == {"flush", "settle", "part", ""}
