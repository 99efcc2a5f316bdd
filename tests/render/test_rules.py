"""The rules: every target has an alert, guarded, and every name in them exists."""

import msgspec

from streams.exports.series import families, gauged, headline
from streams.kpis.satisfaction import csat
from streams.kpis.service import resolution_method
from streams.kpis.targets import AtLeast, AtMost
from streams.names import ALL
from streams.render.fleet import fleet, longest_day
from streams.render.pipeline import UNCOVERED
from streams.render.rules import alert_name, alerts, recording
from tests.render.queries import KPIS, PROMETHEUS_S, ROLLING, alert_rules, exported, metrics_in, recorded

TARGETS = [kpi for kpi in KPIS if kpi.target and gauged(kpi) and ALL in kpi.scopes]


def expr_of(name: str) -> str:
    return next(str(rule["expr"]) for rule in alert_rules() if rule["alert"] == name)


def test_every_target_has_one_alert() -> None:
    about = [rule["labels"]["kpi"] for rule in alert_rules() if "kpi" in rule["labels"]]
    assert about == [kpi.name for kpi in TARGETS]


def test_an_alert_looks_at_the_bound_the_day_and_everything() -> None:
    for kpi in TARGETS:
        expr = expr_of(alert_name(kpi))
        assert f"{kpi.target.bound:g}" in expr  # type: ignore[union-attr]
        assert 'scope="all",window="1d"' in expr


def test_every_alert_of_a_target_is_guarded() -> None:
    for kpi in TARGETS:
        expr = expr_of(alert_name(kpi))
        assert "_low_sample{" in expr
        assert expr.endswith(f"unless on (job) {UNCOVERED}")
        assert ("_ci_" in expr) is kpi.has_interval


def test_what_no_gauge_of_everything_shows_has_no_alert() -> None:
    told = {kpi.name: kpi for kpi in KPIS}
    category = msgspec.structs.replace(resolution_method, target=AtLeast(0.5))
    groups = alerts(ROLLING, (("X", (category, told["retention"], told["csat"])),))["groups"]
    assert [rule["alert"] for rule in groups[0]["rules"]] == ["CrmCsatBelowTarget"]


def test_a_bound_is_written_with_all_of_its_digits() -> None:
    exact = msgspec.structs.replace(csat, target=AtMost(12_345_678.25))
    (rule,) = alerts(ROLLING, (("X", (exact,)),))["groups"][0]["rules"]
    assert "> 12345678.25\n" in rule["expr"]


def test_at_least_needs_the_upper_end_of_the_interval() -> None:
    assert "fleet:crm_csat_ci_high" in expr_of("CrmCsatBelowTarget")
    assert "fleet:crm_csat_ci_low" not in expr_of("CrmCsatBelowTarget")


def test_names_are_unique() -> None:
    names = [rule["alert"] for rule in alert_rules()]
    assert len(set(names)) == len(names)
    groups = [group["name"] for group in (*recording(ROLLING)["groups"], *alerts(ROLLING)["groups"])]
    assert len(set(groups)) == len(groups)


def test_alerts_say_who_acts_and_where_to_read() -> None:
    for rule in alert_rules():
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert {"summary", "description", "runbook_url"} <= set(rule["annotations"])
        assert {"for", "keep_firing_for"} <= set(rule)


def test_every_gauge_of_every_kpi_is_recorded_fleet_wide() -> None:
    wanted = {fleet(name) for kpi in KPIS for name in families(kpi)}
    assert wanted <= recorded()
    assert {fleet(headline(kpi)) for kpi in KPIS if gauged(kpi)} <= recorded()


def test_what_is_usual_is_the_median_of_eight_weeks_before() -> None:
    exprs = {rule["record"]: str(rule["expr"]) for group in recording(ROLLING)["groups"] for rule in group["rules"]}
    usual = exprs["fleet:crm_requests_ratio"]
    assert all(f'fleet:crm_requests{{window="1d"}} offset {7 * ago}d' in usual for ago in range(1, 9))
    assert "quantile without (slot) (0.5," in usual
    assert usual.count(">= 3") == len(ROLLING)
    assert "offset 63d" not in usual


def test_a_campaign_s_lift_is_that_of_all_requests_while_it_has_some() -> None:
    exprs = {rule["record"]: str(rule["expr"]) for group in recording(ROLLING)["groups"] for rule in group["rules"]}
    lift = exprs["fleet:crm_campaign_lift_ratio"]
    assert metrics_in(lift) == {"fleet:crm_requests", "fleet:crm_requests_ratio"}
    assert 'scope="campaign"' in lift


def test_rules_read_only_what_is_exported_or_recorded() -> None:
    known = exported() | recorded() | PROMETHEUS_S
    exprs = [rule["expr"] for group in recording(ROLLING)["groups"] for rule in group["rules"]]
    for expr in [*exprs, *(rule["expr"] for rule in alert_rules())]:
        assert metrics_in(expr)
        assert metrics_in(expr) <= known


def test_without_a_day_the_longest_window_is_judged() -> None:
    assert longest_day(("5m", "1h")) == "1h"
    assert 'window="1h"' in str(alerts(("5m", "1h"))["groups"][0]["rules"][0]["expr"])
