"""Disks that are full or damaged: a clear error, the state rebuilt from the changelog, and the same bytes."""

from tests.soak import disk
from tests.soak.run import Run
from tests.soak.scenario import scenario

SPARE_KIB = 16
LARGE_KIB = 512 * 1024
FULL = "No space left"


@scenario("disk_full", "no room for the local store, until there is some", runs=3, defects=("write_errors_ignored",))
def full(run: Run) -> None:
    """The worker says so and ends; a supervisor tries again until somebody has made room."""
    run.open(store="rocksdb")
    folder = run.fleet.disk("a")
    run.enter(disk.small(folder, LARGE_KIB))
    run.start_under_load("a")
    run.random_instant(run.size.load / 4)
    disk.leave(folder, SPARE_KIB)
    run.until(lambda: [] if run.fleet.exits or run.taken() else ["the disk is not full yet"])
    run.random_instant(3.0)
    if not run.fleet.logged(FULL):
        run.faults.append(f"no log says {FULL!r}")
    disk.resize(folder, LARGE_KIB)
    run.finish()


@scenario(
    "truncated_rocksdb",
    "files of the local store cut short while no worker runs",
    runs=3,
    defects=("broken_stores_kept",),
)
def truncated(run: Run) -> None:
    """At random places, of any file."""
    _stopped(run)
    run.notes["cut"] = disk.truncate(run.fleet.disk("a"), run.rng)
    _go_on(run)


@scenario(
    "corrupt_row",
    "a row of each local store overwritten with garbage while no worker runs",
    runs=3,
    defects=("no_checksums",),
)
def corrupt(run: Run) -> None:
    """Of any kind: a case, a cell, the intent, the position."""
    _stopped(run)
    run.notes["garbled"] = disk.corrupt(run.fleet.disk("a"), run.rng)
    _go_on(run)


def _stopped(run: Run) -> None:
    run.open(store="rocksdb")
    run.start_under_load("a")
    run.until(lambda: [] if run.positions.flushed() else ["no row is there yet"])
    run.random_instant(run.size.load)
    run.fleet.kill("a") if run.rng.random() < 0.5 else run.fleet.terminate("a")


def _go_on(run: Run) -> None:
    run.fleet.start("a")
    run.finish()
