"""The catalogue as JSON: every KPI with its definition."""

from typing import Any

from streams.exports.records import scopes_of
from streams.kpis.catalogue import FAMILIES
from streams.kpis.headline import place_of
from streams.kpis.model import Kpi
from streams.units import SECOND

_GROUP_OF = {kpi.name: group for group, kpis in FAMILIES.items() for kpi in kpis}


def describe(kpi: Kpi) -> dict[str, Any]:
    """A KPI: its words, its shape, and the facts that it is computed from; `maturity` in seconds."""
    return {
        "name": kpi.name,
        "group": _GROUP_OF.get(kpi.name, "further"),
        "headline": place_of(kpi.name),
        "title": kpi.title,
        "means": kpi.means,
        "unit": kpi.unit,
        "stat": kpi.stat,
        "by": list(kpi.by),
        "scopes": scopes_of(kpi),
        "windows": list(kpi.windows),
        "target": kpi.target.as_record() if kpi.target else None,
        "definition": kpi.definition,
        "form": type(kpi).__name__.lower(),
        "source": {
            "fact": kpi.of.name,
            "edition": kpi.of.edition,
            "measure": kpi.measure,
            "aggregate": type(kpi.aggregate).__name__.lower(),
        },
        "maturity": kpi.maturity / SECOND,
    }
