"""Everything that a worker publishes on a real Kafka keeps to the contracts."""

from pathlib import Path
from typing import Any

import orjson

from streams import names
from tests.broker.fleet import fleet, lines
from tests.contracts import Record, faults
from tests.histories import history
from tests.pipeline import simulated, write

TOPICS = (names.KPI_VALUES, names.KPI_REVISIONS, names.SLA_EVENTS, names.SLA_BREACHES, names.DEAD_LETTER)


def test_every_record_of_every_topic_is_valid(kafka: str, cluster: Any, tmp_path: Path) -> None:
    files = [simulated(tmp_path / "simulated.jsonl", 600, "--seed", 4, "--rate", 0.001)]
    files.append(write(tmp_path / "history.jsonl", history(3)))
    with fleet(kafka) as run:
        for file in files:
            run.feed(lines(file))
        run.values()
        topics = type(cluster)(cluster.bootstrap, run.prefix)
        told = {topic: [Record(r.key, r.value, r.headers) for r in topics.consume(topic)] for topic in TOPICS}
    assert all(told.values())
    wrong = [fault for topic, records in told.items() for record in records for fault in faults(topic, record)]
    assert wrong == []
    assert any(orjson.loads(record.value or b"")["final"] for record in told[names.KPI_REVISIONS])
