"""Forecasts of breaches over the past, each from what was known before the quarter of the day that it was made in.

A forecast is made when a promise begins and when shares of its target are spent, if it is still open then. Like ones
are those of the same policy, clock and priority; where fewer than `ENOUGH` of them lasted so long, all of the clock.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

import msgspec

from streams.cases.attention import every
from streams.cases.findings import BREACHED, MET, OPEN, VOID, Outcome
from streams.cases.policies import Policies
from streams.cases.stopwatch import Stopwatch
from streams.cases.timeline import Timeline
from streams.cases.watching import Clocked, Watch, gone, marks
from streams.cases.working import WorkingTime
from streams.sla.survival import Curve, breach_probability, kaplan_meier
from streams.units import HOUR

SHARES = (0, 25, 50, 75)
"""Per cent of the target."""
ENOUGH = 30
EVERY = 6 * HOUR
"""What is known is summed up so often, in ms."""
Like = tuple[str, ...]


class Life(msgspec.Struct, frozen=True):
    """A promise from its start on, past its decision, until what was promised happened; instants in ms."""

    likes: tuple[Like, Like]
    """What it is like, from the closest on."""
    start: int
    runs: tuple[tuple[int, int], ...]
    """When it was running."""
    calendar: WorkingTime
    target: int
    ended: int | None
    outcome: Outcome
    decided_at: int | None
    due: int | None
    """When it is open, and not paused."""

    def spent(self, at: int) -> int:
        """Working time spent at an instant."""
        return sum(self.calendar.between(a, min(b, at)) for a, b in self.runs if a < at)

    def reached(self, spent: int) -> int | None:
        """When so much working time was spent; None where it ended before."""
        for a, b in self.runs:
            done = self.calendar.between(a, b)
            if spent <= done:
                return self.calendar.after(a, spent)
            spent -= done
        return None


class Forecast(msgspec.Struct, frozen=True):
    """A probability of a breach, the base rate then, and what came; `at` in ms."""

    at: int
    probability: float
    base: float
    breached: bool


def lives(line: Timeline, policies: Policies, asof: int) -> Iterator[Life]:
    """Every promise of a ticket, up to the watermark."""
    for of in every(line, policies):
        found = _life(line, policies, of, asof)
        if found is not None:
            yield found


def _life(line: Timeline, policies: Policies, of: Clocked, asof: int) -> Life | None:
    watch, runs, since = Watch(line, policies, of), list[tuple[int, int]](), of.start
    last = of.end.occurred_at if of.end else min(asof, gone(line, of))
    for at, mark in [*((mark.at, mark) for mark in marks(line, policies, of, asof)), (last, None)]:
        if _runs(watch.stopwatch) and at > since:
            runs.append((since, at))
        since = max(since, at)
        if mark is not None:
            watch.tell(mark)
    watch.finish(asof)
    made, own = watch.obligation(), watch.stopwatch
    if made is None or own is None:
        return None
    broad = (made.policy, of.clock)
    likes = ((*broad, line.standing_at(of.start).priority), broad)
    ended = None if of.end is None or made.outcome is VOID else max(of.end.occurred_at, of.start)
    due = made.deadline if made.outcome is OPEN and not made.paused else None
    regime = own.regime
    return Life(
        likes, made.start, tuple(runs), regime.calendar, regime.target, ended, made.outcome, made.decided_at, due
    )


def _runs(watch: Stopwatch | None) -> bool:
    return watch is not None and watch.running


class Experience:
    """What was known at an instant of promises that are alike."""

    def __init__(self) -> None:
        self._ended: defaultdict[Like, Counter[int]] = defaultdict(Counter)
        self._open: defaultdict[Like, Counter[int]] = defaultdict(Counter)
        self._curves: dict[Like, Curve] = {}
        self.decided, self.breached = Counter[Like](), Counter[Like]()

    def learn(self, ended: Iterable[Life], decided: Iterable[Life], unended: Iterable[Life], at: int) -> None:
        """Take what ended and what was decided since, and all that is open at an instant, in ms."""
        for life in ended:
            for like in life.likes:
                self._ended[like][life.spent(life.ended or at)] += 1
        for life in decided:
            self.decided[life.likes[1]] += 1
            self.breached[life.likes[1]] += life.outcome is BREACHED
        self._open.clear()
        for life in unended:
            for like in life.likes:
                self._open[like][life.spent(at)] += 1
        self._curves.clear()

    def probability(self, life: Life, age: int) -> float | None:
        """P(breach) of a promise of which so much working time is spent; None where nothing is known of like ones."""
        for like in life.likes:
            curve = self._curve(like)
            if curve.observed(age) >= ENOUGH or like is life.likes[-1]:
                return breach_probability(curve, age, life.target - age) if curve.times else None
        return None

    def base(self, life: Life) -> float | None:
        """The share of breaches among the decisions of its clock."""
        decided = self.decided[life.likes[1]]
        return self.breached[life.likes[1]] / decided if decided else None

    def _curve(self, like: Like) -> Curve:
        if like not in self._curves:
            self._curves[like] = kaplan_meier(self._ended[like], self._open[like])
        return self._curves[like]


def forecasts(found: Iterable[Life]) -> Iterator[Forecast]:
    """The forecasts of all promises that were decided, in the order in which they were made."""
    known = sorted(found, key=lambda life: life.start)
    points = sorted(_points(known), key=lambda point: point[0])
    past, experience, period = _Past(known), Experience(), None
    for at, age, life in points:
        if at // EVERY != period:
            period = at // EVERY
            past.teach(experience, period * EVERY)
        base, probability = experience.base(life), experience.probability(life, age)
        if base is not None and probability is not None:
            yield Forecast(at, probability, base, life.outcome is BREACHED)


def experience_at(found: Iterable[Life], at: int) -> Experience:
    """What is known at an instant, in ms."""
    experience = Experience()
    _Past(sorted(found, key=lambda life: life.start)).teach(experience, at)
    return experience


def _points(known: Iterable[Life]) -> Iterator[tuple[int, int, Life]]:
    for life in known:
        if life.outcome in {MET, BREACHED}:
            for share in SHARES:
                age = life.target * share // 100
                at = life.reached(age)
                if at is not None and (life.decided_at is None or at < life.decided_at):
                    yield at, age, life


class _Past:
    """Promises by when they ended and when they were decided, taken once each."""

    def __init__(self, known: list[Life]) -> None:
        self._known, self._starts = known, [life.start for life in known]
        self._ended = sorted((one for one in known if one.ended is not None), key=lambda one: one.ended or 0)
        self._decided = sorted(
            (one for one in known if one.outcome in {MET, BREACHED}), key=lambda one: one.decided_at or 0
        )
        self._taken = [0, 0]
        self._open: list[Life] = []
        self._begun = 0

    def teach(self, experience: Experience, at: int) -> None:
        """What was known before an instant."""
        ended = self._upto(0, self._ended, [one.ended or 0 for one in self._ended[self._taken[0] :]], at)
        decided = self._upto(1, self._decided, [one.decided_at or 0 for one in self._decided[self._taken[1] :]], at)
        begun = bisect_right(self._starts, at - 1)
        fresh, self._begun = self._known[self._begun : begun], begun
        self._open = [one for one in (*self._open, *fresh) if _lasts(one, at)]
        experience.learn(ended, decided, self._open, at)

    def _upto(self, which: int, ordered: list[Life], instants: list[int], at: int) -> list[Life]:
        start = self._taken[which]
        self._taken[which] = start + bisect_right(instants, at - 1)
        return ordered[start : self._taken[which]]


def _lasts(life: Life, at: int) -> bool:
    """Whether it was open at an instant, be it void later."""
    over = life.decided_at if life.outcome is VOID else life.ended
    return over is None or over >= at
