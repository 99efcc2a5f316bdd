"""The rules: every target has an alert, guarded, and every name in them exists."""

from streams.exports.series import families
from streams.kpis.catalogue import KPIS
from streams.kpis.model import Duration, Trend
from streams.render.fleet import FAMILIES, fleet, longest_day
from streams.render.pipeline import UNCOVERED
from streams.render.rules import alert_name, alerts, recording
from tests.render.queries import PROMETHEUS_S, ROLLING, alert_rules, exported, metrics_in, recorded

TARGETS = [kpi for kpi in KPIS if kpi.target]


def expr_of(name: str) -> str:
    return next(str(rule["expr"]) for rule in alert_rules() if rule["alert"] == name)


def test_the_families_are_the_catalogue() -> None:
    assert [kpi for _, kpis in FAMILIES for kpi in kpis] == list(KPIS)


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
        assert ("_ci_" in expr) is not isinstance(kpi, Duration | Trend)


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
    wanted = {fleet(name) for kpi in KPIS if not isinstance(kpi, Trend) for name in families(kpi)}
    assert wanted <= recorded()
    assert "fleet:crm_service_time_ratio" in recorded()


def test_rules_read_only_what_is_exported_or_recorded() -> None:
    known = exported() | recorded() | PROMETHEUS_S
    exprs = [rule["expr"] for group in recording(ROLLING)["groups"] for rule in group["rules"]]
    for expr in [*exprs, *(rule["expr"] for rule in alert_rules())]:
        assert metrics_in(expr)
        assert metrics_in(expr) <= known


def test_without_a_day_the_longest_window_is_judged() -> None:
    assert longest_day(("5m", "1h")) == "1h"
    assert 'window="1h"' in str(alerts(("5m", "1h"))["groups"][0]["rules"][0]["expr"])
