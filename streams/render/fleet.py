"""Names and selectors of the fleet-wide view: what all workers export together.

Each series is exported by exactly one worker, so the maximum over workers is that worker's value, and it stays
one series when a partition moves.
"""

from collections.abc import Iterable, Sequence

from streams.exports.series import families, headline, stem
from streams.kpis import catalogue
from streams.kpis.model import Kpi, Score, ScorePart
from streams.kpis.priced import EURO, Money
from streams.names import ALL

Family = tuple[str, tuple[Kpi, ...]]
"""Title and members."""


def families_in(money: Money) -> tuple[Family, ...]:
    """The catalogue as readers see it, in a reporting currency."""
    told = catalogue.FAMILIES.items()
    return tuple((name.capitalize(), tuple(money.applied(kpi) for kpi in kpis)) for name, kpis in told)


FAMILIES = families_in(EURO)
"""In the default currency."""


def members(families_of: Iterable[Family]) -> list[Kpi]:
    """Every KPI of a catalogue."""
    return [kpi for _, kpis in families_of for kpi in kpis]


JOB = "streams"
"""The job under which the workers are scraped."""


def fleet(name: str) -> str:
    """The recorded series of a metric family.

    >>> fleet("crm_csat_ratio")
    'fleet:crm_csat_ratio'
    """
    return f"fleet:{name}"


def selector(labels: dict[str, str]) -> str:
    """Labels as PromQL matches them.

    >>> selector({"scope": "all", "window": "1d"})
    '{scope="all",window="1d"}'
    """
    return "{" + ",".join(f'{name}="{value}"' for name, value in labels.items()) + "}"


def own_labels(kpi: Kpi) -> dict[str, str]:
    """The labels that pick the KPI's value out of its headline family."""
    return {"stat": kpi.stat} if kpi.stats else {}


def value_of(kpi: Kpi, labels: dict[str, str]) -> str:
    """The KPI's value, fleet-wide, where these labels hold."""
    return fleet(headline(kpi)) + selector({**labels, **own_labels(kpi)})


def bound_of(kpi: Kpi, side: str, labels: dict[str, str]) -> str | None:
    """The `low` or `high` end of the KPI's interval, or None where it has none."""
    name = f"{stem(kpi)}_ci_{side}"
    return fleet(name) + selector(labels) if name in families(kpi) else None


def low_sample_of(kpi: Kpi, kpis: Iterable[Kpi], labels: dict[str, str]) -> str | None:
    """1 where there are too few samples to judge, or None where nothing tells, as of plain numbers."""
    base = base_of(kpi, kpis) if kpi.derived else kpi
    name = f"{stem(base)}_low_sample"
    return fleet(name) + selector(labels) if name in families(base) else None


def base_of(derived: Kpi, kpis: Iterable[Kpi]) -> Kpi:
    """The KPI whose gauges show what a derived one compares; `kpis.faults` tells where there is none."""
    return next(kpi for kpi in kpis if derived.shown_by(kpi))


def mean_labels(kpi: Kpi) -> dict[str, str]:
    """The labels that pick a KPI's means out of its headline family."""
    return {"stat": "mean"} if kpi.stats else {}


def longest_day(rolling: Sequence[str]) -> str:
    """The window that targets are judged on: a day, or what is kept next to it."""
    return "1d" if "1d" in rolling else rolling[-1]


def everything(window: str) -> dict[str, str]:
    """The labels of the scope without a dimension."""
    return {"scope": ALL, "window": window}


def parts_of(kpi: Kpi, kpis: Iterable[Kpi]) -> tuple[ScorePart, ...]:
    """The shares that a score is made of."""
    if isinstance(kpi, ScorePart) or not isinstance(kpi, Score):
        return ()
    return tuple(part for part in kpis if isinstance(part, ScorePart) and part.source == kpi.source)
