"""What a batch topic delivers: all records of one fetch of one partition, as one value."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

from aiokafka.consumer.fetcher import FetchResult, PartitionRecords
from aiokafka.errors import CorruptRecordException
from faust.types import TP

READ_COMMITTED = 1


class Record(Protocol):
    """A raw record as aiokafka's parser leaves it; `timestamp` in milliseconds since the epoch."""

    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes | None]]


class Drained(NamedTuple):
    """Records of one partition in offset order, covering the offsets `start <= offset < next` without a hole.

    Offsets in that range without a record here carry none: compaction removed it, or it is a transaction marker.
    `stamp` names the seek since which the position has moved by reading only.
    """

    start: int
    next: int
    stamp: int
    records: list[Record]


@dataclass(slots=True, eq=False)
class Batch:
    """One fetch of one partition, acknowledged as a whole."""

    tp: TP
    start: int
    """The first offset that the fetch covers."""
    next: int
    """The offset to read next: commit it, store it as the position."""
    expected: int
    """Where the batch before it ended, or where the last seek went."""
    end: int
    """The end of the partition (next offset to be written) as last told by the broker; `end - next` is the lag."""
    records: list[Record]
    stamp: int
    """The seek since which it was read (see `Drained`)."""
    acknowledge: Callable[[], bool]

    @property
    def first(self) -> int:
        """Offset of the first record."""
        return self.records[0].offset

    @property
    def last(self) -> int:
        """Offset of the last record."""
        return self.records[-1].offset

    @property
    def gap(self) -> bool:
        """Whether it does not begin where the one before ended: offsets are missing, or the topic begins anew."""
        return self.start != self.expected

    @property
    def missed(self) -> int:
        """How many offsets between the batch before and this one were never delivered: retention took them."""
        return max(0, self.start - self.expected)

    @property
    def anew(self) -> bool:
        """Whether the topic ended before what was read of it, and is read once more."""
        return self.start < self.expected

    def ack(self) -> None:
        """Tell the consumer that all records are durably applied; the longest acked prefix is committed."""
        self.acknowledge()


def drain(result: FetchResult, stamp: int, max_records: int) -> Drained | None:
    """Take whole record batches out of a fetch until `max_records` are there; None if the fetch is stale.

    The C parser's records go out as they are, without a ConsumerRecord each. Moves the consumer's position.

    Raises:
        CorruptRecordException: a record batch fails its checksum.
    """
    if not result.has_more() or not result.check_assignment(result._topic_partition):
        return None
    parts = result._partition_records
    parts._records_iterator = None  # a generator that refers to `parts`: the buffers would wait for the collector
    start = parts.next_fetch_offset
    records: list[Record] = []
    for batch in _readable(parts):
        records.extend(batch if batch.base_offset >= parts.next_fetch_offset else _beyond(batch, parts))
        parts.next_fetch_offset = batch.next_offset
        if len(records) >= max_records:
            break
    result._update_position()
    if not parts._records.has_next():
        result._partition_records = None
    if parts.next_fetch_offset == start:
        return None
    return Drained(start, parts.next_fetch_offset, stamp, records)


def _beyond(batch: Any, parts: PartitionRecords) -> list[Any]:
    """The records of a batch from the position on: a fetch begins with the whole batch that holds the position."""
    position = parts.next_fetch_offset
    return [record for record in batch if record.offset >= position]


def _readable(parts: PartitionRecords) -> Iterator[Any]:
    """The record batches of a fetch without transaction markers and, if so configured, aborted transactions."""
    while parts._records.has_next():
        batch = parts._records.next_batch()
        if parts._check_crcs and not batch.validate_crc():
            raise CorruptRecordException(f"Invalid CRC - {parts._tp}")
        if _is_readable(parts, batch):
            yield batch
        else:
            parts.next_fetch_offset = batch.next_offset


def _is_readable(parts: PartitionRecords, batch: Any) -> bool:
    if parts._isolation_level != READ_COMMITTED or batch.producer_id is None:
        return not batch.is_control_batch
    parts._consume_aborted_up_to(batch.base_offset)
    if batch.is_control_batch:
        if parts._contains_abort_marker(batch):
            parts._aborted_producers.discard(batch.producer_id)
        return False
    return not (batch.is_transactional and batch.producer_id in parts._aborted_producers)
