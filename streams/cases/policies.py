"""What a case asks of the policies, which stand in a layer of their own: by which rule a clock goes at an instant."""

from collections.abc import Callable, Sequence
from typing import Protocol

import msgspec

from streams.cases.handed import Reassigning
from streams.cases.stopwatch import Quiet, Regime
from streams.cases.working import WorkingTime

DIMENSIONS = ("department", "priority", "channel", "tier", "kind", "region")
"""What a policy may be selected by; their values, in this order, stand for a case at an instant."""
Dims = tuple[str, ...]


class Rule(msgspec.Struct, frozen=True):
    """What holds of one clock of one case."""

    policy: str
    regime: Regime


class Heeding(msgspec.Struct, frozen=True):
    """When a policy warns before a deadline that it does not set itself."""

    policy: str
    shares: tuple[int, ...]
    """Per cent of the time from the start to the deadline."""
    quiet: Quiet | None


class Policies(Protocol):
    """Policies over time: each edition is in force from an instant on, in ms, until the next one is."""

    @property
    def name(self) -> str:
        """Tells apart what they say: the same name, the same rules."""

    def rule(self, clock: str, dims: Dims, at: int) -> Rule | None:
        """What holds of a clock at an instant; None where nothing is promised."""

    def edits(self, after: int, before: int) -> Sequence[int]:
        """When another edition came into force, after and before these instants; ascending."""

    def next_edit(self, since: int) -> int | None:
        """The first instant from `since` on at which another edition comes into force."""

    @property
    def reassigns(self) -> bool:
        """Whether any of them has somebody else proposed for what was left unattended."""

    @property
    def attends(self) -> bool:
        """Whether any of them promises that whoever gets a ticket writes on it."""

    def names(self, policy: str, clock: str, at: int) -> bool:
        """Whether the policy of a name that is in force at an instant says anything of a clock."""

    def reassigning(self, dims: Dims, at: int) -> Reassigning | None:
        """How somebody else is proposed for what is left unattended at an instant; None where nobody is."""

    def heeding(self, clock: str, dims: Dims, at: int) -> Heeding:
        """When the policy in force at an instant warns before a deadline that is not its own."""

    def working(self, clock: str, dims: Dims, at: int) -> WorkingTime:
        """The calendar by which a clock counts working time."""


Amend = Callable[[Policies | None, int, str], Policies]
"""Policies with another edition, read from TOML, in force from an instant on, in ms; the same where they have it."""
