"""The simulated business: its clock, its week, its people, its goods.

Stories are told in business time (integer milliseconds, weeks as in UTC) and stamped in event time. The business may
live faster than the clock: with `life` 0.001 one of its days passes in 86 s.
"""

from bisect import bisect
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import exp
from random import Random
from typing import Any, Generic, NamedTuple, TypeVar

from streams.units import DAY, HOUR, MINUTE, SECOND, WEEK, rfc3339

T = TypeVar("T")

_MINUTES_KEPT = 4_096
"""Texts of minutes, three days of them."""

Value = dict[str, Any]
Moment = tuple[int, str | None, Any]
"""(business time, topic, value): an event; with topic None the value is a further story that begins then."""
Story = Generator[Moment, None, None]
"""What happens in one case, in the order in which it becomes known."""

TUESDAY_MORNING = 1_767_686_400_000
"""2026-01-06T08:00:00Z: where a business that runs faster than the clock begins."""

_THURSDAY = 3
"""Weekday of the epoch, Monday being 0."""


class Draw(Generic[T]):
    """One of several things, some likelier than others."""

    def __init__(self, weights: dict[T, float]) -> None:
        self._things: Sequence[T] = tuple(weights)
        self._edges = list(accumulate(weight / sum(weights.values()) for weight in weights.values()))[:-1]

    def __call__(self, at: float) -> T:
        """The thing at a number from 0 to 1."""
        return self._things[bisect(self._edges, at)]


@dataclass(frozen=True, slots=True)
class Agent:
    """A person: `pace` multiplies how long things take, `care` is the chance to get them right."""

    name: str
    pace: float
    care: float


class Customer(NamedTuple):
    """Somebody who comes back, again and again."""

    name: str
    region: str
    recurring: bool | None


DEPARTMENTS = ("sales", "delivery", "billing", "technical")
_STAFF = 8
_REGIONS = ("north", "south", "east", "west")

PRICES = tuple(
    (f"sku-{n:03d}", f"{4 + n * 37 % 180}.{n * 7 % 10}0", f"{2 + n * 37 % 180 * 6 // 10}.50") for n in range(200)
)
"""Goods: sku, unit price, unit cost."""


def weekday(ms: int) -> int:
    """0 for Monday to 6 for Sunday."""
    return (ms // DAY + _THURSDAY) % 7


def opening(ms: int) -> int:
    """The first instant from `ms` on at which people work: Monday to Friday 8 to 18, Saturday 9 to 14."""
    while True:
        day, time = ms - ms % DAY, ms % DAY
        opens, closes = _HOURS[weekday(ms)]
        if time < closes:
            return day + max(time, opens)
        ms = day + DAY


_HOURS = (*((8 * HOUR, 18 * HOUR),) * 5, (9 * HOUR, 14 * HOUR), (0, 0))

_BY_HOUR = (2, 1, 1, 1, 1, 2, 4, 8, 14, 18, 20, 19, 16, 15, 16, 17, 17, 16, 15, 14, 13, 11, 7, 4)
_BY_DAY = (1.15, 1.05, 1.0, 1.0, 0.95, 0.6, 0.5)
_BUSIEST = max(_BY_HOUR) * max(_BY_DAY)
_DEMAND = tuple(hour * day / _BUSIEST for day in _BY_DAY for hour in _BY_HOUR)
MEAN_DEMAND = sum(_DEMAND) / len(_DEMAND)
"""Mean of `demand` over a week."""


def demand(ms: int) -> float:
    """How busy customers are at this hour of the week, the busiest being 1."""
    return _DEMAND[(ms // HOUR + 24 * _THURSDAY) % 168]


class World:
    """All that the stories of one simulation share. Holds nothing about a case."""

    def __init__(
        self, rng: Random, start: int, life: float = 1.0, customers: int = 20_000, *, steady: bool = False
    ) -> None:
        self.random = rng.random
        self.rng = rng
        self.began = start if life == 1 else TUESDAY_MORNING
        self._start = start
        self._life = life
        self._customers = customers
        self._steady = steady
        self._minutes: dict[int, str] = {}
        self._staff = {name: self._department(name) for name in DEPARTMENTS}

    def _department(self, name: str) -> tuple[Agent, ...]:
        people = range(1, _STAFF + 1)
        return tuple(Agent(f"{name}-{n}", 0.6 + 1.0 * self.random(), 0.85 + 0.14 * self.random()) for n in people)

    def event_time(self, at: int) -> int:
        """Business time as event time, milliseconds UTC."""
        return self._start + (at - self.began if self._life == 1 else round((at - self.began) * self._life))

    def stamp(self, at: int) -> str:
        """Business time as the RFC 3339 text of its event time."""
        passed = at - self.began
        ms = self._start + (passed if self._life == 1 else round(passed * self._life))  # event_time, the hottest call
        minute, rest = divmod(ms, MINUTE)
        text = self._minutes.get(minute)
        if text is None:
            if len(self._minutes) >= _MINUTES_KEPT:
                self._minutes.clear()
            text = self._minutes[minute] = rfc3339(minute * MINUTE)[:17]
        return f"{text}{rest // SECOND:02d}.{rest % SECOND:03d}Z"

    def real(self, seconds: float) -> int:
        """The business time that passes in so many seconds of event time, however fast the business lives."""
        return round(seconds * SECOND / self._life)

    def lasting(self, median: float) -> int:
        """A duration around `median` milliseconds, seldom much longer."""
        return int(median * self.spread(0.8))

    def spread(self, sigma: float) -> float:
        """A factor around 1: log-normal, but for its far ends; the sum of three draws is bell enough, and quick."""
        random = self.random
        return exp(sigma * 2 * (random() + random() + random() - 1.5))

    def at_work(self, at: int) -> int:
        """`at`, or, where nobody works then, some time in the first half hour of the next shift."""
        opened = at if self._steady else opening(at)
        return at if opened == at else opened + int(30 * MINUTE * self.random())

    def agent(self, department: str) -> Agent:
        """Somebody of the department."""
        return self._staff[department][int(_STAFF * self.random())]

    def customer(self) -> Customer:
        """A customer; the ones with low numbers come often."""
        n = int(self._customers * self.random() ** 2)
        return Customer(f"customer-{n}", _REGIONS[n * 7 % 11 % 4], True if n % 5 == 0 else None)

    def campaign(self, at: int) -> str | None:
        """In the first week of four a campaign runs, and some customers come because of it."""
        week = at // WEEK
        return f"campaign-{week // 4}" if week % 4 == 0 and self.random() < 0.3 else None
