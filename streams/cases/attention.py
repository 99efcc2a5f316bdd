"""What whoever gets a ticket owes it: his own first message, of each assignment.

An assignment begins with an `assign`, with a `transfer` to somebody, or with an opening that somebody has. It is over
without a message of his when another or nobody gets the ticket, and when it is resolved, void or merged. Said again of
the one who has it and has not written yet, it is the same assignment: his clock runs on.
"""

from collections.abc import Iterator

import msgspec

from streams.cases.policies import Policies
from streams.cases.timeline import ENDINGS, Moment, Timeline
from streams.cases.watching import Clocked, promised
from streams.events.model import TicketAnswered

ATTENTION = "attention"


class _Handed(msgspec.Struct, frozen=True, gc=False):
    """Somebody has the ticket, and has not written yet."""

    start: int
    holder: str
    cycle: int
    number: int


class _Assignments:
    """Reads a ticket's acts once."""

    def __init__(self, line: Timeline) -> None:
        self.found: list[Clocked] = []
        self._cycle, self._number, self._open = 1, 0, True
        self._current: _Handed | None = None
        self._hand(line.opening, line.opening.assigned_to)
        for act in line.acts:
            if act.action in ENDINGS:
                break
            self._read(act)
        self._over()

    def _read(self, act: TicketAnswered) -> None:
        match act.action:
            case "message":
                if self._current is not None and act.by == "agent" and act.agent_id == self._current.holder:
                    self._over(end=act)
                if act.resolves:
                    self._close(act)
            case "assign" | "transfer":
                self._hand(act, act.to_agent)
            case "resolve":
                self._close(act)
            case "reopen" if not self._open:
                self._cycle, self._number, self._open = self._cycle + 1, 0, True

    def _hand(self, by: Moment, to: str | None) -> None:
        if not self._open or (self._current is not None and to == self._current.holder):
            return
        self._over(dropped=by)
        if to is not None:
            self._number += 1
            self._current = _Handed(by.occurred_at, to, self._cycle, self._number)

    def _close(self, act: TicketAnswered) -> None:
        self._over(dropped=act)
        self._open = False

    def _over(self, end: Moment | None = None, dropped: Moment | None = None) -> None:
        one, self._current = self._current, None
        if one is not None:
            self.found.append(Clocked(ATTENTION, one.start, end, one.cycle, one.number, dropped))


def attended(line: Timeline, policies: Policies) -> list[Clocked]:
    """The promise of each assignment, in order; none of a review, nor where no policy makes it."""
    return _Assignments(line).found if policies.attends and line.opening.kind != "review" else []


def every(line: Timeline, policies: Policies) -> Iterator[Clocked]:
    """Every promise that these policies may make of a ticket."""
    yield from promised(line)
    yield from attended(line, policies)
