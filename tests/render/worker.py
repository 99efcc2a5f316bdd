"""A worker without a broker, for what it exports: the real stages over the engine's real numbers, always busy."""

import time
from collections.abc import Iterator
from itertools import chain
from random import Random
from types import SimpleNamespace
from typing import Any, cast

import orjson
from prometheus_client import CollectorRegistry

from streams import names
from streams.engine.terms import LATENESS
from streams.engine.whole import Whole
from streams.events.decode import Decoder
from streams.events.journal import Entry
from streams.events.model import Rejected
from streams.exports.collector import registry_of
from streams.importers.simulator import Business, simulate
from streams.units import DAY, HOUR, MINUTE, WEEK, rfc3339
from streams.worker.editions import Editions
from streams.worker.figures import WorkerFigures
from streams.worker.forecaster import Forecaster
from streams.worker.health import Health
from streams.worker.measure import Held, Measure
from streams.worker.roll import Roll, Shard
from streams.worker.settings import Settings
from streams.worker.stats import Stats

SETTINGS = Settings.model_validate({"broker": {"partitions": 1}})
_NO_WRITER = cast(Any, None)


class Busy(WorkerFigures):
    """The figures of a worker that has done more each time it is asked."""

    def counters(self) -> Any:
        """Events and records since the start."""
        work(self._stats)
        return super().counters()


def work(stats: Stats) -> None:
    """What a busy worker counts between two scrapes."""
    stats.received.update(dict.fromkeys(names.INPUTS, 100))
    stats.events.update({"applied": 480, "duplicate": 10})
    stats.dead.update({"not_json": 10})
    stats.decisions.update({("default", "resolution", "met"): 9, ("default", "resolution", "breached"): 1})
    stats.published.update({names.KPI_VALUES: 50, names.KPI_REVISIONS: 50})
    stats.latency.observe(0.3, 480)
    for stage, seconds in {"absorb": 0.5, "flush": 0.3, "publish": 0.1}.items():
        stats.busy_seconds[stage] += seconds
    stats.flush_seconds.observe(0.02)
    stats.watermarks[0] = _now()
    stats.lags[names.JOURNAL, 0] = 3


def figures() -> Busy:
    """Of a worker that holds every partition, after a day of a simulated business that ends now."""
    stats, catalogue = Stats(), SETTINGS.terms.catalogue()
    whole = _day(_now())
    measure = Measure(SETTINGS, catalogue, None, _NO_WRITER, stats)
    measure.held[0] = Held(whole.partition)
    roll = Roll(SETTINGS, catalogue, cast(Any, None), _NO_WRITER, stats)
    roll.shards[0] = Shard(SETTINGS, catalogue, None)
    roll.shards[0].caught_up = True
    roll.present(_now())
    for (scope, pane), vector in whole.partition.cells.changed():
        roll.shards[0].tell(0, scope, pane, vector)
    work(stats)
    return Busy(
        SETTINGS, stats, cast(Any, None), measure, roll, Editions(), Forecaster(dict, cast(Any, None)), _health()
    )


def _health() -> Health:
    """Of a worker that has joined nothing: there is no broker."""
    recovery = SimpleNamespace(in_recovery=False)
    app = SimpleNamespace(rebalancing_count=1, tables=SimpleNamespace(recovery=recovery))
    link = SimpleNamespace(up=True, ends={})
    return Health(cast(Any, app), cast(Any, link), SETTINGS.worker, dict)


def registry() -> CollectorRegistry:
    """What that worker serves at /metrics."""
    return registry_of(figures())


def _day(now: int) -> Whole:
    whole = Whole(SETTINGS.terms)
    whole.absorb(_events(now))
    whole.partition.watermark = now
    whole.partition.settle()
    return whole


def _events(now: int) -> Iterator[Entry]:
    business = Business(start=now - DAY, duration=DAY, rate=0.1, life=0.001, steady=True, customers=500)
    decode = Decoder("EUR").decode
    for offset, line in enumerate(chain(simulate(Random(1), business), rare(now - 10 * MINUTE), _weekly(now))):
        event = decode(line["topic"], orjson.dumps(line["value"]), (), not_after=now)
        if not isinstance(event, Rejected):
            yield Entry(event, 0, offset)


def rare(at: int, name: str = "rare") -> Iterator[dict[str, Any]]:
    """What an hour of the simulated business may lack: a ticket passed on automatically, and a SERVQUAL answer."""
    common = {"occurred_at": rfc3339(at), "customer_id": name, "channel": "email"}
    ticket = {**common, "ticket_id": name, "department": "delivery"}
    assign = {**common, "ticket_id": name, "action": "assign", "by": "system", "to_agent": "a2"}
    grades = {"expectations": [6] * 22, "perceptions": [5] * 22}
    weights = dict.fromkeys(("tangibles", "reliability", "responsiveness", "assurance", "empathy"), 20)
    answer = {"instrument": "servqual-1991", **grades, "weights": weights}
    survey = {**common, "survey_id": name, "kind": "servqual", "servqual": answer}
    yield {"topic": names.TICKET_OPENED, "value": {**ticket, "event_id": f"{name}-1", "assigned_to": "a1"}}
    yield {"topic": names.TICKET_ANSWERED, "value": {**assign, "event_id": f"{name}-2"}}
    yield {"topic": names.SURVEY_SUBMITTED, "value": {**survey, "event_id": f"{name}-3"}}


def _weekly(now: int) -> Iterator[dict[str, Any]]:
    """A request in the hour and the day that have ended last, and in like ones of three weeks before: what is usual."""
    for name, length in (("hour", HOUR), ("day", DAY)):
        middle = (now - LATENESS) // length * length - length // 2
        for week in range(4):
            own = {"event_id": f"{name}-{week}", "ticket_id": f"{name}-{week}", "channel": "email"}
            value = {"occurred_at": rfc3339(middle - week * WEEK), "customer_id": "weekly", **own}
            yield {"topic": names.TICKET_OPENED, "value": value}


def _now() -> int:
    return time.time_ns() // 1_000_000
