"""The people of the simulated business, when they work, and the work that waits for them.

A department takes its work in the order in which it comes, in two queues: who is on the line (telephone, chat) is seen
to by other hands than what was written. Each queue has as many hands as its usual load needs and some to spare, and
never fewer than eight; so at the demand of every day nobody waits for long, while a Monday, a campaign or a busy
season brings more than can be done, and what is left over waits, and makes all that comes after it wait too.
"""

from collections.abc import Callable
from dataclasses import dataclass

from streams.importers.simulator_demand import weekday
from streams.units import DAY, HOUR, SECOND

DEPARTMENTS = ("sales", "delivery", "billing", "technical")
_PEOPLE = 8
_TICKETS = {"sales": 0.1125, "delivery": 0.128, "billing": 0.138, "technical": 0.1125}
"""Tickets of a department for each case, measured: late orders ask delivery, wrong ones billing."""
_WORK = {True: 205 * SECOND, False: 290 * SECOND}
"""Work for each ticket of any kind, on the line and in writing, measured."""
_LOAD = {True: 0.65, False: 0.75}
"""The share of the hands that an average week keeps busy."""
_HOURS = (*((8 * HOUR, 18 * HOUR),) * 5, (9 * HOUR, 14 * HOUR), (0, 0))
_OPEN = sum(closes - opens for opens, closes in _HOURS) / (7 * DAY)


@dataclass(frozen=True, slots=True)
class Agent:
    """A person: `pace` multiplies how long things take, `care` is the chance to get them right."""

    name: str
    pace: float
    care: float


def opening(ms: int) -> int:
    """The first instant from `ms` on at which people work: Monday to Friday 8 to 18, Saturday 9 to 14."""
    while True:
        day, time = ms - ms % DAY, ms % DAY
        opens, closes = _HOURS[weekday(ms)]
        if time < closes:
            return day + max(time, opens)
        ms = day + DAY


class Staff:
    """Everybody, and the queues. `cases` begin each ms of business time; `steady` people never sleep."""

    def __init__(self, random: Callable[[], float], cases: float, *, steady: bool) -> None:
        self._random, self._steady = random, steady
        self._people = {name: self._department(name) for name in DEPARTMENTS}
        self._pace = {
            (name, line): self._taking(cases * _TICKETS[name], line) for name in DEPARTMENTS for line in _WORK
        }
        self._until = dict.fromkeys(self._pace, 0.0)
        """When all that waits in a queue is begun."""

    def _department(self, name: str) -> tuple[Agent, ...]:
        people = range(1, _PEOPLE + 1)
        return tuple(Agent(f"{name}-{n}", 0.6 + self._random(), 0.85 + 0.14 * self._random()) for n in people)

    def _taking(self, tickets: float, line: bool) -> float:
        """For how long a second of work occupies a queue: the more hands, the shorter."""
        busy = tickets * _WORK[line] / (1 if self._steady else _OPEN)
        return min(1 / _PEOPLE, _LOAD[line] / busy)

    def agent(self, department: str) -> Agent:
        """Somebody of the department."""
        return self._people[department][int(_PEOPLE * self._random())]

    def opening(self, ms: int) -> int:
        """The first instant from `ms` on at which somebody works."""
        return ms if self._steady else opening(ms)

    def turn(self, department: str, line: bool, at: int, work: float) -> int:
        """When work of so many seconds that comes at `at` is begun. To be asked in the order of time."""
        queue = department, line
        begun = self.opening(int(max(at, self._until[queue])))
        self._until[queue] = begun + work * SECOND * self._pace[queue]
        return begun
