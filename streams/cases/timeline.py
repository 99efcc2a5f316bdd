"""A ticket's acts in order, cut into cycles, with what was in force at each instant [R4, R24, R25, R27–R31, R41]."""

from collections.abc import Callable, Sequence
from typing import ClassVar

import msgspec

from streams.cases.pauses import Interval
from streams.events.model import TicketAnswered, TicketOpened, in_order
from streams.names import UNKNOWN

Place = tuple[int, str, str]
"""Where something stands in the order of a case's events [R4]."""
Moment = TicketOpened | TicketAnswered
BY_MACHINE = ("bot", "system")
"""Who acts and is no person."""
ENDINGS = ("void", "merge")
"""The acts after which a ticket is none any more."""


class Cycle(msgspec.Struct, gc=False):
    """From the opening or a reopen to the first resolve after it; instants in ms."""

    number: int
    start: int
    resolve: TicketAnswered | None = None
    taken_on: int | None = None
    """When somebody had it in hand: assigned, or the first human message."""
    reply: TicketAnswered | None = None
    """The first message by a human agent."""
    waits: list[Interval] = []
    waiting_since: int | None = None
    """Since when the customer is waited on, if he is."""
    messages: list[TicketAnswered] = []
    """Those of the customer and of human agents."""
    replies: int = 0
    """How many of them are by human agents."""
    escalations: list[str] = []
    """Who escalated."""
    reopened_at: int | None = None

    def waited(self, since: int) -> list[Interval]:
        """The waits on the customer from `since` to the resolve."""
        return [(max(a, since), b) for a, b in self.waits if b > since]

    def take_on(self, at: int) -> None:
        """Somebody has it in hand."""
        if self.taken_on is None or at < self.taken_on:
            self.taken_on = at

    def end_wait(self, at: int) -> None:
        """The customer is no longer waited on."""
        if self.waiting_since is not None:
            if at > self.waiting_since:
                self.waits.append((self.waiting_since, at))
            self.waiting_since = None


class Question(msgspec.Struct, gc=False):
    """The oldest unanswered message of the customer after the first response, and what ended that [R28]."""

    message: TicketAnswered
    cycle: int
    number: int
    """Which one in its cycle."""
    end: TicketAnswered | None = None
    """The next message by a human agent, or the resolve."""
    answered: bool = False


class Standing(msgspec.Struct, frozen=True, gc=False):
    """Department and priority from after an act on."""

    since: Place
    department: str
    priority: str


class Timeline:
    """The story of one ticket up to the act that voided or merged it, if one did."""

    __slots__ = (
        "_idle",
        "_pending",
        "_replied",
        "acts",
        "assigns",
        "cycles",
        "gone_at",
        "handled",
        "held",
        "in_hand",
        "misrouted_at",
        "opening",
        "questions",
        "standings",
    )

    def __init__(self, opening: TicketOpened, acts: Sequence[TicketAnswered]) -> None:
        assigned = opening.assigned_to is not None
        self.opening, self.acts = opening, acts
        self.gone_at: int | None = None
        self.cycles = [Cycle(1, opening.occurred_at, taken_on=opening.occurred_at if assigned else None)]
        self.standings = [Standing((0, "", ""), opening.department or UNKNOWN, opening.priority or UNKNOWN)]
        self.in_hand: Moment | None = opening if assigned else None
        """What put the ticket into somebody's hands first."""
        self.misrouted_at: int | None = None
        """When it last turned out before the first answer that the customer had come to the wrong place."""
        self.questions: list[Question] = []
        self.assigns: list[tuple[TicketAnswered, bool]] = []
        """Each assignment, and whether it passed the ticket on automatically from somebody who had not written."""
        self.handled: list[TicketAnswered] = []
        """All acts that tell how long they took, those after the end too; likewise `held` with their holds."""
        self.held: list[TicketAnswered] = []
        self._replied = False
        self._pending: Question | None = None
        self._idle: str | None = opening.assigned_to
        """Who has the ticket and has not written since; any human message attends to it."""
        self._read(acts)

    def standing(self, moment: Moment) -> Standing:
        """What was in force when something came."""
        if len(self.standings) == 1:
            return self.standings[0]
        place = in_order(moment)
        return next(s for s in reversed(self.standings) if s.since < place or s is self.standings[0])

    def standing_at(self, at: int) -> Standing:
        """What is in force when an instant has passed."""
        if len(self.standings) == 1:
            return self.standings[0]
        return next(s for s in reversed(self.standings) if s.since[0] <= at or s is self.standings[0])

    def _read(self, acts: Sequence[TicketAnswered]) -> None:
        for act in acts:
            if act.handling is not None:
                self.handled.append(act)
            if act.holds:
                self.held.append(act)
            if self.gone_at is None:
                does = self._does.get(act.action)
                if does is not None:
                    does(self, act)

    def _message(self, act: TicketAnswered) -> None:
        cycle = self.cycles[-1]
        running = cycle.resolve is None
        if act.by == "agent":
            if running:
                cycle.reply = cycle.reply or act
                cycle.replies += 1
                cycle.take_on(act.occurred_at)
                cycle.messages.append(act)
            self._take_in_hand(act)
            if self._pending is not None:
                self._end_question(self._pending, act, answered=True)
            self._replied, self._idle = True, None
        elif act.by == "customer":
            if running:
                cycle.messages.append(act)
                cycle.end_wait(act.occurred_at)
            if self._replied and self._pending is None:
                self._ask(cycle.number, act)
        if act.resolves:
            self._resolve(act)

    def _ask(self, cycle: int, act: TicketAnswered) -> None:
        last = self.questions[-1] if self.questions else None
        number = last.number + 1 if last is not None and last.cycle == cycle else 1
        self._pending = Question(act, cycle, number)
        self.questions.append(self._pending)

    def _end_question(self, pending: Question, act: TicketAnswered, *, answered: bool) -> None:
        pending.end, pending.answered = act, answered
        self._pending = None

    def _take_in_hand(self, act: TicketAnswered) -> None:
        if self.in_hand is None or (self.in_hand is self.opening and in_order(act) < in_order(self.opening)):
            self.in_hand = act

    def _resolve(self, act: TicketAnswered) -> None:
        cycle = self.cycles[-1]
        if cycle.resolve is None:
            cycle.end_wait(act.occurred_at)
            cycle.resolve = act
            if self._pending is not None:
                self._end_question(self._pending, act, answered=False)

    def _reopen(self, act: TicketAnswered) -> None:
        cycle = self.cycles[-1]
        if cycle.resolve is not None:
            cycle.reopened_at = act.occurred_at
            self.cycles.append(Cycle(cycle.number + 1, act.occurred_at))

    def _assign(self, act: TicketAnswered) -> None:
        cycle = self.cycles[-1]
        if cycle.resolve is None:
            cycle.take_on(act.occurred_at)
        self._take_in_hand(act)
        automatic = act.by in BY_MACHINE
        self.assigns.append((act, automatic and self._idle is not None and act.to_agent != self._idle))
        self._idle = act.to_agent

    def _wait(self, act: TicketAnswered) -> None:
        cycle = self.cycles[-1]
        if cycle.resolve is None and cycle.waiting_since is None:
            cycle.waiting_since = max(act.occurred_at, cycle.start)

    def _resume(self, act: TicketAnswered) -> None:
        self.cycles[-1].end_wait(act.occurred_at)

    def _escalate(self, act: TicketAnswered) -> None:
        if self.cycles[-1].resolve is None:
            self.cycles[-1].escalations.append(act.by)

    def _transfer(self, act: TicketAnswered) -> None:
        last = self.standings[-1]
        self.standings.append(Standing(act.order, act.to_department or last.department, last.priority))
        if act.misrouted and self.cycles[0].reply is None:
            self.misrouted_at = act.occurred_at

    def _reprioritise(self, act: TicketAnswered) -> None:
        last = self.standings[-1]
        self.standings.append(Standing(act.order, last.department, act.priority or last.priority))

    def _go(self, act: TicketAnswered) -> None:
        self.gone_at = act.occurred_at

    _does: ClassVar[dict[str, Callable[["Timeline", TicketAnswered], None]]] = {
        "message": _message,
        "resolve": _resolve,
        "assign": _assign,
        "transfer": _transfer,
        "wait": _wait,
        "resume": _resume,
        "reopen": _reopen,
        "escalate": _escalate,
        "reprioritise": _reprioritise,
        "void": _go,
        "merge": _go,
    }
