"""Forecasts of what is open, and the score of those that were made."""

from msgspec.structs import replace

from streams.cases.findings import Outcome
from streams.sla.foresight import Sample, chances, expected, scored
from streams.sla.prediction import experience_at, forecasts
from streams.sla.survival import brier
from streams.units import DAY, HOUR
from tests.sla.test_prediction import life, random_lives


def test_the_score_is_that_of_all_forecasts_of_the_clock() -> None:
    found = random_lives(3)
    other = [replace(one, likes=(("all", "assignment", "low"), ("all", "assignment"))) for one in random_lives(4)]
    *_, score = scored([*found, *other], "resolution")
    made = list(forecasts(found))
    assert score.count == len(made)
    assert score.brier == brier((one.probability, one.breached) for one in made)
    assert score.base_brier == brier((one.base, one.breached) for one in made)
    assert list(scored(found, "assignment")) == []


def test_what_is_due_within_the_hour_is_expected_by_its_chance() -> None:
    """Half of those that lasted 24 of 48 hours took longer; one is due in half an hour, one in two hours."""
    past = [life(n, took * HOUR) for n, took in enumerate((30, 40, 72, 72))]
    now = 10 * DAY
    soon = replace(life(now - 47 * HOUR - HOUR // 2, DAY), outcome=Outcome.OPEN, ended=None, due=now + HOUR // 2)
    soon = replace(soon, runs=((soon.start, now),))
    later = replace(soon, due=now + 2 * HOUR)
    paused = replace(soon, due=None)
    ahead = list(chances([*past, soon, later, paused], experience_at(past, now), now))
    assert [promise for promise, _, _ in ahead] == [("all", "resolution")] * 2
    assert expected(ahead, now, HOUR) == {("all", "resolution"): 1.0}
    assert expected(ahead[1:], now, HOUR) == {("all", "resolution"): 0.0}


def test_a_sample_is_bounded_and_the_same_in_any_order() -> None:
    lives = {f"ticket:{n}": [life(n, HOUR)] for n in range(500)}
    kept = []
    for refs in (sorted(lives), sorted(lives, reverse=True)):
        sample = Sample(40)
        for ref in refs:
            if sample.wants(ref):
                sample.take(ref, lives[ref])
        kept.append(sorted(one.start for one in sample.lives))
    assert kept[0] == kept[1]
    assert 10 <= len(kept[0]) <= 40
    whole = Sample(500)
    for ref, own in lives.items():
        whole.take(ref, own)
    assert len(whole.lives) == 500
