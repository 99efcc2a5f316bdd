"""A broker that goes away and comes back."""

import shutil
import time
from collections.abc import Callable

from tests.soak.run import Run
from tests.soak.scenario import scenario

LOG_LINES = 20
"""A worker has to say less than that from the loss of the broker until it is ready again."""
MEMORY = 64 << 20
"""Bytes that a worker may grow by meanwhile."""


@scenario(
    "broker_down",
    "the broker killed for 60 s under load",
    runs=5,
    broker=True,
    defects=(
        "loud",
        "hoarding",
    ),
)
def down(run: Run) -> None:
    """Workers wait, say so once, and keep their memory."""
    run.open()
    run.start_under_load("a")
    run.random_instant(run.size.load)
    _away(run, run.kafka.kill, run.size.outage)


@scenario(
    "broker_restart_clean", "the broker stopped and started again under load", runs=5, broker=True, defects=("loud",)
)
def restart_clean(run: Run) -> None:
    """As when it is upgraded."""
    run.open()
    run.start_under_load("a")
    run.random_instant(run.size.load)
    _away(run, run.kafka.stop, 0)


@scenario(
    "broker_restart_in_recovery",
    "the broker killed and started again while a worker recovers",
    runs=5,
    broker=True,
    defects=("loud",),
)
def restart_in_recovery(run: Run) -> None:
    """The worker begins with an empty disk."""
    run.open()
    run.start_under_load("a")
    run.random_instant(run.size.load)
    run.fleet.kill("a")
    shutil.rmtree(run.fleet.disk("a"), ignore_errors=True)
    worker = run.fleet.start("a")
    run.until(lambda: [] if worker.listens else ["the worker does not listen yet"])
    run.random_instant(1.0)
    _away(run, run.kafka.kill, 0)


def _away(run: Run, leave: Callable[[], None], seconds: float) -> None:
    left, lines = time.monotonic(), run.fleet.log_lines()
    leave()
    time.sleep(seconds)
    run.kafka.start()
    grown = run.sampler.growth(left, time.monotonic())
    run.await_through(since=time.monotonic())
    said = run.fleet.log_lines() - lines
    run.notes.update(lines_in_outage=said, grown_mib=round(grown / 2**20))
    if said >= LOG_LINES:
        run.faults.append(f"{said} log lines from the loss of the broker until ready again, bound {LOG_LINES}")
    if grown > MEMORY:
        run.faults.append(f"memory grew by {grown / 2**20:.0f} MiB without the broker")
    run.finish()
