"""Declarations: what a KPI's state, fingerprint, unit and statistic follow from."""

import msgspec
import pytest

from streams.kpis.catalogue import KPIS
from streams.kpis.model import Kpi
from streams.kpis.orders import order_entry_time
from streams.kpis.requests import first_response_time, first_response_time_business, requests
from streams.kpis.satisfaction import csat, nps_hot
from streams.kpis.targets import AtLeast, AtMost
from streams.measures.aggregates import WIDTH


def changed(kpi: Kpi, **fields: object) -> Kpi:
    return msgspec.structs.replace(kpi, **fields)


@pytest.mark.parametrize("words", [{"title": "T"}, {"means": "M."}, {"target": None}, {"windows": ("1d",)}, {"by": ()}])
def test_words_target_and_scopes_leave_the_definition(words: dict[str, object]) -> None:
    assert changed(first_response_time, **words).definition == first_response_time.definition
    assert changed(first_response_time, **words).source.code == first_response_time.source.code


def test_what_the_number_means_changes_the_definition() -> None:
    edition = changed(first_response_time.of, edition=2)  # type: ignore[arg-type]
    others = [
        changed(first_response_time, headline="p50"),
        changed(first_response_time, measure="waited_business"),
        changed(first_response_time, of=edition),
        changed(first_response_time, maturity=5),
    ]
    assert len({kpi.definition for kpi in [first_response_time, *others]}) == 5


def test_a_new_edition_of_a_kind_has_new_state() -> None:
    edition = changed(first_response_time.of, edition=2)  # type: ignore[arg-type]
    assert changed(first_response_time, of=edition).source.code != first_response_time.source.code


def test_states_have_numbers_of_their_own_with_room_for_components() -> None:
    sources = {kpi.source for kpi in KPIS}
    assert len({source.code for source in sources}) == len(sources)
    assert all(source.code % (1 << WIDTH) == 0 for source in sources)


def test_definitions_and_state_numbers_do_not_depend_on_the_run() -> None:
    """They are in durable rows and published records: change this only together with an edition or a kind."""
    assert (requests.definition, order_entry_time.source.code >> WIDTH) == REMEMBERED


REMEMBERED = ("ce9f44", 3920997849)


def test_unit_and_statistic() -> None:
    kpis = (first_response_time_business, requests, csat, nps_hot)
    assert [(kpi.unit, kpi.stat) for kpi in kpis] == [
        ("seconds", "p90"), ("count", "count"), ("ratio", "share"), ("points", "score"),
    ]  # fmt: skip


@pytest.mark.parametrize("kpi", KPIS, ids=lambda kpi: kpi.name)
def test_every_kpi_says_what_it_is(kpi: Kpi) -> None:
    assert kpi.title
    assert kpi.means.endswith(".")
    assert msgspec.json.decode(msgspec.json.encode(kpi))["name"] == kpi.name
    assert len(kpi.definition) == 6


def test_targets() -> None:
    assert [AtMost(5).met(value) for value in (4, 5, 6)] == [True, True, False]
    assert [AtLeast(5).met(value) for value in (4, 5, 6)] == [False, True, True]
    assert (AtMost(5).as_record(), AtLeast(0.9).as_record()) == ({"at_most": 5}, {"at_least": 0.9})
