"""Workers that join."""

import time

from streams import names
from tests.soak.run import Run
from tests.soak.scenario import scenario


@scenario(
    "join_on_backlog",
    "a second worker joins within 2 s of the first start, on a backlog, before any commit",
    runs=20,
    defects=("read_ahead_stays",),
)
def on_backlog(run: Run) -> None:
    """What the first has read ahead goes to the second; nothing is committed that would say how far it was."""
    run.open()
    run.feed(seconds=0).join()
    run.fleet.start("a")
    run.random_instant(2.0)
    began = time.monotonic()
    run.fleet.start("b")
    run.await_joined()
    committed = run.topics.committed(run.positions.groups[0], *names.INPUTS, names.JOURNAL)
    run.notes["committed_when_joined"] = sum(offset for offset in committed.values() if offset > 0)
    run.await_served(since=began)
    run.finish()
