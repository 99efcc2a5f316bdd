"""Which cases of a customer may hold an identity.

An identity is unique over all cases of its customer [R6], so each event asks here for the cases to look into. A row
holds one of the buckets of a customer and maps CRC-32 of identities to references; a collision only means one more
case to look into. The number of buckets is fixed: rows are never moved, so a crash can not lose an entry.
"""

from zlib import crc32

from streams.engine.rows import IndexKey, IndexRow, Rows, decode_index, encode, index_key
from streams.events.model import Event

BUCKETS = 8
Bucket = dict[int, list[str]]


class Index:
    """The index of one partition, in memory over rows, with what was changed since the last flush."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._buckets: dict[IndexKey, Bucket] = {}
        self.dirty: dict[IndexKey, Bucket] = {}

    def cases(self, event: Event, ref: str) -> list[str] | None:
        """The references under the event's identity, or None where it was unknown; `ref` is among them from now on."""
        code = crc32(f"{event.source}\0{event.event_id}".encode())
        key = (event.customer_id, code % BUCKETS)
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._load(key)
        self.dirty[key] = bucket
        refs = bucket.get(code)
        if refs is None:
            bucket[code] = [ref]
        elif ref not in refs:
            refs.append(ref)
        return refs

    def rows(self, last: int) -> list[tuple[bytes, bytes | None]]:
        """The changed buckets as rows that include everything up to `last`."""
        return [(index_key(key), encode(IndexRow(last, bucket))) for key, bucket in self.dirty.items()]

    def flushed(self, keep: int) -> None:
        """The rows are durable: forget what is dirty, and all but about `keep` buckets."""
        self.dirty.clear()
        while len(self._buckets) > keep:
            del self._buckets[next(iter(self._buckets))]

    def _load(self, key: IndexKey) -> Bucket:
        data = self._rows.get(index_key(key))
        bucket = self._buckets[key] = decode_index(data).refs if data is not None else {}
        return bucket
