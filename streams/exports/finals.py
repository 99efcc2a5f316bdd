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


def final_records(
    values: Iterable[tuple[Key, Kpi, Reading]], watermark: int, terms: Terms
) -> Iterator[dict[str, Any]]:
    """The records of the values as of the watermark, in ms, sorted by KPI, scope, size and start."""
    for key, kpi, reading in sorted(values, key=lambda value: _place(value[0])):
        final = is_final(kpi, key.window.end, watermark, terms.lateness)
        body = record(key, kpi, reading, tz=terms.tz, min_n=terms.min_n)
        yield {**body, **publication(FIRST, final, watermark)}


def _place(key: Key) -> tuple[str, str, int, int]:
    return key.kpi, key.scope, SIZES.index(key.window.size), key.window.start
