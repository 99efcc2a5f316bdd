"""The reference: every KPI, with all that its declaration says."""

import pytest

from streams.kpis.catalogue import KPIS
from streams.kpis.model import Kpi
from streams.render import reference


@pytest.mark.parametrize("kpi", KPIS, ids=lambda kpi: kpi.name)
def test_a_section_says_what_the_declaration_says(kpi: Kpi) -> None:
    section = reference.section(kpi)
    assert section.startswith(f"## {kpi.name}\n")
    for text in (kpi.title, kpi.means, kpi.of.name, kpi.measure, kpi.definition, *kpi.windows, *kpi.scopes):
        assert text in section
    assert section in reference.page()


def test_an_entry_is_complete() -> None:
    entry = next(reference.entry(kpi) for kpi in KPIS if kpi.name == "csat")
    assert entry["target"] == {"at_least": 0.8}
    assert entry["metric"] == "crm_csat_ratio"
    assert entry["formula"] == "Hits divided by trials, with a 95 % Wilson interval."


def test_every_form_has_its_formula() -> None:
    formulas = {type(kpi): reference.formula(kpi) for kpi in KPIS}
    assert len(set(formulas.values())) >= len(formulas)
