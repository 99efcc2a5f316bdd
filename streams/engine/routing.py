"""Which partition: our own partitioner, the same in every process and every language."""

from zlib import crc32

from streams.names import CATEGORY


def partition_of(key: str, partitions: int) -> int:
    """CRC-32 of the UTF-8 key, modulo the number of partitions.

    >>> partition_of("customer-1", 4)
    1
    """
    return crc32(key.encode()) % partitions


def home_of(scope: str, partitions: int) -> int:
    """The partition of the partials that holds a scope; all categories of one dimension lie together.

    >>> home_of("~method=chat", 4) == home_of("~method", 4)
    True
    """
    return partition_of(scope.partition("=")[0] if scope.startswith(CATEGORY) else scope, partitions)
