"""Whom to propose for a ticket that was left unattended. A proposal becomes fact only by the help desk's own `assign`.

Instants and durations in ms.
"""

from collections.abc import Iterable, Sequence

import msgspec

from streams.cases.handed import Reassigning


class Operator(msgspec.Struct, frozen=True):
    """Somebody of the department."""

    agent: str
    open: int
    """Tickets in hand, and those proposed for which nobody has decided: else a burst would go to one alone."""
    last_act: int
    """When he did something last: so long he has been idle, so lately he was active."""


class Proposal(msgspec.Struct, frozen=True):
    """A proposal that was made; `to` is None where nobody was free."""

    at: int
    to: str | None


def next_at(unattended: int, chain: Sequence[Proposal], rules: Reassigning) -> int | None:
    """When the next proposal for a ticket is due, if no person acts before; None where the chain is at its end.

    `unattended` is the instant of the breach, `chain` the proposals since a person acted last, in order.
    """
    if len(chain) >= rules.chain:
        return None
    return max(unattended, chain[-1].at + rules.cool_down) if chain else unattended


def propose(
    at: int, holder: str | None, chain: Sequence[Proposal], operators: Iterable[Operator], rules: Reassigning
) -> Proposal:
    """Who is to have the ticket: of those active lately the one with fewest open, then the one longest idle.

    Never the one who has it, nor anybody proposed in this chain. Ties go to the first in the alphabet.

    >>> team = [Operator("ann", 2, 900), Operator("bob", 1, 950), Operator("cleo", 1, 940), Operator("dan", 0, 100)]
    >>> propose(1000, "cleo", [], team, Reassigning(active=100)).to
    'bob'
    """
    tried = {holder, *(proposal.to for proposal in chain)}
    free = [one for one in operators if one.agent not in tried and at - rules.active <= one.last_act <= at]
    best = min(free, key=lambda one: (one.open, one.last_act, one.agent), default=None)
    return Proposal(at, best.agent if best else None)
