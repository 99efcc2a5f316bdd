"""kill -9 of a worker at random instants."""

import shutil
import time

from tests.soak.run import Run
from tests.soak.scenario import scenario


@scenario(
    "kill_only_same_disk",
    "kill -9 of the only worker, which goes on with its disk",
    runs=30,
    bound=15,
    defects=(
        "cases_before_cells",
        "no_intent",
        "torn_store",
    ),
)
def same_disk(run: Run) -> None:
    """The local store may be behind the changelog, and is read on from where it is."""
    _kill_only(run, wipe=False)


@scenario(
    "kill_only_wiped_disk",
    "kill -9 of the only worker, which goes on with an empty disk",
    runs=30,
    bound=15,
    defects=(
        "cases_before_cells",
        "no_intent",
    ),
)
def wiped_disk(run: Run) -> None:
    """All state comes from the changelog."""
    _kill_only(run, wipe=True)


def _kill_only(run: Run, *, wipe: bool) -> None:
    run.open()
    run.start_under_load("a")
    for _ in range(run.size.kills):
        run.random_instant(run.size.load / run.size.kills)
        run.fleet.kill("a")
        killed = time.monotonic()
        if wipe:
            shutil.rmtree(run.fleet.disk("a"), ignore_errors=True)
        run.await_ready(run.fleet.start("a"), since=killed)
    run.finish()


@scenario(
    "kill_one_of_three",
    "kill -9 of one of three workers; the others take over",
    runs=20,
    bound=20,
    defects=("commit_positions",),
)
def one_of_three(run: Run) -> None:
    """The killed one stays away: its partitions are served by those that are left."""
    run.open(partitions=run.rng.choice([3, 4, 6]))
    run.start_under_load("a", "b", "c")
    run.random_instant(run.size.load)
    run.fleet.kill(run.rng.choice(["a", "b", "c"]))
    run.await_served(since=time.monotonic())
    run.finish()
