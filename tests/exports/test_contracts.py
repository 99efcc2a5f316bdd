"""What is published keeps to the schemas: all of it, of any history."""

import json
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from streams import names
from streams.cases.conventions import Conventions
from streams.engine.terms import Terms
from streams.sla.history import History
from streams.sla.policy import DEFAULTS, Book
from streams.units import DAY
from tests.contracts import OUTPUTS, SCHEMAS, Record, Run, faults
from tests.histories import history

SPOILT = [
    {"topic": "ticket-opened", "value": {}},
    {"topic": "order-entered", "value": "not an object"},
    {"topic": "survey-submitted", "value": {"event_id": "e" * 129}},
]


def load(name: str) -> Any:
    return json.loads((SCHEMAS / "outputs" / f"{name}.schema.json").read_text(encoding="utf-8"))


def everything(tree: Any) -> Iterator[dict[str, Any]]:
    """Every object inside a schema."""
    if isinstance(tree, dict):
        yield tree
    for inner in tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ():
        yield from everything(inner)


@pytest.mark.parametrize("name", [*OUTPUTS, "common"])
class TestSchema:
    def test_is_a_schema(self, name: str) -> None:
        schema = load(name)
        Draft202012Validator.check_schema(schema)
        assert schema["$schema"].endswith("2020-12/schema")
        assert schema["title"]
        assert schema["description"]

    def test_is_closed_at_every_level(self, name: str) -> None:
        """Headers of dead letters and labels apart, whose names are not ours: those are texts."""
        objects = [s for s in everything(load(name)) if s.get("type") == "object"]
        closed = [s["additionalProperties"] is False or "string" in s["additionalProperties"]["type"] for s in objects]
        assert all(closed)

    def test_says_what_every_field_means(self, name: str) -> None:
        fields = [f for s in everything(load(name)) for f in s.get("properties", {}).values() if isinstance(f, dict)]
        assert [f for f in fields if "$ref" not in f and not {"title", "description"} <= set(f)] == []


OLD = {"event_id": "old", "occurred_at": "2001-01-01T00:00:00Z", "customer_id": "c", "ticket_id": "t"}
SEEDS = range(4)


WARNING = Conventions(policies=History(Book(DEFAULTS)))
"""The default policy with its warnings."""


@cache
def run(seed: int) -> Run:
    """Of a random history in eight batches, with retractions, restatements, tombstones and dead letters."""
    lines = [*SPOILT, *history(seed), {"topic": "ticket-opened", "value": OLD}]
    one = Run(Terms(tz="Europe/Berlin", windows=("1h", "1d"), retention=2_000 * DAY, conventions=WARNING))
    some = len(lines) // 8 + 1
    for start in range(0, len(lines), some):
        one.take(lines[start : start + some])
    one.end()
    return one


@pytest.mark.parametrize("seed", SEEDS)
def test_every_record_of_a_history_is_valid(seed: int) -> None:
    records = run(seed).records
    told = {topic: [fault for record in found for fault in faults(topic, record)] for topic, found in records.items()}
    assert told == {topic: [] for topic in records}


def test_the_histories_reach_every_kind_of_record() -> None:
    """Else the test above would say little."""
    types, empty, reasons, topics = set(), set(), set(), set()
    for seed in SEEDS:
        topics |= run(seed).records.keys()
        for topic, records in run(seed).records.items():
            types |= {record.texts["ce_type"] for record in records}
            empty |= {topic for record in records if record.value is None}
            reasons |= {record.texts.get("dead_letter_reason") for record in records}
    assert topics == set(OUTPUTS) - {names.REASSIGNMENT_REQUESTED, names.CUSTOMER_VALUE, names.SLA_POLICIES}
    told = {"crm.sla-met", "crm.sla-breached", "crm.sla-breach-retracted", "crm.sla-warning"}
    assert types == {"crm.kpi", "crm.dead-letter", *told}
    assert empty == {names.KPI_VALUES, names.SLA_BREACHES}
    assert {"missing_field", "not_an_object", "conflicting_duplicate", "too_late"} <= reasons


@pytest.mark.parametrize(
    ("topic", "change"),
    [
        (names.KPI_REVISIONS, {"more": 1}),
        (names.KPI_REVISIONS, {"value": "12"}),
        (names.KPI_REVISIONS, {"watermark": "2026-03-01 10:00:00"}),
        (names.KPI_REVISIONS, {"revision": 0}),
        (names.KPI_REVISIONS, {"interval": {"low": 0}}),
        (names.KPI_VALUES, {"value": None}),
        (names.KPI_VALUES, {"more": 1}),
        (names.SLA_EVENTS, {"ticket_id": "t", "order_id": "o"}),
        (names.SLA_EVENTS, {"obligation_id": "1"}),
        (names.SLA_BREACHES, {"more": 1}),
    ],
)
def test_what_breaks_the_contract_is_seen(topic: str, change: dict[str, Any]) -> None:
    record = next(record for record in run(0).records[topic] if record.value is not None)
    broken = json.dumps({**json.loads(record.value or b""), **change}).encode()
    assert faults(topic, record) == []
    assert faults(topic, record._replace(value=broken))


@pytest.mark.parametrize("header", ["ce_id", "ce_type", "ce_source", "ce_specversion", "content-type"])
@pytest.mark.parametrize("topic", [names.KPI_VALUES, names.SLA_EVENTS, names.DEAD_LETTER])
def test_every_record_is_a_cloudevent(topic: str, header: str) -> None:
    record = run(0).records[topic][0]
    assert faults(topic, Record(record.key, record.value, [h for h in record.headers if h[0] != header]))
