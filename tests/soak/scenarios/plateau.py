"""A long time at high speed: what is kept does not grow for ever."""

from streams.units import DAY, SECOND
from streams.worker.latest import Latest
from tests.soak import events
from tests.soak.run import Run
from tests.soak.scenario import scenario

RETENTIONS = 6
"""As many times the retention goes by."""
SAMPLES = 12
GROWTH = 1.25
"""The last third of the samples may not be above the middle third by more than this factor."""


@scenario("long_run", "60 simulated days at high speed", runs=1)
def long_run(run: Run) -> None:
    """State rows, counted in the changelog, and memory, sampled on the way, reach a plateau."""
    days, rate = run.size.days, run.size.long / (run.size.days * DAY / SECOND)
    given = events.made(run.folder, run.seed, run.size.long, rate, days / RETENTIONS)
    run.open(given, replay_retention_days=days / RETENTIONS, partitions=2)
    run.await_ready(run.fleet.start("a"))
    run.notes["days"] = days
    portion = -(-len(given.lines) // SAMPLES)
    rows, memory = [], []
    with Latest(
        {"bootstrap.servers": run.kafka.address, "log_level": 0}, run.prefix + run.topics.changelog, 2, strict=False
    ) as changelog:
        for at in range(0, len(given.lines), portion):
            run.feed(0, given.lines[at : at + portion]).join()
            run.until(lambda: run.positions.left(run.positions.inputs, run.positions.journal, run.positions.partials))
            rows.append(len(changelog.values))
            memory.append(run.fleet.workers["a"].rss >> 20)
    run.notes.update(rows=rows, memory_mib=memory)
    for what, told in (("state rows", rows), ("memory", memory)):
        third = len(told) // 3
        if max(told[-third:]) > GROWTH * max(told[third : 2 * third]):
            run.faults.append(f"{what} grow without end: {told}")
    run.finish()
