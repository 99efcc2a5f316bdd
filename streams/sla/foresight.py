"""What is ahead of the open promises of one journal partition, and how good such forecasts were."""

from collections.abc import Iterable, Iterator
from zlib import crc32

import msgspec

from streams.cases.findings import OPEN
from streams.sla.prediction import Experience, Life, forecasts
from streams.sla.survival import expected_breaches

Promise = tuple[str, str]
"""Policy and clock."""


class Score(msgspec.Struct):
    """Squared errors of forecasts summed up: theirs, and those of the base rate."""

    count: int = 0
    own: float = 0.0
    base: float = 0.0

    @property
    def brier(self) -> float:
        """The mean of their errors (see `survival.brier`)."""
        return self.own / self.count

    @property
    def base_brier(self) -> float:
        """That of the base rate."""
        return self.base / self.count


def scored(lives: Iterable[Life], clock: str) -> Iterator[Score]:
    """The score of a clock's forecasts so far, after each of them: for who can not wait for all of them at once."""
    score = Score()
    for one in forecasts(life for life in lives if life.likes[1][1] == clock):
        score.count += 1
        score.own += (one.probability - one.breached) ** 2
        score.base += (one.base - one.breached) ** 2
        yield score


def chances(lives: Iterable[Life], known: Experience, asof: int) -> Iterator[tuple[Promise, int, float]]:
    """Policy and clock, due instant and P(breach) of every promise that is open and not paused, as of an instant."""
    for life in lives:
        if life.outcome is OPEN and life.due is not None:
            chance = known.probability(life, life.spent(asof))
            if chance is not None:
                policy, clock = life.likes[1]
                yield (policy, clock), life.due, chance


def expected(ahead: Iterable[tuple[Promise, int, float]], now: int, horizon: int) -> dict[Promise, float]:
    """The breaches to expect in [now, now + horizon), by policy and clock."""
    found: dict[Promise, list[tuple[int, float]]] = {}
    for promise, due, chance in ahead:
        found.setdefault(promise, []).append((due, chance))
    return {promise: expected_breaches(own, now, horizon) for promise, own in found.items()}


class Sample:
    """At most `most` tickets of however many, chosen by their references alone: each has the same chance."""

    def __init__(self, most: int) -> None:
        self._most, self._share = most, 1
        self._taken: dict[str, list[Life]] = {}

    def wants(self, ref: str) -> bool:
        """Whether a ticket belongs to the sample, as far as is known."""
        return crc32(ref.encode()) % self._share == 0

    def take(self, ref: str, lives: list[Life]) -> None:
        """A ticket that is wanted, with its promises."""
        self._taken[ref] = lives
        while len(self._taken) > self._most:
            self._share *= 2
            self._taken = {ref: lives for ref, lives in self._taken.items() if self.wants(ref)}

    @property
    def lives(self) -> list[Life]:
        """The promises of the sample."""
        return [life for lives in self._taken.values() for life in lives]
