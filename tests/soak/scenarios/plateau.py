"""A long time at high speed: what is kept does not grow for ever."""

from collections.abc import Sequence
from typing import NamedTuple

from streams.events.lines import Line
from streams.units import DAY, SECOND
from streams.worker.latest import Latest
from tests.soak import events
from tests.soak.run import Run
from tests.soak.scenario import scenario

SAMPLES = 20
GROWTH = 1.15
"""The last quarter of the samples may not be above what was before it by more than this factor."""


class Long(NamedTuple):
    """How many days, and what is kept: state leaves when no window may change any more."""

    days: int
    retention_days: int
    """Longer than a case goes without an event, portions of different topics coming one after the other."""
    only: tuple[str, ...] = ()
    windows: tuple[str, ...] = ("1d",)
    start: str = events.START


SIXTY = Long(60, 30, ("first_response_time", "answered_in_24h", "resolution_time_full", "on_time_delivery", "csat"))
"""No KPI here looks beyond its window, and no customer counts: panes are closed after 31 days."""
WHOLE = Long(290, 45, start="2025-08-11T00:00:00Z")
"""Customers may come back for 90 days, told up to 45 late; requests are compared with 8 weeks before: 193 days."""


@scenario(
    "long_run",
    "60 simulated days at high speed, five KPIs by day",
    runs=1,
    defects=("kept_for_ever",),
)
def long_run(run: Run) -> None:
    """State rows, counted in the changelog, and memory, sampled on the way, reach a plateau."""
    _run(run, SIXTY)


@scenario(
    "long_run_whole",
    "290 simulated days at high speed, the whole catalogue by day",
    runs=1,
    defects=("kept_for_ever",),
)
def long_run_whole(run: Run) -> None:
    """As much, with all that looks far back."""
    _run(run, WHOLE)


def _run(run: Run, long: Long) -> None:
    rate = run.size.long / (long.days * DAY / SECOND)
    terms = events.Terms(rate, long.retention_days, long.windows, long.only, long.start)
    given = events.made(run.folder, run.seed, run.size.long, terms)
    run.open(
        given,
        conditions=["bounded"],
        kpis={"windows": list(long.windows), **({"only": list(long.only)} if long.only else {})},
        replay_retention_days=long.retention_days,
        partitions=2,
        store="rocksdb",
    )
    run.await_ready(run.fleet.start("a"))
    rows, memory = _sampled(run, given.lines)
    run.notes.update(days=long.days, rows=rows, memory_mib=memory)
    for what, told in (("state rows", rows), ("memory", memory)):
        if max(told[-SAMPLES // 4 :]) > GROWTH * max(told[: -SAMPLES // 4]):
            run.faults.append(f"{what} grow without end: {told}")
    run.finish()


def _sampled(run: Run, lines: Sequence[Line]) -> tuple[list[int], list[int]]:
    """Rows of the state, and MiB of the worker's memory, after each portion of the events."""
    portion = -(-len(lines) // SAMPLES)
    rows, memory = [], []
    client = {"bootstrap.servers": run.kafka.address, "log_level": 0}
    with Latest(client, run.prefix + run.topics.changelog, 2, strict=False) as changelog:
        for at in range(0, len(lines), portion):
            run.feed(0, lines[at : at + portion]).join()
            run.until(lambda: run.positions.left(run.positions.inputs, run.positions.journal, run.positions.partials))
            rows.append(len(changelog.values))
            memory.append(run.fleet.workers["a"].rss >> 20)
    return rows, memory
