"""kill -9 of a worker that does intake only."""

from streams import names
from tests.soak.run import Run
from tests.soak.scenario import scenario

INTAKE, REST = "intake", "measure,rollup,web"


@scenario(
    "kill_intake",
    "kill -9 of intake between writing the journal and committing",
    runs=20,
    defects=("ack_before_acknowledge",),
)
def kill_intake(run: Run) -> None:
    """Commits come every second, journal records all the time: what was not committed is written again."""
    run.open(groups=("-intake", "-measure-rollup-web"))
    run.await_ready(run.fleet.start("intake", INTAKE), run.fleet.start("rest", REST))
    run.ready_seconds.clear()
    run.feed()
    for _ in range(run.size.kills):
        run.random_instant(run.size.load / run.size.kills)
        run.fleet.kill("intake")
        run.fleet.start("intake", INTAKE)
    run.finish()
    run.notes["journal_records"] = sum(run.topics.ends(names.JOURNAL).values())
    run.notes["records"] = len(run.events.lines)
