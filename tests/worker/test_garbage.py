"""When cyclic garbage is collected: never for long in proportion to the rest in between."""

import gc

import pytest

from streams.worker.garbage import REST, TRACED, Garbage


class Clock:
    """Seconds; a collection takes some."""

    def __init__(self) -> None:
        self.now, self.takes, self.collected = 0.0, 0.0, list[int]()

    def __call__(self) -> float:
        return self.now

    def collect(self, generation: int = 2) -> None:
        self.collected.append(generation)
        self.now += self.takes


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """It stands in for the collector's time; how many objects are young is said by `gc.get_count` as set."""
    made = Clock()
    monkeypatch.setattr(gc, "collect", made.collect)
    monkeypatch.setattr(gc, "get_count", lambda: (0, 0, 0))
    return made


async def test_where_it_takes_next_to_nothing_it_collects_whenever_told(clock: Clock) -> None:
    garbage = Garbage(clock)
    for _ in range(20):
        clock.now += 30
        await garbage.collect()
    assert clock.collected == [0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2]


async def test_it_rests_in_proportion_to_what_the_last_one_took(clock: Clock) -> None:
    garbage, clock.takes = Garbage(clock), 1.0
    clock.now += 30
    await garbage.collect()
    clock.now += REST - 1
    await garbage.collect()
    assert len(clock.collected) == 1
    clock.now += 1
    await garbage.collect()
    assert len(clock.collected) == 2


async def test_many_young_objects_put_off_the_first_one(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gc, "get_count", lambda: (4_000_000, 0, 0))
    garbage, rest = Garbage(clock), REST * TRACED * 4_000_000
    clock.now = rest - 1
    await garbage.collect()
    assert clock.collected == []
    clock.now = rest + 1
    await garbage.collect()
    assert clock.collected == [0]
