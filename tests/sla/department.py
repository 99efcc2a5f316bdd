"""A department of ten, minute by minute: customers write, operators answer or do not, a help desk passes tickets on."""

from collections.abc import Iterable, Iterator, Sequence
from random import Random

import msgspec

from streams.cases.case import identify
from streams.cases.conventions import DEFAULT
from streams.engine.flush import Flush
from streams.engine.partition import Partition
from streams.engine.routing import partition_of
from streams.engine.terms import Terms
from streams.engine.whole import _Nothing
from streams.events.journal import Entry, Record, Tick
from streams.events.model import Event, in_order
from streams.exports.desk import Ticket, read, ticket_record
from streams.sla.desk import Desk, Request
from streams.sla.history import History
from streams.sla.loader import load
from streams.units import HOUR, MINUTE
from tests.make import act, opened

POLICY = """
[[policies]]
name = "all"
first_response = { target = "8h" }
assignment = { target = "20m", warnings = [] }
reassign = { active = "30m", cool_down = "40m", chain = 3 }
"""
OPERATORS = [f"op{number}" for number in range(10)]
START = 400_000 * HOUR
TERMS = Terms(conventions=msgspec.structs.replace(DEFAULT, policies=History(load(POLICY))))


class Fleet:
    """Journal partitions and the desk behind them."""

    def __init__(self, count: int) -> None:
        terms = TERMS
        self.desk, self._count = Desk(), count
        self._marks = dict.fromkeys(range(count), 0)
        self._parts = [
            Partition(terms.catalogue(), terms.pane(), _Nothing(), conventions=terms.told) for _ in range(count)
        ]
        self.flushes: list[Flush] = []

    def absorb(self, events: Iterable[Event]) -> None:
        """Into the partitions of their customers."""
        for event in events:
            self.take(partition_of(event.customer_id, self._count), Entry(event))

    def tick(self, at: int) -> None:
        """Tell every partition the time."""
        for number in range(self._count):
            self.take(number, Tick(at))

    def take(self, number: int, record: Record) -> None:
        part = self._parts[number]
        part.absorb([(part.next, record)])

    def flush(self, number: int) -> None:
        """Flush a partition, whose records the desk hears as the topic carries them."""
        flush = self._parts[number].flush()
        self._parts[number].flushed(flush)
        assert flush.handed is not None
        for ref, story in flush.handed:
            told = read(*ticket_record(ref, story))
            assert isinstance(told, Ticket)
            self.desk.tell(told.ref, told.story)
        self._marks[number] = flush.watermark
        self.flushes.append(flush)

    def flush_all(self) -> None:
        for number in range(self._count):
            self.flush(number)

    def requests(self) -> list[Request]:
        """What is due by now."""
        return list(self.desk.requests(min(self._marks.values())))


class Department:
    """The business, and what was asked of it; its events stand in the order of their instants."""

    def __init__(self, seed: int, minutes: int = 300) -> None:
        self._rng, self._open = Random(seed), dict[str, str | None]()
        self.events: list[Event] = []
        self.requests: list[Request] = []
        self._orders: list[tuple[int, Request]] = []
        fleet = Fleet(2)
        for minute in range(minutes):
            at = START + minute * MINUTE
            made = sorted(self._minute(at, minute), key=in_order)
            self.events += made
            fleet.absorb(made)
            fleet.tick(at + MINUTE)
            fleet.flush_all()
            for request in fleet.requests():
                self.requests.append(request)
                if request.to is not None and self._rng.random() < 0.6:
                    self._orders.append((minute + self._rng.randint(1, 9), request))

    def _minute(self, at: int, minute: int) -> Iterator[Event]:
        rng = self._rng

        def moment() -> int:
            return at + rng.randrange(1, MINUTE)

        for operator in rng.sample(OPERATORS, 3 if minute % 60 < 40 else 0):
            mine = [ticket for ticket, holder in self._open.items() if holder == operator]
            if mine:
                yield from self._work(moment(), operator, rng.choice(mine))
        for due, request in list(self._orders):
            ticket = identify(request.ref).subject
            if due <= minute and ticket in self._open:
                self._orders.remove((due, request))
                self._open[ticket] = request.to
                yield self._told(moment(), ticket, "assign", by="system", to_agent=request.to)
        if rng.random() < 0.7:
            ticket, holder = f"t{minute}", rng.choice([*OPERATORS, None])
            yield opened(
                moment(), customer_id=f"c{minute % 23}", ticket_id=ticket, assigned_to=holder, department="care"
            )
            self._open[ticket] = holder

    def _work(self, at: int, operator: str, ticket: str) -> Iterator[Event]:
        action = self._rng.choice(("note", "message", "message", "resolve"))
        if action == "resolve":
            del self._open[ticket]
        yield self._told(at, ticket, action, agent_id=operator)

    def _told(self, at: int, ticket: str, action: str, **fields: object) -> Event:
        customer = f"c{int(ticket[1:]) % 23}"
        return act(at, action, **{"customer_id": customer, "ticket_id": ticket, **fields})  # type: ignore[arg-type]


def replayed(events: Sequence[Event], rng: Random, count: int, restarts: bool = False) -> list[Request]:
    """The requests that the same events make in other partitions, batches and lives of the reader."""
    fleet, made = Fleet(count), list[Request]()
    for event in events:
        fleet.absorb([event])
        if rng.random() < 0.1:
            fleet.flush(rng.randrange(count))
            made += fleet.requests()
            if restarts and rng.random() < 0.2:
                fleet.desk = reread(fleet.desk, made)
    fleet.tick(events[-1].occurred_at + 1)
    fleet.flush_all()
    return made + fleet.requests()


def reread(old: Desk, made: Iterable[Request]) -> Desk:
    """A new reader of the two topics."""
    desk = Desk()
    for ref, story in old.tickets.items():
        desk.tell(ref, story)
    for request in made:
        desk.remember(request.ref, request.proposal)
    desk.begin(old.upto)
    return desk
