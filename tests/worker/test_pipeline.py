"""The whole pipeline on the embedded broker: `streams replay` gives what `streams compute` gives, byte for byte."""

from pathlib import Path
from typing import Any

from streams.importers.simulator_faults import HUGE, broken_as
from tests.histories import history
from tests.pipeline import outcome, simulated, write

CLOCK = ("--clock", "2026-06-01T00:00:00Z")
OPENED = "2026-03-01T10:00:00Z"


def opening(number: int, **fields: Any) -> dict[str, Any]:
    """A line with a ticket of its own."""
    value = {"event_id": f"e{number}", "occurred_at": OPENED, "customer_id": "c", "ticket_id": f"t{number}"}
    return {"topic": "ticket-opened", "value": value | fields}


def test_late_doubled_broken_and_disordered_events(tmp_path: Path) -> None:
    file = simulated(tmp_path / "events.jsonl", 1_500, "--seed", 11)
    computed, replayed = outcome("compute", file, *CLOCK), outcome("replay", file, *CLOCK)
    assert replayed.values == computed.values
    assert len(replayed.records) > 100
    assert replayed.counts == computed.counts
    assert replayed.counts.add_up
    assert replayed.counts.received == len(file.read_bytes().splitlines())
    assert min(replayed.counts) > 0


def test_a_change_of_clocks_and_a_later_now(tmp_path: Path) -> None:
    file = write(tmp_path / "events.jsonl", history(5, customers=12))
    zone = ("--tz", "Europe/Berlin", "--windows", "1h,1d,1w", "--min-n", 2, "--config", _config(tmp_path))
    now = (*CLOCK, "--now", "2025-12-01T00:00:00Z")
    computed = outcome("compute", file, *zone, *now)
    assert outcome("replay", file, *zone, *now, "--speed", 1e12) == computed
    assert computed.counts.add_up
    assert {record["window"]["tz"] for record in computed.records} == {"Europe/Berlin"}
    assert computed.values != outcome("compute", file, *zone, *CLOCK).values, "what is overdue by then is breached"


def _config(folder: Path) -> Path:
    """A file whose settings have to reach the worker as they reach compute."""
    path = folder / "streams.toml"
    kpis = "[kpis]\nlateness_minutes = 90\nmax_future_minutes = 0\n"
    path.write_text(f"{kpis}[costs]\nlabour_ticket = 30\n", encoding="utf-8")
    return path


def test_strange_lines_and_records(tmp_path: Path) -> None:
    lines = [opening(1), opening(1), opening(1, region="elsewhere", occurred_at="2026-03-01T11:00:00Z")]
    lines += [{"topic": "no-such-topic", "value": {}}, {"topic": "ticket-opened"}, {"value": {}}, {}]
    lines += [opening(2, occurred_at="2099-01-01T00:00:00Z"), {"topic": "ticket-opened", "value": None}]
    lines += [dict(zip(("topic", "value"), broken_as(HUGE, OPENED, 1), strict=True))]
    lines += [{**opening(3), "key": key} for key in ("k", 7, None, ["a"])]
    lines += [{**opening(4), "headers": headers} for headers in ({"traceparent": "00-1"}, [["a", "1"], ["a", "2"]])]
    file = write(tmp_path / "events.jsonl", lines)
    with file.open("ab") as more:
        more.write(b'not json\n\xff\xfe\n\n  \n{"topic": "ticket-opened", "value": {"a": \n')
    computed, replayed = outcome("compute", file, *CLOCK), outcome("replay", file, *CLOCK)
    assert replayed == computed
    assert replayed.counts.add_up
    assert replayed.counts == (len(lines) + 3, 3, 5, 11)


def test_retention_is_obeyed(tmp_path: Path) -> None:
    old = opening(2, occurred_at="2025-03-01T10:00:00Z")
    file = write(tmp_path / "events.jsonl", [{**line, "key": "k"} for line in (opening(1), old)])
    computed = outcome("compute", file, *CLOCK, "--retention", "30d")
    assert computed.counts == (2, 1, 0, 1)
    assert outcome("replay", file, *CLOCK, "--retention", "30d") == computed
