"""Journal records that are gone before they were applied."""

from confluent_kafka import TopicPartition
from confluent_kafka.admin import AdminClient

from streams import names
from tests.soak.run import Run
from tests.soak.scenario import scenario
from tests.soak.scenarios.offsets import INTAKE, REST

SAYS = "are gone"


@scenario("journal_gap", "journal records removed before they were applied", runs=3, defects=("no_gap_check",))
def gap(run: Run) -> None:
    """Nothing can make the numbers right: the worker has to say so and stop, not to go on with what is left."""
    run.open(groups=("-intake", "-measure-rollup-web"))
    run.feed(seconds=0).join()
    run.fleet.start("intake", INTAKE)
    run.until(lambda: run.positions.left(run.positions.inputs))
    removed = _remove(run)
    run.fleet.supervised = False
    run.fleet.start("rest", REST)
    run.until(lambda: [] if run.fleet.exits or run.taken() else ["the worker has not noticed"])
    run.notes["removed"] = removed
    run.unequal = True
    if not run.fleet.exits or not run.fleet.logged(SAYS):
        run.faults.append(f"{removed} journal records were removed, and no worker stopped for it")


def _remove(run: Run) -> int:
    """Remove records of one partition from its beginning on; how many."""
    ends = run.topics.ends(names.JOURNAL)
    place = run.rng.choice([place for place, end in ends.items() if end > 1])
    until = run.rng.randrange(1, ends[place])
    partition = TopicPartition(run.prefix + names.JOURNAL, place[1], until)
    admin = AdminClient({"bootstrap.servers": run.kafka.address})
    admin.delete_records([partition])[partition].result(30)
    return until
