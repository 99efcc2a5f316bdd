"""The dashboards: complete, self-contained, linked, and read by Grafana's own types without loss."""

import json
import re
from itertools import combinations
from typing import Any

import pytest
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models.dashboard import Dashboard

from streams.exports.series import gauged
from streams.kpis.model import ScorePart
from streams.kpis.targets import AtMost
from streams.names import ALL
from streams.render.dashboard import dashboards_json
from streams.render.panel import PICKED
from tests.render.boards import BOARDS, DRAWN, PANELS, filled, panels
from tests.render.prometheus import ROOT
from tests.render.queries import KPIS, OVER, PROMETHEUS_S, ROLLING, SLA, exported, metrics_in, recorded

UIDS = ["crm-overview", "crm-sla", "crm-people", "crm-satisfaction", "crm-orders", "crm-pipeline"]
each_board = pytest.mark.parametrize("board", BOARDS.values(), ids=BOARDS)


def read_back(board: dict[str, Any]) -> dict[str, Any]:
    register_default_plugins()
    found: dict[str, Any] = json.loads(json.dumps(Dashboard.from_json(board), cls=JSONEncoder))
    return found


def test_there_are_six_and_their_uids_stay() -> None:
    assert [board["uid"] for board in BOARDS.values()] == UIDS
    assert list(BOARDS) == [f"{uid}.json" for uid in UIDS]


@each_board
def test_grafana_s_types_know_every_key(board: dict[str, Any]) -> None:
    assert read_back(board) == board


def test_a_misspelt_key_would_be_noticed() -> None:
    wrong = json.loads(dashboards_json(ROLLING)["crm-sla.json"])
    wrong["panels"][1]["fieldConfig"]["defaults"]["unitt"] = "s"
    assert read_back(wrong) != wrong


def test_the_same_bytes_every_time() -> None:
    assert dashboards_json(ROLLING) == dashboards_json(ROLLING)


@each_board
def test_ids_are_unique_and_panels_do_not_overlap(board: dict[str, Any]) -> None:
    ids = [panel["id"] for panel in board["panels"]]
    assert len(set(ids)) == len(ids)
    for one, other in combinations((panel["gridPos"] for panel in board["panels"]), 2):
        beside = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
        below = one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]
        assert beside or below


@pytest.mark.parametrize("panel", DRAWN, ids=lambda panel: f"{panel['type']}-{panel['title']}")
def test_every_panel_says_what_it_is(panel: dict[str, Any]) -> None:
    defaults = panel["fieldConfig"]["defaults"]
    assert panel["title"]
    assert panel["description"]
    assert defaults["unit"]
    assert defaults["noValue"]
    assert defaults["thresholds"]["steps"][0]["value"] is None
    assert {target["datasource"]["uid"] for target in panel["targets"]} == {"${datasource}"}


def test_queries_read_only_what_is_exported_or_recorded() -> None:
    known = exported() | recorded() | PROMETHEUS_S | SLA | OVER
    for panel in DRAWN:
        for target in panel["targets"]:
            assert metrics_in(target["expr"])
            assert metrics_in(target["expr"]) <= known


def test_every_exported_metric_of_the_processor_and_of_what_is_open_is_on_some_panel() -> None:
    read = {name for panel in DRAWN for target in panel["targets"] for name in metrics_in(target["expr"])}
    own = "watermark consumer_lag partitions_assigned flush broker_up rebalances stalls fenced recovery values_without"
    own += " orphan negative open_obligations busy dead_letters published applied duplicate missed"
    own += " waiting_tickets at_risk overdue oldest_waiting budget_left burn_rate sla_decisions sla_breached"
    assert [name for name in own.split() if not any(name in metric for metric in read)] == []


def test_every_kpi_is_on_some_dashboard() -> None:
    """With its number and its course; what has no metric, with where it is to be seen."""
    legends = {target["legendFormat"] for panel in DRAWN for target in panel["targets"]}
    said = "\n".join(panel["options"]["content"] for panel in PANELS if panel["type"] == "text")
    for kpi in KPIS:
        kinds = {panel["type"] for panel in PANELS if panel["title"] == kpi.title}
        if isinstance(kpi, ScorePart):
            assert kpi.part in legends
        elif gauged(kpi):
            assert kinds == ({"stat", "timeseries"} if ALL in kpi.scopes else {"timeseries"})
        else:
            assert f"(`{kpi.name}`)" in said


def test_thresholds_are_the_targets() -> None:
    for kpi in KPIS:
        of_it = [panel for panel in DRAWN if kpi.title in (panel["title"], panel["title"].partition(", by ")[0])]
        for panel in of_it if kpi.target else ():
            steps = panel["fieldConfig"]["defaults"]["thresholds"]["steps"]
            assert [step["value"] for step in steps] == [None, kpi.target.bound]  # type: ignore[union-attr]
            assert steps[0]["color"] == ("green" if isinstance(kpi.target, AtMost) else "red")


def test_units_are_those_of_the_values() -> None:
    units = {panel["title"]: panel["fieldConfig"]["defaults"]["unit"] for panel in DRAWN}
    wanted = {"basket": "currency:EUR", "csat": "percentunit", "nps_hot": "none", "contact_rate": "none"}
    wanted |= {"orders_per_labour_hour": "none", "effort_handling": "s", "requests": "short", "exchanges": "short"}
    assert {kpi.name: units[kpi.title] for kpi in KPIS if kpi.name in wanted} == wanted


def test_scales_are_the_bounds_of_the_values() -> None:
    for kpi in KPIS:
        for panel in DRAWN:
            if panel["title"] == kpi.title:
                defaults = panel["fieldConfig"]["defaults"]
                assert (defaults.get("min"), defaults.get("max")) == kpi.bounds


def test_what_has_no_scope_of_everything_is_split_by_its_category() -> None:
    (panel,) = (panel for panel in PANELS if panel["title"] == "Method of resolution")
    (target,) = panel["targets"]
    assert 'scope="method"' in target["expr"]
    assert target["legendFormat"] == "{{method}}"


@each_board
def test_each_variable_is_used_and_none_is_missing(board: dict[str, Any]) -> None:
    variables = {one["name"] for one in board["templating"]["list"]}
    exprs = " ".join(target["expr"] for panel in panels(board) for target in panel.get("targets", ()))
    named = set(re.findall(r"\$(\w+)", exprs)) - {"__rate_interval"}
    assert variables == named | {"datasource", "job"}


@each_board
def test_a_dimension_can_be_picked(board: dict[str, Any]) -> None:
    for one in board["templating"]["list"]:
        if one["name"] in PICKED:
            assert one["multi"]
            assert one["includeAll"]
            assert one["allValue"] == ".*"
            assert one["query"].endswith(f", {one['name']})")
            assert metrics_in(one["query"]) <= exported() | recorded()


def test_the_choices() -> None:
    variables = {one["name"]: one for one in BOARDS["crm-satisfaction.json"]["templating"]["list"]}
    assert variables["window"]["query"] == "1h,1d"
    split = {dim for kpi in KPIS if gauged(kpi) and ALL in kpi.scopes for dim in kpi.by}
    assert set(variables["by"]["query"].split(",")) == split
    assert "$" not in filled('x{department=~"$department",job="$job",window="$window",by="$by"}', "1h", "channel")


@each_board
def test_alerts_and_breaches_are_marked_on_every_course(board: dict[str, Any]) -> None:
    marks = {one["name"]: one["expr"] for one in board["annotations"]["list"]}
    assert marks.keys() == {"Alerts", "Breaches"}
    assert 'alertstate="firing"' in marks["Alerts"]
    assert metrics_in(marks["Breaches"]) == {"crm_sla_decisions_total"}


@each_board
def test_links_lead_to_boards_that_there_are_and_keep_what_is_chosen(board: dict[str, Any]) -> None:
    (others,) = board["links"]
    assert (others["type"], others["tags"], others["keepTime"], others["includeVars"]) == (
        "dashboards",
        ["crm"],
        True,
        True,
    )
    assert "crm" in board["tags"]
    urls = [link["url"] for panel in panels(board) for link in panel.get("links") or ()]
    assert {url.partition("?")[0].removeprefix("/d/") for url in urls} <= set(UIDS)
    assert bool(urls) is (board["uid"] == "crm-overview")


def test_runbooks_that_are_named_are_there() -> None:
    named = {path for panel in DRAWN for path in re.findall(r"docs/runbooks/\w+\.md", panel["description"])}
    assert len(named) > 30
    assert [path for path in named if not (ROOT / path).is_file()] == []
