"""What a case tells at an instant: facts, obligations, the next deadline."""

from enum import StrEnum

import msgspec

from streams.cases.digests import Digest
from streams.cases.facts import BUDGETED, Fact
from streams.cases.handed import InHand


class Outcome(StrEnum):
    """How an obligation stands."""

    OPEN = "open"
    MET = "met"
    BREACHED = "breached"
    VOID = "void"


OPEN, MET, BREACHED, VOID = Outcome
"""The same by themselves: an enumeration looks a member up slowly, and the hot paths ask for them all the time."""


class Obligation(msgspec.Struct, frozen=True, gc=False):
    """A promise with a start and a deadline, decided once at `min(end, deadline)`; instants in ms."""

    clock: str
    start: int
    deadline: int
    outcome: Outcome
    decided_at: int | None = None
    cycle: int = 1
    number: int = 1
    """Which one of its clock in its cycle."""
    paused: bool = False
    """Nothing is due while the customer is waited on; `deadline` is then the earliest that may still come."""

    policy: str = "default"
    """Whose promise it is."""
    target: int | None = None
    """Working time promised, in ms; None where it is all the time from the start to the deadline."""

    @property
    def key(self) -> tuple[str, int, int]:
        """What tells it from the case's other obligations."""
        return self.clock, self.cycle, self.number


class Warned(msgspec.Struct, frozen=True, gc=False):
    """A warning that a promise gave at a share of its target, in per cent; instants in ms."""

    obligation: Obligation
    """How the promise stands now, with the policy and the target that it had as the warning was given."""
    share: int
    at: int
    due: int
    """When it was due as the warning was given."""

    @property
    def key(self) -> tuple[str, int, int, int]:
        """What tells it from the case's other warnings."""
        return *self.obligation.key, self.share


class Findings(msgspec.Struct, gc=False):
    """Everything that follows from the events of a case as of a watermark."""

    facts: list[Fact] = []
    obligations: list[Obligation] = []
    negatives: int = 0
    """Durations whose end came before their start: counted as 0."""
    orphaned: bool = False
    """Follow-ups are here, the opening is not."""
    wakes: list[int] = []
    """Instants, in ms, after which something else than an obligation has to be looked at again."""
    warnings: list[Warned] = []
    """Those that were given."""
    in_hand: InHand | None = None
    """Where policies have somebody else proposed for what was left unattended."""
    digest: Digest | None = None
    """What the case says of its customer, where something reads it."""

    @property
    def due(self) -> int | None:
        """The earliest instant after which it has to be reviewed: an open deadline, or one to wake at."""
        earliest = min(self.wakes) if self.wakes else None
        for one in self.obligations:
            if one.outcome is OPEN and not one.paused and (earliest is None or one.deadline < earliest):
                earliest = one.deadline
        return earliest

    def span(self, start: int, end: int) -> int:
        """`end - start` in ms; below 0 it is 0, and counted."""
        if end < start:
            self.negatives += 1
            return 0
        return end - start


NOTHING = Findings()
"""What an unread case tells; nobody adds to it."""


def budgeted(made: Obligation) -> list[Fact]:
    """What an error budget counts of a promise that no KPI tells by policy; nothing until it is decided."""
    if made.decided_at is None or made.outcome is VOID:
        return []
    met = tuple([made.outcome is MET if clock == made.clock else None for clock in BUDGETED.measures])
    return [(BUDGETED.name, made.decided_at, (made.policy,), met)]


def decide(  # noqa: PLR0917
    clock: str,
    start: int,
    deadline: int,
    end: int | None,
    void_at: int | None,
    asof: int,
    cycle: int = 1,
    number: int = 1,
) -> Obligation:
    """The one rule for "within a target": met when `end <= deadline`, breached when the deadline passed without.

    `void_at` ends an obligation that is still open then without a decision; `asof` is the watermark [R1].
    """
    if end is not None and end <= deadline and (void_at is None or end < void_at):
        return Obligation(clock, start, deadline, MET, end, cycle, number)
    if void_at is not None and void_at <= deadline:
        return Obligation(clock, start, deadline, VOID, void_at, cycle, number)
    if end is not None or deadline < asof:
        return Obligation(clock, start, deadline, BREACHED, deadline, cycle, number)
    return Obligation(clock, start, deadline, OPEN, None, cycle, number)
