"""The desk: who of all departments has how much in hand, and whom to propose for what was left unattended.

Tickets are told here by every journal partition, whole, the last word counts. A proposal of an instant is made once all
partitions are beyond it, from what had happened by then and the proposals before: so events in the order of their
instants give the same proposals in any run. A proposal that was made stays.
"""

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Iterator, Sequence
from heapq import heappop, heappush
from typing import TypeVar

import msgspec

from streams.cases.handed import InHand, Unattended
from streams.engine.deadlines import Deadlines
from streams.names import UNKNOWN
from streams.sla.reassign import Operator, Proposal, next_at, propose
from streams.units import DAY

T = TypeVar("T")


class Request(msgspec.Struct, frozen=True):
    """Somebody else is asked for; instants in ms. `chain` is 1 for the first request since a person acted."""

    ref: str
    department: str | None
    holder: str | None
    to: str | None
    chain: int
    assigned_at: int
    at: int

    @property
    def proposal(self) -> Proposal:
        """What of it the next one depends on."""
        return Proposal(self.at, self.to)


class Desk:
    """The tickets that are open, or were worked on lately, and the proposals for them.

    Closed ones are forgotten `keep` ms after the last thing that happened: nobody counts as active for so long.
    """

    def __init__(self, keep: int = DAY) -> None:
        self.keep = keep
        self.upto = 0
        """Every proposal that was due before this instant, in ms, was made."""
        self.tickets: dict[str, InHand] = {}
        self._made: defaultdict[str, list[Proposal]] = defaultdict(list)
        """Proposals by ticket, in order."""
        self._held: defaultdict[str, set[str]] = defaultdict(set)
        """By operator the tickets that he ever had."""
        self._offered: defaultdict[str, set[str]] = defaultdict(set)
        """By operator the tickets that he was ever proposed for."""
        self._acts: defaultdict[str, defaultdict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        """By department and operator when he did something, in order."""
        self._due = Deadlines()
        self._over: list[tuple[int, str]] = []
        """Tickets that are closed, by the last instant at which anything happened to them."""

    def begin(self, upto: int) -> None:
        """Go on where all that was due before an instant, in ms, was made."""
        self.upto = upto
        for ref in self.tickets:
            self._expect(ref)

    def tell(self, ref: str, ticket: InHand | None) -> None:
        """A ticket stands like this now; None: it is gone."""
        self._forget(ref)
        if ticket is None:
            return
        self.tickets[ref] = ticket
        for _, agent in ticket.holders:
            if agent is not None:
                self._held[agent].add(ref)
        for at, agent in ticket.acts:
            insort(self._acts[_at(ticket.departments, at)][agent], at)
        if ticket.spans[-1][1] is not None:
            heappush(self._over, (_last(ticket), ref))
        self._expect(ref)

    def _forget(self, ref: str) -> None:
        ticket = self.tickets.pop(ref, None)
        if ticket is None:
            return
        self._due.set(ref, None)
        for _, agent in ticket.holders:
            if agent is not None:
                self._held[agent].discard(ref)
        for at, agent in ticket.acts:
            self._acts[_at(ticket.departments, at)][agent].remove(at)

    def remember(self, ref: str, proposal: Proposal) -> None:
        """A proposal was made before."""
        self._made[ref].append(proposal)
        self._made[ref].sort(key=lambda one: one.at)
        if proposal.to is not None:
            self._offered[proposal.to].add(ref)
        if ref in self.tickets:
            self._expect(ref)

    def _expect(self, ref: str) -> None:
        found = self._next(ref)
        self._due.set(ref, None if found is None else found[0])

    def _next(self, ref: str) -> tuple[int, Unattended] | None:
        """When the next proposal for a ticket is due, and for the sake of what; what came late is due at once."""
        due = [(self._next_for(ref, one), one) for one in self.tickets[ref].unattended]
        late = [(max(at, self.upto), one) for at, one in due if at is not None]
        found = [(at, one) for at, one in late if one.until is None or at < one.until]
        return min(found, key=lambda pair: (pair[0], pair[1].assigned_at), default=None)

    def _next_for(self, ref: str, one: Unattended) -> int | None:
        """The same for one assignment; the cool-down of a ticket goes on where another chain begins."""
        at = next_at(one.breached_at, self._chain(ref, one), one.rules)
        last = max((p.at for p in self._made.get(ref, ()) if one.until is None or p.at < one.until), default=None)
        return at if at is None or last is None else max(at, last + one.rules.cool_down)

    def _chain(self, ref: str, one: Unattended) -> list[Proposal]:
        """The proposals since a person acted, up to the end of an assignment."""
        return [p for p in self._made.get(ref, ()) if p.at >= one.chain and (one.until is None or p.at < one.until)]

    def requests(self, before: int) -> Iterator[Request]:
        """Every proposal that is due before an instant, in ms; each is made by that."""
        while (at := self._due.earliest) is not None and at < before:
            for ref in sorted(self._due.passed(at + 1)):
                found = self._next(ref) if ref in self.tickets else None
                if found is not None:
                    yield self._request(at, ref, found[1])
        self.upto = max(self.upto, before)
        self._let_go(before)

    def _request(self, at: int, ref: str, one: Unattended) -> Request:
        department, chain = _at(self.tickets[ref].departments, at), self._chain(ref, one)
        made = propose(at, one.holder, chain, self._operators(department, at, one.rules.active), one.rules)
        self.remember(ref, made)
        named = None if department == UNKNOWN else department
        return Request(ref, named, one.holder, made.to, len(chain) + 1, one.assigned_at, at)

    def _operators(self, department: str, at: int, active: int) -> Iterator[Operator]:
        """Who did something for the department lately."""
        for agent, acts in self._acts[department].items():
            if _latest(acts, at) >= at - active:
                last = max(_latest(of[agent], at) for of in self._acts.values() if agent in of)
                yield Operator(agent, self.load(agent, at), last)

    def load(self, agent: str, at: int) -> int:
        """How many tickets an operator has in hand at an instant, and is proposed for, of which nobody has decided."""
        had = sum(self._has(agent, self.tickets[ref], at) for ref in self._held[agent])
        offered = (ref for ref in self._offered[agent] if ref in self.tickets)
        return had + sum(self._is_offered(agent, ref, at) for ref in offered)

    def _has(self, agent: str, ticket: InHand, at: int) -> bool:
        return _at(ticket.holders, at) == agent and _open(ticket, at)

    def _is_offered(self, agent: str, ref: str, at: int) -> bool:
        """Whether the last proposal for a ticket that is still unattended is this operator."""
        for one in self.tickets[ref].unattended:
            if one.assigned_at <= at and (one.until is None or one.until > at):
                chain = [p for p in self._chain(ref, one) if one.breached_at <= p.at <= at]
                return bool(chain) and chain[-1].to == agent
        return False

    def _let_go(self, before: int) -> None:
        """Forget closed tickets whose acts make nobody active any more."""
        while self._over and self._over[0][0] < before - self.keep:
            last, ref = heappop(self._over)
            ticket = self.tickets.get(ref)
            if ticket is not None and ticket.spans[-1][1] is not None and _last(ticket) == last:
                self._forget(ref)
                for proposal in self._made.pop(ref, ()):
                    self._offered[proposal.to or ""].discard(ref)


def _at(told: Sequence[tuple[int, T]], at: int) -> T:
    """What held at an instant: the last that was told up to it, or else the first."""
    value = told[0][1]
    for since, one in told[1:]:
        if since > at:
            break
        value = one
    return value


def _open(ticket: InHand, at: int) -> bool:
    return any(start <= at and (end is None or end > at) for start, end in ticket.spans)


def _latest(acts: list[int], at: int) -> int:
    """The last act up to an instant; before all time where there is none."""
    place = bisect_right(acts, at)
    return acts[place - 1] if place else -(1 << 62)


def _last(ticket: InHand) -> int:
    ends = [end for _, end in ticket.spans if end is not None]
    return max([*ends, *(at for at, _ in ticket.acts)])
