"""A long time at high speed: what is kept does not grow for ever."""

from collections.abc import Sequence

from streams.events.lines import Line
from streams.units import DAY, SECOND
from streams.worker.latest import Latest
from tests.soak import events
from tests.soak.run import Run
from tests.soak.scenario import scenario

RETENTION_DAYS = 45
"""Longer than a case goes without an event, portions of different topics coming one after the other."""
WINDOWS = ("1d",)
"""State leaves when no window may change any more, and the rows of a quarter could not do so within the run."""
SAMPLES = 20
GROWTH = 1.25
"""The last quarter of the samples may not be above the one before it by more than this factor."""


@scenario(
    "long_run",
    "200 simulated days at high speed (60 are not enough for a cell to leave)",
    runs=1,
    defects=("kept_for_ever",),
)
def long_run(run: Run) -> None:
    """State rows, counted in the changelog, and memory, sampled on the way, reach a plateau."""
    rate = run.size.long / (run.size.days * DAY / SECOND)
    given = events.made(run.folder, run.seed, run.size.long, events.Terms(rate, RETENTION_DAYS, WINDOWS))
    run.open(
        given,
        conditions=["bounded"],
        kpis={"windows": list(WINDOWS)},
        replay_retention_days=RETENTION_DAYS,
        partitions=2,
        store="rocksdb",
    )
    run.await_ready(run.fleet.start("a"))
    rows, memory = _sampled(run, given.lines)
    run.notes.update(days=run.size.days, rows=rows, memory_mib=memory)
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
