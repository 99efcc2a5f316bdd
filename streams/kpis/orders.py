"""KPIs of orders: entry, accuracy, fill, delivery."""

from streams.cases import facts
from streams.kpis.model import MONTH_OF_CORRECTIONS, Attainment, Duration, Share
from streams.kpis.targets import AtLeast, AtMost

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

ORDERS = (
    order_entry_time,
    order_entry_accuracy,
    order_processing_time,
    delivery_delay,
    first_time_fill_unit,
    first_time_fill_line,
    first_time_fill_order,
    order_confirmed,
    on_time_delivery,
)
