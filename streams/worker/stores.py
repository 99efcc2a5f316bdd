"""Where the rows of one table partition live: a dict, or a RocksDB of its own. Keys and values are bytes."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from itertools import takewhile
from pathlib import Path

from rocksdict import BlockBasedOptions, DBCompressionType, Options, Rdict, ReadOptions, WriteBatch
from sortedcontainers import SortedDict

Row = tuple[bytes, bytes | None]
"""Key and value; None deletes the row."""

_ROW = b"r"
_AFTER_ROWS = b"s"
_OFFSET = b"o"
_WRITE_BUFFER = 16 * 1024 * 1024
_BITS_PER_KEY = 10.0


class Rows(ABC):
    """The rows of one partition, and `offset`: the last changelog offset that they contain, None if unknown."""

    offset: int | None = None

    @abstractmethod
    def get(self, key: bytes) -> bytes | None:
        """The value of a key, None without one."""

    @abstractmethod
    def scan(self, prefix: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
        """The rows as they are now whose key begins with the prefix, in no particular order."""

    @abstractmethod
    def apply(self, rows: Iterable[Row], offset: int) -> None:
        """Write rows in their order, together with the changelog offset that they reach to."""

    @abstractmethod
    def close(self) -> None:
        """Let go of files and memory."""


class MemoryRows(Rows):
    """Rows in a dict that knows the order of its keys."""

    def __init__(self) -> None:
        self._rows: SortedDict[bytes, bytes] = SortedDict()

    def get(self, key: bytes) -> bytes | None:
        return self._rows.get(key)

    def scan(self, prefix: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
        begun = takewhile(lambda key: key.startswith(prefix), self._rows.irange(prefix))
        return iter([(key, self._rows[key]) for key in begun])

    def apply(self, rows: Iterable[Row], offset: int) -> None:
        for key, value in rows:
            if value is None:
                self._rows.pop(key, None)
            else:
                self._rows[key] = value
        self.offset = offset

    def close(self) -> None:
        self._rows.clear()


class RocksRows(Rows):
    """Rows in a RocksDB directory; rows and offset of one `apply` are there together or not at all."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db: Rdict = Rdict(str(path), _options())
        offset = self._db.get(_OFFSET)
        self.offset = None if offset is None else int(offset)

    def get(self, key: bytes) -> bytes | None:
        value: bytes | None = self._db.get(_ROW + key)
        return value

    def scan(self, prefix: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
        bounds = ReadOptions()
        bounds.set_iterate_upper_bound(_AFTER_ROWS)
        start = _ROW + prefix
        for key, value in self._db.items(from_key=start, read_opt=bounds):
            if not key.startswith(start):
                return
            yield key[1:], value

    def apply(self, rows: Iterable[Row], offset: int) -> None:
        batch = WriteBatch(raw_mode=True)
        for key, value in rows:
            if value is None:
                batch.delete(_ROW + key)
            else:
                batch.put(_ROW + key, value)
        batch.put(_OFFSET, b"%d" % offset)
        self._db.write(batch)
        self.offset = offset

    def close(self) -> None:
        self._db.close()


def _options() -> Options:
    options = Options(raw_mode=True)
    options.create_if_missing(True)
    options.set_write_buffer_size(_WRITE_BUFFER)
    options.set_compression_type(DBCompressionType.lz4())
    blocks = BlockBasedOptions()
    blocks.set_bloom_filter(_BITS_PER_KEY, block_based=False)  # most lookups are for cases that are new
    options.set_block_based_table_factory(blocks)
    return options
