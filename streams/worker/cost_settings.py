"""The section [costs] of the configuration: rates, as people write them, and the cost model that they make."""

from decimal import Decimal
from typing import Annotated, get_args

from pydantic import BaseModel, ConfigDict, Field

from streams.cases.costing import ASSETS, FREE, INFRASTRUCTURE, OTHER, CostModel, Work
from streams.units import MILLIONTHS

Rate = Annotated[float, Field(ge=0, le=999_999_999, allow_inf_nan=False)]
"""An amount in major units of the reporting currency."""
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
_KINDS = {ASSETS: "assets", INFRASTRUCTURE: "infrastructure", OTHER: "overheads"}
"""What is charged for each order and request, by the kind of cost that it is."""


class Costs(BaseModel):
    """What responses cost in the reporting currency, on top of what events tell; what is not given costs nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    labour_order_entry: Rate = Field(default=0, description="an hour of work on entering an order")
    labour_order_revision: Rate = Field(default=0, description="an hour of work on changing an order")
    labour_order_delivery: Rate = Field(default=0, description="an hour of work on a delivery")
    labour_ticket: Rate = Field(default=0, description="an hour of work on a request")
    assets_per_order: Rate = Field(default=0, description="assets, for each order entered")
    assets_per_ticket: Rate = Field(default=0, description="assets, for each request opened")
    infrastructure_per_order: Rate = Field(default=0, description="infrastructure, for each order entered")
    infrastructure_per_ticket: Rate = Field(default=0, description="infrastructure, for each request opened")
    communication_per_minute: dict[str, Rate] = Field(
        default={}, description="a minute of work or hold on a request, by its channel, as in {phone = 0.08}"
    )
    communication_per_message: dict[str, Rate] = Field(
        default={}, description="a message of an agent or bot, by the request's channel, as in {email = 0.002}"
    )
    overheads_per_order: Rate = Field(default=0, description="overheads, of kind other, for each order entered")
    overheads_per_ticket: Rate = Field(default=0, description="overheads, of kind other, for each request opened")
    overhead_share: Rate = Field(default=0, description="overheads, of kind other, as a share of the labour above")
    margin: Share = Field(default=1, description="what an order line without a unit_cost earns, a share of its price")

    def model(self, digits: int) -> CostModel:
        """The cost model; `digits` are the decimals of the currency's minor unit."""
        unit = 10**digits * MILLIONTHS
        made = CostModel(
            labour=_kept({work: getattr(self, f"labour_{work}") for work in get_args(Work)}, unit),
            minute=_kept(self.communication_per_minute, unit),
            message=_kept(self.communication_per_message, unit),
            order=_kept({kind: getattr(self, f"{name}_per_order") for kind, name in _KINDS.items()}, unit),
            ticket=_kept({kind: getattr(self, f"{name}_per_ticket") for kind, name in _KINDS.items()}, unit),
            overhead=_whole(self.overhead_share, MILLIONTHS),
            margin=_whole(self.margin, MILLIONTHS),
        )
        return FREE if made == FREE else made


def _kept(rates: dict[str, float], unit: int) -> dict[str, int]:
    """Those that are above 0."""
    return {name: amount for name, rate in rates.items() if (amount := _whole(rate, unit))}


def _whole(rate: float, unit: int) -> int:
    """As it was written, to a millionth of a minor unit, half-even."""
    return round(Decimal(repr(rate)) * unit)
