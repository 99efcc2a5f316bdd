"""What a request asks of the values: `kpi`, `scope`, `window`, `label`, each any number of times; `newest`, `until`,
`limit`."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

from streams.kpis.model import Kpi
from streams.names import ALL
from streams.units import to_ms
from streams.windows.sizes import SIZES

LIMIT = 500
MOST = 5_000
"""The greatest limit."""


class Series(NamedTuple):
    """A KPI in a scope, in windows of a size."""

    kpi: str
    scope: str
    labels: tuple[tuple[str, str], ...]
    size: str


class Query(msgspec.Struct, frozen=True):
    """Which series, and how much of them; what is empty filters nothing."""

    kpis: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()
    windows: frozenset[str] = frozenset()
    labels: frozenset[tuple[str, str]] = frozenset()
    newest: int | None = None
    """How many windows of each series."""
    until: int | None = None
    """Only windows that start before this instant, in ms."""
    limit: int = LIMIT
    """How many records in all."""

    def asks_for(self, series: Series) -> bool:
        """Whether a series is asked for."""
        return (
            (not self.kpis or series.kpi in self.kpis)
            and (not self.scopes or series.scope in self.scopes)
            and (not self.windows or series.size in self.windows)
            and (not self.labels or any(label in self.labels for label in series.labels))
        )


class BadQueryError(Exception):
    """Everything that is wrong with a request, each with what would be right."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


FILTERS = ("kpi", "scope", "window", "label")
NUMBERS = ("newest", "limit")
BOUNDS = (*NUMBERS, "until")

Params = Mapping[str, list[str]]
"""Values by name, in the order given."""


def parse(params: Params, kpis: Mapping[str, Kpi], *, bounds: bool = True) -> Query:
    """The query of a request; raises `BadQueryError` with every fault. Streams have no `bounds`."""
    faults = [*_unknown(params, bounds), *_faults(params, kpis)]
    if faults:
        raise BadQueryError(faults)
    return Query(
        kpis=frozenset(params.get("kpi", ())),
        scopes=frozenset(params.get("scope", ())),
        windows=frozenset(params.get("window", ())),
        labels=frozenset(_label(text) for text in params.get("label", ())),
        newest=_number(params.get("newest", []), None),
        until=instant(params.get("until", [""])[0]),
        limit=_number(params.get("limit", []), LIMIT) or LIMIT,
    )


def _unknown(params: Params, bounds: bool) -> Iterator[str]:
    known = FILTERS + BOUNDS if bounds else FILTERS
    yield from (f"{_brief(name)}: no such parameter; use {', '.join(known)}" for name in params if name not in known)


def _faults(params: Params, kpis: Mapping[str, Kpi]) -> Iterator[str]:
    dims = list(dict.fromkeys(dim for kpi in kpis.values() for dim in kpi.by))
    sizes = [size for size in SIZES if any(size in kpi.windows for kpi in kpis.values())]
    yield from _not_among("kpi", params, kpis)
    yield from _not_among("scope", params, [ALL, *dims])
    yield from _not_among("window", params, sizes)
    for text in params.get("label", ()):
        if _label(text)[0] not in dims or not _label(text)[1]:
            yield f"label={_brief(text)}: write DIMENSION=VALUE, as in channel=email, with one of {', '.join(dims)}"
    until = params.get("until", [""])
    if len(until) > 1 or (until[0] and instant(until[0]) is None):
        yield f"until={_brief(','.join(until))}: write one time with an offset, as in 2026-03-01T10:00:00Z"
    for name in NUMBERS:
        given = params.get(name, [])
        if given and not (len(given) == 1 and _is_number(given[0])):
            yield f"{name}={_brief(','.join(given))}: write one whole number from 1 to {MOST}"


def _not_among(name: str, params: Params, known: Iterable[str]) -> Iterator[str]:
    allowed = list(known)
    for value in params.get(name, ()):
        if value not in allowed:
            yield f"{name}={_brief(value)}: there is none; use one of {', '.join(allowed)}"


def _label(text: str) -> tuple[str, str]:
    dim, _, value = text.partition("=")
    return dim, value


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= len(str(MOST)) and 1 <= int(text) <= MOST


def _number(given: list[str], default: int | None) -> int | None:
    return int(given[0]) if given else default


def instant(text: str) -> int | None:
    """A time with an offset, in ms; None where it is none.

    >>> instant("2026-03-01T10:00:00Z"), instant("2026-03-01T10:00:00")
    (1772359200000, None)
    """
    try:
        told = datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if told.tzinfo is None else to_ms(told.astimezone(UTC))


def _brief(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "…"
