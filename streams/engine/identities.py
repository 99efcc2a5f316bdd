"""Which identities and cases a partition may hold: filters in memory that never say no wrongly.

An identity is unique over all cases of its customer [R6]. Nearly every event brings a new one, and for those the filter
answers alone; only where it says "perhaps" are the customer's cases looked into. Each case keeps the codes of its
identities, so the filter is rebuilt from the rows at a start, and no row of its own has to survive a crash.
"""

from zlib import crc32

from rbloom import Bloom

from streams.events.model import Event

WRONG = 0.0001
"""The share of new items that each filter takes for known: something is looked up for nothing then."""
FIRST = 50_000
"""Items that the first filter has room for; each further one has twice as much."""


def code_of(event: Event) -> int:
    """The CRC-32 of an event's identity within the partition."""
    return crc32(f"{event.customer_id}\0{event.source}\0{event.event_id}".encode())


class Known:
    """A chain of Bloom filters, each twice as large as the one before (Almeida et al., "Scalable Bloom Filters", 2007).

    >>> known = Known()
    >>> known.add(7), known.add(7)
    (False, True)
    """

    def __init__(self) -> None:
        self._room = self._left = FIRST
        self._newest = Bloom(FIRST, WRONG)
        self._older: list[Bloom] = []

    def add(self, item: int | str) -> bool:
        """Remember an item; whether it may have been known. False is certain."""
        if item in self._newest:
            return True
        for bloom in self._older:  # in a loop of its own: a generator costs more than the look
            if item in bloom:
                return True
        if not self._left:
            self._grow()
        self._newest.add(item)
        self._left -= 1
        return False

    def _grow(self) -> None:
        self._older.append(self._newest)
        self._room *= 2
        self._left = self._room
        self._newest = Bloom(self._room, WRONG)
