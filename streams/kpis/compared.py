"""The forms of KPIs that compare a window with windows before it."""

from typing import ClassVar

from streams.kpis.model import Kpi, Mean
from streams.measures.aggregates import Aggregate, Count, Distribution, Sum


class Trend(Kpi, frozen=True, kw_only=True):
    """The mean of samples against that of the previous equal window.

    The samples are times, or with `signed` any integers.
    """

    signed: bool = False

    derived: ClassVar[bool] = True

    @property
    def aggregate(self) -> Aggregate:
        """That of the KPI which shows the samples themselves: the state is shared with it."""
        return Sum() if self.signed else Distribution()

    @property
    def stat(self) -> str:
        """A ratio of means."""
        return "ratio"

    def shown_by(self, other: Kpi) -> bool:
        """A duration or a plain mean of the same samples does."""
        return other.source == self.source and ("mean" in other.stats or type(other) is Mean)


class Seasonal(Kpi, frozen=True, kw_only=True):
    """A count against what the like slots of the calendar before it usually brought [R48].

    Of facts that are told by category, all of them count, while there is one of the category.
    """

    counted_by: str
    """The KPI whose gauges count the same, for what rolling windows usually bring."""

    derived: ClassVar[bool] = True

    @property
    def aggregate(self) -> Aggregate:
        """A count."""
        return Count()

    @property
    def stat(self) -> str:
        """A ratio."""
        return "ratio"

    def shown_by(self, other: Kpi) -> bool:
        """The KPI that is named does."""
        return other.name == self.counted_by
