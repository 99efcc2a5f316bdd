"""The stopwatch against one that goes tick by tick, and the laws of its decisions."""

from bisect import bisect_right
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.cases.findings import Outcome
from streams.cases.stopwatch import Regime, Stopwatch
from streams.cases.working import ALWAYS
from streams.units import HOUR, MINUTE
from streams.windows.business import BusinessCalendar
from streams.windows.hours import Hours
from tests.laws.minutes import Naive
from tests.laws.ticking import Mark, Rule, simulate
from tests.windows.test_hours import week
from tests.windows.test_sizes import ms

END = 240
"""Of the ticks in which random calendars open and close; after that they stay open."""


class Slots:
    """A calendar of single ms."""

    def __init__(self, open_in: list[bool]) -> None:
        self.opens = [at for at, is_open in enumerate([*open_in, *[True] * 9 * END]) if is_open]
        self.open_in = open_in

    def is_open(self, at: int) -> bool:
        return at >= len(self.open_in) or self.open_in[at]

    def between(self, start: int, end: int) -> int:
        return sum(self.is_open(at) for at in range(start, end))

    def after(self, start: int, duration: int) -> int:
        return self.opens[bisect_right(self.opens, start - 1) + duration - 1] + 1 if duration > 0 else start

    def closing(self, at: int) -> int:
        while self.is_open(at):
            at += 1
        return at


def slots(rng: Random) -> Slots:
    """Open and closed in turns."""
    turns, is_open = [], rng.random() < 0.5
    while len(turns) < END:
        turns += [is_open] * rng.randint(1, 25)
        is_open = not is_open
    return Slots(turns[:END])


def nights(rng: Random) -> Slots | None:
    """Quiet hours, which end."""
    if rng.random() < 0.6:
        return None
    quiet = slots(rng)
    quiet.is_open = lambda at: at < END and quiet.open_in[at]  # type: ignore[method-assign]
    return quiet


def regime(rng: Random) -> tuple[Regime, Rule]:
    """The same for both."""
    calendar = None if rng.random() < 0.2 else slots(rng)
    quiet, pausable = nights(rng), rng.random() < 0.7
    target = rng.choice([100, 20, 60, 5, rng.randint(1, 120)])
    warnings = rng.choice([(), (50,), (50, 75, 90), (1, 99)])
    return (
        Regime(target, calendar or ALWAYS, pausable, warnings, quiet),
        Rule(
            target,
            calendar.is_open if calendar else lambda _: True,
            pausable,
            warnings,
            quiet.is_open if quiet else lambda _: False,
        ),
    )


def story(seed: int) -> tuple[Regime, Rule, int, list[tuple[int, str, Regime | None, Rule | None]], int]:
    """A start, what happens after it, and how long it is looked at."""
    rng = Random(seed)
    own, rule = regime(rng)
    start, asof = rng.randrange(20), rng.randint(20, END)
    marks: list[tuple[int, str, Regime | None, Rule | None]] = []
    for at in sorted(rng.randint(start, asof) for _ in range(rng.randrange(9))):
        what = rng.choice(["wait", "resume", "wait", "resume", "change"])
        marks.append((at, what, *(regime(rng) if what == "change" else (None, None))))
    if rng.random() < 0.6:
        marks.append(
            (rng.randint(marks[-1][0] if marks else start, asof), rng.choice(["stop", "stop", "void"]), None, None)
        )
    return own, rule, start, marks, asof


def run(own: Regime, start: int, marks: list[tuple[int, str, Regime | None, Rule | None]], asof: int) -> Stopwatch:
    watch = Stopwatch(start, own)
    for at, what, changed, _ in marks:
        if changed:
            watch.change(at, changed)
        else:
            getattr(watch, what)(at)
    watch.settle(asof)
    return watch


def state(watch: Stopwatch, asof: int) -> tuple[object, ...]:
    return watch.outcome, watch.decided_at, watch.warned, watch.spent(asof), watch.due


@pytest.mark.parametrize("seed", range(400))
def test_it_stands_as_one_that_goes_tick_by_tick(seed: int) -> None:
    own, rule, start, marks, asof = story(seed)
    watch = run(own, start, marks, asof)
    naive = simulate(start, rule, [Mark(at, what, changed) for at, what, _, changed in marks], asof)
    assert (watch.outcome.value, watch.decided_at, watch.warned) == (naive.outcome, naive.decided_at, naive.warned)
    assert watch.spent(asof) == naive.spent


@pytest.mark.parametrize("seed", range(400, 600))
def test_what_is_to_come_comes(seed: int) -> None:
    """Due and upcoming warnings are what the naive one finds when nothing else happens."""
    own, rule, start, marks, asof = story(seed)
    watch = run(own, start, marks, asof)
    due, coming = watch.due, dict(watch.upcoming())
    later = asof + 4 * END
    naive = simulate(start, rule, [Mark(at, what, changed) for at, what, _, changed in marks], later)
    if watch.outcome is Outcome.OPEN:
        assert naive.decided_at == due
        assert naive.warned == {**watch.warned, **coming}
    else:
        assert coming == {}
        assert naive.warned == watch.warned


@given(st.integers(0, 10**6), st.lists(st.integers(0, END), max_size=5))
def test_looking_in_between_changes_nothing(seed: int, looks: list[int]) -> None:
    own, _, start, marks, asof = story(seed)
    looked = [(at, "settle", None, None) for at in looks if start <= at <= asof]
    watch = run(own, start, sorted([*marks, *looked], key=lambda mark: mark[0]), asof)
    assert state(watch, asof) == state(run(own, start, marks, asof), asof)


@given(st.integers(0, 10**6), st.integers(1, 120))
def test_a_breach_is_decided_for_good(seed: int, more: int) -> None:
    own, _, start, marks, asof = story(seed)
    before = run(own, start, marks, asof)
    after = run(own, start, [*marks, (asof + more, "stop", None, None)], asof + more)
    if before.outcome is not Outcome.OPEN:
        assert (after.outcome, after.decided_at, after.due) == (before.outcome, before.decided_at, before.due)


def test_minutes_of_a_business_calendar_with_waits_over_a_change_of_clocks() -> None:
    spans, ticks = week(mon_fri="09:00-12:30 13:30-18:00", sun="01:00-04:00"), 12 * 24 * 60
    calendar = BusinessCalendar(Hours("Europe/Berlin", spans))
    naive = Naive("Europe/Berlin", tuple(tuple((a // MINUTE, b // MINUTE) for a, b in day) for day in spans), {}, ())
    for seed in range(12):
        rng = Random(seed)
        start = ms("2026-03-25T10:00Z") + rng.randrange(1440) * MINUTE
        watch = Stopwatch(start, Regime(40 * HOUR, calendar, pausable=True, warnings=(50, 75)))
        rule = Rule(40 * 60, lambda at: naive.is_open(at // MINUTE), True, (50, 75), lambda _: False)
        marks = [
            Mark(start + at * MINUTE, what)
            for at, what in zip(sorted(rng.randrange(ticks) for _ in range(6)), ["wait", "resume"] * 3, strict=True)
        ]
        for mark in marks:
            getattr(watch, mark.what)(mark.at)
        asof = start + ticks * MINUTE
        watch.settle(asof)
        found = simulate(start, rule, marks, asof, MINUTE)
        assert (watch.outcome.value, watch.decided_at, watch.warned) == (found.outcome, found.decided_at, found.warned)
        assert watch.spent(asof) == found.spent * MINUTE
