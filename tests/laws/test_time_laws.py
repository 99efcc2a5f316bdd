"""The clock moves finality and what has fallen due; never the value of what is decided."""

from random import Random

import orjson
import pytest

from streams.cases.case import Case, reference
from streams.cases.conflict import place
from streams.cases.findings import Outcome
from streams.engine.partition import Partition
from streams.events.decode import Decoder
from streams.events.journal import Entry, Tick
from streams.events.model import Rejected
from streams.kpis.catalogue import KPIS
from streams.kpis.model import Attainment
from streams.units import DAY, HOUR
from tests.histories import history
from tests.laws.crashing import Disk
from tests.laws.journals import CATALOGUE, TERMS, TOLD, events_of, whole
from tests.make import entered, opened, said

DECIDED_LATER = {kpi.name for kpi in KPIS if isinstance(kpi, Attainment)} | {
    "perfect_order",
    "status_accuracy",
    "retention",
    "retention_recurring",
    "retention_both",
}
"""What the passage of time decides."""


def bodies(text: bytes) -> dict[tuple[str, ...], dict[str, object]]:
    """Records by their place, without what they say of their publication."""
    out: dict[tuple[str, ...], dict[str, object]] = {}
    for line in text.splitlines():
        record = orjson.loads(line)
        place = (
            record["kpi"],
            record["scope"],
            str(record["labels"]),
            record["window"]["size"],
            record["window"]["start"],
        )
        out[place] = {name: value for name, value in record.items() if name not in ("final", "watermark")}
    return out


def finals(text: bytes) -> int:
    return sum(orjson.loads(line)["final"] for line in text.splitlines())


@pytest.mark.parametrize("seed", range(20))
def test_now_moves_finality_and_what_fell_due_and_nothing_else(seed: int) -> None:
    events = events_of(seed)
    early = whole(events)
    late = whole(events, now=early.watermark + 60 * DAY)
    before, after = bodies(early.values), bodies(late.values)
    assert before.keys() <= after.keys()
    assert {place[0] for place in after if before.get(place) != after[place]} <= DECIDED_LATER
    assert finals(early.values) <= finals(late.values) == len(after)
    assert early.breaches <= late.breaches


@pytest.mark.parametrize("seed", range(20))
def test_what_is_decided_stays_decided_as_time_goes_on(seed: int) -> None:
    cases: dict[str, Case] = {}
    for offset, event in enumerate(events_of(seed)):
        place(cases.setdefault(reference(event), Case()), event, [], offset)
    for ref, case in cases.items():
        end = max(event.occurred_at for event in case.events)
        decided: dict[tuple[str, int, int], object] = {}
        for asof in range(end - 10 * DAY, end + 40 * DAY, 12 * HOUR):
            found = case.review(ref, asof)
            now = {o.key: o for o in found.obligations if o.outcome is not Outcome.OPEN}
            assert decided.items() <= now.items()
            assert all(o.outcome is not Outcome.OPEN or o.paused or o.deadline >= asof for o in found.obligations)
            decided = dict(now)


@pytest.mark.parametrize("seed", range(20))
def test_nothing_changes_before_it_is_due(seed: int) -> None:
    """What a case tells at a watermark is the same whenever it was last looked at."""
    cases: dict[str, Case] = {}
    for offset, event in enumerate(events_of(seed)):
        place(cases.setdefault(reference(event), Case()), event, [], offset)
    for ref, case in cases.items():
        end = max(event.occurred_at for event in case.events)
        known = case.review(ref, end - 10 * DAY)
        for asof in range(end - 10 * DAY, end + 40 * DAY, 3 * HOUR):
            found = case.review(ref, asof)
            assert (known.due is not None and known.due < asof) or found == known
            known = found


@pytest.mark.parametrize("seed", range(20))
def test_ticks_on_the_way_change_nothing_in_the_end(seed: int) -> None:
    """A clock that runs ahead breaches early; what then proves to be met is taken back."""
    events, rng = events_of(seed), Random(seed)
    want = whole(events)
    engine = Partition(CATALOGUE, TERMS.pane(), Disk(), conventions=TOLD)
    for offset, event in enumerate(events):
        tick = Tick(event.occurred_at + rng.choice((0, HOUR, 30 * DAY)))
        engine.absorb([(2 * offset, Entry(event)), (2 * offset + 1, tick)])
        if rng.random() < 0.3:
            engine.settle()
    engine.absorb([(engine.next, Tick(want.watermark, last=True))])
    engine.settle()
    assert {key: vector for key, vector in engine.cells.changed() if vector} == want.cells
    assert engine.greatest == want.watermark


def test_a_deadline_is_breached_by_the_clock_once_it_has_passed() -> None:
    order = entered(0)
    engine = Partition(CATALOGUE, TERMS.pane(), Disk(), conventions=TOLD)
    engine.absorb([(0, Entry(order)), (1, Tick(60_000))])
    assert engine.flush().transitions == []
    engine.absorb([(2, Tick(60_001))])
    assert [t.obligation.outcome for t in engine.flush().transitions] == [Outcome.BREACHED]


def test_the_watermark_of_a_tick_never_goes_back_but_at_the_end() -> None:
    engine = Partition(CATALOGUE, TERMS.pane(), Disk(), conventions=TOLD)
    engine.absorb([(0, Tick(10 * DAY)), (1, Tick(DAY)), (2, Entry(opened(0)))])
    assert engine.watermark == 10 * DAY
    engine.absorb([(3, Tick(DAY, last=True))])
    assert engine.watermark == DAY


def test_an_answer_that_comes_late_takes_the_breach_back() -> None:
    question, answer = opened(0), said(HOUR)
    engine = Partition(CATALOGUE, TERMS.pane(), Disk(), conventions=TOLD)
    engine.absorb([(0, Entry(question)), (1, Tick(3 * DAY))])
    engine.settle()
    engine.absorb([(2, Entry(answer))])
    told = [t for t in engine.flush().transitions if t.obligation.clock == "answered_in_24h"]
    assert [(t.was, t.obligation.outcome) for t in told] == [
        (None, Outcome.BREACHED),
        (Outcome.BREACHED, Outcome.MET),
    ]


@pytest.mark.parametrize("seed", range(5))
def test_a_timestamp_far_ahead_does_not_matter_once_rejected(seed: int) -> None:
    lines, decoder = history(seed, customers=2, orders=2, tickets=2, surveys=2), Decoder()
    absurd = [{**line, "value": {**line["value"], "occurred_at": "2999-01-01T00:00:00Z"}} for line in lines]
    not_after = max(event.occurred_at for event in events_of(seed))
    events = [decoder.decode(x["topic"], orjson.dumps(x["value"]), not_after=not_after) for x in lines + absurd]
    accepted = [event for event in events if not isinstance(event, Rejected)]
    assert len(accepted) == len(lines)
    assert {event.reason for event in events if isinstance(event, Rejected)} == {"future_timestamp"}
    assert whole(accepted) == whole(events_of(seed))
