"""Faults of declarations: named, with what would be right, and all at once."""

import msgspec
import pytest

from streams.cases import facts
from streams.kpis.catalogue import KPIS
from streams.kpis.faults import DIMENSIONS, UNITS, faults
from streams.kpis.model import Kpi
from streams.kpis.orders import basket_ratio
from streams.kpis.requests import requests, requests_ratio, service_time, service_time_ratio
from streams.kpis.satisfaction import ces, csat, nps_hot
from streams.kpis.service import resolution_method
from streams.kpis.targets import AtLeast, AtMost


def changed(kpi: Kpi, **fields: object) -> Kpi:
    return msgspec.structs.replace(kpi, **fields)


def test_the_catalogue_has_no_faults() -> None:
    assert list(faults(KPIS)) == []


def test_no_unit_and_no_dimension_is_allowed_in_vain() -> None:
    assert {kpi.unit for kpi in KPIS} == set(UNITS)
    assert {dim for kpi in KPIS for dim in kpi.by} <= set(DIMENSIONS)


UNBOUNDED = facts.Kind("x", ("customer_id",), ("one",))


@pytest.mark.parametrize(
    ("kpi", "words"),
    [
        (changed(requests, name="Requests"), "small letters"),
        (changed(requests, name="requests__x"), "single underscores"),
        (changed(requests, measure="two"), "ticket_opened has no measure 'two'; it has one"),
        (changed(requests, by=("moon",)), "has no dimension 'moon'"),
        (changed(requests, windows=("2d",)), "unknown window '2d'; use 1m"),
        (changed(requests, by=("all",)), "needs no declaration"),
        (changed(requests, by=("channel", "channel")), "a dimension is named twice"),
        (changed(requests, of=UNBOUNDED, by=("customer_id",)), "'customer_id' is none of the dimensions that have few"),
        (changed(ces, of_unit="furlongs"), "unknown unit 'furlongs'; use seconds, "),
        (changed(csat, target=AtLeast(80)), "its target 80 is not between 0 and 1"),
        (changed(nps_hot, target=AtLeast(-101)), "its target -101 is not between -100 and 100"),
        (changed(service_time, target=AtMost(-1)), "its target -1 is not between 0 and None"),
        (changed(resolution_method, target=AtLeast(0.5)), "judged in the scope 'all', which it has not"),
        (changed(resolution_method, by=()), "told by category"),
        (service_time_ratio, "no KPI shows the cycle_resolved.served that it compares"),
        (requests_ratio, "no KPI shows the ticket_opened.one that it compares"),
    ],
)
def test_faults_are_named(kpi: Kpi, words: str) -> None:
    found = list(faults([kpi]))
    assert any(words in fault for fault in found), found
    assert all(fault.startswith(f"{kpi.name}: ") for fault in found)


def test_what_is_derived_needs_its_base_in_all_of_its_scopes() -> None:
    narrow = changed(service_time, by=("channel",))
    assert list(faults([narrow, service_time_ratio])) == [
        "service_time_ratio: service_time, whose gauges it needs, is not by department, category, agent"
    ]
    assert list(faults([service_time, service_time_ratio])) == []


def test_a_sum_of_the_same_samples_shows_no_means() -> None:
    total = next(kpi for kpi in KPIS if kpi.name == "settled_value")
    same = changed(total, of=basket_ratio.of, measure=basket_ratio.measure, by=basket_ratio.by)
    assert same.source == basket_ratio.source
    assert any("no KPI shows" in fault for fault in faults([same, basket_ratio]))


def test_a_name_declared_twice_is_a_fault_and_all_faults_come_at_once() -> None:
    wrong = changed(requests, by=("moon",), windows=("2d",))
    assert len(list(faults([wrong, wrong]))) == 7
