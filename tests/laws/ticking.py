"""A naive stopwatch that goes tick by tick: the oracle of `streams.sla.stopwatch`. It shares no code with it."""

from collections.abc import Callable
from dataclasses import dataclass, field

Open = Callable[[int], bool]
"""Whether the calendar is open in the tick that begins at an instant."""


@dataclass
class Rule:
    """What is in force: the target in ticks, and the rest."""

    target: int
    is_open: Open
    pausable: bool
    warnings: tuple[int, ...]
    is_quiet: Open


@dataclass
class Mark:
    """Something that happens at a tick: wait, resume, change, stop or void."""

    at: int
    what: str
    rule: Rule | None = None


@dataclass
class Ticking:
    """The state, as one would keep it by hand."""

    rule: Rule
    spent: int = 0
    waiting: bool = False
    ended: bool = False
    outcome: str = "open"
    decided_at: int | None = None
    warned: dict[int, int] = field(default_factory=dict)

    def happen(self, mark: Mark) -> None:
        if mark.what in ("wait", "resume"):
            self.waiting = mark.what == "wait"
        elif mark.what == "change":
            assert mark.rule
            self.rule = mark.rule
        else:
            if self.outcome == "open":
                self.outcome, self.decided_at = {"stop": "met", "void": "void"}[mark.what], mark.at
            self.ended = True

    def tick(self, at: int) -> None:
        """The tick from `at` on passes: nothing more happens at its beginning."""
        if self.ended or (self.waiting and self.rule.pausable):
            return
        if self.outcome == "open" and self.spent >= self.rule.target:
            self.outcome, self.decided_at = "breached", at
        for share in self.rule.warnings:
            reached = self.spent * 100 >= self.rule.target * share
            if self.outcome == "open" and share not in self.warned and reached and not self.rule.is_quiet(at):
                self.warned[share] = at
        self.spent += self.rule.is_open(at)


def simulate(start: int, rule: Rule, marks: list[Mark], asof: int, step: int = 1) -> Ticking:
    """The state at `asof`, all marks by then counted."""
    state, coming = Ticking(rule), list(marks)
    for at in range(start, asof + step, step):
        while coming and coming[0].at <= at:
            state.happen(coming.pop(0))
        if at < asof:
            state.tick(at)
    return state
