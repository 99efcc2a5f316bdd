"""What a flush writes, in the order that keeps every crash harmless.

First the intent, then cells, then what is published, then customers and cases, last the position. A crash leaves a
prefix: a durable customer or case implies its cells, a durable case its customer; what was lost is told again, and its
cells refuse.
"""

import msgspec

from streams.cases.findings import Obligation, Outcome, Warned
from streams.cases.handed import InHand
from streams.cases.worth import WindowKey, Worth
from streams.engine.rows import CellKey, Row
from streams.events.model import Event
from streams.measures.vector import Vector

Told = tuple[int, int, int]
"""How often an obligation was told to be met, breached, and not breached after all."""


class Transition(msgspec.Struct, frozen=True, gc=False):
    """An obligation of a case that stands otherwise than before."""

    ref: str
    obligation: Obligation
    was: Outcome | None
    trace: str | None = None
    """`traceparent` of the event that made it, if one did and had any."""
    again: Told = (0, 0, 0)
    """How often each was told of this obligation before."""


class Caution(msgspec.Struct, frozen=True, gc=False):
    """A warning that was given."""

    ref: str
    warned: Warned
    trace: str | None = None


class Refusal(msgspec.Struct, frozen=True):
    """An accepted event that does not count after all."""

    event: Event
    partition: int
    offset: int
    reason: str
    message: str
    trace: str | None = None


class Flush(msgspec.Struct):
    """One flush of a partition; `last` is the journal offset that it includes."""

    last: int
    watermark: int
    intent: Row
    cells: list[Row]
    """The editions of policies that came stand before them."""
    partials: list[tuple[CellKey, Vector]]
    transitions: list[Transition]
    refusals: list[Refusal]
    cases: list[Row]
    """Customers first."""
    position: Row
    cautions: list[Caution] = []
    """Told before the transitions."""
    worths: list[tuple[str, WindowKey, Worth | None]] = []
    """What customers are worth in a window, where it is otherwise than was told."""
    handed: list[tuple[str, InHand | None]] | None = None
    """Tickets whose story of hands is another one now; None where no policy has anybody proposed for them."""
