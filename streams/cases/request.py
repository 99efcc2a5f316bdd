"""A ticket while its facts and obligations are read off."""

from streams.cases.attention import attended
from streams.cases.clocks import BY_POLICY, Clock
from streams.cases.conventions import Conventions
from streams.cases.facts import Kind
from streams.cases.findings import MET, OPEN, VOID, Findings, Obligation, budgeted, decide
from streams.cases.policies import Policies
from streams.cases.timeline import BY_MACHINE, Moment, Standing, Timeline
from streams.cases.watching import FOREVER, Clocked, dims_of, follow, gone, promised
from streams.cases.working import WorkingTime
from streams.events.model import TicketAnswered
from streams.names import AUTOMATED, UNKNOWN


class Request:
    """A timeline as of a watermark, and the findings that are made of it."""

    __slots__ = (
        "_calendar",
        "asof",
        "category",
        "channel",
        "costs",
        "facts",
        "found",
        "line",
        "obligations",
        "opening",
        "policies",
    )

    def __init__(self, line: Timeline, found: Findings, asof: int, conventions: Conventions) -> None:
        self.line, self.found, self.asof, self._calendar = line, found, asof, conventions.calendar
        self.policies, self.costs = conventions.policies, conventions.costs
        self.facts, self.obligations = found.facts, found.obligations
        opening = self.opening = line.opening
        self.channel = opening.channel or UNKNOWN
        self.category = opening.category or UNKNOWN

    def add(self, kind: Kind, at: int, dims: tuple[str, ...], samples: tuple[object, ...]) -> None:
        """Tell a fact."""
        self.facts.append((kind.name, at, dims, samples))

    def promise(  # noqa: PLR0917
        self, clock: Clock, start: int, end: Moment | None, cycle: int = 1, number: int = 1, deadline: int | None = None
    ) -> None:
        """Tell how a promise stands that `end` keeps, and the fact if it is decided.

        What ends it came before the ticket was void, if it was; the deadline follows from the clock's target.
        """
        line, due = self.line, start + clock.target if deadline is None else deadline
        if end is None:
            made = decide(clock.name, start, due, None, line.gone_at, self.asof, cycle, number)
        else:
            made = decide(clock.name, start, due, end.occurred_at, None, self.asof, cycle, number)
        self._owe(clock, made, end)

    def _owe(self, clock: Clock, made: Obligation, end: Moment | None) -> None:
        self.obligations.append(made)
        outcome, at = made.outcome, made.decided_at
        if at is None or outcome is VOID:
            return
        met, line = outcome is MET, self.line
        standing = line.standing(end) if met and end is not None else line.standing_at(at)
        self.facts.append((clock.kind.name, at, clock.dims(made.policy, self.channel, standing), (met,)))

    def keep(self, policies: Policies) -> None:
        """Tell how every promise of the configured policies stands, and the warnings given."""
        for of in promised(self.line):
            made = self._watched(of, policies)
            if made is not None:
                self._owe(BY_POLICY[of.clock], made, of.end)

    def attend(self, policies: Policies) -> None:
        """The same of what is promised of each assignment, for no KPI."""
        for of in attended(self.line, policies):
            made = self._watched(of, policies)
            if made is not None:
                self.obligations.append(made)
                self.facts += budgeted(made)

    def _watched(self, of: Clocked, policies: Policies) -> Obligation | None:
        """How a promise stands, and when to look again; a later edition may make one that is not made yet."""
        watch = follow(self.line, policies, of, self.asof)
        made = watch.obligation()
        if made is not None:
            self.found.warnings += watch.warned(made)
        if gone(self.line, of) == FOREVER if made is None else made.outcome is OPEN:
            self.found.wakes += watch.wakes(self.asof)
        return made

    def working(self, clock: Clock, standing: Standing, at: int) -> WorkingTime:
        """The calendar of a clock for what is under a standing at an instant, in ms."""
        if self.policies is None:
            return self._calendar
        return self.policies.working(clock.name, dims_of(self.line, standing), at)

    def put_off(self, clock: Clock, start: int, cycle: int, deadline: int) -> None:
        """Tell of a promise whose clock stands still: nothing is due, and a void ends it at any time."""
        gone = self.line.gone_at
        outcome = OPEN if gone is None else VOID
        self.obligations.append(Obligation(clock.name, start, deadline, outcome, gone, cycle, paused=True))


def author(act: TicketAnswered) -> str:
    """The agent of an act; a customer's own act has none [R9]."""
    if act.by == "agent":
        return act.agent_id or UNKNOWN
    return AUTOMATED if act.by in BY_MACHINE else UNKNOWN
