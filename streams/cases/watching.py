"""A promise of a policy, followed through what happens to its ticket: the stopwatch's marks, and how it stands.

Where no policies are configured nothing of this runs: `clocks` has what is promised then, and it gives the same.
"""

from collections.abc import Iterator, Sequence
from enum import IntEnum

import msgspec
from msgspec.structs import replace

from streams.cases.findings import OPEN, VOID, Obligation, Warned
from streams.cases.policies import DIMENSIONS, Dims, Policies, Rule
from streams.cases.stopwatch import Stopwatch
from streams.cases.timeline import Moment, Standing, Timeline
from streams.events.model import in_order
from streams.names import UNKNOWN

FOREVER = 1 << 62


class What(IntEnum):
    """What happens to a clock; of one instant in this order."""

    RESUME = 0
    CHANGE = 1
    EDIT = 2
    WAIT = 3


class Mark(msgspec.Struct, frozen=True, order=True):
    """Something that touches a clock, at an instant in ms."""

    at: int
    what: What


class Clocked(msgspec.Struct, frozen=True):
    """Which promise: from `start`, in ms, until `end` keeps it, or `dropped` makes it void."""

    clock: str
    start: int
    end: Moment | None
    cycle: int = 1
    number: int = 1
    dropped: Moment | None = None

    @property
    def over(self) -> Moment | None:
        """What ended it, one way or the other."""
        return self.end or self.dropped


def promised(line: Timeline) -> Iterator[Clocked]:
    """Every promise of a ticket that a KPI tells of; none of a review, which has a clock of its own [R26, R41]."""
    start = line.opening.occurred_at
    if line.opening.kind == "review":
        return
    if line.opening.opened_by == "customer":
        yield Clocked("first_response", start, line.cycles[0].reply or line.cycles[0].resolve)
    yield Clocked("assignment", start, line.in_hand)
    for question in line.questions:
        yield Clocked("next_response", question.message.occurred_at, question.end, question.cycle, question.number)
    for cycle in line.cycles:
        yield Clocked("resolution", cycle.start, cycle.resolve, cycle.number)


def dims_of(line: Timeline, standing: Standing) -> Dims:
    """What a policy is selected by, in the order of `DIMENSIONS`."""
    opening = line.opening
    told = (standing.department, standing.priority, opening.channel, opening.tier, opening.kind, opening.region)
    return tuple([value or UNKNOWN for value in told])


def orders_dims(channel: str, region: str) -> Dims:
    """The same of an order, which has a channel and a region alone."""
    known = {"channel": channel, "region": region}
    return tuple([known.get(name, UNKNOWN) for name in DIMENSIONS])


def marks(line: Timeline, policies: Policies, of: Clocked, asof: int) -> list[Mark]:
    """What happens between a promise's start and its end, in order."""
    until, last = gone(line, of), in_order(of.over) if of.over else (FOREVER, "", "")
    changes = [one.since for one in line.standings[1:] if of.start < one.since[0] <= until and one.since < last]
    found = [Mark(since[0], What.CHANGE) for since in changes]
    found += [Mark(at, What.EDIT) for at in policies.edits(of.start, min(until + 1, asof))]
    found += [mark for mark in _waits(line, of.start) if mark.at <= until]
    return sorted(found)


def gone(line: Timeline, of: Clocked) -> int:
    """When a promise was over, in ms; `FOREVER` where it is not."""
    if of.over is not None:
        return of.over.occurred_at
    return FOREVER if line.gone_at is None else line.gone_at


def _waits(line: Timeline, start: int) -> Iterator[Mark]:
    for cycle in line.cycles:
        for since, until in cycle.waits:
            if until > start:
                yield Mark(max(since, start), What.WAIT)
                yield Mark(until, What.RESUME)
        if cycle.waiting_since is not None:
            yield Mark(max(cycle.waiting_since, start), What.WAIT)


class Watch:
    """A promise under the policies of its time: the stopwatch, once something is promised, and the rule in force."""

    def __init__(self, line: Timeline, policies: Policies, of: Clocked) -> None:
        self.line, self.policies, self.of = line, policies, of
        self.rule: Rule | None = None
        self.stopwatch: Stopwatch | None = None
        self._waiting = False
        self._warned_by: dict[int, Rule] = {}
        """The rule in force as each warning was given."""
        self._obey(of.start)

    def tell(self, mark: Mark) -> None:
        """Something happened."""
        if mark.what in {What.CHANGE, What.EDIT}:
            self._obey(mark.at)
            return
        self._waiting = mark.what is What.WAIT
        if self.stopwatch is not None:
            (self.stopwatch.wait if self._waiting else self.stopwatch.resume)(mark.at)
            self._note()

    def finish(self, asof: int) -> None:
        """The end, whatever it is, or the present."""
        watch, over = self.stopwatch, gone(self.line, self.of)
        if watch is None:
            return
        if self.of.end is not None:
            watch.stop(over)
        elif over < FOREVER:
            watch.void(over)
        else:
            watch.settle(asof)
        self._note()

    def _note(self) -> None:
        if self.stopwatch is not None and self.rule is not None:
            for share in self.stopwatch.warned:
                self._warned_by.setdefault(share, self.rule)

    def _obey(self, at: int) -> None:
        """Go by the rule of an instant: a promise begins with the first, and is void where there is none any more."""
        rule = self.policies.rule(self.of.clock, dims_of(self.line, self.line.standing_at(at)), at)
        watch = self.stopwatch
        if watch is None:
            self.stopwatch = Stopwatch(at, rule.regime, waiting=self._waiting) if rule else None
        else:
            watch.settle(at)
            self._note()
            if watch.outcome is not OPEN:
                return
            if rule is None:
                watch.void(at)
                return
            watch.change(at, rule.regime)
        self.rule = rule

    def wakes(self, asof: int) -> list[int]:
        """When it has to be looked at again as time passes, if it is open; the deadline apart."""
        edit = self.policies.next_edit(asof)
        warnings = [] if self.stopwatch is None else [at for _, at in self.stopwatch.upcoming()]
        return warnings if edit is None else [*warnings, edit]

    def obligation(self) -> Obligation | None:
        """How it stands; None where nothing was promised."""
        watch, of = self.stopwatch, self.of
        if watch is None or self.rule is None:
            return None
        outcome, regime = watch.outcome, watch.regime
        paused = watch.waiting and regime.pausable and outcome in {OPEN, VOID}
        return Obligation(
            of.clock, watch.start, watch.earliest, outcome, watch.decided_at, of.cycle, of.number, paused,
            self.rule.policy, regime.target,
        )  # fmt: skip

    def warned(self, obligation: Obligation) -> Sequence[Warned]:
        """The warnings that were given."""
        watch = self.stopwatch
        if watch is None or not watch.warned:
            return ()
        by = self._warned_by
        return [
            Warned(replace(obligation, policy=by[n].policy, target=by[n].regime.target), n, at, watch.dues[n])
            for n, at in watch.warned.items()
        ]


def follow(line: Timeline, policies: Policies, of: Clocked, asof: int) -> Watch:
    """A promise up to its end or the watermark."""
    watch = Watch(line, policies, of)
    for mark in marks(line, policies, of, asof):
        watch.tell(mark)
    watch.finish(asof)
    return watch
