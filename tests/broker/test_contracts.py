"""Everything that a worker publishes on a real Kafka keeps to the contracts."""

from collections import defaultdict
from pathlib import Path
from typing import Any

import orjson
import pytest

from streams import names
from tests.broker.fleet import breached, fleet, lines
from tests.contracts import Record, faults
from tests.histories import history
from tests.pipeline import simulated, write

TOPICS = (
    names.KPI_VALUES,
    names.KPI_REVISIONS,
    names.SLA_EVENTS,
    names.SLA_BREACHES,
    names.DEAD_LETTER,
    names.CUSTOMER_VALUE,
)


def test_every_record_of_every_topic_is_valid(kafka: str, cluster: Any, tmp_path: Path) -> None:
    files = [simulated(tmp_path / "simulated.jsonl", 600, "--seed", 4, "--rate", 0.001)]
    files.append(write(tmp_path / "history.jsonl", history(3)))
    with fleet(kafka) as run:
        for file in files:
            run.feed(lines(file))
        values = [orjson.loads(line) for line in run.values().splitlines()]
        topics = type(cluster)(cluster.bootstrap, run.prefix)
        told = {topic: [Record(r.key, r.value, r.headers) for r in topics.consume(topic)] for topic in TOPICS}
    assert all(told.values())
    wrong = [fault for topic, records in told.items() for record in records for fault in faults(topic, record)]
    assert wrong == []
    worths_add_up(values, [orjson.loads(worth) for worth in breached(told[names.CUSTOMER_VALUE]).values()])
    assert any(orjson.loads(record.value or b"")["final"] for record in told[names.KPI_REVISIONS])


def worths_add_up(values: list[dict[str, Any]], worths: list[dict[str, Any]]) -> None:
    """All customers' costs of a month are its cost of response, and those who pay are its profitable customers."""
    months: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for worth in worths:
        assert worth["value"] == pytest.approx(worth["margin"] - worth["cost"])
        months[worth["window"]["start"]].append(worth)
    of_all = {
        (record["kpi"], record["window"]["start"]): record
        for record in values
        if (record["scope"], record["window"]["size"]) == ("all", "1mo")
    }
    assert len(months) > 1
    assert {start for kpi, start in of_all if kpi == "profitable_customers"} == set(months)
    for start, customers in months.items():
        profitable, cost = of_all["profitable_customers", start], of_all.get(("response_cost", start))
        assert profitable["denominator"] == len({worth["customer_id"] for worth in customers}) == len(customers)
        assert profitable["numerator"] == sum(worth["value"] > 0 for worth in customers)
        assert sum(worth["cost"] for worth in customers) == pytest.approx(cost["value"] if cost else 0)
