"""In whose hands a ticket was and is, who worked on it, and which assignments were left unattended.

An assignment is attended to by the first message of a human agent, and over with the next one, a resolve, a void or a
merge. Its clock is the policy's `assignment`; a ticket that nobody has yet runs on the clock from its opening. What is
promised of the holder's own message is in `attention`.
"""

import msgspec

from streams.cases.findings import BREACHED, OPEN
from streams.cases.handed import InHand, Unattended
from streams.cases.policies import Policies
from streams.cases.timeline import BY_MACHINE, ENDINGS, Moment, Timeline
from streams.cases.watching import Clocked, dims_of, follow
from streams.events.model import TicketAnswered

ASSIGNMENT = "assignment"


class Handing(msgspec.Struct, gc=False):
    """An assignment, or the time in which nobody has the ticket; instants in ms."""

    start: int
    holder: str | None
    chain: int
    """When the chain of assignments began that nobody attended to, and no person made."""
    end: Moment | None = None


class Hands:
    """Reads a ticket's acts once."""

    def __init__(self, line: Timeline) -> None:
        opening = line.opening
        start = opening.occurred_at
        self.holders = [(start, opening.assigned_to)]
        self.acts: list[tuple[int, str]] = []
        self.spans: list[tuple[int, int | None]] = [(start, None)]
        self.handings = [Handing(start, opening.assigned_to, start)]
        self._current: Handing | None = self.handings[0]
        for act in line.acts:
            self._read(act)
            if act.action in ENDINGS:
                break

    def _read(self, act: TicketAnswered) -> None:
        if act.by == "agent" and act.agent_id is not None:
            self.acts.append((act.occurred_at, act.agent_id))
        match act.action:
            case "message" if act.by == "agent":
                self._end(act)
                if self.holders[-1][1] is None:
                    self.holders.append((act.occurred_at, act.agent_id))
            case "assign":
                self._hand(act)
            case "transfer":
                self._hand(act) if act.to_agent is not None else self._let_go(act)
            case "reopen" if self.spans[-1][1] is not None:
                self.spans.append((act.occurred_at, None))
        if act.action in ("resolve", *ENDINGS) or act.resolves:
            self._close(act)

    def _hand(self, act: TicketAnswered) -> None:
        before = self._current
        self._end(act)
        self.holders.append((act.occurred_at, act.to_agent))
        if self.spans[-1][1] is None:
            goes_on = act.by in BY_MACHINE
            chain = before.chain if before and goes_on else act.occurred_at
            self._current = Handing(act.occurred_at, act.to_agent, chain)
            self.handings.append(self._current)

    def _let_go(self, act: TicketAnswered) -> None:
        """Another department has it, and nobody there."""
        self._end(act)
        self.holders.append((act.occurred_at, None))

    def _close(self, act: TicketAnswered) -> None:
        self._end(act)
        start, end = self.spans[-1]
        if end is None:
            self.spans[-1] = start, act.occurred_at

    def _end(self, act: TicketAnswered) -> None:
        if self._current is not None:
            self._current.end = act
            self._current = None


def in_hand(line: Timeline, policies: Policies, asof: int) -> tuple[InHand, list[int]]:
    """What a ticket says of it as of a watermark, and when it has to be looked at again if nothing happens, in ms."""
    hands, unattended, wakes = Hands(line), list[Unattended](), list[int]()
    for handing in hands.handings:
        watch = follow(line, policies, Clocked(ASSIGNMENT, handing.start, handing.end), asof)
        made = watch.obligation()
        if made is not None and made.outcome is BREACHED and made.decided_at is not None:
            rules = policies.reassigning(dims_of(line, line.standing_at(made.decided_at)), made.decided_at)
            if rules is not None:
                until = handing.end.occurred_at if handing.end else line.gone_at
                unattended.append(
                    Unattended(handing.start, made.decided_at, until, handing.holder, handing.chain, rules)
                )
        elif handing.end is None and line.gone_at is None:
            edit = policies.next_edit(asof)
            wakes += [] if edit is None else [edit]
            if made is not None and made.outcome is OPEN and not made.paused:
                wakes.append(made.deadline)
    departments = [(one.since[0], one.department) for one in line.standings]
    return InHand(departments, hands.holders, hands.acts, hands.spans, unattended), wakes
