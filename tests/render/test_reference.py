"""The reference: every KPI, with all that its declaration says."""

import pytest

from streams.exports.records import scopes_of
from streams.kpis.model import Kpi
from streams.render import reference
from tests.render.queries import KPIS

PAGE = reference.page()


@pytest.mark.parametrize("kpi", KPIS, ids=lambda kpi: kpi.name)
def test_a_section_says_what_the_declaration_says(kpi: Kpi) -> None:
    section = reference.section(kpi)
    assert section.startswith(f"## {kpi.name}\n")
    for text in (kpi.title, kpi.means, kpi.of.name, kpi.measure, kpi.definition, *kpi.windows, *scopes_of(kpi)):
        assert text in section
    assert section in PAGE
    assert "~" not in section


def test_an_entry_is_complete() -> None:
    entry = next(reference.entry(kpi) for kpi in KPIS if kpi.name == "csat")
    assert entry["target"] == {"at_least": 0.8}
    assert entry["metric"] == "crm_csat_ratio"
    assert entry["formula"] == "Hits divided by trials, with a 95 % Wilson interval."


def test_gauges_are_named_or_told_why_there_are_none() -> None:
    said = {kpi.name: reference.section(kpi) for kpi in KPIS}
    assert "| gauges | `crm_basket_mean_eur`, `crm_basket_samples`, `crm_basket_low_sample` |" in said["basket"]
    assert "| gauges | `fleet:crm_basket_ratio`, recorded by rules |" in said["basket_ratio"]
    assert "| gauges | none: it is not of rolling windows |" in said["retention"]
