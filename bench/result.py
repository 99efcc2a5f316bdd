"""The result that every contestant has to reach: order entry time by scope and window, each way of telling it alike.

Contestants that go by place and minute are summed up to the scopes and windows that ours tells.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import orjson

from streams.engine.cells import scope_of
from streams.exports.records import labels_of
from streams.kpis.orders import order_entry_time
from streams.names import ALL
from streams.units import MINUTE, to_ms
from streams.windows.sizes import Calendar

KPI = order_entry_time
DIMS = ("channel", "region")
SUM_WITHIN = 0.5
"""In ms: our records tell seconds."""
MAX_WITHIN = 0.01
"""Ours keeps logarithmic buckets, which read within 1 %."""

Row = tuple[str, str, int, int, int, int]
"""Channel, region, start of the minute in ms; count, sum and max in ms."""
Numbers = tuple[int, float, float]
"""Count, sum and max in ms."""
Result = dict[tuple[str, int, str], Numbers]
"""By size and start of the window, and scope."""


def row(order: dict[str, Any]) -> Row:
    """One order as a row."""
    at, placed = (to_ms(datetime.fromisoformat(order[name])) for name in ("occurred_at", "placed_at"))
    return order["channel"], order["region"], at - at % MINUTE, 1, at - placed, at - placed


def summed(rows: Iterable[Row], sizes: Iterable[str]) -> Result:
    """Rows as counts, sums and maxima of scopes in the windows of these sizes."""
    window, found = Calendar("UTC").window, Result()
    for channel, region, minute, *numbers in rows:
        scopes = (ALL, scope_of("channel", channel), scope_of("region", region))
        for size in sizes:
            start = window(size, minute).start
            for scope in scopes:
                count, total, most = found.get((size, start, scope), (0, 0, 0))
                found[size, start, scope] = (count + numbers[0], total + numbers[1], max(most, numbers[2]))
    return found


def told(records: Iterable[bytes]) -> Result:
    """What kpi-values records say of the KPI."""
    return dict(_told(orjson.loads(record) for record in records if KPI.name.encode() in record))


def _told(records: Iterable[dict[str, Any]]) -> Iterator[tuple[tuple[str, int, str], Numbers]]:
    for record in records:
        window, dim, stats = record["window"], record["scope"], record["stats"]
        if record["kpi"] == KPI.name and dim in (ALL, *DIMS) and stats:
            scope = dim if dim == ALL else scope_of(dim, record["labels"][dim])
            assert labels_of(scope) == record["labels"]
            key = window["size"], to_ms(datetime.fromisoformat(window["start"])), scope
            yield key, (stats["count"], stats["sum"] * 1000, stats["max"] * 1000)


def differences(wanted: Result, found: Result) -> list[str]:
    """Where a result is not the wanted one, in words; none where it is."""
    return [
        f"{key}: wanted {wanted.get(key)}, found {found.get(key)}"
        for key in sorted(wanted.keys() | found.keys())
        if not _alike(wanted.get(key), found.get(key))
    ]


def _alike(wanted: Numbers | None, found: Numbers | None) -> bool:
    return (
        wanted is not None
        and found is not None
        and wanted[0] == found[0]
        and abs(wanted[1] - found[1]) < SUM_WITHIN
        and abs(wanted[2] - found[2]) <= MAX_WITHIN * wanted[2] + SUM_WITHIN
    )
