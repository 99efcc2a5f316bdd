"""KPIs of orders: entry, accuracy, fill, invoices, notices, delivery, labour, baskets, cancellations, effort."""

from streams.cases import facts
from streams.kpis.compared import Trend
from streams.kpis.model import MONTH_OF_CORRECTIONS, Attainment, Duration, Mean, Quotient, Share
from streams.kpis.priced import MONEY
from streams.kpis.targets import AtLeast, AtMost
from streams.units import HOUR

order_entry_time = Duration(
    name="order_entry_time",
    title="Order entry time",
    of=facts.ORDER_ENTRY,
    measure="taken",
    by=("channel", "region", "agent"),
    target=AtMost(300),
    means="Nine in ten orders are in the system within this time of the customer's word.",
)
order_entry_accuracy = Share(
    name="order_entry_accuracy",
    title="Order entry accuracy",
    of=facts.ORDER_ENTRY,
    measure="accurate",
    by=("channel", "region", "agent"),
    target=AtLeast(0.98),
    maturity=MONTH_OF_CORRECTIONS,
    means="The share of orders entered that needed no correction of an entry error.",
)
order_processing_time = Duration(
    name="order_processing_time",
    title="Order processing time",
    of=facts.COMPLETE_DELIVERY,
    measure="processed",
    by=("channel", "region"),
    target=AtMost(5 * 86_400),
    means="Nine in ten orders are delivered whole within this time of their entry.",
)
delivery_delay = Duration(
    name="delivery_delay",
    title="Delay of late deliveries",
    of=facts.COMPLETE_DELIVERY,
    measure="delay",
    by=("channel", "region"),
    means="Nine in ten of the late orders came no later than this after the promised time.",
)
first_time_fill_unit = Share(
    name="first_time_fill_unit",
    title="First-time fill, units",
    of=facts.FIRST_SHIPMENT,
    measure="units",
    by=("channel", "region"),
    target=AtLeast(0.95),
    means="The share of the units ordered that came with the first shipment.",
)
first_time_fill_line = Share(
    name="first_time_fill_line",
    title="First-time fill, lines",
    of=facts.FIRST_SHIPMENT,
    measure="lines",
    by=("channel", "region"),
    means="The share of the lines ordered that the first shipment filled.",
)
first_time_fill_order = Share(
    name="first_time_fill_order",
    title="First-time fill, orders",
    of=facts.FIRST_SHIPMENT,
    measure="order",
    by=("channel", "region"),
    means="The share of the orders that the first shipment filled.",
)
order_confirmed = Attainment(
    name="order_confirmed",
    title="Confirmed within a minute",
    of=facts.ORDER_CONFIRMED,
    measure="met",
    by=("channel", "agent"),
    target=AtLeast(0.95),
    means="The share of orders whose customer had a confirmation within a minute of his word.",
)
on_time_delivery = Attainment(
    name="on_time_delivery",
    title="On-time delivery",
    of=facts.ON_TIME_DELIVERY,
    measure="met",
    by=("channel", "region"),
    target=AtLeast(0.95),
    means="The share of orders, delivered or due, that were delivered whole by the promised time.",
)

invoice_accuracy = Share(
    name="invoice_accuracy",
    title="Invoice accuracy",
    of=facts.INVOICE,
    measure="right",
    by=("channel", "region"),
    target=AtLeast(0.98),
    means="The share of the invoices that charge what was delivered, at the order's prices, and nothing else.",
)
status_accuracy = Share(
    name="status_accuracy",
    title="Status messages that came true",
    of=facts.STATUS_NOTICE,
    measure="true",
    by=("channel", "region"),
    target=AtLeast(0.95),
    means="The share of the status messages, of those that time has decided, that came true.",
)
perfect_order = Share(
    name="perfect_order",
    title="Perfect orders",
    of=facts.PERFECT_ORDER,
    measure="perfect",
    by=("channel", "region"),
    target=AtLeast(0.9),
    means="The share of orders, delivered or due, on time, in full at once, undamaged and rightly invoiced.",
)
orders_per_labour_hour = Quotient(
    name="orders_per_labour_hour",
    title="Orders per hour of labour",
    of=facts.ORDER_ENTRY,
    measure="one",
    per=facts.LABOUR,
    per_measure="handling",
    per_summed=True,
    per_scale=HOUR,
    by=("channel", "agent"),
    target=AtLeast(12),
    means="How many orders were entered for each hour that people worked on entries, revisions and deliveries.",
)
basket = Mean(
    name="basket",
    title="Average basket",
    of=facts.BASKET,
    measure="amount",
    by=("channel", "region"),
    of_unit=MONEY,
    maturity=MONTH_OF_CORRECTIONS,
    means="What an order that is not cancelled amounts to.",
)
basket_items = Mean(
    name="basket_items",
    title="Items per order",
    of=facts.BASKET,
    measure="items",
    by=("channel", "region"),
    maturity=MONTH_OF_CORRECTIONS,
    means="How many units an order that is not cancelled asks for.",
)
basket_ratio = Trend(
    name="basket_ratio",
    title="Average basket against the window before",
    of=facts.BASKET,
    measure="amount",
    by=("channel", "region"),
    signed=True,
    target=AtLeast(1),
    maturity=MONTH_OF_CORRECTIONS,
    means="The average basket over that of the previous equal window; above 1 it is growing.",
)
cancellations = Share(
    name="cancellations",
    title="Cancelled orders",
    of=facts.CANCELLATION,
    measure="cancelled",
    by=("channel",),
    target=AtMost(0.02),
    maturity=MONTH_OF_CORRECTIONS,
    means="The share of the orders entered that stand cancelled.",
)
cancellations_customer = Share(
    name="cancellations_customer",
    title="Orders cancelled by the customer",
    of=facts.CANCELLATION,
    measure="by_customer",
    by=("channel",),
    maturity=MONTH_OF_CORRECTIONS,
    means="The share of the orders entered that their customers cancelled.",
)
cancellations_supplier = Share(
    name="cancellations_supplier",
    title="Orders cancelled by the supplier",
    of=facts.CANCELLATION,
    measure="by_supplier",
    by=("channel",),
    maturity=MONTH_OF_CORRECTIONS,
    means="The share of the orders entered that the supplier cancelled.",
)
effort_screens = Mean(
    name="effort_screens",
    title="Screens to complete a request",
    of=facts.EFFORT,
    measure="screens",
    by=("channel",),
    means="How many screens an order or a ticket takes a customer.",
)
effort_clicks = Mean(
    name="effort_clicks",
    title="Clicks to complete a request",
    of=facts.EFFORT,
    measure="clicks",
    by=("channel",),
    means="How many clicks an order or a ticket takes a customer.",
)

ORDERS = (
    order_entry_time,
    order_entry_accuracy,
    order_processing_time,
    delivery_delay,
    first_time_fill_unit,
    first_time_fill_line,
    first_time_fill_order,
    invoice_accuracy,
    status_accuracy,
    order_confirmed,
    on_time_delivery,
    perfect_order,
    orders_per_labour_hour,
    basket,
    basket_items,
    basket_ratio,
    cancellations,
    cancellations_customer,
    cancellations_supplier,
    effort_screens,
    effort_clicks,
)
