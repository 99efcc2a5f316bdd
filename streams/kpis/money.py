"""KPIs of money: what responses cost, and whether they and their customers pay."""

from streams.cases import facts
from streams.kpis.priced import MONEY, Cost, CostPer, ProfitShare, ProfitWindowShare

response_cost = Cost(
    name="response_cost",
    title="Cost of response",
    of=facts.COST,
    measure="amount",
    by=("kind", "channel", "department"),
    of_unit=MONEY,
    means="What was spent on customers: labour, assets, infrastructure, communication and the rest.",
)
response_cost_per_response = CostPer(
    name="response_cost_per_response",
    title="Cost per response",
    of=facts.COST,
    measure="amount",
    summed=True,
    per=facts.RESPONSE,
    per_measure="one",
    by=("kind", "channel", "department"),
    whole=("kind",),
    of_unit=MONEY,
    means="What was spent for each response: an order entered or a request resolved.",
)
response_cost_per_order = CostPer(
    name="response_cost_per_order",
    title="Cost of response per order",
    of=facts.COST,
    measure="amount",
    summed=True,
    per=facts.RESPONSE,
    per_measure="ordered",
    by=("kind", "channel", "department"),
    whole=("kind",),
    of_unit=MONEY,
    means="What was spent on customers for each order entered, cancelled ones too.",
)
response_cost_per_1000 = CostPer(
    name="response_cost_per_1000",
    title="Cost of response per 1,000 of revenue",
    of=facts.COST,
    measure="amount",
    summed=True,
    per=facts.RESPONSE,
    per_measure="revenue",
    per_summed=True,
    per_scale=1_000,
    by=("kind", "channel", "department"),
    whole=("kind",),
    of_unit=MONEY,
    means="What was spent on customers for each 1,000 that the orders entered, without cancelled ones, amount to.",
)
profitable_responses = ProfitShare(
    name="profitable_responses",
    title="Responses that pay",
    of=facts.RESPONSE,
    measure="covered",
    by=("channel",),
    means="The share of responses whose margin (of an order) or value settled (of a request) covers what they cost.",
)
profitable_customers = ProfitWindowShare(
    name="profitable_customers",
    title="Customers who pay",
    of=facts.PROFIT,
    measure="profitable",
    by=("region",),
    means="The share of the customers with an order or a cost whose orders' margin is above what was spent on them.",
)

MONEY_KPIS = (
    response_cost,
    response_cost_per_response,
    response_cost_per_order,
    response_cost_per_1000,
    profitable_responses,
    profitable_customers,
)
