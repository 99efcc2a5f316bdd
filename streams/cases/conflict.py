"""Two events of one identity: which counts [R6, R50]."""

from collections.abc import Iterable, Sequence
from enum import StrEnum

from streams.cases.case import Case
from streams.events.canonical import content_hash
from streams.events.model import Event


class Verdict(StrEnum):
    """What became of an event."""

    APPLIED = "applied"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"
    """It lost to another content of the same identity, or made that one lose."""
    REPLAYED = "replayed"
    """Its case includes it already: it was read again after a restart."""


def rank(event: Event) -> tuple[int, bytes]:
    """The lowest rank of an identity counts: the earliest, then the lowest content hash."""
    return event.occurred_at, content_hash(event)


def rivals(cases: Iterable[Case], event: Event) -> list[tuple[Case, Event]]:
    """Everything known under the event's identity, with the case that holds it."""
    identity = event.identity
    return [(case, e) for case in cases for e in (*case.events, *case.losers) if e.identity == identity]


def place(case: Case, event: Event, others: Sequence[Case], offset: int) -> tuple[Verdict, Event | None]:
    """Put the event at `offset` of the journal into its case; the verdict, and the event that lost.

    `others` are the customer's other cases that may hold the same identity. A case that has seen `offset` knows
    already how it stands and is left alone.
    """
    if case.seen >= offset:
        known = rivals((case, *others), event) if others else []
        _depose(known, min((e for _, e in known), key=rank, default=event), offset)
        return Verdict.REPLAYED, None
    known = rivals((case, *others), event)
    if not known:
        case.events.append(event)
        return Verdict.APPLIED, None
    if any(other == event for _, other in known):
        return Verdict.DUPLICATE, None
    best = min((e for _, e in known), key=rank)
    if rank(best) < rank(event):
        case.losers.append(event)
        return Verdict.CONFLICT, event
    case.events.append(event)
    _depose(known, event, offset)
    return Verdict.CONFLICT, best


def _depose(known: list[tuple[Case, Event]], winner: Event, offset: int) -> None:
    for case, event in known:
        if event in case.events and event != winner and case.seen < offset:
            case.events.remove(event)
            case.losers.append(event)
