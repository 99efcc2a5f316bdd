"""The latest values by series, newest window first: what queries and streams read."""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from heapq import merge
from itertools import islice
from typing import Annotated, NamedTuple

import msgspec

from streams.units import to_ms
from streams.web.query import Query, Series

Told = Callable[[Series, bytes, bytes | None], None]
"""Is told the series, key and value of a record."""


class _Span(msgspec.Struct, frozen=True):
    size: str
    start: Annotated[datetime, msgspec.Meta(tz=True)]


class Head(msgspec.Struct, frozen=True):
    """What keys and values of kpi-values have in common."""

    kpi: str
    scope: str
    labels: dict[str, str]
    window: _Span

    @property
    def series(self) -> Series:
        """The series that the record belongs to."""
        return Series(self.kpi, self.scope, tuple(sorted(self.labels.items())), self.window.size)


class Found(NamedTuple):
    """The records that a query shows, and how many there are without its limit."""

    records: list[bytes]
    total: int


_decode = msgspec.json.Decoder(Head).decode
_Place = tuple[int, int, tuple[str, ...]]


class _Windows:
    """The records of one series, by the start of their window in ms."""

    def __init__(self) -> None:
        self.starts: list[int] = []
        self.records: dict[int, bytes] = {}

    def put(self, start: int, record: bytes) -> None:
        if start not in self.records:
            insort(self.starts, start)
        self.records[start] = record

    def drop(self, start: int) -> None:
        if self.records.pop(start, None) is not None:
            del self.starts[bisect_left(self.starts, start)]

    def newest(self, count: int | None, until: int | None) -> Sequence[int]:
        """The starts of so many windows, newest first, that start before an instant."""
        end = len(self.starts) if until is None else bisect_left(self.starts, until)
        return self.starts[0 if count is None else max(0, end - count) : end][::-1]


class Board:
    """An index over the records of kpi-values; the records themselves stay the topic's bytes."""

    def __init__(self, kpis: Mapping[str, object]) -> None:
        self._rank = {name: rank for rank, name in enumerate(kpis)}
        self._series: dict[Series, _Windows] = {}
        self.told: list[Told] = []
        """Who hears of each record that arrives."""

    def fill(self, records: Iterable[bytes]) -> None:
        """Take what is known already."""
        for record in records:
            head = _head(record)
            if head is not None:
                self._put(head.series, to_ms(head.window.start), record)

    def take(self, key: bytes, record: bytes | None) -> None:
        """A record arrives; without a value its window became empty."""
        head = _head(key)
        if head is None:
            return
        series, start = head.series, to_ms(head.window.start)
        if record is None:
            self._drop(series, start)
        else:
            self._put(series, start, record)
        for tell in self.told:
            tell(series, key, record)

    def find(self, query: Query) -> Found:
        """What a query asks for: newest window first, then as the catalogue has it."""
        wanted = [(series, windows) for series, windows in self._series.items() if query.asks_for(series)]
        starts = [(series, windows, windows.newest(query.newest, query.until)) for series, windows in wanted]
        lists = [self._places(*one) for one in starts]
        records = [record for _, record in islice(merge(*lists), query.limit)]
        return Found(records, sum(len(told) for _, _, told in starts))

    def records_of(self, kpi: str, scope: str, size: str, start: int) -> list[bytes]:
        """All records of a KPI by one dimension, in the window of a size that starts at an instant in ms."""
        own = (w for s, w in self._series.items() if (s.kpi, s.scope, s.size) == (kpi, scope, size))
        return [windows.records[start] for windows in own if start in windows.records]

    def start_of(self, query: Query) -> int | None:
        """Where the newest window of all that is asked for starts, in ms; None if there is none."""
        starts = (windows.starts[-1] for series, windows in self._series.items() if query.asks_for(series))
        return max(starts, default=None)

    def _places(self, series: Series, windows: _Windows, starts: Sequence[int]) -> Iterator[tuple[_Place, bytes]]:
        rank = self._rank.get(series.kpi, len(self._rank))
        name = (series.kpi, series.scope, *(value for _, value in series.labels), series.size)
        return (((-start, rank, name), windows.records[start]) for start in starts)

    def _put(self, series: Series, start: int, record: bytes) -> None:
        self._series.setdefault(series, _Windows()).put(start, record)

    def _drop(self, series: Series, start: int) -> None:
        windows = self._series.get(series)
        if windows is not None:
            windows.drop(start)
            if not windows.starts:
                del self._series[series]


def _head(data: bytes) -> Head | None:
    """Of a key or a value; what is none of ours must not stop the reader of the topic, and is left out."""
    try:
        return _decode(data)
    except msgspec.DecodeError:
        return None
