"""A ticket as a case: its opening and acts in, facts and obligations out [R8, R24–R29]."""

from collections.abc import Sequence

from streams.cases import facts
from streams.cases.conventions import DEFAULT, Conventions
from streams.cases.findings import Findings, Outcome, decide
from streams.cases.timeline import Cycle, Interval, Timeline
from streams.cases.working import ALWAYS, WorkingTime
from streams.events.model import Event, TicketAnswered, TicketOpened, in_order
from streams.names import AUTOMATED, UNKNOWN
from streams.units import DAY

ANSWER_WITHIN = DAY


def ticket_findings(events: Sequence[Event], asof: int, conventions: Conventions = DEFAULT) -> Findings:
    """The facts and obligations of a ticket as of the watermark `asof`."""
    found = Findings()
    opening, acts = _told_apart(events)
    if opening is None:
        found.orphaned = True
        return found
    if opening.kind == "review":
        return found
    ticket = _Ticket(Timeline(opening, acts), found, conventions.calendar)
    ticket.opened()
    if opening.opened_by == "customer":
        ticket.first_response()
        ticket.answered_in_24h(asof)
    ticket.resolutions()
    return found


def _told_apart(events: Sequence[Event]) -> tuple[TicketOpened | None, list[TicketAnswered]]:
    """The opening that counts, and the acts in order."""
    opening, acts = None, []
    for event in events:
        if isinstance(event, TicketAnswered):
            acts.append(event)
        elif isinstance(event, TicketOpened) and (opening is None or in_order(event) < in_order(opening)):
            opening = event
    if len(acts) > 1:
        acts.sort(key=in_order)
    return opening, acts


class _Ticket:
    """Reads the facts off a timeline into findings."""

    __slots__ = ("calendar", "category", "channel", "found", "line", "opening")

    def __init__(self, timeline: Timeline, found: Findings, calendar: WorkingTime) -> None:
        self.line, self.found, self.calendar = timeline, found, calendar
        self.opening = timeline.opening
        self.channel = self.opening.channel or UNKNOWN
        self.category = self.opening.category or UNKNOWN

    def opened(self) -> None:
        if self.line.gone_at is not None:
            return
        dims = (self.channel, self.opening.department or UNKNOWN, self.category, self.opening.campaign or UNKNOWN)
        self._add(facts.TICKET_OPENED, self.opening.occurred_at, dims, (1,))

    def first_response(self) -> None:
        reply = self.line.cycles[0].reply
        if reply is None:
            return
        start, end = self.opening.occurred_at, reply.occurred_at
        waited = self.found.span(start, end)
        standing = self.line.standing(reply)
        dims = (self.channel, standing.department, standing.priority, _author(reply))
        self._add(facts.FIRST_RESPONSE, end, dims, (waited, self.calendar.between(start, start + waited)))

    def answered_in_24h(self, asof: int) -> None:
        cycle, start = self.line.cycles[0], self.opening.occurred_at
        answer = cycle.reply or cycle.resolve
        end = answer.occurred_at if answer is not None else None
        void_at = self.line.gone_at if answer is None else None  # what came before it was void stays
        obligation = decide(facts.ANSWERED_IN_24H.name, start, start + ANSWER_WITHIN, end, void_at, asof)
        self.found.obligations.append(obligation)
        at, met = obligation.decided_at, obligation.outcome is Outcome.MET
        if at is None or obligation.outcome is Outcome.VOID:
            return
        standing = self.line.standing(answer) if met and answer else self.line.standing_at(at)
        self._add(facts.ANSWERED_IN_24H, at, (self.channel, standing.department, standing.priority), (met,))

    def resolutions(self) -> None:
        closed = [(c, c.resolve) for c in self.line.cycles if c.resolve is not None]
        if not closed:
            return
        first, resolve = closed[0]
        self._resolution(facts.FIRST_RESOLUTION, resolve, [(first.start, resolve.occurred_at)], [])
        spans = [(c.start, r.occurred_at) for c, r in closed]
        waits = [wait for c, _ in closed for wait in c.waits]
        self._resolution(facts.FULL_RESOLUTION, closed[-1][1], spans, waits)
        for cycle, end in closed:
            self._served(cycle, end)

    def _resolution(
        self, kind: facts.Kind, resolve: TicketAnswered, spans: list[Interval], waits: list[Interval]
    ) -> None:
        taken = sum([self.found.span(a, b) for a, b in spans]) - sum([b - a for a, b in waits])
        working = taken if self.calendar is ALWAYS else self._working(spans) - self._working(waits)
        dims = (self.channel, self.line.standing(resolve).department, self.category)
        self._add(kind, resolve.occurred_at, dims, (taken, working))

    def _working(self, spans: list[Interval]) -> int:
        return sum([self.calendar.between(a, b) for a, b in spans])

    def _served(self, cycle: Cycle, resolve: TicketAnswered) -> None:
        end, start = resolve.occurred_at, cycle.taken_on
        served = None
        if start is not None:
            served = self.found.span(start, end) - sum(b - a for a, b in cycle.waited(start))
        dims = (self.channel, self.line.standing(resolve).department, self.category, _author(resolve))
        self._add(facts.CYCLE_RESOLVED, end, dims, (served,))

    def _add(self, kind: facts.Kind, at: int, dims: tuple[str, ...], samples: tuple[object, ...]) -> None:
        self.found.facts.append((kind.name, at, dims, samples))


def _author(act: TicketAnswered) -> str:
    """The agent of an act; a customer's own act has none [R9]."""
    if act.by == "agent":
        return act.agent_id or UNKNOWN
    return AUTOMATED if act.by in ("bot", "system") else UNKNOWN
