"""A worker's view held in memory: real records of real KPIs, without a broker."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson

from streams.engine.rollup import Key
from streams.engine.stories import Question
from streams.engine.terms import Terms
from streams.engine.whole import Whole
from streams.events.journal import Entry
from streams.events.model import Event
from streams.exports.collector import Gauges, OpenNow, Readings, Registry, registry_of
from streams.exports.records import key_of, publication, record
from streams.kpis.catalogue import Catalogue
from streams.kpis.model import Kpi
from streams.kpis.reading import Reading
from streams.names import ALL
from streams.units import MINUTE
from streams.web.view import Listener
from streams.windows.sizes import Calendar
from streams.worker.explain import Explainer
from streams.worker.stores import MemoryRows
from tests.kpis.states import samples, told

NOW = 1_772_360_400_000 + 40 * MINUTE
"""2026-03-01T10:20:00Z plus 40 minutes: 11:00, the start of an hour."""
CALENDAR = Calendar("UTC")
TERMS = Terms()


class Desk:
    """Holds what a worker holds of kpi-values; `publish` is a record's arrival."""

    def __init__(self) -> None:
        self.kpis: Mapping[str, Kpi] = Catalogue().kpis
        self.registry: Registry = registry_of(_Figures(self.kpis))
        self.records: dict[bytes, bytes] = {}
        self.listeners: list[Listener] = []
        self.cases = MemoryRows()
        self.standing = standing()
        self.well = True
        self.why: list[str] = []
        self._revisions: dict[bytes, int] = {}

    def publish(self, name: str, given: Iterable[Any], *, at: int = NOW, scope: str = "all", size: str = "1h") -> bytes:
        """Publish a window of a KPI as its samples make it; the record, or the key where it became empty."""
        kpi = self.kpis[name]
        key = Key(name, scope, CALENDAR.window(size, at))
        return self.publish_reading(key, told(kpi, given))

    def publish_reading(self, key: Key, reading: Reading | None) -> bytes:
        """Publish a window as a reading says it."""
        return self._tell(key_of(key), key, self.kpis[key.kpi], reading)

    def hold(self, body: dict[str, Any]) -> None:
        """Hold a record as it is."""
        parts = {name: body[name] for name in ("kpi", "scope", "labels")}
        window = {name: body["window"][name] for name in ("size", "start")}
        key = orjson.dumps({**parts, "window": window}, option=orjson.OPT_SORT_KEYS)
        self.records[key] = orjson.dumps(body)

    def _tell(self, name: bytes, key: Key, kpi: Kpi, reading: Reading | None) -> bytes:
        self._revisions[name] = self._revisions.get(name, 0) + 1
        body = {**record(key, kpi, reading, tz="UTC", min_n=20), **publication(self._revisions[name], False, NOW)}
        value = None if reading is None else orjson.dumps(body)
        if value is None:
            self.records.pop(name, None)
        else:
            self.records[name] = value
        for listener in list(self.listeners):
            listener(name, value)
        return value or name

    @property
    def calendar(self) -> Calendar:
        return CALENDAR

    async def open(self) -> dict[str, Any]:
        """As it is set."""
        return self.standing

    async def explain(self, question: Question, limit: int) -> dict[str, Any]:
        """Of the cases whose events were absorbed."""
        return await Explainer(TERMS, 2, lambda: [0, 1], lambda p: self.cases if p else MemoryRows()).explain(
            question, limit
        )

    def absorb(self, *events: Event) -> None:
        """Cases, as the flush of a partition leaves them."""
        whole = Whole(TERMS)
        whole.absorb(Entry(event) for event in events)
        list(whole.values())
        self.cases.apply(whole.partition.flush().cases, 1)

    def latest(self) -> Iterable[bytes]:
        return self.records.values()

    def listen(self, callback: Listener) -> None:
        self.listeners.append(callback)

    def unlisten(self, callback: Listener) -> None:
        self.listeners.remove(callback)

    def alive(self) -> bool:
        return self.well

    def ready(self) -> dict[str, Any]:
        counts = {"received": 1_234, "applied": 1_200, "duplicates": 30, "dead_letters": 4}
        return {"ready": not self.why, "why": self.why, "journal": [0, 1], "partials": [0, 1], "counts": counts}

    def positions(self) -> dict[str, Any]:
        return {"inputs": {"order-entered/0": 12}, "journal": {"0": 7}}


def standing(waiting: int = 0, at_risk: int = 0, overdue: int = 0, oldest: float | None = None) -> dict[str, Any]:
    """What is open of first responses alone."""
    told = {"waiting": waiting, "at_risk": at_risk, "overdue": overdue, "oldest_seconds": oldest}
    return {**told, "clocks": {"first_response": told} if waiting or overdue else {}}


class _Figures:
    min_n = 20
    vocabulary = 200

    def __init__(self, kpis: Mapping[str, Kpi]) -> None:
        self._csat = kpis["csat"]

    def readings(self) -> Readings:
        reading = told(self._csat, [True] * 41 + [False] * 9)
        assert reading is not None
        yield self._csat, "channel=email", "1h", reading

    def seasons(self) -> Readings:
        return ()

    def open(self) -> OpenNow:
        return ()

    def counters(self) -> Iterator[tuple[str, str, str, dict[str, float]]]:
        yield "events_applied", "Events that count.", "", {"": 1_200}

    def tallies(self) -> Iterable[Gauges]:
        return ()

    def gauges(self) -> Iterator[tuple[str, str, tuple[str, ...], dict[tuple[str, ...], float]]]:
        yield "partitions_expected", "Partitions that the fleet holds.", (), {(): 4}

    def histograms(self) -> Iterator[tuple[str, str, tuple[float, ...], list[int], float]]:
        yield "flush_seconds", "One flush.", (0.1, 1.0), [3, 2, 0], 0.9


def furnished() -> Desk:
    """A desk with two windows of the finest and one of the next size of every KPI, in all scopes of three values."""
    desk = Desk()
    for kpi in desk.kpis.values():
        finest = kpi.windows[0]
        before = CALENDAR.previous(CALENDAR.window(finest, NOW)).start
        for at, size in ((before, finest), *((NOW, size) for size in kpi.windows[:2])):
            for scope, count in _scopes(kpi):
                desk.publish(kpi.name, samples(kpi.source, count), at=at, size=size, scope=scope)
    return desk


def _scopes(kpi: Kpi) -> Iterator[tuple[str, int]]:
    """Each scope of a KPI, with how many samples it has."""
    for scope in kpi.scopes:
        if scope == ALL:
            yield scope, 24
        else:
            yield from ((f"{scope}={value}", count) for value, count in (("email", 9), ("phone", 17), ("unknown", 25)))
