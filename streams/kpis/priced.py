"""The forms of KPIs of money: the reporting currency, and what has no value as long as no cost is known."""

from typing import ClassVar

import msgspec

from streams.kpis.model import Kpi, Mean, Quotient, Share, Total, WindowShare
from streams.measures.aggregates import Aggregate, FineSum

MONEY = "money"
"""The unit of amounts, until the reporting currency is known."""


class Money(msgspec.Struct, frozen=True):
    """The reporting currency (ISO 4217), and the decimal places of its minor unit."""

    currency: str = "EUR"
    digits: int = 2

    def applied(self, kpi: Kpi) -> Kpi:
        """The KPI in this currency; one that is not about money stays as it is."""
        if not isinstance(kpi, Mean | Quotient) or kpi.of_unit != MONEY:
            return kpi
        return msgspec.structs.replace(kpi, of_unit=self.currency, scale=10**self.digits)


EURO = Money()


class Cost(Total, frozen=True, kw_only=True):
    """A sum of costs, which are told in millionths of `1 / scale` of a unit."""

    priced: ClassVar[bool] = True

    @property
    def aggregate(self) -> Aggregate:
        """Count and sum of millionths."""
        return FineSum()


class CostPer(Quotient, frozen=True, kw_only=True):
    """Costs for each, or for each `per_scale`, of what there is beside them; a sum beside them is of minor units.

    The denominator does not tell the dimensions in `whole`: there it is that of the scope `all`, and there is a value
    where there are costs.
    """

    whole: tuple[str, ...] = ()

    priced: ClassVar[bool] = True

    @property
    def aggregate(self) -> Aggregate:
        """Count and sum of millionths."""
        return FineSum()


class ProfitShare(Share, frozen=True, kw_only=True):
    """A share of what is weighed against its costs."""

    priced: ClassVar[bool] = True


class ProfitWindowShare(WindowShare, frozen=True, kw_only=True):
    """A share, among what counts once in each window, of what is weighed against its costs."""

    priced: ClassVar[bool] = True
