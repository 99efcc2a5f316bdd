"""The kpi-values record: a reading as subscribers get it."""

from datetime import datetime
from typing import Any

import msgspec
import orjson

from streams.engine.cells import scope_of
from streams.engine.rollup import Key
from streams.engine.terms import LATENESS
from streams.exports import sized
from streams.kpis.compared import Seasonal
from streams.kpis.model import Accompanied, Kpi
from streams.kpis.reading import Beside, Reading
from streams.names import ALL, CATEGORY
from streams.units import rfc3339, to_ms
from streams.windows.sizes import Window


def labels_of(scope: str) -> dict[str, str]:
    """The dimension and value of a scope.

    >>> labels_of("all"), labels_of("channel=email")
    ({}, {'channel': 'email'})
    """
    dim, _, value = scope.removeprefix(CATEGORY).partition("=")
    return {} if dim == ALL else {dim: value}


def dim_of(scope: str) -> str:
    """The dimension of a scope, or `all`.

    >>> dim_of("~method=chat")
    'method'
    """
    return scope.removeprefix(CATEGORY).partition("=")[0]


def scopes_of(kpi: Kpi) -> list[str]:
    """The scopes of a KPI as its records show them.

    >>> from streams.kpis.service import resolution_method
    >>> scopes_of(resolution_method)
    ['method']
    """
    return [dim_of(scope) for scope in kpi.scopes]


def is_final(kpi: Kpi, end: int, watermark: int, lateness: int = LATENESS) -> bool:
    """Whether the watermark has passed the window's end, the allowed lateness and the KPI's maturity [R52]."""
    return watermark > end + lateness + kpi.maturity


def key_of(key: Key) -> bytes:
    """The record's key: it stays the same over all revisions."""
    window = {"size": key.window.size, "start": rfc3339(key.window.start)}
    parts = {"kpi": key.kpi, "scope": dim_of(key.scope), "labels": labels_of(key.scope), "window": window}
    return sized.dumps(parts, option=orjson.OPT_SORT_KEYS)


def key_from(told: dict[str, Any], kpi: Kpi) -> Key:
    """The series and window that a record of a KPI is about."""
    window, scope = told["window"], told["scope"]
    start, end = (to_ms(datetime.fromisoformat(window[name])) for name in ("start", "end"))
    named = scope if scope == ALL else scope_of(scope, told["labels"][scope])
    inside = CATEGORY if kpi.of.spread == "category" else ""
    return Key(told["kpi"], inside + named, Window(window["size"], start, end))


def record(key: Key, kpi: Kpi, reading: Reading | None, *, tz: str, min_n: int) -> dict[str, Any]:
    """What is a function of the events alone; `publication` adds the rest. Without a reading the value is null."""
    head = {
        "kpi": kpi.name,
        "definition": kpi.definition,
        "scope": dim_of(key.scope),
        "labels": labels_of(key.scope),
        "window": window_of(key.window, tz),
    }
    return {**head, **_numbers(kpi, reading, min_n), **_company(kpi, reading, min_n)}


def window_of(window: Window, tz: str) -> dict[str, str]:
    """A window as records show it; `tz` is the zone whose calendar it follows."""
    return {"size": window.size, "start": rfc3339(window.start), "end": rfc3339(window.end), "tz": tz}


def publication(revision: int, final: bool, watermark: int) -> dict[str, Any]:
    """What a record says of its publication; `watermark` in ms."""
    return {"revision": revision, "final": final, "watermark": rfc3339(watermark)}


def _company(kpi: Kpi, reading: Reading | None, min_n: int) -> dict[str, Any]:
    """What stands beside a value that says little alone, and what is usual; others have no such fields."""
    match kpi:
        case Accompanied():
            return {"beside": [_companion(one, min_n) for one in reading.beside] if reading else None}
        case Seasonal():
            return {"usual": msgspec.structs.asdict(reading.usual) if reading and reading.usual else None}
    return {}


def _companion(one: Beside, min_n: int) -> dict[str, Any]:
    reading = one.reading
    return {
        "kpi": one.kpi,
        "value": reading.value if reading else None,
        "numerator": reading.numerator if reading else None,
        "denominator": reading.denominator if reading else None,
        "low_sample": reading is None or reading.n < min_n,
    }


def _numbers(kpi: Kpi, reading: Reading | None, min_n: int) -> dict[str, Any]:
    interval = reading and reading.interval
    met = kpi.target.met(reading.value) if reading and kpi.target else None
    return {
        "value": reading.value if reading else None,
        "unit": kpi.unit,
        "stat": kpi.stat,
        "stats": reading.stats if reading else None,
        "numerator": reading.numerator if reading else None,
        "denominator": reading.denominator if reading else None,
        "interval": {"low": interval.low, "high": interval.high, "level": interval.level, "method": interval.method}
        if interval
        else None,
        "low_sample": bool(reading and reading.n < min_n),
        "target": kpi.target.as_record() if kpi.target else None,
        "met": met,
    }
