"""Forecasts know the past alone."""

from random import Random

from msgspec.structs import replace

from streams.cases.findings import Outcome
from streams.cases.working import ALWAYS
from streams.sla.prediction import Forecast, Life, experience_at, forecasts
from streams.units import DAY, HOUR

LIKES = ("all", "resolution", "low"), ("all", "resolution")


def life(start: int, took: int, target: int = 48 * HOUR) -> Life:
    end, due = start + took, start + target
    outcome = Outcome.MET if end <= due else Outcome.BREACHED
    return Life(LIKES, start, ((start, end),), ALWAYS, target, end, outcome, min(end, due), None)


def random_lives(seed: int) -> list[Life]:
    rng = Random(seed)
    return [life(n * HOUR, rng.randint(1, 96) * HOUR) for n in range(300)]


def upto(found: list[Life], at: int) -> list[Forecast]:
    return [one for one in forecasts(found) if one.at < at]


def test_what_comes_later_changes_no_forecast() -> None:
    """Who took longer than to the sixth day has not ended yet then, however it ends."""
    found, at = random_lives(1), 6 * DAY
    later = [one if (one.ended or 0) < at else replace(one, ended=None) for one in found]
    late = [life(at + n, HOUR) for n in range(100)]
    told = upto(found, at)
    assert told
    assert upto([*later, *late], at) == told


def test_the_share_that_lasts_longer_among_those_that_lasted_so_long() -> None:
    """Of four like ones two took 24 h and two 72: half the time it will be late, after 24 h for sure."""
    found = [life(n, took * HOUR) for n, took in enumerate((24, 24, 72, 72))]
    experience = experience_at(found, 10 * DAY)
    assert [experience.probability(found[0], age) for age in (0, 24 * HOUR)] == [0.5, 1.0]
    assert experience.base(found[0]) == 0.5


def test_one_that_is_open_counts_for_as_long_as_it_lasts() -> None:
    """One of two ended after 24 h, the other has lasted 30: S(48 h) = 1/2; without it all would be over."""
    found = [life(0, 24 * HOUR), replace(life(0, 90 * HOUR), ended=None)]
    assert experience_at(found, 30 * HOUR).probability(found[0], 0) == 0.5
    assert experience_at(found[:1], 30 * HOUR).probability(found[0], 0) == 0.0
