"""A worker that was suspended, and goes on as if nothing had happened."""

import time

from tests.soak.run import Run
from tests.soak.scenario import scenario


@scenario("zombie", "SIGSTOP of a worker for 90 s, then SIGCONT", runs=5, defects=("no_fencing",))
def zombie(run: Run) -> None:
    """Its session ends and its partitions go to others; it may not write as their owner when it wakes up."""
    run.open()
    run.await_ready(run.fleet.start("a"), run.fleet.start("b"))
    run.ready_seconds.clear()
    half = len(run.events.lines) // 2
    before = run.feed(lines=run.events.lines[:half])
    run.random_instant(run.size.load)
    sleeper = run.fleet.workers["a"]
    sleeper.suspend()
    asleep = time.monotonic()
    run.await_served(since=asleep)
    before.join()
    time.sleep(max(0.0, run.size.suspension - (time.monotonic() - asleep)))
    sleeper.resume()
    run.notes["suspended_seconds"] = round(time.monotonic() - asleep)
    run.feed(lines=run.events.lines[half:])
    run.finish()
