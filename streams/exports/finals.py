"""Final values: one record for each window that has a value, in a fixed order."""

from collections.abc import Iterable, Iterator
from typing import Any

from streams.engine.rollup import Key
from streams.engine.terms import Terms
from streams.exports.records import is_final, publication, record
from streams.kpis.model import Kpi
from streams.kpis.reading import Reading
from streams.windows.sizes import SIZES

FIRST = 1
"""A file of final values publishes each window once."""


def final_records(values: Iterable[tuple[Key, Kpi, Reading]], watermark: int, terms: Terms) -> Iterator[dict[str, Any]]:
    """The records of the values as of the watermark, in ms, in the order of `place_of`."""
    records = (_record(*value, watermark, terms) for value in values)
    return iter(sorted(records, key=place_of))


def place_of(record: dict[str, Any]) -> tuple[str, str, list[str], int, str]:
    """Where a record stands: by KPI, scope, label, size and start."""
    window = record["window"]
    return record["kpi"], record["scope"], list(record["labels"].values()), SIZES.index(window["size"]), window["start"]


def _record(key: Key, kpi: Kpi, reading: Reading, watermark: int, terms: Terms) -> dict[str, Any]:
    final = is_final(kpi, key.window.end, watermark, terms.lateness)
    body = record(key, kpi, reading, tz=terms.tz, min_n=terms.min_n)
    return {**body, **publication(FIRST, final, watermark)}
