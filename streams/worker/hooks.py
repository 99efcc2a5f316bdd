"""What the worker is told and asked when partitions come and go."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from faust.types import TP

Notice = Callable[[set[TP]], Awaitable[None]]
Lost = Callable[[Exception], None]
"""Told that a partition has another owner, as an error says that is no reason to end."""
Positions = Callable[[set[TP]], Awaitable[Mapping[TP, int]]]


def bear(_: Exception) -> None:
    """Take it as it is."""


async def no_positions(_: set[TP]) -> Mapping[TP, int]:
    """Leave all partitions to their committed offsets."""
    return {}


async def ignore(_: set[TP]) -> None:
    """Take no notice."""


@dataclass(frozen=True, slots=True)
class Hooks:
    """The callbacks of a worker; each gets the partitions of batch topics only, changelogs excepted.

    Every rebalance takes all partitions away and gives the new set, as Kafka's eager protocol does: `revoked` with all
    that were held, then `assigned` with all that are held now.
    """

    assigned: Notice = ignore
    """Awaited when the tables are recovered, before `positions` and before any batch. May be cancelled by a revoke."""
    positions: Positions = no_positions
    """Next offset to read, by partition. Those left out go to the committed offset, or else to the earliest."""
    revoked: Notice = ignore
    """Awaited when no further batch is delivered and before the last commit: flush, ack, drop."""
