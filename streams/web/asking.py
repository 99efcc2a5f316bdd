"""What a request to explain a value asks: `kpi` and `window`, and where it matters `label`, `start` and `limit`."""

from collections.abc import Iterator, Mapping

from streams.engine.cells import scope_of
from streams.engine.stories import Question
from streams.kpis.model import Kpi
from streams.names import ALL, CATEGORY
from streams.units import HEREAFTER
from streams.web.query import BadQueryError, Params, Query, instant
from streams.windows.sizes import NOW, Calendar

FEW, MOST = 20, 200
"""Stories in an answer: by default, and at most."""
_ONCE = ("kpi", "window", "label", "start", "limit")


def asked(params: Params, kpis: Mapping[str, Kpi], calendar: Calendar, newest: int | None) -> tuple[Question, int]:
    """The question and how many stories to tell; `newest` is where the newest window of the series starts, if known.

    Raises `BadQueryError` with every fault.
    """
    faults = list(_faults(params, kpis))
    if faults:
        raise BadQueryError(faults)
    kpi, size = kpis[params["kpi"][0]], params["window"][0]
    given = params.get("start", [""])[0]
    at = HEREAFTER if size == NOW else instant(given) if given else newest
    if at is None:
        raise BadQueryError([f"{kpi.name} has no value in a window of {size} there: say which by start=TIME"])
    limit = int(params.get("limit", [str(FEW)])[0])
    return Question(kpi, scope_in(kpi, params.get("label", [""])[0]), calendar.window(size, at)), limit


def series_of(params: Params) -> Query:
    """The query for the series that a well-formed question is about."""
    label = params.get("label", [""])[0]
    dim, _, value = label.partition("=")
    return Query(
        kpis=frozenset(params.get("kpi", ())),
        scopes=frozenset([dim or ALL]),
        windows=frozenset(params.get("window", ())),
        labels=frozenset([(dim, value)] if label else ()),
        newest=1,
        limit=1,
    )


def scope_in(kpi: Kpi, label: str) -> str:
    """The engine's name of the scope of a label, as in channel=email; without one it is `all`."""
    if not label:
        return ALL
    inside = CATEGORY if kpi.of.spread == "category" else ""
    return inside + scope_of(*label.split("=", 1))


def _faults(params: Params, kpis: Mapping[str, Kpi]) -> Iterator[str]:
    yield from (f"{name[:40]}: no such parameter; use {', '.join(_ONCE)}" for name in params if name not in _ONCE)
    yield from (f"{name}: say it once" for name in _ONCE if len(params.get(name, [])) > 1)
    name, size = params.get("kpi", [""])[0], params.get("window", [""])[0]
    if name not in kpis:
        yield f"kpi={name[:40]}: there is none; /api/kpis lists them"
    elif size not in kpis[name].windows:
        yield f"window={size[:40]}: {name} has {', '.join(kpis[name].windows)}"
    if name in kpis:
        yield from _label_faults(kpis[name], params.get("label", [""])[0])
    start, limit = params.get("start", [""])[0], params.get("limit", [str(FEW)])[0]
    if start and instant(start) is None:
        yield f"start={start[:40]}: write a time with an offset, as in 2026-03-01T10:00:00Z"
    if not (limit.isascii() and limit.isdigit() and 1 <= int(limit) <= MOST):
        yield f"limit={limit[:40]}: write a whole number from 1 to {MOST}"


def _label_faults(kpi: Kpi, label: str) -> Iterator[str]:
    dim, _, value = label.partition("=")
    if label and (dim not in kpi.by or not value):
        yield f"label={label[:40]}: write DIMENSION=VALUE, with one of {', '.join(kpi.by)}"
    if not label and ALL not in kpi.scopes:
        yield f"{kpi.name} has no scope all: say label=DIMENSION=VALUE, with one of {', '.join(kpi.by)}"
