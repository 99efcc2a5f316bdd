"""The random histories: the same for a seed, broad in their forms, and edges that the oracle feels."""

import json
from collections import Counter

from tests.histories import doubled, history, shuffled
from tests.oracle import KPIS, compute

SEEDS = range(40)
ACTIONS = [
    "message",
    "note",
    "assign",
    "transfer",
    "escalate",
    "wait",
    "resume",
    "resolve",
    "reopen",
    "merge",
    "void",
    "reprioritise",
]
REASONS = ["entry_error", "customer_change", "cancelled_by_customer", "cancelled_by_supplier"]
SCALES = ["yes_no", "five_level", "emoji", "stars"]


def test_a_seed_is_a_history() -> None:
    assert history(7) == history(7)
    assert history(7) != history(8)


def test_shuffled_and_doubled_keep_the_lines() -> None:
    lines = history(1)
    counts = Counter(json.dumps(line) for line in lines)
    assert Counter(json.dumps(line) for line in shuffled(lines, 2)) == counts
    assert Counter(json.dumps(line) for line in doubled(lines, 2)) == counts + counts
    assert shuffled(lines, 2) != lines


def test_every_form_occurs() -> None:
    values = [line["value"] for seed in SEEDS for line in history(seed)]
    assert {value.get("action") for value in values} >= set(ACTIONS)
    assert {value.get("revision_reason") for value in values} >= set(REASONS)
    assert {str(value.get("scale")) for value in values} >= {*SCALES, "None", str({"min": 1, "max": 10})}
    assert {value.get("kind") for value in values} >= {"nps", "csat", "ces", "servqual", "review", "complaint"}


def test_every_kpi_has_values_and_the_order_of_lines_none() -> None:
    seen = set()
    for seed in SEEDS:
        lines = history(seed)
        records = compute(lines, windows=("1d", "1mo", "now"))
        seen |= {record["kpi"] for record in records}
        assert compute(doubled(shuffled(lines, seed), seed), windows=("1d", "1mo", "now")) == records
    assert seen == set(KPIS)
