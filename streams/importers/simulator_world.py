"""The simulated business: its clock, its customers, its goods.

Stories are told in business time (integer milliseconds, weeks as in UTC) and stamped in event time. The business may
live faster than the clock: with `life` 0.001 one of its days passes in 86 s.
"""

from bisect import bisect
from collections.abc import Generator, Sequence
from itertools import accumulate
from math import exp
from random import Random
from typing import Any, Generic, NamedTuple, TypeVar

from streams.importers.simulator_demand import LIFTED, campaign, pressure
from streams.importers.simulator_staff import Staff
from streams.units import HOUR, MINUTE, SECOND, to_datetime

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


class Draw(Generic[T]):
    """One of several things, some likelier than others."""

    def __init__(self, weights: dict[T, float]) -> None:
        self._things: Sequence[T] = tuple(weights)
        self._edges = list(accumulate(weight / sum(weights.values()) for weight in weights.values()))[:-1]

    def __call__(self, at: float) -> T:
        """The thing at a number from 0 to 1."""
        return self._things[bisect(self._edges, at)]


class Customer(NamedTuple):
    """Somebody who comes back, again and again."""

    number: int
    name: str
    region: str
    recurring: bool | None


_REGIONS = ("north", "south", "east", "west")

PRICES = tuple(
    (f"sku-{n:03d}", f"{4 + n * 37 % 180}.{n * 7 % 10}0", f"{2 + n * 37 % 180 * 6 // 10}.50") for n in range(200)
)
"""Goods: sku, unit price, unit cost."""


class World:
    """All that the stories of one simulation share. Of its cases it keeps nothing but how content customers are."""

    def __init__(
        self, rng: Random, start: int, cases: float, life: float = 1.0, customers: int = 20_000, *, steady: bool = False
    ) -> None:
        """`cases` begin each ms of business time, on average."""
        self.random = rng.random
        self.rng = rng
        self.began = start if life == 1 else TUESDAY_MORNING
        self.steady = steady
        self._start = start
        self._life = life
        self._customers = customers
        self._grudges = bytearray(customers)
        """How much a customer holds against the business, of 255."""
        self._minutes: dict[int, str] = {}
        self.staff = Staff(self.random, cases, steady=steady)

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
            text = self._minutes[minute] = to_datetime(minute * MINUTE).isoformat()[:17]
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
        opened = self.staff.opening(at)
        return at if opened == at else opened + int(30 * MINUTE * self.random())

    def calling(self, at: int) -> int:
        """`at`, or, where nobody would answer then, some time in the first hours of the next shift."""
        opened = self.staff.opening(at)
        return at if opened == at else opened + int(5 * HOUR * self.random() ** 2)

    def customer(self) -> Customer:
        """Somebody; the ones with low numbers come often."""
        n = int(self._customers * self.random() ** 2)
        return Customer(n, f"customer-{n}", _REGIONS[n * 7 % 11 % 4], True if n % 5 == 0 else None)

    def buyer(self) -> Customer:
        """Somebody who orders: the more a customer holds against the business, the more often another comes instead."""
        while True:
            customer = self.customer()
            if self.random() * 256 >= self._grudges[customer.number]:
                return customer

    def annoy(self, customer: Customer, by: float) -> None:
        """The customer will order less; `by` from 0 to 1 is how much less."""
        held = self._grudges[customer.number]
        self._grudges[customer.number] = min(held + int(255 * by), 230)

    def please(self, customer: Customer) -> None:
        """The customer forgives a fifth of what there was."""
        self._grudges[customer.number] = self._grudges[customer.number] * 4 // 5

    def campaign(self, at: int) -> str | None:
        """The campaign that brought somebody, if one runs and did."""
        running = campaign(at)
        return running if running and self.random() < LIFTED else None

    def pressure(self, at: int) -> float:
        """How many times the usual demand the day has."""
        return 1.0 if self.steady else pressure(at)
