"""`streams sla predict`: forecasts from the past alone, and how good they were."""

import json
from pathlib import Path
from random import Random

from click.testing import CliRunner

from streams.cli.main import main
from streams.units import HOUR, rfc3339

START = 1_772_409_600_000  # 2026-03-02


def tickets(number: int, seed: int) -> list[str]:
    """One an hour; urgent ones take some ten hours, others mostly longer than the 48 that are promised."""
    rng, lines = Random(seed), []
    for n in range(number):
        at, urgent = START + n * HOUR, rng.random() < 0.5
        end = at + round((rng.uniform(2, 20) if urgent else rng.uniform(40, 90)) * HOUR)
        common = {"customer_id": "c", "ticket_id": f"t{n}"}
        priority = "urgent" if urgent else "low"
        resolved = {"action": "resolve", "by": "agent", "agent_id": "a", **common}
        lines += [
            _line("ticket-opened", f"o{n}", at, {"priority": priority, **common}),
            _line("ticket-answered", f"r{n}", end, resolved),
        ]
    return lines


def _line(topic: str, event: str, at: int, value: dict[str, object]) -> str:
    return json.dumps({"topic": topic, "value": {"event_id": event, "occurred_at": rfc3339(at), **value}})


def predict(folder: Path, lines: list[str], *options: str) -> list[str]:
    file = folder / "events.jsonl"
    file.write_text("\n".join(lines), encoding="utf-8")
    shown = CliRunner().invoke(main, ["sla", "predict", str(file), *options])
    assert shown.exit_code == 0, shown.output
    return shown.output.splitlines()


def test_forecasts_are_better_than_the_base_rate_then_and_in_hindsight(tmp_path: Path) -> None:
    told = predict(tmp_path, tickets(600, 1))
    scores = [float(line.split()[-1]) for line in told[1:4]]
    assert scores[0] < min(scores[1:]) < 0.3


def test_without_a_decision_there_is_no_forecast(tmp_path: Path) -> None:
    assert predict(tmp_path, tickets(1, 1)[:1])[0].startswith("no forecast")
