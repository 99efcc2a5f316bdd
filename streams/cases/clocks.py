"""What a ticket promises, and within which time: the default policy's clocks and those that are always there.

Configured policies stand in place of the default one: see `watching`.
"""

from collections.abc import Callable

import msgspec

from streams.cases import facts
from streams.cases.facts import Kind
from streams.cases.timeline import Standing
from streams.units import DAY, HOUR


class Clock(msgspec.Struct, frozen=True):
    """A promise of one kind; `target` in ms, `dims` the values of its decision, by policy, channel and standing."""

    name: str
    kind: Kind
    target: int
    dims: Callable[[str, str, Standing], tuple[str, ...]]


def _by_policy(policy: str, channel: str, standing: Standing) -> tuple[str, ...]:
    return policy, channel, standing.department, standing.priority


def _by_priority(policy: str, channel: str, standing: Standing) -> tuple[str, ...]:  # noqa: ARG001
    return channel, standing.department, standing.priority


def _by_department(policy: str, channel: str, standing: Standing) -> tuple[str, ...]:  # noqa: ARG001
    return channel, standing.department


def _by_channel(policy: str, channel: str, standing: Standing) -> tuple[str, ...]:  # noqa: ARG001
    return (channel,)


FIRST_RESPONSE = Clock("first_response", facts.SLA_FIRST_RESPONSE, 4 * HOUR, _by_policy)
NEXT_RESPONSE = Clock("next_response", facts.SLA_NEXT_RESPONSE, 8 * HOUR, _by_policy)
RESOLUTION = Clock("resolution", facts.SLA_RESOLUTION, 48 * HOUR, _by_policy)
ASSIGNMENT = Clock("assignment", facts.SLA_ASSIGNMENT, HOUR, _by_policy)
ANSWERED_IN_24H = Clock("answered_in_24h", facts.ANSWERED_IN_24H, DAY, _by_priority)
RESOLVED_IN_2_DAYS = Clock("resolved_in_2_days", facts.RESOLVED_IN_2_DAYS, 2 * DAY, _by_department)
REVIEW_ANSWERED = Clock("review_answered", facts.REVIEW_ANSWERED, 2 * DAY, _by_channel)
BY_POLICY = {one.name: one for one in (FIRST_RESPONSE, NEXT_RESPONSE, RESOLUTION, ASSIGNMENT)}
"""What a policy decides, by the clock's name."""
