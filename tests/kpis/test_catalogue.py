"""The catalogue: sound, looked up by what the engine and the readers need, and faults of declarations in words."""

import msgspec
import pytest

from streams.cases import facts
from streams.kpis.catalogue import KPIS, Catalogue, faults
from streams.kpis.model import Kpi, Share
from streams.kpis.orders import order_entry_time
from streams.kpis.requests import requests, service_time, service_time_ratio
from streams.windows.sizes import SIZES


def changed(kpi: Kpi, **fields: object) -> Kpi:
    return msgspec.structs.replace(kpi, **fields)


def test_the_catalogue_has_no_faults() -> None:
    assert list(faults(KPIS)) == []


@pytest.mark.parametrize(
    ("kpi", "words"),
    [
        (changed(requests, measure="two"), "ticket_opened has no measure 'two'; it has one"),
        (changed(requests, by=("moon",)), "has no dimension 'moon'"),
        (changed(requests, windows=("2d",)), "unknown window '2d'; use 1m"),
        (changed(requests, by=("all",)), "needs no declaration"),
    ],
)
def test_faults_are_named(kpi: Kpi, words: str) -> None:
    found = list(faults([kpi]))
    assert any(words in fault for fault in found)
    assert all(fault.startswith("requests: ") for fault in found)


def test_a_name_declared_twice_is_a_fault_and_all_faults_come_at_once() -> None:
    wrong = changed(requests, by=("moon",), windows=("2d",))
    assert len(list(faults([wrong, wrong]))) == 5


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
    assert Catalogue().sizes == ("1h", "1d", "1w", "1mo", "1q")
    assert set(Catalogue().sizes) <= set(SIZES)


def test_a_kind_that_nobody_reads_has_no_plan() -> None:
    assert set(Catalogue([requests]).plans) == {"ticket_opened"}
    share = Share(name="x", title="X", means="X.", of=facts.CSAT, measure="positive", by=())
    assert Catalogue([share]).plans["csat"].dims == ()
