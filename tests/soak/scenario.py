"""A scenario: a name, what has to be seen of it, and how it is played."""

from collections.abc import Callable
from typing import NamedTuple

from tests.soak.run import Run

Play = Callable[[Run], None]


class Scenario(NamedTuple):
    """`runs` is how often it has to hold; `bound` the seconds until all is served again, where there is one."""

    name: str
    says: str
    runs: int
    play: Play
    bound: float | None = None
    broker: bool = False
    """Whether it stops the broker, and so needs one of its own."""
    defects: tuple[str, ...] = ()
    """Planted defects that it catches, with some seeds."""


SCENARIOS: dict[str, Scenario] = {}


def scenario(
    name: str,
    says: str,
    *,
    runs: int,
    bound: float | None = None,
    broker: bool = False,
    defects: tuple[str, ...] = (),
) -> Callable[[Play], Play]:
    """Register a function that plays a scenario."""

    def register(play: Play) -> Play:
        SCENARIOS[name] = Scenario(name, says, runs, play, bound, broker, defects)
        return play

    return register
