"""A ticket's acts in order, cut into cycles, with what was in force at each instant [R4, R24, R25, R27, R29]."""

from collections.abc import Sequence

import msgspec

from streams.events.model import TicketAnswered, TicketOpened
from streams.names import UNKNOWN

Interval = tuple[int, int]
Place = tuple[int, str, str]
"""Where something stands in the order of a case's events [R4]."""


class Cycle(msgspec.Struct, gc=False):
    """From the opening or a reopen to the first resolve after it; instants in ms."""

    start: int
    resolve: TicketAnswered | None = None
    taken_on: int | None = None
    """When somebody had it in hand: assigned, or the first human message."""
    reply: TicketAnswered | None = None
    """The first message by a human agent."""
    waits: list[Interval] = []

    def waited(self, since: int) -> list[Interval]:
        """The waits on the customer from `since` to the resolve."""
        return [(max(a, since), b) for a, b in self.waits if b > since]


class Standing(msgspec.Struct, frozen=True, gc=False):
    """Department and priority from after an act on."""

    since: Place
    department: str
    priority: str


class Timeline:
    """The story of one ticket up to the act that voided or merged it, if one did."""

    __slots__ = ("_waiting_since", "cycles", "gone_at", "opening", "standings")

    def __init__(self, opening: TicketOpened, acts: Sequence[TicketAnswered]) -> None:
        self.opening = opening
        self.gone_at: int | None = None
        self.cycles = [Cycle(opening.occurred_at, taken_on=opening.occurred_at if opening.assigned_to else None)]
        self._waiting_since: int | None = None
        self.standings = [
            Standing((0, "", ""), opening.department or UNKNOWN, opening.priority or UNKNOWN),
        ]
        for act in acts:
            if act.action in ("void", "merge"):
                self.gone_at = act.occurred_at
                break
            self._apply(act)

    def standing(self, act: TicketAnswered) -> Standing:
        """What was in force when an act came."""
        if len(self.standings) == 1:
            return self.standings[0]
        return next(s for s in reversed(self.standings) if s.since < act.order or s is self.standings[0])

    def standing_at(self, at: int) -> Standing:
        """What is in force when an instant has passed."""
        return next(s for s in reversed(self.standings) if s.since[0] <= at or s is self.standings[0])

    def _apply(self, act: TicketAnswered) -> None:
        if act.action in ("transfer", "reprioritise"):
            self._move(act)
        cycle = self.cycles[-1]
        if cycle.resolve is None:
            self._within(cycle, act)
        elif act.action == "reopen":
            self.cycles.append(Cycle(act.occurred_at))

    def _move(self, act: TicketAnswered) -> None:
        last = self.standings[-1]
        if act.action == "transfer":
            moved = Standing(act.order, act.to_department or last.department, last.priority)
        else:
            moved = Standing(act.order, last.department, act.priority or last.priority)
        self.standings.append(moved)

    def _within(self, cycle: Cycle, act: TicketAnswered) -> None:
        at, message = act.occurred_at, act.action == "message"
        human = message and act.by == "agent"
        if human and cycle.reply is None:
            cycle.reply = act
        if cycle.taken_on is None or at < cycle.taken_on:
            cycle.taken_on = at if human or act.action == "assign" else cycle.taken_on
        resolves = act.action == "resolve" or (message and act.resolves)
        if act.action == "wait" and self._waiting_since is None:
            self._waiting_since = max(at, cycle.start)
        elif resolves or act.action == "resume" or (message and act.by == "customer"):
            self._end_wait(cycle, at)
        if resolves:
            cycle.resolve = act

    def _end_wait(self, cycle: Cycle, at: int) -> None:
        if self._waiting_since is not None and at > self._waiting_since:
            cycle.waits.append((self._waiting_since, at))
        self._waiting_since = None
