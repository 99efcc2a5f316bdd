"""The real tools on what is rendered: promtool accepts it, its unit tests pass, every panel's query returns data."""

import subprocess
import time
import urllib.error
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.exposition import generate_latest

from streams.names import ALL
from streams.render.fairness import GROUP as PEOPLE
from streams.render.fleet import JOB, everything, value_of
from streams.render.rules import recording
from tests.render.boards import Asked, queries
from tests.render.prometheus import ROOT, STARTED_WITHIN, Prometheus, running
from tests.render.queries import KPIS, ROLLING
from tests.render.worker import registry

pytestmark = pytest.mark.promtool

DEPLOY = ROOT / "deploy" / "prometheus"
EACH_GROUP_S_LAST = [
    "fleet:crm_csat_shrunk_ratio" if group["name"] == PEOPLE else group["rules"][-1]["record"]
    for group in recording(ROLLING)["groups"]
]
"""Of shares of persons one that they have: nobody answers of an agent when he is asked of the relation as a whole."""
QUERIES = [pytest.param(asked, id=asked.place) for asked in queries()]


def promtool(*args: str, given: str | None = None) -> str:
    done = subprocess.run(["promtool", *args], input=given, capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_rules_are_accepted() -> None:
    rules = sorted(str(path) for path in (DEPLOY / "rules").glob("*.yml"))
    assert promtool("check", "rules", "--lint=all", "--lint-fatal", *rules).count("SUCCESS") == len(rules) == 2


def test_names_and_help_of_what_workers_export_are_accepted() -> None:
    assert promtool("check", "metrics", given=generate_latest(registry()).decode()) == ""


def test_the_configuration_is_accepted() -> None:
    assert "SUCCESS" in promtool("check", "config", str(DEPLOY / "prometheus.yml"))


@pytest.mark.parametrize("path", sorted((DEPLOY / "tests").glob("*_test.yml")), ids=lambda path: path.stem)
def test_alerts_fire_when_they_should(path: Path) -> None:
    assert "SUCCESS" in promtool("test", "rules", str(path))


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    """A Prometheus that has scraped a worker a few times, and evaluated the rules."""
    with running(tmp_path_factory.mktemp("prometheus")) as prometheus:
        deadline = time.monotonic() + STARTED_WITHIN
        while not _warm(prometheus):
            assert time.monotonic() < deadline, "Prometheus has no rates yet"
            time.sleep(0.5)
        yield prometheus


def _warm(prometheus: Prometheus) -> bool:
    """Whether the last scrapes went well and every group of rules was evaluated after them."""
    try:
        scrapes = prometheus.values(f'sum_over_time(up{{job="{JOB}"}}[25s])')
        evaluated = [prometheus.values(f"count_over_time({name}[25s])") for name in EACH_GROUP_S_LAST]
    except (urllib.error.URLError, ConnectionError):
        return False
    return scrapes >= [4.0] and all(max(counts, default=0) >= 4 for counts in evaluated)


@pytest.mark.parametrize("asked", QUERIES)
def test_every_panel_s_query_returns_data(server: Prometheus, asked: Asked) -> None:
    assert "$" not in asked.expr
    assert server.some(asked.expr)


@pytest.mark.parametrize("by", sorted({dim for kpi in KPIS if kpi.rolls for dim in kpi.by}))
def test_every_dimension_splits(server: Prometheus, by: str) -> None:
    kpi = next(kpi for kpi in KPIS if by in kpi.by and kpi.rolls)
    assert server.some(value_of(kpi, {"job": JOB, "window": "1d", "scope": by}))


def test_the_fleet_says_what_the_worker_says(server: Prometheus) -> None:
    labels = {"job": JOB, **everything("1d")}
    for kpi in KPIS:
        if kpi.rolls and ALL in kpi.scopes:
            expr = value_of(kpi, labels)
            assert server.some(f"{expr} == ignoring (instance) {expr.removeprefix('fleet:')}")


def test_a_query_of_what_is_not_there_returns_nothing(server: Prometheus) -> None:
    assert server.values("fleet:crm_csat_ratoi") == []
