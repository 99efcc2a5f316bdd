"""A realistic, seeded stream of events of any size: the same seed and arguments give the same records.

Cases begin as customers do, more at noon than at night; each is a story (`simulator_orders`, `simulator_tickets`,
`simulator_surveys`), and a heap holds the open ones by the instant at which each has something to tell. They share
a world (`simulator_world`): customers who remember how they were treated, and people (`simulator_staff`) whose work
piles up when more comes than they can do (`simulator_demand`). So memory grows with the cases open at a time, not with
the length of the stream. Faults come from a random source of their own: they
change what is sent, never what happened.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import count, islice
from math import exp
from random import Random
from typing import Any, NamedTuple

from streams.importers.rows import Line
from streams.importers.simulator_demand import GREATEST_PRESSURE, MEAN_DEMAND, demand
from streams.importers.simulator_faults import broken
from streams.importers.simulator_orders import order
from streams.importers.simulator_surveys import cold
from streams.importers.simulator_tickets import ticket
from streams.importers.simulator_world import Draw, Story, Value, World
from streams.units import DAY, MINUTE, SECOND, rfc3339

EVENTS_PER_CASE = 4.35
"""Mean over many cases, measured: turns a rate of events into one of cases."""
_YOUNG = 0.7
"""Later events of a case, those that take days, for each early one, measured: a business that opens has none yet."""
_SETTLING = 1.2 * DAY
"""About how long later events take to come, in business time."""

_CASE = Draw({"order": 45, "ticket": 45, "survey": 10})


@dataclass(frozen=True)
class Business:
    """What to simulate. `start` in milliseconds UTC, `rate` in events per second of event time, once it is settled.

    `events` or `duration` (milliseconds of event time), or neither: without end. `life` scales all that takes its time:
    below 1 the days of the business and the waits of its cases pass faster.
    """

    start: int
    rate: float = 1.0
    events: int | None = None
    duration: int | None = None
    life: float = 1.0
    customers: int = 20_000
    steady: bool = False
    """Without nights and weekends: customers come evenly, people always work."""


@dataclass(frozen=True)
class Faults:
    """Shares of the records, 0 to 1. Doubles and broken records come on top of the events asked for."""

    late: float = 0.0
    """Sent minutes (of business time) after they occurred."""
    doubled: float = 0.0
    """Sent twice."""
    broken: float = 0.0
    """Extra records that no event can be read from."""
    out_of_order: float = 0.0
    """Sent up to a minute (of business time) behind others that occurred after them."""


class Sent(NamedTuple):
    """A record and the instant at which it is sent, milliseconds UTC; its value is bytes where it is no JSON."""

    at: int
    topic: str
    value: Any


_Next = tuple[int, int, str | None, Any, Story]
"""(business time, tie-break, topic, value, the story to go on with)."""


def simulate(rng: Random, business: Business, faults: Faults | None = None) -> Iterator[Line]:
    """The records as `{"topic", "value"}`, in the order in which they are sent."""
    return ({"topic": sent.topic, "value": sent.value} for sent in timed(rng, business, faults))


def timed(rng: Random, business: Business, faults: Faults | None = None) -> Iterator[Sent]:
    """The records with the instants at which they are sent, which never go back."""
    seed = rng.getrandbits(64)
    happened = _happened(rng, business)
    return happened if faults in (None, Faults()) else _faulty(Random(seed), happened, faults, business.life)


def _happened(rng: Random, business: Business) -> Iterator[Sent]:
    """Events as they become known."""
    cases = business.rate * business.life / SECOND / EVENTS_PER_CASE
    world = World(rng, business.start, cases, business.life, business.customers, steady=business.steady)
    end = None if business.duration is None else business.start + business.duration
    for now, topic, value in islice(_told(world, cases), business.events):
        at = world.event_time(now)
        if end is not None and at >= end:
            return
        yield Sent(at, topic, value)


def _told(world: World, cases: float) -> Iterator[tuple[int, str, Value]]:
    """The moments of all stories, merged by business time."""
    heap: list[_Next] = []
    ties = count()
    for begins, story in _cases(world, cases):
        while heap and heap[0][0] <= begins:
            now, _, topic, value, told = heappop(heap)
            if topic is None:
                _push(heap, value, now, ties)
            else:
                yield now, topic, value
            _push(heap, told, now, ties)
        _push(heap, story, begins, ties)


def _push(heap: list[_Next], story: Story, now: int, ties: Iterator[int]) -> None:
    """The story waits for its next moment, if it has one; what is past is told at once."""
    if (moment := next(story, None)) is not None:
        at, topic, value = moment
        heappush(heap, (max(at, now), next(ties), topic, value, story))


def _cases(world: World, mean: float) -> Iterator[tuple[int, Story]]:
    """Stories by their beginnings, on average so many each ms: a Poisson process, thinned by the hour's demand.

    More of them at first, so that events come at the full rate from the start: with k later events for each early one,
    coming exponentially after tau, that is `1 + k exp(-(1 + k) t / tau)` times the rate at the end.
    """
    tell: dict[str, Callable[[World, int, str], Story]] = {"order": order, "ticket": ticket, "survey": cold}
    most = mean if world.steady else mean * GREATEST_PRESSURE / MEAN_DEMAND
    now, number = float(world.began), 0
    while True:
        young = 1 + _YOUNG * exp(-(1 + _YOUNG) * (now - world.began) / _SETTLING)
        now += world.rng.expovariate(most * young)
        if world.steady or world.random() * GREATEST_PRESSURE < demand(int(now)) * world.pressure(int(now)):
            number += 1
            yield int(now), tell[_CASE(world.random())](world, int(now), str(number))


def _faulty(rng: Random, happened: Iterator[Sent], faults: Faults, life: float) -> Iterator[Sent]:
    """The same records, some held back, some twice, and broken ones between them."""
    held: list[tuple[int, int, str, Any]] = []
    ties = count()

    def send(at: int, topic: str, value: Any) -> None:
        heappush(held, (at, next(ties), topic, value))

    for sent in happened:
        yield from _due(held, sent.at)
        send(sent.at + _delay(rng, faults, life), sent.topic, sent.value)
        if rng.random() < faults.doubled:
            send(sent.at + int(rng.expovariate(1.0) * 5 * MINUTE * life), sent.topic, sent.value)
        if rng.random() < faults.broken:
            send(sent.at, *broken(rng, rfc3339(sent.at), next(ties)))
    yield from _due(held, None)


def _due(held: list[tuple[int, int, str, Any]], until: int | None) -> Iterator[Sent]:
    while held and (until is None or held[0][0] < until):
        at, _, topic, value = heappop(held)
        yield Sent(at, topic, value)


def _delay(rng: Random, faults: Faults, life: float) -> int:
    chance = rng.random()
    if chance < faults.late:
        return int((1 + rng.expovariate(1.0) * 20) * MINUTE * life)
    return int(rng.random() * MINUTE * life) if chance < faults.late + faults.out_of_order else 0
