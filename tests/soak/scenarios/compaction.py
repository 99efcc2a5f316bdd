"""A changelog that was compacted: offsets are missing in it, and records before a position are gone."""

import shutil
import time

from streams import names
from tests.soak import compaction
from tests.soak.run import Run
from tests.soak.scenario import scenario


@scenario(
    "compacted_changelog",
    "the changelog compacted, then a restart with an empty disk",
    runs=5,
    defects=("records_for_offsets",),
)
def compacted(run: Run) -> None:
    """Partials and kpi-values are compacted as well."""
    run.open(flush_events=50, check_topics=False)
    compaction.make_eager(run.topics, run.topics.changelog, names.PARTIALS, names.KPI_VALUES)
    run.start_under_load("a")
    run.random_instant(run.size.load, least=run.size.load / 2)
    changelog = run.topics.changelog
    run.until(lambda: [] if compaction.compactable(run.topics, changelog) else ["there is nothing to compact yet"])
    run.fleet.kill("a") if run.rng.random() < 0.5 else run.fleet.terminate("a")
    run.notes["compacted"] = compaction.await_compacted(run.topics, changelog)
    shutil.rmtree(run.fleet.disk("a"), ignore_errors=True)
    began = time.monotonic()
    run.await_ready(run.fleet.start("a"), since=began)
    run.finish()
