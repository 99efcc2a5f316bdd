"""The events of a run, and what has to come out in the end: by `streams compute`, and by the engine for breaches."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from streams.engine.whole import Whole
from streams.events.decode import Decoder
from streams.events.journal import Entry
from streams.events.lines import Line
from streams.events.model import Rejected
from streams.exports import sla
from streams.worker.settings import Settings, load
from tests.broker.fleet import CLOCK, NOT_AFTER, lines
from tests.soak.commands import streams

RATE = 0.01
"""Events a second of event time: 8,000 take nine days, so that deadlines pass."""


START = "2025-10-06T00:00:00Z"
"""A Monday, 200 days and more before what counts as future."""
FAULTS = ("--late", 0.05, "--doubled", 0.05, "--broken", 0.05, "--out-of-order", 0.1)
"""Shares of what goes wrong on the way."""


class Events(NamedTuple):
    """What is sent, and what it has to come to."""

    lines: list[Line]
    values: bytes
    """The file of final values."""
    breaches: dict[bytes, bytes]
    """sla-breaches by obligation."""


class Terms(NamedTuple):
    """Events a second of event time, from `start` on; a retention of 0 days refuses none; no windows are each KPI's
    own, and no KPIs are all of them."""

    rate: float = RATE
    retention_days: float = 0
    windows: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    start: str = START

    @property
    def options(self) -> list[object]:
        """The same for `streams compute`."""
        retention = ["--retention", self.retention_days] if self.retention_days else []
        lists = {"--windows": self.windows, "--only": self.only}
        return [*CLOCK, *retention, *(part for name, of in lists.items() if of for part in (name, ",".join(of)))]

    @property
    def settings(self) -> Settings:
        """The same for the engine."""
        worker = {"clock": "replay", "replay_retention_days": self.retention_days}
        return load(None, {"worker": worker, "kpis": {"windows": self.windows or None, "only": self.only or None}})


ORDINARY = Terms()


def made(folder: Path, seed: int, count: int, terms: Terms = ORDINARY) -> Events:
    """Simulated events with all that goes wrong on the way."""
    file = folder / "events.jsonl"
    when = ("--start", terms.start, "--rate", terms.rate)
    streams("simulate", "--events", count, "--seed", seed, *when, *FAULTS, "--out", file)
    sent = lines(file)
    return Events(sent, values(file, terms), breaches(sent, terms))


def values(file: Path, terms: Terms) -> bytes:
    """The final values of a file of events."""
    return streams("compute", file, *terms.options)


def breaches(sent: Sequence[Line], terms: Terms) -> dict[bytes, bytes]:
    """What sla-breaches holds in the end."""
    settings = terms.settings
    whole = Whole(settings.terms, announce=True)
    decode = Decoder(settings.kpis.currency).decode
    read = (decode(x.topic, bytes(x.value), x.record_headers, not_after=NOT_AFTER + settings.max_future) for x in sent)
    whole.absorb(Entry(event, 0, offset) for offset, event in enumerate(read) if not isinstance(event, Rejected))
    list(whole.values())
    told = (sla.breach(transition) for transition in whole.partition.flush().transitions)
    return {record[0]: record[1] for record in told if record and record[1] is not None}
