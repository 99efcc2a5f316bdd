"""The dashboard: complete, self-contained, and read by Grafana's own types without loss."""

import json
from itertools import combinations
from typing import Any

import pytest
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models.dashboard import Dashboard

from streams.exports.series import gauged
from streams.kpis.model import ScorePart
from streams.names import ALL
from streams.render.dashboard import dashboard_json
from streams.render.fleet import FAMILIES
from tests.render.queries import KPIS, PROMETHEUS_S, ROLLING, exported, metrics_in, recorded

BOARD = json.loads(dashboard_json(ROLLING))
PANELS = [panel for panel in BOARD["panels"] if panel["type"] != "row"]


def read_back(board: dict[str, Any]) -> dict[str, Any]:
    register_default_plugins()
    found: dict[str, Any] = json.loads(json.dumps(Dashboard.from_json(board), cls=JSONEncoder))
    return found


def test_grafana_s_types_know_every_key() -> None:
    assert read_back(BOARD) == BOARD


def test_a_misspelt_key_would_be_noticed() -> None:
    wrong = json.loads(dashboard_json(ROLLING))
    wrong["panels"][1]["fieldConfig"]["defaults"]["unitt"] = "s"
    assert read_back(wrong) != wrong


def test_the_same_bytes_every_time() -> None:
    assert dashboard_json(ROLLING) == dashboard_json(ROLLING)


def test_a_row_for_each_family() -> None:
    rows = [panel["title"] for panel in BOARD["panels"] if panel["type"] == "row"]
    assert rows == ["Pipeline", *(title for title, _ in FAMILIES)]
    assert rows[-1] == "Customers"


def test_ids_are_unique_and_panels_do_not_overlap() -> None:
    ids = [panel["id"] for panel in BOARD["panels"]]
    assert len(set(ids)) == len(ids)
    for one, other in combinations((panel["gridPos"] for panel in BOARD["panels"]), 2):
        beside = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
        below = one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]
        assert beside or below


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: f"{panel['type']}-{panel['title']}")
def test_every_panel_says_what_it_is(panel: dict[str, Any]) -> None:
    defaults = panel["fieldConfig"]["defaults"]
    assert panel["title"]
    assert panel["description"]
    assert defaults["unit"]
    assert defaults["noValue"]
    assert defaults["thresholds"]["steps"][0]["value"] is None
    assert {target["datasource"]["uid"] for target in panel["targets"]} == {"${datasource}"}


def test_queries_read_only_what_is_exported_or_recorded() -> None:
    known = exported() | recorded() | PROMETHEUS_S
    for panel in PANELS:
        for target in panel["targets"]:
            assert metrics_in(target["expr"])
            assert metrics_in(target["expr"]) <= known


def test_every_kpi_has_its_number_and_its_course() -> None:
    for kpi in KPIS:
        kinds = {panel["type"] for panel in PANELS if panel["title"] == kpi.title}
        shown = {"stat", "timeseries"} if ALL in kpi.scopes else {"timeseries"}
        assert kinds == (shown if gauged(kpi) and not isinstance(kpi, ScorePart) else set())
    legends = [target["legendFormat"] for panel in PANELS for target in panel["targets"]]
    assert {"promoters", "passives", "detractors"} <= set(legends)


def test_thresholds_are_the_targets() -> None:
    for kpi in KPIS:
        for panel in PANELS:
            if panel["title"] == kpi.title and kpi.target:
                steps = panel["fieldConfig"]["defaults"]["thresholds"]["steps"]
                assert [step["value"] for step in steps] == [None, kpi.target.bound]
                assert steps[0]["color"] == ("green" if "at_most" in kpi.target.as_record() else "red")


def test_units_are_those_of_the_values() -> None:
    units = {panel["title"]: panel["fieldConfig"]["defaults"]["unit"] for panel in PANELS}
    wanted = {"basket": "currency:EUR", "csat": "percentunit", "nps_hot": "none", "contact_rate": "none"}
    wanted |= {"orders_per_labour_hour": "none", "effort_handling": "s", "requests": "short", "exchanges": "short"}
    assert {kpi.name: units[kpi.title] for kpi in KPIS if kpi.name in wanted} == wanted


def test_scales_are_the_bounds_of_the_values() -> None:
    for kpi in KPIS:
        for panel in PANELS:
            if panel["title"] == kpi.title:
                defaults = panel["fieldConfig"]["defaults"]
                assert (defaults.get("min"), defaults.get("max")) == kpi.bounds


def test_what_has_no_scope_of_everything_is_split_by_its_category() -> None:
    (panel,) = (panel for panel in PANELS if panel["title"] == "Method of resolution")
    (target,) = panel["targets"]
    assert 'scope="method"' in target["expr"]
    assert target["legendFormat"] == "{{method}}"


def test_the_variables() -> None:
    variables = {one["name"]: one for one in BOARD["templating"]["list"]}
    assert list(variables) == ["datasource", "job", "window", "by"]
    assert variables["window"]["query"] == "1h,1d"
    split = {dim for kpi in KPIS if gauged(kpi) and ALL in kpi.scopes for dim in kpi.by}
    assert set(variables["by"]["query"].split(",")) == split
