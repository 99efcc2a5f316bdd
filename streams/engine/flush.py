"""What a flush writes, in the order that keeps every crash harmless.

First the intent, then cells, then what is published, then cases, last the position. A crash leaves a
prefix: a durable case implies its cells; a lost case is told again and its cells refuse.
"""

import msgspec

from streams.cases.findings import Obligation, Outcome
from streams.engine.rows import CellKey
from streams.events.model import Event
from streams.measures.vector import Vector

Row = tuple[bytes, bytes | None]


class Transition(msgspec.Struct, frozen=True, gc=False):
    """An obligation of a case that stands otherwise than before."""

    ref: str
    obligation: Obligation
    was: Outcome | None


class Refusal(msgspec.Struct, frozen=True):
    """An accepted event that does not count after all."""

    event: Event
    partition: int
    offset: int
    reason: str
    message: str


class Flush(msgspec.Struct):
    """One flush of a partition; `last` is the journal offset that it includes."""

    last: int
    watermark: int
    intent: Row
    cells: list[Row]
    partials: list[tuple[CellKey, Vector]]
    transitions: list[Transition]
    refusals: list[Refusal]
    cases: list[Row]
    position: Row
