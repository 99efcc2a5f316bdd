"""In whose hands a ticket was and is, and which assignments were left unattended: what `in_hand` tells of it."""

import msgspec

from streams.units import HOUR, MINUTE


class Reassigning(msgspec.Struct, frozen=True):
    """Who is proposed for what was left unattended, and how often."""

    active: int = 30 * MINUTE
    """Whoever did something so recently is at work."""
    cool_down: int = HOUR
    """So long after a proposal for a ticket there is no other for it."""
    chain: int = 3
    """The most proposals for a ticket until a person acts on it."""


class Unattended(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """An assignment that was not attended to in the policy's time; instants in ms."""

    assigned_at: int
    breached_at: int
    until: int | None
    """When it was attended to or over after all."""
    holder: str | None
    chain: int
    """Requests before that instant belong to another chain."""
    rules: Reassigning


class InHand(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What the sharing out of work has to know of a ticket; instants in ms, each list in order."""

    departments: list[tuple[int, str]]
    holders: list[tuple[int, str | None]]
    acts: list[tuple[int, str]]
    """Of human agents."""
    spans: list[tuple[int, int | None]]
    """When it was open."""
    unattended: list[Unattended]
