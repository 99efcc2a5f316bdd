"""Which partition: our own partitioner, the same in every process and every language."""

from zlib import crc32

from streams.names import ALL, CATEGORY

_WHOLE = "kind="


def partition_of(key: str, partitions: int) -> int:
    """CRC-32 of the UTF-8 key, modulo the number of partitions.

    >>> partition_of("customer-1", 4)
    1
    """
    return crc32(key.encode()) % partitions


def home_of(scope: str, partitions: int) -> int:
    """The partition of the partials that holds a scope; all categories of one dimension lie together.

    Costs of a kind lie with what they are divided by, which is told of all kinds together.

    >>> home_of("~method=chat", 4) == home_of("~method", 4)
    True
    """
    if scope.startswith(CATEGORY):
        return partition_of(scope.partition("=")[0], partitions)
    return partition_of(ALL if scope.startswith(_WHOLE) else scope, partitions)
