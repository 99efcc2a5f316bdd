"""Policies that come by the journal: wherever they stand in it, all is told as if their files had been there always."""

from random import Random

import msgspec
import pytest

from streams.cases.case import TICKET
from streams.cases.conventions import DEFAULT, Conventions
from streams.cases.handed import InHand
from streams.cases.ticket import ticket_findings
from streams.engine import rows
from streams.engine.editions import Editions
from streams.engine.routing import partition_of
from streams.events.journal import Amendment, Entry, Record, Tick
from streams.events.model import Event
from streams.exports.desk import Ticket, read
from streams.sla.history import Edition, History, amending
from streams.sla.loader import load
from streams.units import DAY
from tests.laws import crashing
from tests.laws.crashing import DESK, PARTIALS, Order, Worker, documented
from tests.laws.journals import TERMS, Journal, Sum, events_of, latest, told_by, told_in, totals, values_of, whole
from tests.laws.test_crash_laws import announced, standing
from tests.laws.test_policy_laws import BOOK, STRICT
from tests.policies import LOOSE

LOOSER = LOOSE + 'assignment = { target = "10h" }\n'
TEXTS = (STRICT, LOOSER, '[[policies]]\nname = "silent"\n')
CRASHES = 4


class Case:
    """A history, the policies that were always there, and editions that come somewhere in the journal."""

    def __init__(self, seed: int) -> None:
        self.rng = Random(seed)
        self.events = events_of(seed)
        first = min(event.occurred_at for event in self.events)
        last = max(event.occurred_at for event in self.events)
        sinces = [self.rng.randint(first - DAY, last + DAY) for _ in range(self.rng.randint(1, 3))]
        self.editions = [Amendment(since, self.rng.choice(TEXTS)) for since in sinces]
        self.base = self.rng.choice((None, History(BOOK, business="office")))
        self.plain = msgspec.structs.replace(DEFAULT, policies=self.base, amend=amending(None))

    @property
    def told(self) -> Conventions:
        """What a worker begins with."""
        return msgspec.structs.replace(TERMS, conventions=self.plain).told

    def want(self) -> Sum:
        """All events, under the policies as files."""
        later = [Edition(one.since, load(one.policies)) for one in self.editions]
        history = History(BOOK if self.base else None, later, "office" if self.base else None)
        conventions = msgspec.structs.replace(self.plain, policies=history)
        return whole(self.events, msgspec.structs.replace(TERMS, conventions=conventions))

    def journal(self, events: list[Event], last: int) -> Journal:
        """The events, the editions in any place and order and sometimes twice, and the last tick."""
        records: list[Record] = [Entry(event, 0, offset) for offset, event in enumerate(events)]
        for edition in self.editions * self.rng.choice((1, 1, 2)):
            records.insert(self.rng.randint(0, len(records)), edition)
        return list(enumerate([*records, Tick(last, last=True)]))

    def run(self, want: Sum, order: Order) -> list[Worker]:
        """Through one to three partitions that crash on the way."""
        count, workers = self.rng.randint(1, 3), []
        for partition in range(count):
            own = [event for event in self.events if partition_of(event.customer_id, count) == partition]
            worker = Worker(partition, self.rng, order, conventions=self.told)
            worker.run(self.journal(own, want.watermark), CRASHES)
            workers.append(worker)
        return workers


def right(seed: int, order: Order = documented) -> bool:
    """Whether a history with crashes comes to what the whole of it does."""
    case = Case(seed)
    want = case.want()
    workers = case.run(want, order)
    durable = [told for worker in workers for told in told_by(worker.partition, worker.disk)]
    published = [told for worker in workers for told in told_in(worker.topics[PARTIALS])]
    return (
        totals(durable) == totals(published) == want.cells
        and values_of(latest(published), want.watermark) == want.values
        and standing(workers) == want.breaches
        and announced(workers) >= want.breaches
        and all(hands_told(worker) == hands_held(worker, case) for worker in workers)
    )


def hands_told(worker: Worker) -> dict[str, InHand]:
    """In whose hands tickets are, as the topic `desk` has it in the end."""
    told = [read(key, value) for key, value in worker.topics[DESK]]
    last = {one.ref: one.story for one in told if isinstance(one, Ticket)}
    return {ref: story for ref, story in last.items() if story is not None}


def hands_held(worker: Worker, case: Case) -> dict[str, InHand]:
    """The same by the durable cases, under the editions that they were told under."""
    position = rows.decode_position(worker.disk.rows[rows.POSITION])
    editions = Editions(case.told, worker.disk, position.next)
    stored = [(ref, rows.decode_case(data)) for ref, data in rows.cases(worker.disk, TICKET)]
    found = {ref: ticket_findings(row.events, row.asof, editions.under(row.editions)).in_hand for ref, row in stored}
    return {ref: story for ref, story in found.items() if story is not None}


@pytest.mark.parametrize("start", range(0, 40, 20))
def test_wherever_an_edition_stands_all_is_told_as_by_files(start: int) -> None:
    assert all(right(seed) for seed in range(start, start + 20))


def test_editions_matter() -> None:
    cases = [Case(seed) for seed in range(20)]
    told = [(case.want(), whole(case.events, msgspec.structs.replace(TERMS, conventions=case.plain))) for case in cases]
    assert sum(under.breaches != without.breaches for under, without in told) > 5


@pytest.mark.parametrize("order", [crashing.editions_last, crashing.cases_first])
def test_a_wrong_order_is_caught(order: Order) -> None:
    def caught(seed: int) -> bool:
        try:
            return not right(seed, order)
        except IndexError:  # a case that was told under editions that nobody knows
            return True

    assert any(caught(seed) for seed in range(40))
