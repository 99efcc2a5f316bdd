"""Which identities a partition may hold: a filter in memory that never says no wrongly.

An identity is unique over all cases of its customer [R6]. Nearly every event brings a new one, and for those the filter
answers alone; only where it says "perhaps" are the customer's cases looked into. Each case keeps the codes of its
identities, so the filter is rebuilt from the rows at a start, and no row of its own has to survive a crash.
"""

from collections.abc import Sequence
from zlib import crc32

from rbloom import Bloom

from streams.events.model import Event

WRONG = 0.0001
"""The share of new identities for which the customer's cases are looked into for nothing, by each filter."""
FIRST = 50_000
"""Codes that the first filter has room for; each further one has twice as much."""


def code_of(event: Event) -> int:
    """The CRC-32 of an event's identity within the partition."""
    return crc32(f"{event.customer_id}\0{event.source}\0{event.event_id}".encode())


class Identities:
    """A chain of Bloom filters, each twice as large as the one before (Almeida et al., "Scalable Bloom Filters", 2007).

    >>> known = Identities()
    >>> known.add(7), known.add(7)
    (False, True)
    """

    def __init__(self) -> None:
        self._room = self._left = FIRST
        self._newest = Bloom(FIRST, WRONG)
        self._older: list[Bloom] = []

    def add(self, code: int) -> bool:
        """Remember a code; whether it may have been known. False is certain."""
        if code in self._newest or (self._older and any(code in bloom for bloom in self._older)):
            return True
        if not self._left:
            self._grow()
        self._newest.add(code)
        self._left -= 1
        return False

    def add_all(self, codes: Sequence[int]) -> None:
        """Remember what a case holds."""
        for code in codes:
            self.add(code)

    def _grow(self) -> None:
        self._older.append(self._newest)
        self._room *= 2
        self._left = self._room
        self._newest = Bloom(self._room, WRONG)
