"""What is played, one after the other: which scenario, with which seed, with which planted defects."""

import time
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from typing import NamedTuple

from tests.soak.scenario import Scenario


class Turn(NamedTuple):
    """One run."""

    scenario: Scenario
    seed: int
    defects: tuple[str, ...] = ()


def times(scenarios: Sequence[Scenario], seed: int, runs: int | None, defects: tuple[str, ...]) -> Iterator[Turn]:
    """Each scenario so often; None: as often as the table asks."""
    for scenario in scenarios:
        yield from (Turn(scenario, seed + number, defects) for number in range(runs or scenario.runs))


def minutes(scenarios: Sequence[Scenario], seed: int, length: float, defects: tuple[str, ...]) -> Iterator[Turn]:
    """The scenarios in turn, for so long."""
    until = time.monotonic() + length * 60
    for number in count():
        for scenario in scenarios:
            if time.monotonic() > until:
                return
            yield Turn(scenario, seed + number, defects)


def catching(scenarios: Sequence[Scenario], seed: int, runs: int, caught: Callable[[], bool]) -> Iterator[Turn]:
    """Each scenario with each defect that it is known to catch, until it does, at most with so many seeds."""
    for scenario in scenarios:
        for defect in scenario.defects:
            for number in range(runs):
                yield Turn(scenario, seed + number, (defect,))
                if caught():
                    break
