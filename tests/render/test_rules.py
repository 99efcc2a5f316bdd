"""The rules: every target has an alert, guarded, and every name in them exists."""

import re
from typing import Any

import msgspec

from streams.exports.series import families, gauged, headline
from streams.kpis.satisfaction import csat
from streams.kpis.service import resolution_method
from streams.kpis.targets import AtLeast, AtMost
from streams.names import ALL
from streams.render.fleet import fleet, longest_day
from streams.render.pipeline import UNCOVERED
from streams.render.rules import alert_name, alerts, recording
from streams.sla.policy import DEFAULTS, Goal, Objective, Policy, PolicySet
from streams.units import DAY
from tests.render.prometheus import ROOT
from tests.render.queries import KPIS, PROMETHEUS_S, ROLLING, SLA, alert_rules, exported, metrics_in, recorded

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
    told = [(rule["alert"], *sorted(rule["labels"].items())) for rule in alert_rules()]
    assert len(set(told)) == len(told)
    groups = [group["name"] for group in (*recording(ROLLING)["groups"], *alerts(ROLLING)["groups"])]
    assert len(set(groups)) == len(groups)


def test_alerts_say_who_acts_and_where_to_read() -> None:
    for rule in alert_rules():
        assert rule["labels"]["severity"] in ({"none"} if rule["alert"] == "CrmWatchdog" else {"page", "ticket"})
        assert rule["labels"]["kind"] in {"kpi", "pipeline", "watchdog"}
        assert {"summary", "description", "runbook_url"} <= set(rule["annotations"])
        assert {"for", "keep_firing_for"} <= set(rule)


def test_every_alert_has_its_runbook_and_every_runbook_an_alert() -> None:
    linked = {rule["annotations"]["runbook_url"] for rule in alert_rules()}
    assert linked == {str(path.relative_to(ROOT)) for path in (ROOT / "docs" / "runbooks").glob("*.md")}
    for path in linked:
        text = (ROOT / path).read_text(encoding="utf-8")
        assert "## Check" in text
        assert "## Do" in text
        assert "```" in text or path.endswith("CrmWatchdog.md") or path.endswith("CrmWorkersAbsent.md")


def test_queries_of_runbooks_read_only_what_there_is() -> None:
    known = exported() | recorded() | PROMETHEUS_S | SLA
    for path in sorted((ROOT / "docs" / "runbooks").glob("*.md")):
        for block in re.findall(r"```promql\n(.*?)```", path.read_text(encoding="utf-8"), re.DOTALL):
            assert metrics_in(block) <= known, path.name


def test_every_alert_of_kpis_is_held_back_while_partitions_are_uncovered() -> None:
    about = [rule for rule in alert_rules() if rule["labels"]["kind"] == "kpi"]
    assert about
    assert all(str(rule["expr"]).endswith(f"unless on (job) {UNCOVERED}") for rule in about)


def test_budgets_have_an_alert_for_each_promise_and_tier_that_can_fire() -> None:
    burning = [rule for rule in alert_rules() if rule["alert"].startswith("CrmSlaBurn")]
    clocks = {(rule["alert"], rule["labels"]["clock"]) for rule in burning}
    assert len(burning) == len(clocks) == 3 * len(DEFAULTS.policies[0].clocks)
    for rule in burning:
        (long, short) = (float(share) for share in re.findall(r">= (0\.\d+)", str(rule["expr"])))
        assert 0 < long == short <= 0.9


def _alerts_of(policy: Policy) -> list[dict[str, Any]]:
    return alerts(ROLLING, policies=PolicySet(policies=(policy,)))["groups"]


def test_other_policies_give_other_thresholds() -> None:
    loose = msgspec.structs.replace(
        DEFAULTS.policies[0], name="loose", clocks={"resolution": Goal(target=DAY, objective=Objective(0.9))}
    )
    groups = {
        group["name"]: group["rules"] for group in alerts(ROLLING, policies=PolicySet(policies=(loose,)))["groups"]
    }
    shares = [re.findall(r">= (0\.\d+)", str(rule["expr"]))[0] for rule in groups["crm-sla-budgets"]]
    assert shares == ["0.9", "0.6", "0.1"]
    oldest = [rule["expr"] for rule in groups["crm-symptoms"] if rule["alert"] == "CrmOldestWaiting"]
    assert len(oldest) == 1
    assert "> 172800" in oldest[0]


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
    known = exported() | recorded() | PROMETHEUS_S | SLA
    exprs = [rule["expr"] for group in recording(ROLLING)["groups"] for rule in group["rules"]]
    for expr in [*exprs, *(rule["expr"] for rule in alert_rules())]:
        assert metrics_in(expr) or expr == "vector(1)"
        assert metrics_in(expr) <= known


def test_without_a_day_the_longest_window_is_judged() -> None:
    assert longest_day(("5m", "1h")) == "1h"
    assert 'window="1h"' in str(alerts(("5m", "1h"))["groups"][0]["rules"][0]["expr"])
