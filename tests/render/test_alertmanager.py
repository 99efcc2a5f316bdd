"""Alertmanager's configuration, by its own tools: accepted, and every alert goes to whom it is for."""

import subprocess
from typing import Any

import pytest
import yaml

from tests.render.prometheus import ROOT
from tests.render.queries import alert_rules

pytestmark = pytest.mark.promtool

CONFIG = ROOT / "deploy" / "alertmanager" / "alertmanager.yml"
CHOSEN: dict[str, Any] = yaml.safe_load(CONFIG.read_text(encoding="utf-8"))


def amtool(*args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["amtool", *args], capture_output=True, text=True, timeout=60, check=False)


def routed(receiver: str, labels: dict[str, str]) -> bool:
    """Whether an alert with these labels goes to a receiver, and to it alone."""
    told = [f"{name}={value}" for name, value in labels.items()]
    done = amtool("config", "routes", "test", f"--config.file={CONFIG}", f"--verify.receivers={receiver}", *told)
    return done.returncode == 0


def test_it_is_accepted() -> None:
    done = amtool("check-config", str(CONFIG))
    assert done.returncode == 0, done.stderr
    assert "SUCCESS" in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("receiver", "labels"),
    [
        ("deadman", {"kind": "watchdog", "severity": "none"}),
        ("platform-page", {"kind": "pipeline", "severity": "page", "stage": "measure"}),
        ("platform-tickets", {"kind": "pipeline", "severity": "ticket", "instance": "a"}),
        ("service-page", {"kind": "kpi", "severity": "page", "policy": "default", "clock": "resolution"}),
        ("service-page", {"kind": "kpi", "severity": "page", "department": "care"}),
        ("tickets", {"kind": "kpi", "severity": "ticket", "kpi": "csat"}),
        ("tickets", {"kind": "kpi", "severity": "ticket", "department": "care"}),
        ("orders", {"kind": "kpi", "severity": "ticket", "department": "delivery"}),
        ("orders-page", {"kind": "kpi", "severity": "page", "department": "warehouse"}),
    ],
)
def test_routes(receiver: str, labels: dict[str, str]) -> None:
    assert routed(receiver, labels)


def test_a_wrong_receiver_would_be_noticed() -> None:
    assert not routed("tickets", {"kind": "pipeline", "severity": "page"})


def test_inhibition_names_alerts_that_there_are() -> None:
    known = {rule["alert"] for rule in alert_rules()}
    matchers = [one for rule in CHOSEN["inhibit_rules"] for side in rule.values() for one in side]
    named = [one.partition('"')[2].rstrip('"').split("|") for one in matchers if one.startswith("alertname")]
    assert named
    assert {name for names in named for name in names} <= known


def test_every_receiver_is_somebody_s() -> None:
    def of(route: dict[str, Any]) -> set[str]:
        return {route["receiver"]}.union(*(of(inner) for inner in route.get("routes", ())))

    assert of(CHOSEN["route"]) == {one["name"] for one in CHOSEN["receivers"]}
