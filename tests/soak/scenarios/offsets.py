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
    "committed offsets of inputs, journal and partials pushed ahead while no worker runs",
    runs=5,
    defects=("any_commit",),
)
def ahead(run: Run) -> None:
    """The rows know better than the commits of the journal; commits of the inputs tell by their mark whose they are."""
    _stopped_in_the_middle(run)
    _push(run, run.positions.groups[1], names.JOURNAL, names.PARTIALS)
    run.feed(0, run.events.lines[len(run.events.lines) // 2 :]).join()
    _push(run, run.positions.groups[0], *names.INPUTS)
    _go_on(run)


def _push(run: Run, group: str, *topics: str) -> None:
    """Commit offsets that were not reached; one record before the end is left, so that reading shows where it is."""
    ends, committed = run.topics.ends(*topics), run.topics.committed(group, *topics)
    pushed = {place: min(ends[place] - 1, offset + AHEAD) for place, offset in committed.items()}
    pushed = {place: offset for place, offset in pushed.items() if offset > max(committed[place], 0)}
    jumped = sum(offset - max(committed[place], 0) for place, offset in pushed.items())
    run.notes["pushed"] = [*run.notes.get("pushed", []), jumped]
    offsets.alter(run.topics, group, pushed)


@scenario(
    "committed_deleted", "all committed offsets deleted while no worker runs", runs=5, defects=("latest_not_earliest",)
)
def deleted(run: Run) -> None:
    """Everything is read again; nothing counts twice."""
    _stopped_in_the_middle(run)
    run.feed(0, run.events.lines[len(run.events.lines) // 2 :]).join()
    for group in run.positions.groups:
        offsets.delete(run.topics, group)
    _go_on(run)


def _stopped_in_the_middle(run: Run) -> None:
    """One half of the input in the journal, and a part of that in the state."""
    run.open(groups=("-intake", "-measure-rollup-web"))
    run.await_ready(run.fleet.start("intake", INTAKE), run.fleet.start("rest", REST))
    run.ready_seconds.clear()
    feeder = run.feed(lines=run.events.lines[: len(run.events.lines) // 2])
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
