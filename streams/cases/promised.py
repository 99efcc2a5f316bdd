"""Which promises are told of: those whose attainment something reads."""

from streams.cases import clocks
from streams.cases.attention import ATTENTION
from streams.cases.facts import ON_TIME_DELIVERY, ORDER_CONFIRMED, SLA_ASSIGNMENT, Kind, Wanted, reads

_KINDS: dict[str, Kind] = {
    **{kind.name: kind for kind in (ORDER_CONFIRMED, ON_TIME_DELIVERY)},
    **{clock.name: clock.kind for clock in vars(clocks).values() if isinstance(clock, clocks.Clock)},
    ATTENTION: SLA_ASSIGNMENT,
}
"""What the decisions of each clock are told as; of one that no KPI tells, what it goes with."""


def promised(wanted: Wanted) -> frozenset[str]:
    """The clocks whose decisions something reads.

    >>> promised(frozenset({"sla_resolution"}))
    frozenset({'resolution'})
    """
    return frozenset(clock for clock, kind in _KINDS.items() if reads(wanted, kind))
