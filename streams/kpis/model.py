"""What a KPI is: a declaration of data, from which state, records, gauges, rules and pages are made."""

from hashlib import sha256
from typing import ClassVar, Literal

import msgspec

from streams.cases.facts import PENDING, Kind
from streams.kpis.targets import Target
from streams.measures.aggregates import (
    WIDTH,
    Aggregate,
    BySize,
    Count,
    Distribution,
    Promoters,
    Ratio,
    Starts,
    Sum,
)
from streams.names import AGENT, ALL, CATEGORY
from streams.units import DAY
from streams.windows.sizes import NOW

DEFAULT_WINDOWS = ("1h", "1d", "1w", "1mo")
MONTH_OF_CORRECTIONS = 30 * DAY
"""How long corrections of an order's entry are awaited [R52]."""

Bounds = tuple[float | None, float | None]
"""The least and the greatest value that there can be; None where there is no end."""
Basis = Literal["samples", "trials", "answers"]
"""What `n` of a reading counts."""


class Measure(msgspec.Struct, frozen=True):
    """A measure of a kind of fact, and how its samples are summed up: one state for all KPIs that read it."""

    of: Kind
    name: str
    aggregate: Aggregate

    @property
    def code(self) -> int:
        """The number of its state, from its definition: other definitions never share it."""
        return int.from_bytes(_digest(self)[:4], "big") << WIDTH

    @property
    def index(self) -> int:
        """Where a fact carries its sample."""
        return self.of.measures.index(self.name)


class Kpi(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A key performance indicator; one of the forms below."""

    name: str
    title: str
    means: str
    """What it says, for a reader who has to act on it."""
    of: Kind
    measure: str
    by: tuple[str, ...]
    target: Target | None = None
    windows: tuple[str, ...] = DEFAULT_WINDOWS
    maturity: int = 0
    """How long, in ms after a window's end, its value is still restated by rule [R52]."""

    bounds: ClassVar[Bounds] = (0, None)
    """Between which ends `value` lies."""
    basis: ClassVar[Basis | None] = "samples"
    """What it rests on, or None where the value itself says how many there are."""
    stats: ClassVar[tuple[str, ...]] = ()
    """The statistics that are shown together with the one that `value` is."""
    derived: ClassVar[bool] = False
    """Whether what it says of rolling windows follows from the gauges of another KPI."""

    priced: ClassVar[bool] = False
    """Whether it has no value as long as no cost is known at all [R48]."""

    @property
    def scopes(self) -> tuple[str, ...]:
        """`all`, and one scope for each dimension; of facts that are spread otherwise, those that they are in."""
        match self.of.spread:
            case "alone":
                return self.by or (ALL,)
            case "category":
                return tuple(CATEGORY + dim for dim in self.by)
        return (ALL, *self.by)

    @property
    def rolls(self) -> bool:
        """Whether it can be read of a rolling window too; what is derived compares calendar windows."""
        return not self.derived and not any(isinstance(source.aggregate, BySize) for source in self.sources)

    @property
    def aggregate(self) -> Aggregate:
        """How its samples are summed up."""
        raise NotImplementedError

    @property
    def source(self) -> Measure:
        """The state that it reads."""
        return Measure(self.of, self.measure, self.aggregate)

    @property
    def sources(self) -> tuple[Measure, ...]:
        """Every state that it reads, its own first."""
        return (self.source,)

    @property
    def foundations(self) -> tuple[Measure, ...]:
        """The states that its own value rests on."""
        return self.sources

    @property
    def standing(self) -> tuple[Measure, ...]:
        """The states that tell of the present alone; no reading is made of them."""
        return ()

    @property
    def stat(self) -> str:
        """Which statistic `value` is."""
        raise NotImplementedError

    @property
    def unit(self) -> str:
        """The unit of `value`."""
        return "ratio"

    @property
    def has_interval(self) -> bool:
        """Whether its readings have an interval."""
        return False

    @property
    def personal(self) -> bool:
        """Whether it is a share that is told of persons, who are not to be ranked on a few cases."""
        return False

    def shown_by(self, other: "Kpi") -> bool:  # noqa: ARG002
        """Whether the gauges of another KPI show what it compares."""
        return False

    @property
    def definition(self) -> str:
        """A fingerprint: it changes when what the number means does, not with its words, target or scopes."""
        return _definition(self)


class Duration(Kpi, frozen=True, kw_only=True):
    """Times of completed things, in seconds; `headline` is the quantile that `value` shows."""

    headline: str = "p90"

    stats: ClassVar[tuple[str, ...]] = ("mean", "p50", "p90", "p95", "p99", "max")

    @property
    def aggregate(self) -> Aggregate:
        """A distribution of ms."""
        return Distribution()

    @property
    def stat(self) -> str:
        """The headline quantile."""
        return self.headline

    @property
    def unit(self) -> str:
        """Seconds."""
        return "seconds"


class Share(Kpi, frozen=True, kw_only=True):
    """Hits of trials, 0 to 1, with a Wilson interval."""

    bounds: ClassVar[Bounds] = (0, 1)
    basis: ClassVar[Basis | None] = "trials"

    @property
    def aggregate(self) -> Aggregate:
        """Hits and trials."""
        return Ratio()

    @property
    def stat(self) -> str:
        """A share."""
        return "share"

    @property
    def has_interval(self) -> bool:
        """Wilson's."""
        return True

    @property
    def personal(self) -> bool:
        """Where it is by agent."""
        return AGENT in self.by


class Attainment(Share, frozen=True, kw_only=True):
    """The share of decided obligations that were met."""


class Number(Kpi, frozen=True, kw_only=True):
    """How many."""

    basis: ClassVar[Basis | None] = None

    @property
    def aggregate(self) -> Aggregate:
        """A count."""
        return Count()

    @property
    def stat(self) -> str:
        """A count."""
        return "count"

    @property
    def unit(self) -> str:
        """A plain count."""
        return "count"


class Accompanied(Number, frozen=True, kw_only=True):
    """A count that says little alone: wherever it is shown, shares of the same scope and window stand beside it."""

    companions: tuple[Share, ...]
    """They have all of its dimensions."""

    @property
    def sources(self) -> tuple[Measure, ...]:
        """Its own, and those of its companions."""
        return self.source, *(companion.source for companion in self.companions)

    @property
    def foundations(self) -> tuple[Measure, ...]:
        """Its own alone."""
        return (self.source,)

    @property
    def definition(self) -> str:
        """That of the count alone: what stands beside it has fingerprints of its own."""
        return _definition(msgspec.structs.replace(self, companions=()))


class Open(Number, frozen=True, kw_only=True):
    """How many there are now; facts of it stand at `HEREAFTER`, and are taken back when it is over."""

    windows: tuple[str, ...] = (NOW,)
    pending: ClassVar[Kind] = PENDING
    """What tells for gauges how each stands and when it began, by the names of its measures."""

    @property
    def standing(self) -> tuple[Measure, ...]:
        """Those states."""
        return tuple(Measure(self.pending, name, Starts()) for name in self.pending.measures)

    @property
    def rolls(self) -> bool:
        """It has no past."""
        return False


class Score(Kpi, frozen=True, kw_only=True):
    """A Net Promoter Score, -100 to 100 points."""

    bounds: ClassVar[Bounds] = (-100, 100)
    basis: ClassVar[Basis | None] = "answers"

    @property
    def aggregate(self) -> Aggregate:
        """Answers, promoters and detractors."""
        return Promoters()

    @property
    def stat(self) -> str:
        """A score."""
        return "score"

    @property
    def unit(self) -> str:
        """Points."""
        return "points"

    @property
    def has_interval(self) -> bool:
        """Adjusted Wald; parts have Wilson's."""
        return True


class ScorePart(Score, frozen=True, kw_only=True):
    """The share of promoters, passives or detractors among the answers."""

    part: str

    bounds: ClassVar[Bounds] = (0, 1)
    basis: ClassVar[Basis | None] = "trials"

    @property
    def stat(self) -> str:
        """A share."""
        return "share"

    @property
    def personal(self) -> bool:
        """Where it is by agent."""
        return AGENT in self.by

    @property
    def unit(self) -> str:
        """A ratio from 0 to 1."""
        return "ratio"


class WindowShare(Share, frozen=True, kw_only=True):
    """A share among what counts once in each window, such as customers.

    Where `subset` is false, its numerator counts others than the denominator does, and there is no interval [R42].
    """

    subset: bool = True

    bounds: ClassVar[Bounds] = (0, None)

    @property
    def aggregate(self) -> Aggregate:
        """Hits and trials for each window size."""
        return BySize()

    @property
    def has_interval(self) -> bool:
        """Where hits are a subset of the trials."""
        return self.subset


class CategoryShare(Share, frozen=True, kw_only=True):
    """How many of all facts are of a category: one value for each, and none for all of them [R47].

    With `once` a fact counts in the windows of the sizes that it names.
    """

    once: bool = False

    @property
    def aggregate(self) -> Aggregate:
        """A count of each category, and of all."""
        return BySize() if self.once else Count()


class Mean(Kpi, frozen=True, kw_only=True):
    """The mean of integers that count `1 / scale` of a unit each; they may be negative."""

    of_unit: str = "count"
    """The unit of `value`; `MONEY` stands for the reporting currency, whose scale is that of its minor unit."""
    scale: int = 1

    bounds: ClassVar[Bounds] = (None, None)

    @property
    def aggregate(self) -> Aggregate:
        """Count and sum."""
        return Sum()

    @property
    def stat(self) -> str:
        """A mean."""
        return "mean"

    @property
    def unit(self) -> str:
        """The declared unit."""
        return self.of_unit


class BayesianMean(Mean, frozen=True, kw_only=True):
    """A mean that is drawn to a prior: `weight` samples of the value `prior` come on top."""

    prior: float
    weight: int


class Total(Mean, frozen=True, kw_only=True):
    """The sum of integers that count `1 / scale` of a unit each."""

    @property
    def stat(self) -> str:
        """A sum."""
        return "sum"


class Quotient(Kpi, frozen=True, kw_only=True):
    """One measure for each unit of another: counts or sums; both lie in the cells of the same scopes.

    The numerator is a count, or with `summed` a sum of `1 / scale` each; likewise the denominator by `per_summed` and
    `per_scale`. Without a denominator there is no value; without a numerator it is 0.
    """

    per: Kind
    per_measure: str
    summed: bool = False
    per_summed: bool = False
    per_once: bool = False
    """The denominator counts once in each window."""
    scale: int = 1
    per_scale: int = 1
    of_unit: str = "ratio"
    stated: str = "ratio"
    """What records call the ratio."""

    @property
    def aggregate(self) -> Aggregate:
        """A count, or count and sum."""
        return Sum() if self.summed else Count()

    @property
    def sources(self) -> tuple[Measure, ...]:
        """Numerator and denominator."""
        counted = BySize() if self.per_once else Count()
        return self.source, Measure(self.per, self.per_measure, Sum() if self.per_summed else counted)

    @property
    def stat(self) -> str:
        """What the ratio is."""
        return self.stated

    @property
    def unit(self) -> str:
        """The declared unit."""
        return self.of_unit


def _definition(kpi: Kpi) -> str:
    return _digest(msgspec.structs.replace(kpi, title="", means="", target=None, windows=(), by=())).hex()[:6]


def _digest(definition: msgspec.Struct) -> bytes:
    return sha256(msgspec.json.encode(definition, order="deterministic")).digest()
