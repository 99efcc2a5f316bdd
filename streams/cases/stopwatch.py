"""A stopwatch on one promise: working time spent, when the rest of it is due, whether it was kept.

It is told what happened in the order in which it happened, and knows nothing of any clock. Instants in ms UTC; the
time spent and the target are working time, in ms. The rules:

- Due is `after(now, target - spent)`; while paused nothing is due. An end at the due instant is in time.
- A change of the target, the calendar or the pauses counts from its instant on, the time spent stays. Where the new
  target is used up already, it is due at the change: breached then, and not earlier.
- It is decided once. After a breach it goes on measuring up to its end, but no change takes the breach back.
- A warning is given once, when its share of the target is spent and neither a pause nor quiet hours hold it back, and
  only before the due instant. What a pause held back comes up again when it ends.
"""

from collections.abc import Iterator
from typing import Protocol

import msgspec

from streams.cases.findings import Outcome
from streams.cases.working import ALWAYS, WorkingTime


class Quiet(Protocol):
    """Hours in which nobody is warned."""

    def closing(self, at: int) -> int:
        """When the quiet that reigns at an instant ends; that instant where none does."""


class Regime(msgspec.Struct, frozen=True):
    """What a stopwatch goes by from an instant on."""

    target: int
    calendar: WorkingTime = ALWAYS
    pausable: bool = False
    """Whether waiting on the customer stops it."""
    warnings: tuple[int, ...] = ()
    """Per cent of the target."""
    quiet: Quiet | None = None


class Stopwatch:
    """Runs from `start`; told of a `wait`, `resume`, `change`, `stop` or `void`, and of the present by `settle`.

    What is told with an instant before the last one counts as if it came with that.

    >>> watch = Stopwatch(0, Regime(target=100, pausable=True))
    >>> watch.wait(60); watch.due
    >>> watch.resume(1000); watch.due
    1040
    >>> watch.stop(1040); watch.outcome
    <Outcome.MET: 'met'>
    """

    def __init__(self, start: int, regime: Regime, *, waiting: bool = False) -> None:
        self.start, self.regime, self.waiting = start, regime, waiting
        self.outcome = Outcome.OPEN
        self.decided_at: int | None = None
        self.warned: dict[int, int] = {}
        """The warnings that were given: share and instant."""
        self.dues: dict[int, int] = {}
        """When it was due as each of them was given."""
        self._since, self._spent, self._ended = start, 0, False
        self._deadline: int | None = None
        self._paused_at = start
        """Since when it stands still, if it does."""

    @property
    def running(self) -> bool:
        """Whether working time is being spent."""
        return not self._ended and not (self.waiting and self.regime.pausable)

    @property
    def due(self) -> int | None:
        """The instant up to which it can be kept, or could be when it was decided; None while paused."""
        if self.outcome is not Outcome.OPEN:
            return self._deadline
        if not self.running:
            return None
        return self._after(self._since, self.regime.target - self._spent)

    @property
    def earliest(self) -> int:
        """The instant when it is due; while it is paused the earliest that may still come."""
        due = self.due
        return self._after(self._paused_at, self.regime.target - self._spent) if due is None else due

    def spent(self, at: int) -> int:
        """Working time spent at an instant, not before the last one that it was told of."""
        return self._spent + (self.regime.calendar.between(self._since, at) if self.running else 0)

    def upcoming(self) -> Iterator[tuple[int, int]]:
        """Share and instant of each warning still to come, if nothing else happens."""
        due = self.due
        if due is None or self.outcome is not Outcome.OPEN:
            return
        for share in self.regime.warnings:
            if share not in self.warned:
                at = self._reached(share)
                if at < due:
                    yield share, at

    def wait(self, at: int) -> None:
        """The customer is waited on."""
        self.settle(at)
        if self.running:
            self._paused_at = self._since
        self.waiting = True

    def resume(self, at: int) -> None:
        """The customer is no longer waited on."""
        self.settle(at)
        self.waiting = False

    def change(self, at: int, regime: Regime) -> None:
        """Another regime counts from here on: the priority, the department or the policy changed."""
        self.settle(at)
        if self.running:
            self._paused_at = self._since
        self.regime = regime

    def stop(self, at: int) -> None:
        """What was promised is done."""
        self._end(at, Outcome.MET)

    def void(self, at: int) -> None:
        """Nothing is owed any more."""
        self._end(at, Outcome.VOID)

    def settle(self, asof: int) -> None:
        """All that follows from the time up to an instant, which is not over itself."""
        asof = max(asof, self._since)
        spent = self.spent(asof)
        if self.outcome is Outcome.OPEN and self.running:
            self._fall_due(asof, spent)
        self._since, self._spent = asof, spent

    def _fall_due(self, asof: int, spent: int) -> None:
        if self._may_warn(spent):
            given = {share: at for share, at in self.upcoming() if at < asof}
            self.warned |= given
            self.dues |= dict.fromkeys(given, self.earliest)
        due = self.due if spent >= self.regime.target else None
        if due is not None and due < asof:
            self._decide(Outcome.BREACHED, due, due)

    def _may_warn(self, spent: int) -> bool:
        marks = (self._mark(share) for share in self.regime.warnings if share not in self.warned)
        return any(mark <= spent for mark in marks)

    def _mark(self, share: int) -> int:
        return -(-self.regime.target * share // 100)

    def _reached(self, share: int) -> int:
        at = self._after(self._since, self._mark(share) - self._spent)
        return self.regime.quiet.closing(at) if self.regime.quiet else at

    def _end(self, at: int, outcome: Outcome) -> None:
        self.settle(at)
        if self.outcome is Outcome.OPEN:
            self._decide(outcome, at, self.due)
        self._ended = True

    def _after(self, start: int, duration: int) -> int:
        return self.regime.calendar.after(start, duration)

    def _decide(self, outcome: Outcome, at: int, due: int | None) -> None:
        self.outcome, self.decided_at, self._deadline = outcome, at, due
