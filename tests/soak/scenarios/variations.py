"""The same events by other ways."""

from tests.soak import checks
from tests.soak.run import Run
from tests.soak.scenario import scenario


@scenario(
    "same_bytes",
    "two runs of the same events with other partitions, batches and workers",
    runs=5,
    defects=("salted_partitions",),
)
def same_bytes(run: Run) -> None:
    """The first in any way; the second with everything different."""
    run.open(store="memory", partitions=run.rng.choice([1, 2, 3]), flush_events=100_000)
    run.fleet.start("a")
    run.feed(seconds=0)
    run.finish()
    first = checks.final_values(run)
    run.close()
    run.open(run.events, store="rocksdb", partitions=run.rng.choice([4, 5, 7]), flush_events=50, flush_seconds=0.05)
    run.start_under_load("a", "b", "c")
    run.finish()
    if checks.final_values(run) != first:
        run.faults.append("the second run ended with other bytes than the first")
