"""The two stores by themselves: rows in memory, and rows on a disk that may be full or damaged."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest
from rocksdict import Options, Rdict

from streams.worker.stores import BrokenStoreError, MemoryRows, RocksRows, Rows, StoreError, open_rows

Kind = Literal["memory", "rocksdb"]


@pytest.fixture(params=["memory", "rocksdb"])
def store(request: pytest.FixtureRequest) -> Kind:
    kind: Kind = request.param
    return kind


@pytest.fixture
def rows(store: Kind, tmp_path: Path) -> Iterator[Rows]:
    rows = MemoryRows() if store == "memory" else RocksRows(tmp_path / "rows")
    yield rows
    rows.close()


def test_scan_gives_the_rows_below_a_prefix(rows: Rows) -> None:
    rows.apply([(b"a", b"1"), (b"ab", b"2"), (b"b", b"3"), (b"\xff", b"4"), (b"", b"5")], 9)
    assert sorted(rows.scan(b"a")) == [(b"a", b"1"), (b"ab", b"2")]
    assert sorted(rows.scan()) == [(b"", b"5"), (b"a", b"1"), (b"ab", b"2"), (b"b", b"3"), (b"\xff", b"4")]
    assert list(rows.scan(b"c")) == []
    assert rows.offset == 9


def test_rows_may_be_written_while_they_are_scanned(rows: Rows) -> None:
    rows.apply([(b"a", b"1"), (b"b", b"2")], 1)
    seen = []
    for key, value in rows.scan():
        rows.apply([(key, None), (b"c", value)], 2)
        seen.append((key, value))
    assert sorted(seen) == [(b"a", b"1"), (b"b", b"2")]
    assert rows.get(b"a") is None
    assert rows.get(b"c") is not None


def test_rows_on_disk_keep_their_offset(tmp_path: Path) -> None:
    first = RocksRows(tmp_path / "deep" / "rows")
    assert first.offset is None
    first.apply([(b"a", b"1")], 0)
    first.close()
    second = RocksRows(tmp_path / "deep" / "rows")
    assert (second.offset, dict(second.scan())) == (0, {b"a": b"1"})
    second.close()


def test_rows_know_when_they_were_last_whole(rows: Rows) -> None:
    rows.apply([(b"a", b"1")], 0, 1000.25)
    rows.apply([(b"b", b"1")], 1)
    assert (rows.offset, rows.whole_at) == (1, 1000.25)
    rows.apply([], 2, 2000.0)
    assert rows.whole_at == 2000.0


def test_rows_on_disk_keep_when_they_were_last_whole(tmp_path: Path) -> None:
    first = RocksRows(tmp_path / "rows")
    first.apply([(b"a", b"1")], 7, 1000.25)
    first.close()
    second = RocksRows(tmp_path / "rows")
    assert (second.offset, second.whole_at) == (7, 1000.25)
    second.remove()
    assert not (tmp_path / "rows").exists()


# --- damage


def on_disk(path: Path, count: int = 500) -> None:
    """A store with rows in files."""
    rows = RocksRows(path)
    rows.apply([(b"%d" % number, b"x" * 100) for number in range(count)], count - 1)
    rows.close()


def truncate(path: Path, pattern: str) -> None:
    for file in path.glob(pattern):
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def garble(path: Path, key: bytes, value: bytes) -> None:
    db = Rdict(str(path), Options(raw_mode=True))
    db[key] = value
    db.close()


def overwrite(path: Path, pattern: str) -> None:
    for file in path.glob(pattern):
        file.write_bytes(b"nonsense" * 10)


DAMAGE: dict[str, Callable[[Path], None]] = {
    "a manifest cut short and garbled": lambda path: overwrite(path, "MANIFEST-*"),
    "the name of the manifest cut short": lambda path: truncate(path, "CURRENT"),
    "table files cut short": lambda path: truncate(path, "*.sst"),
    "the changelog's offset is garbage": lambda path: garble(path, b"o", b"garbage"),
    "its own options are garbage": lambda path: overwrite(path, "rocksdict-config.json"),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_a_store_that_cannot_be_opened_begins_anew(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    path = tmp_path / "rows"
    on_disk(path)
    damage(path)
    rows = open_rows(path)
    whole = {b"%d" % number: b"x" * 100 for number in range(500)}
    assert (rows.offset, dict(rows.scan())) in ((None, {}), (499, whole))
    rows.apply([(b"a", b"1")], 0)
    rows.close()


@pytest.mark.parametrize("garbage", [b"", b"abc", b"\x00" * 200])
def test_a_row_that_is_garbage_is_told_and_the_store_begins_anew(tmp_path: Path, garbage: bytes) -> None:
    path = tmp_path / "rows"
    on_disk(path, 3)
    garble(path, b"r1", garbage)
    for read in (lambda rows: rows.get(b"1"), lambda rows: list(rows.scan())):
        rows = RocksRows(path)
        assert rows.get(b"2") == b"x" * 100
        with pytest.raises(BrokenStoreError, match=r"rows is broken: the row b'1' is not what was written"):
            read(rows)
        rows.close()
    anew = open_rows(path)
    assert (anew.offset, list(anew.scan())) == (None, [])
    anew.close()


def test_a_row_moved_to_another_key_is_noticed(tmp_path: Path) -> None:
    on_disk(tmp_path / "rows", 3)
    db = Rdict(str(tmp_path / "rows"), Options(raw_mode=True))
    db[b"r9"] = db[b"r1"]
    db.close()
    rows = RocksRows(tmp_path / "rows")
    with pytest.raises(BrokenStoreError):
        rows.get(b"9")
    rows.close()


def test_a_store_that_somebody_uses_is_left_alone(tmp_path: Path) -> None:
    first = RocksRows(tmp_path / "rows")
    first.apply([(b"a", b"1")], 0)
    with pytest.raises(StoreError, match="rows") as told:
        open_rows(tmp_path / "rows")
    assert not isinstance(told.value, BrokenStoreError)
    assert first.get(b"a") == b"1"
    first.close()


def test_pages_of_rows_follow_each_other(rows: Rows) -> None:
    rows.apply([(b"a/%d" % n, b"x") for n in range(5)] + [(b"b/0", b"y"), (b"A", b"z")], 1)
    first = rows.page(b"a/", b"", 2)
    assert [key for key, _ in first] == [b"a/0", b"a/1"]
    rows.apply([(b"a/2", None)], 2)
    assert [key for key, _ in rows.page(b"a/", first[-1][0], 9)] == [b"a/3", b"a/4"]
    assert rows.page(b"a/", b"a/4", 9) == []
    assert rows.page(b"b/", b"", 9) == [(b"b/0", b"y")]
