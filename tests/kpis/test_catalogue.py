"""The catalogue: the KPIs of rules.md, indexed by what the engine and the readers look up."""

import msgspec

from streams.cases import facts
from streams.kpis.catalogue import FAMILIES, KPIS, Catalogue
from streams.kpis.model import Kpi, Share
from streams.kpis.orders import order_entry_time
from streams.kpis.requests import requests, service_time, service_time_ratio
from streams.windows.sizes import SIZES


def changed(kpi: Kpi, **fields: object) -> Kpi:
    return msgspec.structs.replace(kpi, **fields)


IDS = [
    "order_entry_time",
    "order_processing_time",
    "order_entry_accuracy",
    "first_time_fill_unit",
    "first_time_fill_line",
    "first_time_fill_order",
    "invoice_accuracy",
    "status_accuracy",
    "proactive_notices",
    "order_confirmed",
    "on_time_delivery",
    "delivery_delay",
    "perfect_order",
    "orders_per_labour_hour",
    "basket",
    "basket_items",
    "basket_ratio",
    "orders_per_customer",
    "cancellations",
    "cancellations_customer",
    "cancellations_supplier",
    "requests",
    "requests_ratio",
    "campaign_lift",
    "closed_by_agent",
    "first_response_time",
    "first_response_time_business",
    "misrouted_wait",
    "misrouted_share",
    "answered_in_24h",
    "sla_first_response",
    "sla_next_response",
    "sla_resolution",
    "sla_assignment",
    "next_response_time",
    "hold_time",
    "hold_time_request",
    "service_time",
    "service_time_ratio",
    "resolution_time_first",
    "resolution_time_full",
    "resolution_time_first_business",
    "resolution_time_full_business",
    "resolved_in_2_days",
    "resolution_method",
    "exchanges",
    "exchanges_turns",
    "first_contact_resolution",
    "effort_screens",
    "effort_clicks",
    "effort_handling",
    "escalation_rate",
    "escalation_rate_functional",
    "escalation_rate_sla",
    "reopen_rate",
    "settled_value",
    "settled_value_mean",
    "reassignments",
    "reassignment_share",
    "review_response_time",
    "review_answered",
    "waiting",
    "nps_hot",
    "nps_cold",
    "nps_hot_promoters",
    "nps_hot_passives",
    "nps_hot_detractors",
    "nps_cold_promoters",
    "nps_cold_passives",
    "nps_cold_detractors",
    "csat",
    "ces",
    "ces_share",
    "servqual",
    "servqual_weighted",
    "servqual_tangibles",
    "servqual_reliability",
    "servqual_responsiveness",
    "servqual_assurance",
    "servqual_empathy",
    "review_score",
    "review_score_bayesian",
    "dissatisfied_customers",
    "survey_response",
    "retention",
    "retention_recurring",
    "retention_both",
    "repeat_share",
    "channel_preference",
    "response_cost",
    "response_cost_per_response",
    "response_cost_per_order",
    "response_cost_per_1000",
    "profitable_responses",
    "profitable_customers",
    "contact_rate",
    "contact_rate_late",
    "contact_rate_on_time",
]
"""The whole list of what there is to be."""


def test_the_catalogue_is_the_list() -> None:
    assert len(set(IDS)) == len(IDS)
    names = [kpi.name for kpi in KPIS]
    assert len(set(names)) == len(names)
    assert set(names) == set(IDS)


def test_families_hold_every_kpi_once() -> None:
    assert [kpi for family in FAMILIES.values() for kpi in family] == list(KPIS)
    assert len(Catalogue().kpis) == len(KPIS)


def test_kpis_of_one_measure_share_a_state() -> None:
    assert service_time.source == service_time_ratio.source
    catalogue = Catalogue([service_time, service_time_ratio])
    assert {code for code, _ in catalogue.readers} == {service_time.source.code}
    assert catalogue.readers[service_time.source.code, "agent"] == [service_time, service_time_ratio]


def test_a_plan_has_the_scopes_that_some_kpi_reads() -> None:
    plan = Catalogue([changed(order_entry_time, by=("agent",))]).plans["order_entry"]
    assert plan.dims == (("agent", facts.ORDER_ENTRY.dims.index("agent")),)


def test_every_kpi_is_read_in_each_of_its_scopes() -> None:
    readers = Catalogue().readers
    for kpi in KPIS:
        assert all(kpi.name in {one.name for one in readers[kpi.source.code, scope]} for scope in kpi.scopes)


def test_windows_can_be_chosen_for_all() -> None:
    assert Catalogue(windows=("1q", "5m")).sizes == ("5m", "1q")
    assert Catalogue().sizes == ("1h", "1d", "1w", "1mo", "1q", "now")
    assert set(Catalogue().sizes) <= set(SIZES)


def test_what_is_open_now_has_the_window_now_alone() -> None:
    chosen = Catalogue(windows=("1d", "now")).kpis
    assert [name for name, kpi in chosen.items() if "now" in kpi.windows] == ["waiting"]
    assert chosen["waiting"].windows == ("now",)
    without = Catalogue(windows=("1d",))
    assert (without.kpis["waiting"].windows, "waiting" in without.plans) == ((), False)


def test_a_kind_that_nobody_reads_has_no_plan() -> None:
    assert set(Catalogue([requests]).plans) == {"ticket_opened"}
    share = Share(name="x", title="X", means="X.", of=facts.CSAT, measure="positive", by=())
    assert Catalogue([share]).plans["csat"].dims == ()
