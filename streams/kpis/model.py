"""What a KPI is: a declaration of data, from which state, records, gauges, rules and pages are made."""

from hashlib import sha256

import msgspec

from streams.cases.facts import Kind
from streams.kpis.targets import Target
from streams.measures.aggregates import WIDTH, Aggregate, Count, Distribution, Promoters, Ratio
from streams.names import ALL
from streams.units import DAY

DEFAULT_WINDOWS = ("1h", "1d", "1w", "1mo")


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

    @property
    def scopes(self) -> tuple[str, ...]:
        """`all`, and one scope for each dimension."""
        return (ALL, *self.by)

    @property
    def aggregate(self) -> Aggregate:
        """How its samples are summed up."""
        raise NotImplementedError

    @property
    def source(self) -> Measure:
        """The state that it reads."""
        return Measure(self.of, self.measure, self.aggregate)

    @property
    def stat(self) -> str:
        """Which statistic `value` is."""
        raise NotImplementedError

    @property
    def unit(self) -> str:
        """The unit of `value`."""
        return "ratio"

    @property
    def definition(self) -> str:
        """A fingerprint: it changes when what the number means does, not with its words, target or scopes."""
        return _digest(msgspec.structs.replace(self, title="", means="", target=None, windows=(), by=())).hex()[:6]


class Duration(Kpi, frozen=True, kw_only=True):
    """Times of completed things, in seconds; `headline` is the quantile that `value` shows."""

    headline: str = "p90"

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

    @property
    def aggregate(self) -> Aggregate:
        """Hits and trials."""
        return Ratio()

    @property
    def stat(self) -> str:
        """A share."""
        return "share"


class Attainment(Share, frozen=True, kw_only=True):
    """The share of decided obligations that were met."""


class Number(Kpi, frozen=True, kw_only=True):
    """How many."""

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


class Score(Kpi, frozen=True, kw_only=True):
    """A Net Promoter Score, -100 to 100 points."""

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


class ScorePart(Score, frozen=True, kw_only=True):
    """The share of promoters, passives or detractors among the answers."""

    part: str

    @property
    def stat(self) -> str:
        """A share."""
        return "share"

    @property
    def unit(self) -> str:
        """A ratio from 0 to 1."""
        return "ratio"


class Trend(Kpi, frozen=True, kw_only=True):
    """The mean of a distribution against that of the previous equal window."""

    @property
    def aggregate(self) -> Aggregate:
        """A distribution of ms."""
        return Distribution()

    @property
    def stat(self) -> str:
        """A ratio of means."""
        return "ratio"


def _digest(definition: msgspec.Struct) -> bytes:
    return sha256(msgspec.json.encode(definition, order="deterministic")).digest()


MONTH_OF_CORRECTIONS = 30 * DAY
"""How long corrections of an order's entry are awaited [R52]."""
