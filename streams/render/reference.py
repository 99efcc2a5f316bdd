"""The KPI reference: what each declaration says, as data and as a page."""

from collections.abc import Iterator, Sequence
from functools import singledispatch
from typing import Any

from streams.exports.records import scopes_of
from streams.exports.series import families, gauged, headline, shrunk_family
from streams.kpis.compared import Seasonal, Trend
from streams.kpis.model import (
    Accompanied,
    Attainment,
    BayesianMean,
    CategoryShare,
    Duration,
    Kpi,
    Mean,
    Number,
    Open,
    Quotient,
    Score,
    ScorePart,
    Share,
    Total,
    WindowShare,
)
from streams.kpis.priced import Cost, CostPer, ProfitShare, ProfitWindowShare
from streams.kpis.seasons import LEAST, NORMAL, REACH, SLOTS
from streams.names import ALL
from streams.render import words
from streams.render.fleet import FAMILIES, Family, fleet
from streams.units import SECOND

_HEAD = """# KPIs

What every KPI says, how it is computed, and where it is found. Times are in seconds, shares go from 0 to 1.
Each is kept for the scope `all` and for each of its dimensions, one at a time; shares by category have a value for each
category alone. `definition` is a fingerprint: it changes when what the number means does. Amounts are in the reporting
currency, here and in the names of their gauges.
"""


@singledispatch
def formula(kpi: Kpi) -> str:
    """How the value comes about, in words."""
    raise TypeError(f"no formula is written for {type(kpi).__name__}")


@formula.register
def _(kpi: Duration) -> str:
    return f"The {kpi.stat} of the durations, within 1 %; beside it count, sum, mean, p50, p90, p95, p99 and largest."


@formula.register
def _(kpi: Share) -> str:  # noqa: ARG001
    return "Hits divided by trials, with a 95 % Wilson interval."


@formula.register
def _(kpi: Attainment) -> str:  # noqa: ARG001
    return "Obligations met, divided by obligations decided (met or breached), with a 95 % Wilson interval."


@formula.register
def _(kpi: Number) -> str:  # noqa: ARG001
    return "How many there are."


@formula.register
def _(kpi: Accompanied) -> str:
    beside = " and ".join(f"`{one.name}`" for one in kpi.companions)
    return f"How many there are; beside it, wherever it is shown, {beside} of the same scope and window."


@formula.register
def _(kpi: Open) -> str:  # noqa: ARG001
    return "How many there are now."


@formula.register
def _(kpi: Score) -> str:  # noqa: ARG001
    return (
        "100 × (promoters − detractors) / answers; promoters answer 9 or 10, detractors 0 to 6. With a 95 % adjusted "
        "Wald interval."
    )


@formula.register
def _(kpi: ScorePart) -> str:
    return f"The {kpi.part} divided by the answers, with a 95 % Wilson interval."


@formula.register
def _(kpi: Trend) -> str:  # noqa: ARG001
    return "The mean of the window divided by the mean of the equal window before it."


@formula.register
def _(kpi: Mean) -> str:  # noqa: ARG001
    return "The sum of the samples, divided by how many there are."


@formula.register
def _(kpi: BayesianMean) -> str:
    return (
        f"({kpi.weight} × {kpi.prior:g} + the sum of the samples) / ({kpi.weight} + how many there are): the mean with "
        f"{kpi.weight} samples of {kpi.prior:g} on top."
    )


@formula.register
def _(kpi: Total) -> str:  # noqa: ARG001
    return "The sum of the samples."


@formula.register
def _(kpi: Quotient) -> str:
    above, below = ("sum" if summed else "count" for summed in (kpi.summed, kpi.per_summed))
    once = ", each once in a window" if kpi.per_once else ""
    return f"The {above}, divided by the {below} of `{kpi.per_measure}` of the fact `{kpi.per.name}`{once}."


@formula.register
def _(kpi: Cost) -> str:  # noqa: ARG001
    return "The sum of the costs that events tell, and of those that the configured rates make of the work."


@formula.register
def _(kpi: CostPer) -> str:
    scale = f", for each {kpi.per_scale:,}" if kpi.per_scale != 1 else ""
    what = "sum" if kpi.per_summed else "count"
    whole = f"; by {kpi.whole[0]}, that of all" if kpi.whole else ""
    below = f"{what} of `{kpi.per_measure}` of the fact `{kpi.per.name}`{scale}{whole}"
    return f"The sum of the costs, divided by the {below}."


@formula.register
def _(kpi: ProfitShare) -> str:  # noqa: ARG001
    return (
        "Those that bring at least what they cost, divided by all, with a 95 % Wilson interval; no value while no cost "
        "is known."
    )


@formula.register
def _(kpi: ProfitWindowShare) -> str:  # noqa: ARG001
    return (
        "Those that bring more than they cost, divided by all, each counted once in a window, with a 95 % Wilson "
        "interval; no value while no cost is known."
    )


@formula.register
def _(kpi: CategoryShare) -> str:
    once = ", each counted once in a window" if kpi.once else ""
    return f"Those of one {kpi.by[0]}, divided by those of all{once}, with a 95 % Wilson interval."


@formula.register
def _(kpi: WindowShare) -> str:
    interval = ", with a 95 % Wilson interval" if kpi.subset else ""
    return f"Hits divided by trials, each counted once in a window{interval}."


@formula.register
def _(kpi: Seasonal) -> str:
    whose = "" if ALL in kpi.scopes else f", of all, where the {kpi.by[0]} has some"
    return (
        f"The count{whose}, divided by the median of the counts of the last {SLOTS} like slots: the same weekday and "
        f"local time for days, hours and less, the windows before for longer ones. Slots without any have no count; "
        f"there have to be {LEAST} with one. Its records say what is `usual`: the median, and a band of {REACH:g} "
        f"robust deviations around it, each the greater of {NORMAL:g} × MAD and the root of the median. That is of the "
        f"weekday; of days after public holidays, where {LEAST} brought something; or of the day of the month, where "
        f"{LEAST} did, and lie wholly beside what the weekday brings."
    )


def entry(kpi: Kpi) -> dict[str, Any]:
    """All that a declaration says, as JSON has it."""
    return {
        "name": kpi.name,
        "title": kpi.title,
        "means": kpi.means,
        "form": type(kpi).__name__.lower(),
        "fact": kpi.of.name,
        "measure": kpi.measure,
        "formula": formula(kpi),
        "stat": kpi.stat,
        "unit": kpi.unit,
        "windows": list(kpi.windows),
        "scopes": scopes_of(kpi),
        "target": kpi.target.as_record() if kpi.target else None,
        "restated_for_seconds": kpi.maturity // SECOND,
        "definition": kpi.definition,
        "metric": headline(kpi) if gauged(kpi) else None,
        "metrics": list(families(kpi)),
    }


def page(catalogue: Sequence[Family] = FAMILIES) -> str:
    """docs/kpis.md."""
    parts = [_HEAD, *(_overview(title, kpis) for title, kpis in catalogue)]
    return "\n".join([*parts, *(section(kpi) for _, kpis in catalogue for kpi in kpis)])


def section(kpi: Kpi) -> str:
    """A KPI's part of the page; alerts link to its heading."""
    rows = "".join(f"| {name} | {text} |\n" for name, text in _rows(kpi))
    return f"## {kpi.name}\n\n**{kpi.title}.** {kpi.means}\n\n| | |\n|---|---|\n{rows}"


def _overview(title: str, kpis: Sequence[Kpi]) -> str:
    rows = "".join(f"| [{kpi.name}](#{kpi.name}) | {kpi.title} | {_target(kpi)} |\n" for kpi in kpis)
    return f"**{title}**\n\n| KPI | | target |\n|---|---|---|\n{rows}"


def _rows(kpi: Kpi) -> Iterator[tuple[str, str]]:
    yield "formula", formula(kpi)
    yield "of", f"measure `{kpi.measure}` of the fact `{kpi.of.name}`"
    yield "value", f"{kpi.stat} ({kpi.unit})"
    yield "target", _target(kpi)
    yield "windows", _codes(kpi.windows)
    yield "scopes", _codes(scopes_of(kpi))
    if kpi.maturity:
        yield "restated", f"for {words.duration(kpi.maturity / SECOND)} after a window's end"
    yield "gauges", _gauges(kpi)
    if kpi.personal:
        drawn = f"`{fleet(shrunk_family(kpi))}`, recorded by rules, and `shrunk` in `/api/values`"
        yield "of a person", f"beside the share what is left of it, drawn to that of all (empirical Bayes): {drawn}"
    yield "definition", f"`{kpi.definition}`"


def _gauges(kpi: Kpi) -> str:
    if kpi.derived:
        return f"`{fleet(headline(kpi))}`, recorded by rules"
    return _codes(families(kpi)) or "none: it is not of rolling windows"


def _target(kpi: Kpi) -> str:
    return words.target(kpi, kpi.target) if kpi.target else "none"


def _codes(names: Sequence[str] | dict[str, str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
