"""SLA policies: what is promised to whom, and by which clock and calendar.

A policy's selector says which cases it is for; of a book of policies the first that matches is in force, and the last
one, the default, matches all. Durations in ms.
"""

from collections.abc import Mapping
from hashlib import sha256

import msgspec

from streams.cases.attention import ATTENTION
from streams.cases.handed import Reassigning
from streams.cases.stopwatch import Quiet, Regime
from streams.cases.working import ALWAYS, WorkingTime
from streams.names import UNKNOWN
from streams.units import DAY, HOUR, MINUTE
from streams.windows.business import BusinessCalendar
from streams.windows.hours import Hours

FIRST_RESPONSE = "first_response"
"""Opened → the first message by a person."""
NEXT_RESPONSE = "next_response"
"""The oldest unanswered message of the customer → the next message by a person [R28]."""
RESOLUTION = "resolution"
"""The start of a cycle → its resolve."""
ASSIGNMENT = "assignment"
"""Opened → in somebody's hands."""
ORDER_CONFIRMED = "order_confirmed"
"""Placed → confirmed, within a minute [R17]."""
ON_TIME_DELIVERY = "on_time_delivery"
"""Entered → complete, by the promise [R18]."""
TICKET_CLOCKS = (FIRST_RESPONSE, NEXT_RESPONSE, RESOLUTION, ASSIGNMENT, ATTENTION)
"""`attention`: assigned → the own first message of whoever got it, for each assignment."""
ORDER_CLOCKS = (ORDER_CONFIRMED, ON_TIME_DELIVERY)
CLOCKS = (*TICKET_CLOCKS, *ORDER_CLOCKS)

ROUND_THE_CLOCK = "24x7"
"""The calendar that is always there: all time is working time."""
WAIT = "wait"
"""What can pause a clock: waiting on the customer."""
REASSIGN = "reassign"
"""What can be done about a breach: ask for another operator."""


class Objective(msgspec.Struct, frozen=True):
    """The share of decided obligations that is to be met over a period; the rest is the error budget."""

    share: float = 0.95
    over: int = 30 * DAY


class Goal(msgspec.Struct, frozen=True, kw_only=True):
    """What a policy says of one clock."""

    target: int | None
    """Working time; None where each case brings its own deadline."""
    calendar: str = ROUND_THE_CLOCK
    warnings: tuple[int, ...] = (50, 75, 90)
    """Per cent of the target, of working time."""
    pauses: tuple[str, ...] = ()
    on_breach: tuple[str, ...] = ()
    objective: Objective = Objective()


class Policy(msgspec.Struct, frozen=True, kw_only=True):
    """One policy."""

    name: str
    match: Mapping[str, tuple[str, ...]] = {}
    """By dimension the values that it is for; a dimension that is not named may have any."""
    clocks: Mapping[str, Goal] = {}
    """A clock that is not named makes no promise."""
    quiet_hours: str | None = None
    """The calendar in whose open time no warning is given."""
    reassigning: Reassigning = Reassigning()

    def matches(self, dims: Mapping[str, str]) -> bool:
        """Whether it is for a case with these dimension values; what is missing is unknown [R9]."""
        return all(dims.get(name, UNKNOWN) in values for name, values in self.match.items())


class PolicySet(msgspec.Struct, frozen=True, kw_only=True):
    """All policies, in the order in which they are tried, and the calendars that they name; plain data."""

    policies: tuple[Policy, ...]
    calendars: Mapping[str, Hours] = {}


DEFAULT = Policy(
    name="default",
    clocks={
        FIRST_RESPONSE: Goal(target=4 * HOUR),
        NEXT_RESPONSE: Goal(target=8 * HOUR),
        RESOLUTION: Goal(target=48 * HOUR, pauses=(WAIT,)),
        ASSIGNMENT: Goal(target=HOUR, on_breach=(REASSIGN,)),
        ORDER_CONFIRMED: Goal(target=MINUTE),
        ON_TIME_DELIVERY: Goal(target=None),
    },
)
"""What holds without a file of policies [R34]; `wait` stops the resolution clock only [R41]."""
GOALS: Mapping[str, Goal] = {**DEFAULT.clocks, ATTENTION: Goal(target=None)}
"""What a policy that names a clock says of it where it says nothing else."""
DEFAULTS = PolicySet(policies=(DEFAULT,))


class Book:
    """A set of policies ready for use.

    >>> book = Book(DEFAULTS)
    >>> book.select({"priority": "high"}).name
    'default'
    """

    def __init__(self, of: PolicySet) -> None:
        self.policies, self._hours = of.policies, of.calendars
        self.version = _digest(of)
        """Changes with anything that the set says."""
        self._calendars = {name: BusinessCalendar(hours) for name, hours in of.calendars.items()}
        self._named_clocks = frozenset(self.objectives())
        self._versions = {policy.name: _digest((policy, self._named(policy))) for policy in of.policies}

    @property
    def holidays(self) -> frozenset[str]:
        """The places whose public holidays its calendars keep."""
        return frozenset(code for hours in self._hours.values() for code in hours.holidays)

    def select(self, dims: Mapping[str, str]) -> Policy:
        """The policy in force for a case with these dimension values."""
        return next(policy for policy in self.policies if policy.matches(dims))

    def version_of(self, policy: Policy) -> str:
        """Changes with anything that the policy or a calendar that it names says."""
        return self._versions[policy.name]

    def calendar(self, name: str) -> WorkingTime:
        """The calendar of a name."""
        return ALWAYS if name == ROUND_THE_CLOCK else self._calendars[name]

    def names(self, policy: str, clock: str) -> bool:
        """Whether the policy of a name says anything of a clock."""
        return (policy, clock) in self._named_clocks

    def objectives(self) -> dict[tuple[str, str], Objective]:
        """By policy and clock."""
        return {(one.name, clock): goal.objective for one in self.policies for clock, goal in one.clocks.items()}

    def knows(self, name: str) -> bool:
        """Whether there is a calendar of a name."""
        return name == ROUND_THE_CLOCK or name in self._calendars

    def regime(self, policy: Policy, clock: str) -> Regime | None:
        """What a stopwatch of the clock goes by; None where the policy sets it no target."""
        goal = policy.clocks.get(clock)
        if goal is None or goal.target is None:
            return None
        return Regime(goal.target, self.calendar(goal.calendar), WAIT in goal.pauses, goal.warnings, self.quiet(policy))

    def quiet(self, policy: Policy) -> Quiet | None:
        """The hours in which a policy gives no warning."""
        return self._calendars[policy.quiet_hours] if policy.quiet_hours else None

    def _named(self, policy: Policy) -> dict[str, Hours]:
        names = {policy.quiet_hours, *(goal.calendar for goal in policy.clocks.values())}
        return {name: hours for name, hours in self._hours.items() if name in names}


def _digest(of: object) -> str:
    return sha256(msgspec.json.encode(of, order="deterministic")).hexdigest()[:12]
