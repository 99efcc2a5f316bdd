"""The section [costs]: rates as written, exactly, and what compute makes of them."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from streams.cases.costing import FREE
from streams.cli.main import main
from streams.worker.settings import ConfigurationError, load

RATES = """
[costs]
labour_order_entry = 36
labour_ticket = 30
overhead_share = 0.5
infrastructure_per_order = 0.002
assets_per_ticket = 0.25
margin = 0.4
[costs.communication_per_minute]
phone = 0.1
[costs.communication_per_message]
phone = 0.05
"""
LINE = {"sku": "A", "quantity": 1, "unit_price": "10"}
AT = {"customer_id": "c1", "channel": "phone", "occurred_at": "2025-03-03T09:00:00Z"}
ORDER = {**AT, "event_id": "1", "placed_at": AT["occurred_at"], "order_id": "o1", "lines": [LINE]}
TICKET = {**AT, "event_id": "2", "ticket_id": "t1", "department": "care"}
ANSWER = {
    **AT, "event_id": "3", "ticket_id": "t1", "action": "message", "by": "agent", "agent_id": "a", "resolves": True,
    "handling_seconds": 90, "hold_seconds": [30], "costs": [{"kind": "labour", "amount": "1"}],
}  # fmt: skip


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("STREAMS_CONFIG", raising=False)


def configured(folder: Path, text: str) -> Path:
    path = folder / "streams.toml"
    path.write_text(text, encoding="utf-8")
    return path


def computed(folder: Path, text: str, *events: tuple[str, dict[str, Any]]) -> dict[tuple[str, str], float]:
    """The values of a day by KPI and label."""
    lines, out = folder / "in.jsonl", folder / "out.jsonl"
    lines.write_text("".join(json.dumps({"topic": topic, "value": value}) + "\n" for topic, value in events))
    options = ["--config", str(configured(folder, text)), "--windows", "1d", "--out", str(out)]
    result = CliRunner().invoke(main, ["compute", str(lines), *options], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    records = [json.loads(line) for line in out.read_text().splitlines()]
    return {
        (one["kpi"], "".join(one["labels"].values())): one["value"] for one in records if "region" not in one["labels"]
    }


def test_without_rates_costs_are_those_of_events() -> None:
    assert load().terms.conventions.costs is FREE


def test_rates_make_costs_beside_those_of_events(tmp_path: Path) -> None:
    order = ("order-entered", {**ORDER, "handling_seconds": 10})
    found = computed(tmp_path, RATES, order, ("ticket-opened", TICKET), ("ticket-answered", ANSWER))
    # labour: 10 s × 36 / 3600 = 0.10; 90 s × 30 / 3600 = 0.75, and 1 as told; overheads: half of 0.10 and of 0.75
    assert found["response_cost", "labour"] == 0.10 + 0.75 + 1
    assert found["response_cost", "other"] == 0.425
    assert found["response_cost", "infrastructure"] == 0.002
    assert found["response_cost", "assets"] == 0.25
    # (90 s + 30 s on hold) × 0.1 a minute, and a message
    assert found["response_cost", "communication"] == 0.25
    assert found["response_cost", ""] == pytest.approx(2.777)
    assert found["response_cost_per_response", ""] == pytest.approx(2.777 / 2)
    # the order's margin is 0.4 × 10 and covers 0.152; the request settled nothing
    assert found["profitable_responses", ""] == 0.5
    assert found["profitable_customers", ""] == 1.0


def test_a_rate_makes_costs_known_even_where_nothing_was_spent(tmp_path: Path) -> None:
    found = computed(tmp_path, "[costs]\nlabour_ticket = 30\n", ("order-entered", ORDER))
    assert ("response_cost", "") not in found
    assert (found["response_cost_per_order", ""], found["profitable_responses", ""]) == (0, 1)
    assert ("profitable_responses", "") not in computed(tmp_path, "", ("order-entered", ORDER))


def test_rates_are_exact_to_a_millionth_of_a_minor_unit(tmp_path: Path) -> None:
    model = load(configured(tmp_path, RATES)).terms.conventions.costs
    assert model.minute == {"phone": 10_000_000}
    assert model.order == {"infrastructure": 200_000}


def test_the_environment_gives_tables_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STREAMS_COSTS__COMMUNICATION_PER_MESSAGE", '{"email": 0.002}')
    monkeypatch.setenv("STREAMS_COSTS__LABOUR_TICKET", "45.5")
    costs = load(configured(tmp_path, RATES)).costs
    assert (costs.communication_per_message, costs.labour_ticket) == ({"email": 0.002}, 45.5)


def test_every_fault_is_named(tmp_path: Path) -> None:
    wrong = '[costs]\nlabour_ticket = -1\nmargin = 2\nlabor = 3\n[costs.communication_per_minute]\nphone = "much"\n'
    with pytest.raises(ConfigurationError) as told:
        load(configured(tmp_path, wrong))
    faults = str(told.value)
    for place in ("costs.labour_ticket", "costs.margin", "costs.labor", "costs.communication_per_minute.phone"):
        assert place in faults


def test_other_rates_are_another_state() -> None:
    plain, priced = load(), load(changes={"costs": {"labour_ticket": 30}})
    assert plain.terms.conventions.fingerprint != priced.terms.conventions.fingerprint
