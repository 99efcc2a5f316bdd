"""The committed offsets of the workers' group, changed while no worker runs."""

from streams import names
from tests.soak import offsets
from tests.soak.run import Run
from tests.soak.scenario import scenario

AHEAD = 300
"""Records."""
INTAKE, REST = "intake", "measure,rollup,web"


@scenario(
    "committed_ahead",
    "committed offsets of journal and partials pushed ahead while no worker runs",
    runs=5,
    defects=(
        "commit_positions",
        "no_gap_check",
    ),
)
def ahead(run: Run) -> None:
    """The rows know better."""
    _stopped_in_the_middle(run)
    topics, group = run.topics, run.positions.groups[1]
    ends = topics.ends(names.JOURNAL, names.PARTIALS)
    committed = topics.committed(group, names.JOURNAL, names.PARTIALS)
    pushed = {place: max(offset, min(ends[place], offset + AHEAD)) for place, offset in committed.items()}
    run.notes["pushed"] = sum(pushed[place] - max(offset, 0) for place, offset in committed.items())
    offsets.alter(topics, group, pushed)
    _go_on(run)


@scenario(
    "committed_deleted", "all committed offsets deleted while no worker runs", runs=5, defects=("latest_not_earliest",)
)
def deleted(run: Run) -> None:
    """Everything is read again; nothing counts twice."""
    _stopped_in_the_middle(run)
    for group in run.positions.groups:
        offsets.delete(run.topics, group)
    _go_on(run)


def _stopped_in_the_middle(run: Run) -> None:
    """The whole input in the journal, and a part of it in the state."""
    run.open(groups=("-intake", "-measure-rollup-web"))
    run.await_ready(run.fleet.start("intake", INTAKE), run.fleet.start("rest", REST))
    run.ready_seconds.clear()
    feeder = run.feed()
    run.random_instant(run.size.load * 0.8)
    run.fleet.kill("rest") if run.rng.random() < 0.5 else run.fleet.terminate("rest")
    feeder.join()
    run.until(lambda: run.positions.left(run.positions.inputs))
    run.fleet.terminate("intake")
    run.await_group_empty()


def _go_on(run: Run) -> None:
    run.fleet.start("intake", INTAKE)
    run.fleet.start("rest", REST)
    run.finish()
