"""Shares of persons among their peers': each drawn to the mean of all, so that nobody is ranked on three cases."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import orjson

from streams.kpis.model import Accompanied, Kpi
from streams.kpis.shrinkage import Cases, shrunk
from streams.names import AGENT, NOBODY

Window = tuple[str, str, str]
"""KPI, size and start of a window."""
Peers = Callable[[str, str, str], Iterable[bytes]]
"""The records of all agents of a KPI in the window of a size and a start."""


class Fairness:
    """Adds to records of persons what a share says once it is drawn to those of all persons of the same window.

    Who is no person is drawn to nobody, and nobody to him.
    """

    def __init__(self, kpis: Mapping[str, Kpi], peers: Peers) -> None:
        self._kpis, self._peers = kpis, peers
        self._known: dict[Window, dict[str, float]] = {}

    def among_all(self, record: bytes) -> bytes:
        """A record with `shrunk` where it is about a person; any other as it is."""
        if b'"scope":"agent"' not in record:
            return record
        told = orjson.loads(record)
        kpi, agent = self._kpis.get(told["kpi"]), told["labels"].get(AGENT)
        if kpi is None or agent in NOBODY:
            return record
        shares = told["beside"] or () if isinstance(kpi, Accompanied) else (told,) if kpi.personal else ()
        for share in shares:
            share["shrunk"] = self._shrunk(share["kpi"], told["window"]).get(agent)
        return orjson.dumps(told) if shares else record

    def _shrunk(self, kpi: str, window: Mapping[str, str]) -> dict[str, float]:
        place = (kpi, window["size"], window["start"])
        if place not in self._known:
            self._known[place] = _drawn(orjson.loads(record) for record in self._peers(*place))
        return self._known[place]


def _drawn(records: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    cases: dict[str, Cases] = {
        record["labels"][AGENT]: (record["numerator"], record["denominator"])
        for record in records
        if record["labels"][AGENT] not in NOBODY
    }
    return shrunk(cases) if cases else {}
