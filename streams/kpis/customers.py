"""KPIs of customers: orders each, notices, dissatisfaction, retention, channels, contacts."""

from streams.cases import facts
from streams.kpis.model import CategoryShare, Quotient, Share, WindowShare
from streams.kpis.targets import AtLeast, AtMost
from streams.units import DAY

PERIODS = ("1mo", "1q")
"""The windows of retention [R5]."""
WEEK_OF_CONTACTS = 7 * DAY
"""How long contacts after a delivery are awaited [R52]."""

proactive_notices = Share(
    name="proactive_notices",
    title="Told before they asked",
    of=facts.NOTICED,
    measure="before_asked",
    by=("channel",),
    target=AtLeast(0.9),
    means="The share of complete orders whose customer was told of every step before asking.",
)
orders_per_customer = Quotient(
    name="orders_per_customer",
    title="Orders per customer",
    of=facts.ORDER_ENTRY,
    measure="one",
    per=facts.ORDERING,
    per_measure="customers",
    per_once=True,
    by=("channel",),
    stated="mean",
    of_unit="count",
    means="How many orders those customers entered who ordered at all.",
)
dissatisfied_customers = WindowShare(
    name="dissatisfied_customers",
    title="Dissatisfied customers",
    of=facts.DISSATISFACTION,
    measure="dissatisfied",
    by=("channel", "region"),
    target=AtMost(0.01),
    means="The share of the customers who answered whose latest answer is a negative one.",
)
retention = WindowShare(
    name="retention",
    title="Customer retention",
    of=facts.RETENTION,
    measure="usual",
    by=("region",),
    subset=False,
    target=AtLeast(0.85),
    windows=PERIODS,
    means="Customers active at the end of the period, new ones left out, over those active at its start.",
)
retention_recurring = WindowShare(
    name="retention_recurring",
    title="Customer retention, recurring needs",
    of=facts.RETENTION,
    measure="recurring",
    by=("region",),
    subset=False,
    windows=PERIODS,
    means="Customer retention among those whose need recurs.",
)
retention_both = WindowShare(
    name="retention_both",
    title="Customers active at both ends",
    of=facts.RETENTION,
    measure="both",
    by=("region",),
    windows=PERIODS,
    means="The share of the customers active at the start of the period who are active at its end.",
)
repeat_share = Share(
    name="repeat_share",
    title="Customers who came back",
    of=facts.FIRST_ORDER,
    measure="again",
    by=("region",),
    means="The share of new customers who ordered again within 90 days of their first order.",
)
channel_preference = CategoryShare(
    name="channel_preference",
    title="Channel of the first contact",
    of=facts.FIRST_CONTACT,
    measure="customers",
    by=("channel",),
    once=True,
    means="The share of the customers in touch who came by this channel first.",
)
contact_rate = Quotient(
    name="contact_rate",
    title="Requests per order",
    of=facts.CONTACT,
    measure="one",
    per=facts.ORDER_ENTRY,
    per_measure="one",
    by=("channel",),
    means="How many requests customers opened for each order entered.",
)
contact_rate_late = Share(
    name="contact_rate_late",
    title="Contacts after late deliveries",
    of=facts.LATE_CONTACT,
    measure="late",
    by=("channel",),
    maturity=WEEK_OF_CONTACTS,
    means="The share of late orders followed by a request or a negative answer within 7 days.",
)
contact_rate_on_time = Share(
    name="contact_rate_on_time",
    title="Contacts after deliveries on time",
    of=facts.LATE_CONTACT,
    measure="on_time",
    by=("channel",),
    maturity=WEEK_OF_CONTACTS,
    means="The share of orders on time followed by a request or a negative answer within 7 days.",
)

CUSTOMERS = (
    proactive_notices,
    orders_per_customer,
    dissatisfied_customers,
    retention,
    retention_recurring,
    retention_both,
    repeat_share,
    channel_preference,
    contact_rate,
    contact_rate_late,
    contact_rate_on_time,
)
