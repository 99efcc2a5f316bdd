"""Where the rows of one table partition live: a dict, or a RocksDB of its own. Keys and values are bytes."""

import logging
import shutil
from abc import ABC, abstractmethod
from collections.abc import Generator, Iterable, Iterator
from itertools import islice, takewhile
from pathlib import Path
from zlib import crc32

from rocksdict import BlockBasedOptions, DBCompressionType, Options, Rdict, ReadOptions, WriteBatch
from sortedcontainers import SortedDict

Row = tuple[bytes, bytes | None]
"""Key and value; None deletes the row."""

_ROW = b"r"
_AFTER_ROWS = b"s"
_REACHED = b"o"
_WRITE_BUFFER = 16 * 1024 * 1024
_BITS_PER_KEY = 10.0
_SEAL = 4
"""Bytes of the checksum before each value."""
_BROKEN = "BROKEN"
"""A file in the folder of a store that was found to be broken."""
_OTHERWISE = ("lock", "no space left", "permission denied", "read-only", "too many open files", "cannot allocate")
"""What RocksDB's errors say where the files may be in order."""

log = logging.getLogger(__name__)


class StoreError(RuntimeError):
    """A local store cannot be used; the text says which, and why."""


class BrokenStoreError(StoreError):
    """Its files are damaged. The next `open_rows` removes it: all of it is in the changelog."""


class Rows(ABC):
    """The rows of one partition, and `offset`: the last changelog offset that they contain, None if unknown.

    `whole_at` is when that was last known to be all of the changelog, in seconds since the epoch.
    """

    offset: int | None = None
    whole_at: float = 0.0

    @abstractmethod
    def get(self, key: bytes) -> bytes | None:
        """The value of a key, None without one."""

    @abstractmethod
    def scan(self, prefix: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
        """The rows as they are now whose key begins with the prefix, in no particular order."""

    @abstractmethod
    def page(self, prefix: bytes, after: bytes, count: int) -> list[tuple[bytes, bytes]]:
        """At most `count` rows, in the order of their keys, whose key begins with the prefix and lies behind `after`.

        Unlike an unfinished scan it leaves nothing open.
        """

    @abstractmethod
    def apply(self, rows: Iterable[Row], offset: int, whole_at: float | None = None) -> None:
        """Write rows in their order, together with the changelog offset that they reach to.

        `whole_at` is to be given where that is all of the changelog.
        """

    @abstractmethod
    def close(self) -> None:
        """Let go of files and memory."""

    def remove(self) -> None:
        """Close, and leave no row behind."""
        self.close()


class MemoryRows(Rows):
    """Rows in a dict that knows the order of its keys."""

    def __init__(self) -> None:
        self._rows: SortedDict[bytes, bytes] = SortedDict()

    def get(self, key: bytes) -> bytes | None:
        value: bytes | None = self._rows.get(key)
        return value

    def scan(self, prefix: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
        begun = takewhile(lambda key: key.startswith(prefix), self._rows.irange(prefix))
        return iter([(key, self._rows[key]) for key in begun])

    def page(self, prefix: bytes, after: bytes, count: int) -> list[tuple[bytes, bytes]]:
        begun = takewhile(lambda key: key.startswith(prefix), self._rows.irange(max(prefix, after)))
        return [(key, self._rows[key]) for key in islice((key for key in begun if key > after), count)]

    def apply(self, rows: Iterable[Row], offset: int, whole_at: float | None = None) -> None:
        for key, value in rows:
            if value is None:
                self._rows.pop(key, None)
            else:
                self._rows[key] = value
        self.offset = offset
        self.whole_at = self.whole_at if whole_at is None else whole_at

    def close(self) -> None:
        self._rows.clear()


def open_rows(path: Path) -> Rows:
    """A RocksDB; one that is broken is removed, and begins anew without a row.

    Raises:
        StoreError: it cannot be used, and that is not because it is broken.
    """
    try:
        if (path / _BROKEN).exists():
            raise BrokenStoreError(f"the local store {path} was found to be broken")
        return RocksRows(path)
    except BrokenStoreError as error:
        log.error("%s; it is removed, and its rows are read from the changelog", error)
        shutil.rmtree(path)
        return RocksRows(path)


class RocksRows(Rows):
    """Rows in a RocksDB directory; rows and offset of one `apply` are there together or not at all.

    Each value stands behind a checksum of it and its key.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db: Rdict = Rdict(str(path), _options())
        except Exception as error:  # RocksDB's errors have no class of their own
            raise self._told(error) from error
        try:
            reached = self._value(_REACHED)
        except StoreError:
            self._db.close()
            raise
        if reached is not None:
            self.offset, self.whole_at = _reach(reached)

    def get(self, key: bytes) -> bytes | None:
        return self._value(_ROW + key)

    def _value(self, key: bytes) -> bytes | None:
        try:
            sealed = self._db.get(key)
        except Exception as error:
            raise self._told(error) from error
        return None if sealed is None else self._opened(key, sealed)

    def scan(self, prefix: bytes = b"") -> Iterator[tuple[bytes, bytes]]:
        return self._rows(prefix, prefix)

    def page(self, prefix: bytes, after: bytes, count: int) -> list[tuple[bytes, bytes]]:
        rows = self._rows(prefix, max(prefix, after))
        try:
            return list(islice((row for row in rows if row[0] > after), count))
        finally:
            rows.close()

    def _rows(self, prefix: bytes, begin: bytes) -> Generator[tuple[bytes, bytes], None, None]:
        bounds = ReadOptions()
        bounds.set_iterate_upper_bound(_AFTER_ROWS)
        start = _ROW + prefix
        try:
            for key, sealed in self._db.items(from_key=_ROW + begin, read_opt=bounds):
                if not key.startswith(start):
                    return
                yield key[1:], self._opened(key, sealed)
        except StoreError:
            raise
        except Exception as error:
            raise self._told(error) from error

    def apply(self, rows: Iterable[Row], offset: int, whole_at: float | None = None) -> None:
        whole_at = self.whole_at if whole_at is None else whole_at
        batch = WriteBatch(raw_mode=True)
        for key, value in rows:
            if value is None:
                batch.delete(_ROW + key)
            else:
                batch.put(_ROW + key, _sealed(_ROW + key, value))
        batch.put(_REACHED, _sealed(_REACHED, b"%d %.3f" % (offset, whole_at)))
        try:
            self._db.write(batch)
        except Exception as error:
            raise self._told(error) from error
        self.offset, self.whole_at = offset, whole_at

    def close(self) -> None:
        self._db.close()

    def remove(self) -> None:
        self.close()
        shutil.rmtree(self._path)

    def _opened(self, key: bytes, sealed: bytes) -> bytes:
        """A value whose checksum fits."""
        value = sealed[_SEAL:]
        if sealed[:_SEAL] != _seal(key, value):
            raise self._broken(f"the row {key[1:]!r} is not what was written")
        return value

    def _told(self, error: Exception) -> StoreError:
        """What RocksDB has to say, with the store's name."""
        if any(word in str(error).lower() for word in _OTHERWISE):
            return StoreError(f"the local store {self._path}: {error}")
        return self._broken(str(error))

    def _broken(self, why: str) -> BrokenStoreError:
        """Remember that it is broken for the next start, for there is no way on with it."""
        self._path.mkdir(parents=True, exist_ok=True)
        (self._path / _BROKEN).touch()
        return BrokenStoreError(f"the local store {self._path} is broken: {why}")


def _reach(told: bytes) -> tuple[int, float]:
    """Offset and `whole_at`; a store of an earlier release knows no time.

    >>> _reach(b"7 1.5"), _reach(b"7")
    ((7, 1.5), (7, 0.0))
    """
    offset, _, whole_at = told.partition(b" ")
    return int(offset), float(whole_at or 0)


def _seal(key: bytes, value: bytes) -> bytes:
    return crc32(value, crc32(key)).to_bytes(_SEAL, "big")


def _sealed(key: bytes, value: bytes) -> bytes:
    return _seal(key, value) + value


def _options() -> Options:
    options = Options(raw_mode=True)
    options.create_if_missing(True)
    options.set_write_buffer_size(_WRITE_BUFFER)
    options.set_compression_type(DBCompressionType.lz4())
    blocks = BlockBasedOptions()
    blocks.set_bloom_filter(_BITS_PER_KEY, block_based=False)  # most lookups are for cases that are new
    options.set_block_based_table_factory(blocks)
    return options
