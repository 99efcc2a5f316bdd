"""`streams sla explain`: the story of a ticket's clocks, as its events tell it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from streams.cli.main import main

POLICIES = """
[calendars.office]
zone = "Europe/Berlin"
holidays = ["DE"]
hours = { mon-fri = ["09:00-12:00", "13:00-17:00"] }
[[policies]]
name = "urgent"
match = { priority = "urgent" }
resolution = { target = "4h", calendar = "office" }
[[policies]]
name = "all"
resolution = { target = "7h", calendar = "office" }
"""
EVENTS = (
    ("ticket-opened", "2026-03-06T14:00:00+01:00", {"priority": "normal"}),
    ("ticket-answered", "2026-03-06T16:00:00+01:00", {"action": "wait"}),
    ("ticket-answered", "2026-03-09T10:00:00+01:00", {"action": "resume"}),
    ("ticket-answered", "2026-03-09T15:00:00+01:00", {"action": "reprioritise", "priority": "urgent"}),
    ("ticket-answered", "2026-03-10T15:00:00+01:00", {"action": "resolve"}),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    lines = []
    for number, (topic, at, more) in enumerate(EVENTS):
        agent = {"by": "agent", "agent_id": "a1"} if topic == "ticket-answered" else {}
        value = {"event_id": f"e{number}", "occurred_at": at, "customer_id": "c1", "ticket_id": "t1", **agent, **more}
        lines.append(json.dumps({"topic": topic, "value": value}))
    (tmp_path / "events.jsonl").write_text("\n".join(reversed(lines)), encoding="utf-8")
    (tmp_path / "policies.toml").write_text(POLICIES, encoding="utf-8")
    (tmp_path / "streams.toml").write_text(f'[sla]\npolicies = "{tmp_path}/policies.toml"\n', encoding="utf-8")
    return tmp_path


def run(folder: Path, *arguments: str) -> Result:
    command, *rest = arguments
    return CliRunner().invoke(main, [*command.split(), *rest, str(folder / "events.jsonl"), "--tz", "Europe/Berlin"])


def test_a_story_in_wall_and_working_time(folder: Path) -> None:
    """Two of seven hours on Friday; lunch is left out on Monday; six are spent when four are promised."""
    shown = run(folder, "sla explain", "t1", "--config", str(folder / "streams.toml"))
    assert shown.exit_code == 0
    rows = [" ".join(line.split()) for line in shown.output.splitlines()]
    due = "due 2026-03-09 {}+01:00"
    assert rows[0] == "ticket t1 of customer c1, as of 2026-03-10 15:00:00+01:00"
    assert rows[2:] == [
        "resolution, cycle 1: breached",
        f"2026-03-06 14:00:00+01:00 elapsed 0s spent 0s {due.format('14:00:00')} started by policy all: 7h",
        "2026-03-06 16:00:00+01:00 elapsed 2h spent 2h paused",
        f"2026-03-09 10:00:00+01:00 elapsed 2d20h spent 2h {due.format('16:00:00')} resumed",
        f"2026-03-09 11:30:00+01:00 elapsed 2d21h30m spent 3h30m {due.format('16:00:00')} warned at 50 %",
        f"2026-03-09 14:15:00+01:00 elapsed 3d15m spent 5h15m {due.format('16:00:00')} warned at 75 %",
        f"2026-03-09 15:00:00+01:00 elapsed 3d1h spent 6h {due.format('15:00:00')} "
        "department or priority changed: policy urgent, 4h",
        f"2026-03-09 15:00:00+01:00 elapsed 3d1h spent 6h {due.format('15:00:00')} breached",
    ]


def test_without_policies_the_default_one_tells(folder: Path) -> None:
    shown = run(folder, "sla explain", "t1")
    assert "first_response, cycle 1: breached" in shown.output
    assert "started by policy default: 2d" in shown.output


def test_a_ticket_that_is_not_there_is_told(folder: Path) -> None:
    shown = run(folder, "sla explain", "t9")
    assert (shown.exit_code, "no event of a ticket t9" in shown.output) == (1, True)


def test_policies_of_the_configuration_decide_what_compute_says(folder: Path) -> None:
    shown = run(folder, "compute", "--config", str(folder / "streams.toml"), "--windows", "1d")
    records = [json.loads(line) for line in shown.output.splitlines() if line.startswith("{")]
    found = [(r["labels"], r["window"]["start"], r["value"]) for r in records if r["kpi"] == "sla_resolution"]
    assert ({"policy": "urgent"}, "2026-03-08T23:00:00Z", 0.0) in found
    assert not any(r["kpi"] == "sla_first_response" for r in records)
    worked = {
        r["stats"]["sum"] for r in records if r["kpi"] == "resolution_time_first_business" and r["scope"] == "all"
    }
    assert worked == {15 * 3600.0}  # Friday 3 h, Monday 7 h, Tuesday 5 h


def test_faults_of_a_policy_file_end_the_command(folder: Path) -> None:
    (folder / "policies.toml").write_text('[[policies]]\nname = "all"\nresolution = { target = "x" }\n')
    shown = run(folder, "compute", "--config", str(folder / "streams.toml"))
    assert shown.exit_code == 2
    assert "policies.toml:3: policies[0].resolution.target: 'x' is no duration" in shown.output
