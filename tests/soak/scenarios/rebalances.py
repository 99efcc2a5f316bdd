"""Workers that come and go under load, and workers that die while partitions move."""

import shutil
import time

from tests.soak.run import Run
from tests.soak.scenario import scenario

NAMES = ("a", "b", "c", "d")
STEP = 3.0
"""Seconds between two rebalances, at most."""


@scenario(
    "rebalances",
    "20 joins and leaves under load, by SIGTERM and by kill -9",
    runs=5,
    defects=(
        "series_kept",
        "commit_positions",
    ),
)
def rebalances(run: Run) -> None:
    """A name that comes again brings its old disk. In the end there are two workers at least, each with its series."""
    run.open(partitions=run.rng.choice([3, 4, 6]))
    run.await_ready(run.fleet.start("a"))
    run.ready_seconds.clear()
    run.feed(run.size.rebalances * STEP / 2)
    for _ in range(run.size.rebalances):
        _join_or_leave(run)
        run.random_instant(STEP)
    if len(run.fleet.workers) == 1:
        run.fleet.start(run.rng.choice([name for name in NAMES if name not in run.fleet.workers]))
    run.finish()


def _join_or_leave(run: Run) -> None:
    here, rng = sorted(run.fleet.workers), run.rng
    away = [name for name in NAMES if name not in here]
    if len(here) == 1 or (away and rng.random() < 0.5):
        run.fleet.start(rng.choice(away))
    elif rng.random() < 0.5:
        run.fleet.kill(rng.choice(here))
    else:
        run.notes["slowest_stop"] = round(
            max(run.notes.get("slowest_stop", 0), run.fleet.terminate(rng.choice(here))), 1
        )


@scenario(
    "kill_in_rebalance_or_recovery",
    "kill -9 in the middle of a rebalance, and of a recovery",
    runs=20,
    defects=("commit_positions",),
)
def in_the_middle(run: Run) -> None:
    """A worker joins, or starts with an empty disk, and it or another one dies while partitions move."""
    run.open()
    run.start_under_load("a", "b")
    run.random_instant(run.size.load / 2)
    for _ in range(run.size.kills):
        _kill_while_partitions_move(run, run.rng.choice(["rebalance", "recovery"]))
    run.finish()


def _kill_while_partitions_move(run: Run, which: str) -> None:
    if which == "recovery":
        run.fleet.kill("b")
        shutil.rmtree(run.fleet.disk("b"), ignore_errors=True)
        newcomer = run.fleet.start("b")
    else:
        newcomer = run.fleet.start("c")
    run.until(lambda: [] if newcomer.listens else [f"{newcomer.name} does not listen yet"])
    run.random_instant(1.5)  # it joins within a second of that
    killed = run.rng.choice([newcomer.name, "a"])
    run.fleet.kill(killed)
    began = time.monotonic()
    if killed != "c":
        run.fleet.start(killed)
    run.await_served(since=began)
    if "c" in run.fleet.workers:
        run.fleet.terminate("c")
