"""Every form of KPI: read, put into words, and within its own bounds, with nothing left to be written for a new one."""

import inspect

import pytest

from streams.kpis import compared, model, priced
from streams.kpis.catalogue import Catalogue
from streams.kpis.model import Kpi
from streams.render.reference import formula
from tests.kpis.states import some

KPIS = list(Catalogue().kpis.values())
MEMBERS = [form for module in (model, priced, compared) for _, form in inspect.getmembers(module, inspect.isclass)]
FORMS = list(dict.fromkeys(form for form in MEMBERS if issubclass(form, Kpi) and form is not Kpi))


def test_every_form_is_in_use() -> None:
    assert {type(kpi) for kpi in KPIS} == set(FORMS)


@pytest.mark.parametrize("kpi", KPIS, ids=lambda kpi: kpi.name)
def test_readings_are_as_the_form_says(kpi: Kpi) -> None:
    reading = some(kpi)
    low, high = kpi.bounds
    assert low is None or reading.value >= low
    assert high is None or reading.value <= high
    assert (reading.interval is not None) is kpi.has_interval
    assert (reading.stats is not None) is bool(kpi.stats)
    assert set(kpi.stats) <= set(reading.stats or ())
    assert (reading.numerator is not None) >= (kpi.basis == "trials")


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_every_form_has_a_formula_of_its_own(form: type[Kpi]) -> None:
    kpi = next(kpi for kpi in KPIS if type(kpi) is form)
    others = {formula(other) for other in KPIS if type(other) is not form}
    assert formula(kpi) not in others
